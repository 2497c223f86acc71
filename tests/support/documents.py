"""Office documents for tests, as small as their readers need them."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

from statements.transcripts.sandbox.page_image import to_png

_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def package(parts: Mapping[str, str | bytes], media_type: str = "") -> bytes:
    """A ZIP; ``media_type`` comes first, as OpenDocument and EPUB require."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        if media_type:
            archive.writestr("mimetype", media_type, zipfile.ZIP_STORED)
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | int]]], **extra: str | bytes) -> bytes:
    """A workbook; ``extra`` parts are named without their folder "xl/"."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    related = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number, _ in enumerate(names, start=1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{related}</Relationships>",
    }
    for number, name in enumerate(names, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(sheets[name])
    return package(parts | {f"xl/{name}": content for name, content in extra.items()})


def _sheet(rows: Sequence[Sequence[str | int]]) -> str:
    printed = "".join(
        f'<row r="{number}">{"".join(map(_cell, row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{_SHEETS}"><sheetData>{printed}</sheetData></worksheet>'


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(
    f'xmlns:{prefix}="{_OASIS}:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"),
        ("draw", "drawing"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_BOLD = '<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>'


def odt(body: str, **parts: str) -> bytes:
    """An OpenDocument text whose style "B" is bold; ``parts`` are named without ".xml"."""
    content = (
        f"<office:document-content {_NAMES}><office:automatic-styles>{_BOLD}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    others = {
        f"{name}.xml": f"<office:document-{name} {_NAMES}>{part}</office:document-{name}>"
        for name, part in parts.items()
    }
    kind = "application/vnd.oasis.opendocument.text"
    return package({"content.xml": content, **others}, kind)


def epub(pages: Mapping[str, str], metadata: str = "", **parts: str) -> bytes:
    """A book of these pages, with a list of contents."""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    names = list(pages)
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(names)))
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata><manifest>'
        f'<item id="toc" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'{items}</manifest><spine><itemref idref="toc"/>{spine}</spine></package>'
    )
    return package(
        {
            "META-INF/container.xml": container,
            "OEBPS/book.opf": book,
            "OEBPS/toc.xhtml": "<html><body><p>Contents</p></body></html>",
            **{f"OEBPS/{name}": page for name, page in pages.items()},
            **{f"META-INF/{name}.xml": part for name, part in parts.items()},
        },
        "application/epub+zip",
    )


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, styles: str = "") -> bytes:
    """A Word document of these paragraphs, whose elements have no prefix."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "word/document.xml": f'<document xmlns="{_WORD}"><body>{body}</body></document>',
    }
    if styles:
        parts["word/styles.xml"] = f'<styles xmlns="{_WORD}">{styles}</styles>'
    return package(parts)


# -- images of pages ------------------------------------------------------------------------

Size = tuple[int, int]
PAGE: Size = (850, 1100)  # of an image, in pixels


def png(size: Size = PAGE) -> bytes:
    width, height = size
    return to_png(b"\xff" * width * height, width, height, width)


def jpeg_head(size: Size = PAGE) -> bytes:
    """Return the beginning of a JPEG file, up to the frame with its size."""
    width, height = size
    comment = b"\xff\xfe" + struct.pack(">H", 8) + b"a scan"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + comment + b"\xff" + frame


def tiff(sizes: Sequence[Size] = (PAGE,), order: str = "<") -> bytes:
    """Return a TIFF file with a page of each size, not compressed."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    data = bytearray(head + struct.pack(f"{order}I", 8))
    for number, (width, height) in enumerate(sizes, start=1):
        place = len(data)
        pixels = place + 2 + 8 * 12 + 4
        end = pixels + width * height
        tags = [(256, 4, width), (257, 3, height), (258, 3, 8), (259, 3, 1), (262, 3, 1)]
        tags += [(273, 4, pixels), (278, 4, height), (279, 4, width * height)]
        data += struct.pack(f"{order}H", len(tags))
        for tag, kind, value in tags:
            packed = struct.pack(f"{order}{'H2x' if kind == 3 else 'I'}", value)
            data += struct.pack(f"{order}HHI", tag, kind, 1) + packed
        data += struct.pack(f"{order}I", 0 if number == len(sizes) else end)
        data += b"\xff" * width * height
    return bytes(data)
