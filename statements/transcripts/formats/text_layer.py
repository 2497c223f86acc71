"""Whether the text behind a PDF's pages can be trusted: a bad scan is refused, not read."""

import re
from collections.abc import Sequence

from statements.transcripts.hyphens import corpus_count
from statements.transcripts.layout.pdf_words import Page
from statements.transcripts.parsed import Problem, Severity, UnreadableTranscript

_FEW = 40  # letters; a page of a record has two thousand
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_JUDGED = 60  # long words, at least, before their spelling is judged
_UNUSABLE = 0.70  # of the long words known: below it, more is misread than can be repaired
_POOR = 0.90


def check_text_layer(pages: Sequence[Page]) -> list[Problem]:
    """What to say of a text layer; raises UnreadableTranscript where there is none to be used."""
    bare = [page for page in pages if sum(len(word.text) for word in page.words) < _FEW]
    if not pages or 2 * len(bare) > len(pages):
        raise UnreadableTranscript(
            "no-text-layer",
            f"The pages hold no text ({len(bare)} of {len(pages)} are bare): they are pictures of "
            "pages. Run text recognition on the scan first, and upload its result.",
        )
    problems = [
        Problem(
            "page-without-text",
            f"Page {page.number} is a picture without text; what it says is missing.",
            Severity.ERROR,
        )
        for page in bare
        if page.drawn
    ]
    return problems + _judge(pages)


def _judge(pages: Sequence[Page]) -> list[Problem]:
    text = " ".join(word.text for page in pages for word in page.words)
    words = _LONG_WORD.findall(text)
    if len(words) < _JUDGED:
        return []
    share = sum(corpus_count(word) > 0 for word in words) / len(words)
    if share < _UNUSABLE:
        raise UnreadableTranscript(
            "no-text-layer",
            f"The text behind the pages is not usable: only {share:.0%} of its longer words are "
            "English. It is a bad scan or another language; run text recognition on it anew.",
        )
    if share < _POOR:
        return [
            Problem(
                "poor-text-layer",
                f"Only {share:.0%} of the longer words are known: please compare with the pages.",
            )
        ]
    return []
