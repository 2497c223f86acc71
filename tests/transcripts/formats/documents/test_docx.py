"""Word documents: their text and nothing else, within limits."""

import io
import socket
import time
import zipfile

import pytest

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.documents.docx import read_docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def document(body: str, **parts: str | bytes) -> bytes:
    xml = f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
        for name, part in parts.items():
            archive.writestr(f"word/{name.replace('_', '.')}", part)
    return data.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


RECORD = document(
    paragraph("Ms. Rill (Pe", "ru) (spoke in French): We ", "sail.")
    + paragraph("Nobody drowned.")
    + "<w:p/>"
    + paragraph("The President: I thank her.")
    + paragraph("The meeting rose at 1 p.m.")
)


def test_a_document_is_read_like_any_text() -> None:
    parsed = read("anything", RECORD)
    rill, president = parsed.speeches
    assert (rill.speaker, rill.affiliation, rill.language) == ("Rill", "Peru", "fr")
    assert [item.text for item in rill.paragraphs] == ["We sail.", "Nobody drowned."]
    assert [item.kind for item in president.paragraphs] == ["speech", "narrative"]


def test_removed_words_fields_and_second_versions_are_not_read() -> None:
    body = (
        "<w:p><w:r><w:t>We </w:t></w:r><w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<mc:AlternateContent><mc:Choice><w:r><w:t>sail</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>row</w:t></w:r></mc:Fallback></mc:AlternateContent>"
        '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>'
        "<w:r><w:noBreakHyphen/><w:t>on.</w:t></w:r></w:p>"
    )
    (speech,) = read_docx("a.docx", document(body)).speeches
    assert speech.paragraphs[0].text == "We sail\u2011on."


def test_heads_feet_and_notes_are_listed_as_dropped() -> None:
    def part(name: str, text: str) -> str:
        return f'<w:{name} xmlns:w="{W}">{paragraph(text)}</w:{name}>'

    data = document(
        paragraph("We sail."),
        header1_xml=part("hdr", "RIV/PV.7"),
        footnotes_xml=part("footnotes", "See below."),
    )
    dropped = read_docx("a.docx", data).dropped
    assert {(item.text, item.reason) for item in dropped} == {
        ("RIV/PV.7", "running head"),
        ("See below.", "note"),
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document(paragraph("")), "empty"),
        (document("<w:p>"), "broken-markup"),
        (document("", header1_xml=b'<?xml version="1.0" encoding="big5"?><a/>'), "broken-markup"),
        (RECORD[:-60], "broken-archive"),
        (document(paragraph("x"), vbaProject_bin=b"\0"), "macros"),
        (document("<w:p>" * 300 + "</w:p>" * 300), "too-large"),
        (document(paragraph("x") * 250_000), "too-large"),
    ],
    ids=["empty", "not well-formed", "odd encoding", "cut", "macros", "deep", "many paragraphs"],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, code: str) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableTranscript) as raised:
        read_docx("a.docx", data)
    assert raised.value.code == code
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/hostname">',
    ],
    ids=["billion laughs", "external"],
)
def test_a_document_type_is_refused(entity: str) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", f"{entity}<x>&b;</x>")
    with pytest.raises(UnreadableTranscript) as raised:
        read_docx("a.docx", data.getvalue())
    assert raised.value.code == "document-type"


def test_nothing_that_a_document_points_to_is_fetched() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        links = "".join(
            f'<Relationship Id="r{number}" Type="{office}/{kind}" Target="{target}" '
            'TargetMode="External"/>'
            for number, (kind, target) in enumerate(
                [
                    ("attachedTemplate", f"{address}/template.dotm"),
                    ("image", f"{address}/picture.png"),
                    ("hyperlink", f"{address}/page"),
                    ("aFChunk", "file:///etc/hostname"),
                ]
            )
        )
        body = (
            paragraph("Ms. Rill (Peru): We sail.")
            + f'<w:p><w:hyperlink xmlns:r="{office}" r:id="r2">'
            "<w:r><w:t>Nobody drowned.</w:t></w:r></w:hyperlink></w:p>"
            f'<w:altChunk xmlns:r="{office}" r:id="r3"/>'
        )
        data = io.BytesIO(document(body))
        with zipfile.ZipFile(data, "a") as archive:
            archive.writestr(
                "word/_rels/document.xml.rels", f"<Relationships>{links}</Relationships>"
            )
            archive.writestr(
                "word/_rels/settings.xml.rels", f"<Relationships>{links}</Relationships>"
            )
        for parsed in (read("a.docx", data.getvalue()), read_docx("a.docx", data.getvalue())):
            (rill,) = parsed.speeches
            assert [item.text for item in rill.paragraphs] == ["We sail.", "Nobody drowned."]
            assert parsed.dropped == ()
        with pytest.raises(BlockingIOError):  # there was no connection
            server.accept()


def test_a_bomb_is_refused_while_it_is_inflated() -> None:
    bomb = document(f"<w:p><w:r><w:t>{'a' * 150_000_000}</w:t></w:r></w:p>")
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableTranscript) as raised:
        read_docx("a.docx", bomb)
    assert raised.value.code == "too-large"
