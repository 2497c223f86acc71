"""Checks whether a PDF has a text layer; a scan without one is refused."""

from collections.abc import Sequence

from statements.transcripts.layout.words import Page
from statements.transcripts.values.parsed import NO_TEXT, Problem, Severity, UnreadableTranscript

_MIN_LETTERS = 40  # on a page with text; a page of a record has two thousand


def check_text_layer(pages: Sequence[Page]) -> list[Problem]:
    """Return the problems of a text layer; raises UnreadableTranscript if it is unusable."""
    empty_pages = [
        page for page in pages if sum(len(word.text) for word in page.words) < _MIN_LETTERS
    ]
    if not pages or 2 * len(empty_pages) > len(pages):
        raise UnreadableTranscript(
            NO_TEXT,
            f"The PDF has no text layer: {len(empty_pages)} of {len(pages)} pages are images "
            "without text. Run OCR on the scan and upload the result.",
        )
    return [
        Problem(
            "page-without-text",
            f"Page {page.number} is an image without text, so its content is missing.",
            Severity.ERROR,
        )
        for page in empty_pages
        if page.has_content
    ]
