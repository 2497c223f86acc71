"""Recognises PDF and office documents by their content, without the libraries that read them."""

import re

from statements.transcripts.formats.containers.packages import media_type
from statements.transcripts.formats.markup.prolog import read_prolog

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a compound file of Word, Excel or others
_ZIP = b"PK\x03\x04"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OCR_PAGE = re.compile(rb"""<[^<>]{0,200}\bclass\s?=\s?["']ocr_page\b""")
_HEAD = 10_000  # bytes


def is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF")


def is_odt(data: bytes) -> bool:
    """Return whether a file is an OpenDocument text or a template of one."""
    kind = media_type(data).removesuffix("-template")
    return kind == f"{_OPEN_DOCUMENT}text"


def is_epub(data: bytes) -> bool:
    return media_type(data) == "application/epub+zip"


def is_hocr(data: bytes) -> bool:
    """Return whether a file is markup in which a program for text recognition states pages."""
    return read_prolog(data) is not None and _OCR_PAGE.search(data, 0, _HEAD) is not None


def is_rtf(data: bytes) -> bool:
    return data[:100].lstrip().startswith(b"{\\rtf")


def is_old_word(data: bytes) -> bool:
    """Return whether a file is a Word document of before 2007."""
    return data.startswith(OLD_OFFICE) and "WordDocument".encode("utf-16-le") in data


def is_spreadsheet(data: bytes) -> bool:
    """Return whether a file is a workbook of Excel, old or new, or an OpenDocument spreadsheet."""
    if data.startswith(_ZIP):
        return b"xl/workbook." in data or media_type(data) == f"{_OPEN_DOCUMENT}spreadsheet"
    names = ("Workbook", "Book")  # streams of Excel in a compound file
    return data.startswith(OLD_OFFICE) and any(name.encode("utf-16-le") in data for name in names)
