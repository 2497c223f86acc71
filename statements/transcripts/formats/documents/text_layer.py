"""Checks whether the text layer of a PDF is reliable; a bad scan is refused."""

import re
from collections.abc import Sequence

from statements.transcripts.layout.pdf_words import Page
from statements.transcripts.text.hyphens import corpus_count
from statements.transcripts.values.parsed import Problem, Severity, UnreadableTranscript

_MIN_LETTERS = 40  # on a page with text; a page of a record has two thousand
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_MIN_LONG_WORDS = 60  # needed to assess their spelling
_UNUSABLE = 0.70  # share of known long words; below it, too much is misread to be repaired
_POOR = 0.90


def check_text_layer(pages: Sequence[Page]) -> list[Problem]:
    """Return the problems of a text layer; raises UnreadableTranscript if it is unusable."""
    empty_pages = [
        page for page in pages if sum(len(word.text) for word in page.words) < _MIN_LETTERS
    ]
    if not pages or 2 * len(empty_pages) > len(pages):
        raise UnreadableTranscript(
            "no-text-layer",
            f"The PDF has no text layer: {len(empty_pages)} of {len(pages)} pages are images "
            "without text. Run OCR on the scan and upload the result.",
        )
    problems = [
        Problem(
            "page-without-text",
            f"Page {page.number} is an image without text, so its content is missing.",
            Severity.ERROR,
        )
        for page in empty_pages
        if page.has_content
    ]
    return problems + _check_spelling(pages)


def _check_spelling(pages: Sequence[Page]) -> list[Problem]:
    text = " ".join(word.text for page in pages for word in page.words)
    words = _LONG_WORD.findall(text)
    if len(words) < _MIN_LONG_WORDS:
        return []
    share = sum(corpus_count(word) > 0 for word in words) / len(words)
    if share < _UNUSABLE:
        raise UnreadableTranscript(
            "no-text-layer",
            f"The text layer is not usable: only {share:.0%} of its longer words are English. It "
            "is a bad scan or in another language. Run OCR on it again.",
        )
    if share < _POOR:
        return [
            Problem(
                "poor-text-layer",
                f"Only {share:.0%} of the longer words are known. Please compare the text with "
                "the pages.",
            )
        ]
    return []
