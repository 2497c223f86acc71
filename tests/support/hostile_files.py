"""Malicious and broken files: how each is built, and the expected message."""

import codecs
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

SENTENCE = "Mr. Abel (Malta): The harbour was low this year, and nobody measured it.\n"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>"


@dataclass(frozen=True, slots=True)
class Hostile:
    file: str  # the name under which it is sent
    build: Callable[[], bytes]
    said: str  # words of the refusal
    is_scan: bool = False  # it is kept, to wait for its text


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    data = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, trailer, len(data))
    )


def pdf_drawn_by(packed: bytes) -> bytes:
    """One page, drawn by a compressed stream."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[4 0 R]>>",
        _FONT,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R"
        b"/Resources<</Font<</F 3 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed),
    )


def pdf_bomb() -> bytes:
    packer = zlib.compressobj(9)
    block = b" " * 1024**2
    return pdf_drawn_by(
        b"".join(packer.compress(block) for _ in range(1024)) + packer.flush(),
    )


def pdf_of_endless_operators() -> bytes:
    drawing = b"".join(
        b"BT /F 10 Tf %d %d Td (flood%d) Tj ET\n" % (at % 600, at // 600, at)
        for at in range(500_000)
    )
    return pdf_drawn_by(zlib.compress(drawing))


def pdf_of_many_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 5_004))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 5000/Kids[%b]>>" % kids,
        _FONT,
        *[page] * 5_000,
    )


def encrypted_pdf() -> bytes:
    key = b"<%b>" % hashlib.sha256(b"nobody knows").hexdigest().encode()
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
        trailer=b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O %b/U %b>>"
        b"/ID[<0123><0123>]" % (key, key),
    )


def word(body: str, before: str = "", **parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        whole = f'{before}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", whole)
        for name, part in parts.items():
            archive.writestr(f"word/{name}.bin", part)
    return data.getvalue()


def polyglot() -> bytes:
    """A ZIP behind the head of a PDF: each program sees in it what it looks for."""
    return b"%PDF-1.4\n" + packed_text()


def readable_pdf() -> bytes:
    return pdf_drawn_by(zlib.compress(b"BT /F 12 Tf 72 700 Td (%s) Tj ET" % SENTENCE[:60].encode()))


def packed_text() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.txt", SENTENCE)
    return packed.getvalue()


_PARAGRAPH = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha ha ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
_AKN = '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">{}</akomaNtoso>'

CASES = {
    "binary junk named as a text": Hostile(
        "junk.txt", lambda: bytes(range(256)) * 40, "not a text"
    ),
    "a Windows program named as a PDF": Hostile(
        "program.pdf", lambda: b"MZ\x90\0" + bytes(range(256)) * 9, "Windows program"
    ),
    "a web page named as a text": Hostile(
        "page.txt", lambda: b"<!doctype html><script>alert(1)</script>", "web page"
    ),
    "an SVG picture named as a text": Hostile(
        "drawing.txt", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "web page"
    ),
    "a PDF that is a ZIP as well": Hostile("both.pdf", polyglot, "damaged"),
    "a PDF with a ZIP appended": Hostile(
        "two.pdf", lambda: readable_pdf() + packed_text(), "bytes that are not part of it"
    ),
    "a PDF with a web page appended": Hostile(
        "page.pdf", lambda: readable_pdf() + b"<script>", "bytes that are not part of it"
    ),
    "a PDF with junk appended": Hostile(
        "junk.pdf", lambda: readable_pdf() + bytes(range(256)), "bytes that are not part of it"
    ),
    "a PDF with a ZIP appended that ends as a PDF does": Hostile(
        "tail.pdf",
        lambda: readable_pdf() + packed_text() + b"\nstartxref\n9\n%%EOF\n",
        "bytes that are not part of it",
    ),
    "a Word document with a PDF appended": Hostile(
        "two.docx", lambda: word(_PARAGRAPH) + readable_pdf(), "bytes that are not part of it"
    ),
    "a Word document behind another": Hostile(
        "second.docx", lambda: word(_PARAGRAPH) * 2, "preceded"
    ),
    "a text cut in a letter, at the end": Hostile(
        "cut.txt", lambda: (SENTENCE + "Genè").encode()[:-1], "encoding is not certain"
    ),
    "a text of two encodings": Hostile(
        "mixed.txt",
        lambda: ("Mr. Abel (Malta): Genève " * 9).encode() + "é à Genève".encode("cp1252"),
        "encoding is not certain",
    ),
    "Latin letters in an old DOS encoding": Hostile(
        "dos.txt", lambda: (SENTENCE + "l'été à Genève").encode("cp850"), "encoding is not certain"
    ),
    "Chinese in a national encoding": Hostile(
        "chinese.txt", lambda: ("我们感谢主席先生。" * 40).encode("gb18030"), "not certain"
    ),
    "UTF-16 with half a letter": Hostile(
        "half.txt", lambda: codecs.BOM_UTF16_LE + SENTENCE.encode("utf-16-le") + b"\x00", "utf-16"
    ),
    "NUL bytes in a text": Hostile(
        "nul.txt", lambda: SENTENCE.replace("low", "l\0w").encode() * 9, "NUL"
    ),
    "half a surrogate in rows of JSON": Hostile(
        "rows.jsonl",
        lambda: b'{"text": "The \\ud800 harbour", "speaker": "Mr. Abel", "date": "2025-03-04"}\n',
        "invalid character",
    ),
    "a Word document of three million paragraphs": Hostile(
        "long.docx", lambda: word(_PARAGRAPH * 3_000_000), "uncompressed"
    ),
    "a Word document of a million empty paragraphs": Hostile(
        "sparse.docx", lambda: word("<w:p/>" * 1_000_000), "."
    ),
    "a billion laughs in a Word document": Hostile(
        "laughs.docx", lambda: word("<w:p>&c;</w:p>", before=_LAUGHS), "document type"
    ),
    "a Word document that asks for a file of the server": Hostile(
        "asks.docx",
        lambda: word("", before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
        "document type",
    ),
    "a Word document with macros": Hostile(
        "macros.docx", lambda: word(_PARAGRAPH, vbaProject=b"\0" * 99), "macros"
    ),
    "a billion laughs in Akoma Ntoso": Hostile(
        "laughs.xml",
        lambda: (_LAUGHS + _AKN.format("<debate>&c;</debate>")).encode(),
        "document type",
    ),
    "Akoma Ntoso that breaks off": Hostile(
        "cut.xml", lambda: _AKN.format("<debate><debateBody>").encode()[:-20], "XML"
    ),
    "a gigabyte packed in a PDF": Hostile("bomb.pdf", pdf_bomb, "."),
    "half a million operators in a PDF": Hostile(
        "operators.pdf", pdf_of_endless_operators, "far longer than any record needs"
    ),
    "a PDF of five thousand pages": Hostile("pages.pdf", pdf_of_many_pages, "pages"),
    "an encrypted PDF": Hostile("locked.pdf", encrypted_pdf, "encrypted"),
    "a PDF whose pages go in a circle": Hostile(
        "circle.pdf",
        lambda: pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1000000/Kids[3 0 R]>>",
            b"<</Type/Pages/Count 1000000/Parent 2 0 R/Kids[2 0 R]>>",
        ),
        ".",
    ),
    "a PDF without a layer of text": Hostile(
        "scan.pdf", lambda: pdf_drawn_by(zlib.compress(b"0 0 612 792 re f")), "text", is_scan=True
    ),
}
