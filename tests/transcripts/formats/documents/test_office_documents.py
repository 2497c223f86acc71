"""OpenDocument, RTF and EPUB: type and headings, what is dropped, encodings, faults."""

import io
import zipfile

import pytest
from support import same_debate
from support.documents import docx, epub, odt, package
from support.spoken_words import spoken

from statements.transcripts import ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.formats.registry import format_of

DEBATES = {
    "docx": docx(same_debate.DOCX_BODY, same_debate.DOCX_STYLES),
    "odt": odt(same_debate.ODT_BODY),
    "rtf": same_debate.RTF.encode(),
    "epub": epub(same_debate.EPUB_PAGES, same_debate.EPUB_METADATA),
}


def dropped(parsed: ParsedTranscript) -> list[tuple[str, str]]:
    return [(text.text, text.reason) for text in parsed.dropped]


def rtf(body: str, head: str = r"\ansi\ansicpg1252") -> ParsedTranscript:
    return read("a.rtf", (r"{\rtf1" + head + " " + body + "}").encode("latin-1"))


@pytest.mark.parametrize("form", DEBATES)
def test_a_debate_reads_the_same_in_every_form(form: str) -> None:
    assert format_of(DEBATES[form]).key == form
    parsed = read("debate", DEBATES[form])
    assert same_debate.paragraphs_of(parsed) == same_debate.PARAGRAPHS
    assert [problem.code for speech in parsed.speeches for problem in speech.problems] == []


def test_what_is_no_text_of_an_odt_is_dropped_or_ignored() -> None:
    body = (
        "<text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>Contents</text:p></text:table-of-content>"
        "<text:p>It falls<text:note><text:note-body><text:p>By hand.</text:p></text:note-body>"
        "</text:note> today<text:line-break/>\nonce<text:tab/>more."
        "<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame>"
        "</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>In a cell.</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    styles = "<style:header><text:p>Weirs</text:p></style:header>"
    parsed = read("a.odt", odt(body, styles=styles, meta="<title>Low water</title>"))
    assert [text for _, text in spoken(parsed)] == [
        "It falls today once more.",
        "In a box.",
        "In a cell.",
    ]
    assert dropped(parsed) == [
        ("Contents", "table of contents"),
        ("By hand.", "note"),
        ("Weirs", "running head"),
    ]
    assert parsed.meeting.first_page == ("Low water",)


def test_bold_styles_are_inherited() -> None:
    styles = (
        '<style:style style:name="Name" style:parent-style-name="Strong"/>'
        '<style:style style:name="Strong"><style:text-properties fo:font-weight="700"/>'
        "</style:style>"
    )
    body = '<text:p><text:span text:style-name="Name">Odile Rill:</text:span> Low.</text:p>'
    assert spoken(read("a.odt", odt(body, styles=styles))) == [("Odile Rill", "Low.")]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"na\'efve caf\'e9", "naïve café"),
        (r"na\u239?ve", "naïve"),
        (r"{\uc0 na\u239ve}", "naïve"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"a\~b\_c\emdash d\-e", "a b\u2011c—de"),
        (r"{\*\unknown gone}kept", "kept"),
        (r"{\v hidden}shown", "shown"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}}", "here"),
        (r"a\bin3 \}{b", "ab"),
        (r"{\pict\picw3 0102}after", "after"),
        (r"brace \{ and \\ back", r"brace { and \ back"),
    ],
)
def test_characters_and_groups_of_rtf(body: str, text: str) -> None:
    assert [words for _, words in spoken(rtf(body))] == [text]


def test_code_pages_of_fonts() -> None:
    parsed = rtf(r"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f0 caf\'e9 \f1\'cc\'e8\'f0")
    assert [text for _, text in spoken(parsed)] == ["café Мир"]
    parsed = rtf(r"{\fonttbl{\f0\fcharset128 A;}}\f0\'93\'fa\'96\'7b")
    assert [text for _, text in spoken(parsed)] == ["日本"]


def test_notes_and_running_heads_of_rtf_are_dropped() -> None:
    parsed = rtf(r"{\header Weirs\par}It falls{\footnote By hand.} today.\par")
    assert [text for _, text in spoken(parsed)] == ["It falls today."]
    assert dropped(parsed) == [("Weirs", "running head"), ("By hand.", "note")]


