"""Extracts the words of PDF pages with their positions.

No other module uses the PDF library, except ``typesetting``, which reads one page.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from unicodedata import normalize

import pypdfium2
import pypdfium2.raw as pdfium

from statements.transcripts.layout.typesetting import Box, Typesetting
from statements.transcripts.layout.words import Page, Word, is_right_to_left
from statements.transcripts.values.parsed import UnreadableTranscript

MAX_PAGES = 1_000  # the longest record has about two hundred
MAX_CHARACTERS = 20_000_000
_LARGEST_PAGE = 200_000  # characters; a page of small print has ten thousand


def read_pages(data: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF.

    Raises UnreadableTranscript if the PDF cannot be opened or is larger than any record.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refusal() from error
    with document:
        count = len(document)
        if count > MAX_PAGES:
            raise UnreadableTranscript(
                "too-many-pages",
                f"The PDF has {count:,} pages; no record has more than {MAX_PAGES:,}. "
                "Split it by meeting.",
            )
        characters = 0
        for index in range(count):
            page = _read_page(document, index)
            characters += sum(len(word.text) for word in page.words)
            if characters > MAX_CHARACTERS:
                raise UnreadableTranscript(
                    "too-large",
                    f"The PDF contains more than {MAX_CHARACTERS // 10**6} million characters, "
                    "more than any record. Split it by meeting.",
                )
            yield page


def _refusal() -> UnreadableTranscript:
    reason = pdfium.FPDF_GetLastError()
    if reason in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return UnreadableTranscript(
            "encrypted",
            "The PDF is encrypted and requires a password. Save it without a password and upload "
            "that.",
        )
    return UnreadableTranscript(
        "broken-pdf",
        "The PDF is damaged and cannot be opened. Download or save it again, and upload that.",
    )


def _read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    try:
        page = document[index]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise UnreadableTranscript(
            "broken-pdf", f"Page {index + 1} of the PDF is damaged and cannot be read."
        ) from error
    try:
        box: Box = page.get_bbox()
        count = text.count_chars()
        if count > _LARGEST_PAGE:
            raise UnreadableTranscript(
                "too-large",
                f"Page {index + 1} contains {count:,} characters, more than a printed page can.",
            )
        typesetting = Typesetting(text, box)
        words = tuple(typesetting.words(count))
        has_content = pdfium.FPDFPage_CountObjects(page) > 0
    finally:
        text.close()
        page.close()
    turns = Counter[int]()
    for word in words:
        turns[word.turn] += len(word.text)
    turn = max(turns, key=turns.__getitem__, default=0)
    sides = (box[2] - box[0], box[3] - box[1])
    width, height = sides[::-1] if turn % 2 else sides
    if typesetting.is_mixed and _run_right_to_left(words):
        words = tuple(_mirrored(word, width) for word in words)
    return Page(index + 1, width, height, words, turn, has_content)


def _run_right_to_left(words: Sequence[Word]) -> bool:
    """Return whether most words on a page are Arabic, Hebrew or the like."""
    lettered = [word for word in words if any(map(str.isalpha, word.text))]
    return 2 * sum(is_right_to_left(word.text) for word in lettered) > len(lettered)


def _mirrored(word: Word, width: float) -> Word:
    """Return a word at its place in a mirror, where the page runs from left to right like others.

    Its letters are in the order in which they are read already.
    """
    return replace(
        word,
        text=normalize("NFKC", word.text),  # forms of Arabic letters become the letters
        left=width - word.right,
        right=width - word.left,
        mirrored=True,
    )
