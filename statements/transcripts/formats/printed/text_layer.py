"""Checks whether a PDF has a text layer; a scan without one is refused."""

from collections.abc import Iterable, Sequence

from statements.transcripts.layout.words import Page
from statements.transcripts.values.parsed import (
    NO_TEXT,
    PAGE_WITHOUT_TEXT,
    Problem,
    Severity,
    UnreadableTranscript,
)

_MIN_LETTERS = 40  # on a page with text; a page of a record has two thousand


def lacks_text(page: Page) -> bool:
    """Return whether a page has content, but no text that can be read."""
    return page.has_content and _is_empty(page)


def is_partly_scanned(encoding: str, codes: Iterable[str]) -> bool:
    """Return whether pages of a file lack text that can be recognised, by the encoding that it was
    read in and the codes of its problems."""
    return encoding == "pdf" and PAGE_WITHOUT_TEXT in codes


def _is_empty(page: Page) -> bool:
    return sum(len(word.text) for word in page.words) < _MIN_LETTERS


def check_text_layer(pages: Sequence[Page]) -> list[Problem]:
    """Return the problems of a text layer; raises UnreadableTranscript if it is unusable."""
    empty_pages = [page for page in pages if _is_empty(page)]
    if not pages or 2 * len(empty_pages) > len(pages):
        raise UnreadableTranscript(
            NO_TEXT,
            f"The PDF has no text layer: {len(empty_pages)} of {len(pages)} pages are images "
            "without text. Run OCR on the scan and upload the result.",
        )
    return [
        Problem(
            PAGE_WITHOUT_TEXT,
            f"Page {page.number} is an image without text, so its content is missing.",
            Severity.ERROR,
        )
        for page in empty_pages
        if lacks_text(page)
    ]