def test_an_epub_leaves_out_its_list_of_contents() -> None:
    parsed = read("a.epub", DEBATES["epub"])
    assert str(parsed.meeting.date) == "2031-05-06"
    assert parsed.meeting.first_page == ("Weirs",)
    assert "Contents" not in str(parsed)


def test_a_protected_epub_is_refused() -> None:
    encryption = '<encryption><CipherReference URI="OEBPS/one.xhtml"/></encryption>'
    with pytest.raises(UnreadableTranscript, match="protected"):
        read("a.epub", epub(same_debate.EPUB_PAGES, encryption=encryption))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (odt(""), "empty"),
        (odt("<text:p>cut"), "broken-markup"),
        (package({"x": "y"}, "application/vnd.oasis.opendocument.text"), "broken-archive"),
        (DEBATES["odt"][:-30], "broken-archive"),
        (package({"x": "y"}, "application/epub+zip"), "broken-archive"),
        (epub({}), "empty"),
        (b"{\\rtf1 }", "empty"),
        (b"{\\rtf1 " + b"{" * 1000, "too-large"),
    ],
)
def test_unreadable_documents_say_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read("a", data)
    assert refused.value.code == code


@pytest.mark.parametrize("form", ["odt", "epub"])
def test_documents_that_inflate_to_too_much_are_refused(form: str) -> None:
    large = "<text:p>" + "It falls. " * 400_000 + "</text:p>"
    data = odt(large) if form == "odt" else epub({"one.xhtml": f"<html><p>{large}</p></html>"})
    with pytest.raises(UnreadableTranscript) as refused:
        read("a", data)
    assert refused.value.code == "too-large"


def test_a_zip_of_documents_is_no_document() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.odt", DEBATES["odt"])
    assert format_of(data.getvalue()).key == "text"


def test_a_bold_name_on_its_own_line_begins_a_speech() -> None:
    body = (
        "<p><r><rPr><b/></rPr><t>ODILE RILL</t></r></p><p><r><t>It is low.</t></r></p>"
        "<p><r><rPr><b/></rPr><t>Next Meeting of the Council</t></r></p>"
        "<p><r><t>It falls.</t></r></p>"
    )
    assert spoken(read("a.docx", docx(body)))[0] == ("ODILE RILL", "It is low.")
    assert {speaker for speaker, _ in spoken(read("a.docx", docx(body)))} == {"ODILE RILL"}
    name = '<text:p><text:span text:style-name="B">Odile Rill</text:span></text:p>'
    assert spoken(read("a.odt", odt(f"{name}<text:p>Low.</text:p>"))) == [("Odile Rill", "Low.")]


def test_a_bold_name_before_a_verb_speaks_where_other_names_do() -> None:
    def paragraphs(*turns: tuple[str, str]) -> bytes:
        return docx(
            "".join(
                f"<p><r><rPr><b/></rPr><t>{name}:</t></r><r><t> {words}</t></r></p>"
                for name, words in turns
            )
        )

    rising = ("Nesta Weirby", "rose—")
    debate = paragraphs(("Odile Rill", "It is low."), ("Jon Weirby", "It falls."), rising)
    assert spoken(read("a.docx", debate))[-1] == rising
    assert spoken(read("a.docx", paragraphs(("Odile Rill", "It is low."), rising)))[-1][0] == ""


def test_a_word_document_set_in_headings_alone_is_speech() -> None:
    style = '<style styleId="H"><name val="heading 1"/></style>'
    body = '<p><pPr><pStyle val="H"/></pPr><r><t>We thank all who came to the north.</t></r></p>'
    assert len(spoken(read("a.docx", docx(body * 3, style)))) == 3


@pytest.mark.parametrize(
    "office",
    [
        "The Cabinet Secretary for Rural Affairs and the Environment:",
        "The Cabinet Secretary for Harbours and Tidal Waters:",
        "The Keeper of the Lower Lock Gates:",
        "The Cabinet Secretary for Harbours:",
    ],
)
def test_an_office_in_bold_ends_the_speech_before(office: str) -> None:
    body = (
        "<p><r><rPr><b/></rPr><t>Odile Rill:</t></r><r><t> It is low.</t></r></p>"
        f"<p><r><rPr><b/></rPr><t>{office}</t></r><r><t> It falls.</t></r></p>"
    )
    assert [speaker for speaker, _ in spoken(read("a.docx", docx(body)))] == ["Odile Rill", ""]
