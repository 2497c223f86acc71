"""Recognises the text of scans page by page (OCR): pdfium draws a page of a PDF, Tesseract reads it
or an image file.

Each runs in a process of its own with limits. The result is an hOCR file, which is read like any
other. A page that fails is noted in it, and the others are still recognised.
"""

import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from statements.transcripts.formats.printed.hocr import FAILURE
from statements.transcripts.formats.printed.images import is_image, read_image
from statements.transcripts.sandbox.programs import Limits, Output, run_limited
from statements.transcripts.sandbox.tesseract import PAGE_LIMITS, Tesseract
from statements.transcripts.text.decoding import LARGEST_FILE
from statements.transcripts.values.parsed import UnreadableTranscript

MAX_PAGES = 500
_DPI = 300
_PROGRAM = Path(__file__).with_name("page_image.py")
_TYPESET_PROGRAM = Path(__file__).with_name("typeset_pages.py")
_LARGEST_PAGE = 4 * 1024**2  # bytes of hOCR; a dense page has a hundred thousand
_LEFT_OUT = re.compile(rb" (?:id|lang)='[^'<>]*'")
_INDENT = re.compile(rb"\n\s+")
_RESOLUTION = re.compile(
    rb"(?P<before>bbox 0 0 (?P<width>\d{1,6}) \d{1,6}[^'<>]*?); scan_res (?P<dots>\d{1,6}) \d{1,6}"
)
_NARROWEST, _WIDEST = 4, 17  # inches: a small book, and the long side of A3


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
    """Return the number of pages of a PDF or an image file.

    Raises UnreadableTranscript if the PDF cannot be opened, or has too many pages.
    """
    image = read_image(data)
    count = len(image.sizes) if image else draw_page(data, 0, _DPI).pages
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
    if is_image(data):
        output = tesseract.recognize(data, limits, page=number)
    else:
        try:
            image = draw_page(data, number, _DPI)
        except UnreadableTranscript:
            return _failed_page("it cannot be drawn")
        output = tesseract.recognize(image.png, limits, dpi=image.dpi)
    page = _page_element(output.result)
    if output.status != 0 or not page or len(page) > _LARGEST_PAGE:
        return _failed_page(_reason(output))
    return _RESOLUTION.sub(_plausible, _INDENT.sub(b"\n", _LEFT_OUT.sub(b"", page)), count=1)


def _plausible(resolution: re.Match[bytes]) -> bytes:
    """Return the resolution of a page; none, if it would make the page no sheet of paper.

    Image files often state that of a screen.
    """
    width, dots = int(resolution["width"]), int(resolution["dots"])
    return resolution[0] if _NARROWEST * dots <= width <= _WIDEST * dots else resolution["before"]


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


def typeset_pages(data: bytes) -> dict[int, bytes]:
    """Return the pages of a PDF that have text, or are blank, as ``ocr_page`` elements by number.

    Raises UnreadableTranscript if the PDF cannot be read.
    """
    output = run_limited([sys.executable, "-I", str(_TYPESET_PROGRAM)], data)
    if output.status != 0:
        raise UnreadableTranscript("broken-pdf", "The text of the PDF cannot be read.")
    pages: dict[int, bytes] = {}
    answer = io.BytesIO(output.result)
    while head := answer.readline():
        number, length = map(int, head.split())
        pages[number] = answer.read(length)
    return pages


def recognize_scan(data: bytes, tesseract: Tesseract, *, keep_text: bool = False) -> bytes:
    """Return the hOCR file of a whole scan; takes seconds for each page.

    With ``keep_text``, only the pages without text are recognised. Raises UnreadableTranscript as
    ``count_pages``, ``typeset_pages`` and ``join_pages`` do.
    """
    numbers = range(1, count_pages(data) + 1)
    kept = typeset_pages(data) if keep_text else {}
    pages = (kept.get(number) or recognize_page(data, number, tesseract) for number in numbers)
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
