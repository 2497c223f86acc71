"""Recognises the text of scans page by page (OCR): pdfium draws a page, Tesseract reads it.

Each runs in a process of its own with limits. The result is an hOCR file, which is read like any
other. A page that fails is noted in it, and the others are still recognised.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from statements.transcripts.formats.printed.hocr import FAILURE
from statements.transcripts.sandbox.programs import Limits, Output, run_limited
from statements.transcripts.sandbox.tesseract import PAGE_LIMITS, Tesseract
from statements.transcripts.text.decoding import LARGEST_FILE
from statements.transcripts.values.parsed import UnreadableTranscript

MAX_PAGES = 500
_DPI = 300
_PROGRAM = Path(__file__).with_name("page_image.py")
_LARGEST_PAGE = 4 * 1024**2  # bytes of hOCR; a dense page has a hundred thousand
_LEFT_OUT = re.compile(rb" (?:id|lang)='[^'<>]*'")
_INDENT = re.compile(rb"\n\s+")


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as a PNG image, which is empty if the document has no such page."""

    pages: int  # of the document
    dpi: int
    png: bytes


def draw_page(data: bytes, number: int, dpi: int, wall_s: float = 60.0) -> PageImage:
    """Draw a page of a PDF, counted from 1, in a process with limits.

    Raises UnreadableTranscript if the document or the page cannot be drawn.
    """
    output = run_limited(
        [sys.executable, "-I", str(_PROGRAM), str(number), str(dpi)],
        data,
        limits=Limits(wall_s=wall_s),
    )
    head, _, png = output.result.partition(b"\n")
    if output.status != 0 or not head:
        raise UnreadableTranscript("broken-pdf", f"Page {number} of the PDF cannot be drawn.")
    pages, drawn_dpi = map(int, head.split())
    return PageImage(pages, drawn_dpi, png)


def count_pages(data: bytes) -> int:
    """Return the number of pages to recognise.

    Raises UnreadableTranscript if the PDF cannot be opened, or has too many pages.
    """
    count = draw_page(data, 0, _DPI).pages
    if count > MAX_PAGES:
        raise UnreadableTranscript(
            "too-many-pages",
            f"The scan has {count:,} pages; text is recognised of at most {MAX_PAGES:,}. "
            "Split it by meeting.",
        )
    return count


def recognize_page(
    data: bytes, number: int, tesseract: Tesseract, limits: Limits = PAGE_LIMITS
) -> bytes:
    """Return the ``ocr_page`` element of a page; one that says so if the page cannot be read."""
    try:
        image = draw_page(data, number, _DPI)
    except UnreadableTranscript:
        return _failed_page("it cannot be drawn")
    output = tesseract.recognize(image.png, image.dpi, limits)
    page = _page_element(output.result)
    if output.status != 0 or not page or len(page) > _LARGEST_PAGE:
        return _failed_page(_reason(output))
    return _INDENT.sub(b"\n", _LEFT_OUT.sub(b"", page))


def _page_element(hocr: bytes) -> bytes:
    """Return the only element in the body of a document; empty if it has none."""
    start, end = hocr.find(b"<div class='ocr_page'"), hocr.rfind(b"</body>")
    return hocr[start:end].strip() if 0 <= start < end else b""


def _reason(output: Output) -> str:
    if output.status < 0:
        return "recognition took too long or too much memory"
    return "recognition failed"


def _failed_page(reason: str) -> bytes:
    return f"<div class='ocr_page' title='bbox 0 0 1 1; {FAILURE} {reason}'></div>".encode()


def recognize_scan(data: bytes, tesseract: Tesseract) -> bytes:
    """Return the hOCR file of a whole scan; takes seconds for each page.

    Raises UnreadableTranscript as ``count_pages`` and ``join_pages`` do.
    """
    numbers = range(1, count_pages(data) + 1)
    pages = (recognize_page(data, number, tesseract) for number in numbers)
    return join_pages(pages, tesseract.languages)


def join_pages(pages: Iterable[bytes], languages: str) -> bytes:
    """Return the hOCR file of some ``ocr_page`` elements.

    Raises UnreadableTranscript if it is larger than any file may be.
    """
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<title></title>\n'
        '<meta name="ocr-system" content="tesseract"/>\n'
        '<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word"/>\n'
        f'<meta name="ocr-langs" content="{escape(languages)}"/>\n</head>\n<body>\n'
    )
    hocr = b"%b%b\n</body>\n</html>\n" % (head.encode(), b"\n".join(pages))
    if len(hocr) > LARGEST_FILE:
        raise UnreadableTranscript("too-large", "The recognised text is larger than any record.")
    return hocr
