"""Checks whether recognised text is in a language at all, or the rubbish of a bad scan: the text
layer of a PDF, or hOCR."""

import re
from dataclasses import replace

from statements.transcripts.checks.problems import limit_problems
from statements.transcripts.languages.identification import identify_language
from statements.transcripts.languages.pack import ENGLISH, is_written_without_spaces
from statements.transcripts.text.hyphens import corpus_count
from statements.transcripts.values.parsed import (
    NO_TEXT,
    ParsedTranscript,
    Problem,
    UnreadableTranscript,
)

_SAMPLE = 60_000  # characters
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FEWEST_LONG_WORDS = 60  # needed to assess their spelling
_LETTERS_OF_A_WORD = 2  # in a script without spaces
_UNUSABLE = 0.70  # share of known long English words; below it, too much is misread
_POOR = 0.90


def check_legibility(parsed: ParsedTranscript) -> ParsedTranscript:
    """Return a transcript with what is wrong with its words; short ones are not judged.

    Raises UnreadableTranscript if the words are in no language, or too few of them are English.
    """
    text = _sample(parsed)
    words = _LONG_WORD.findall(text)
    unspaced = sum(map(is_written_without_spaces, text)) // _LETTERS_OF_A_WORD
    if len(words) + unspaced < _FEWEST_LONG_WORDS:
        return parsed
    share = sum(corpus_count(word) > 0 for word in words) / max(len(words), 1)
    if share >= _POOR:
        return parsed
    if share < _UNUSABLE:
        if identify_language(text) not in ("", ENGLISH.code):
            return parsed
        raise _refusal(parsed, share)
    problem = Problem(
        "poor-text-layer",
        f"Only {share:.0%} of the longer words are known. Please compare the text with the pages.",
    )
    return replace(parsed, problems=limit_problems([*parsed.problems, problem]))


def _refusal(parsed: ParsedTranscript, share: float) -> UnreadableTranscript:
    known = (
        f"only {share:.0%} of its longer words are English, and they are in no other language. It "
        "is a bad scan."
    )
    if parsed.encoding == "hocr":
        return UnreadableTranscript(
            "misread", f"The recognised text is not usable: {known} Scan it anew, or type its text."
        )
    return UnreadableTranscript(
        NO_TEXT, f"The text layer is not usable: {known} Run OCR on it again."
    )


def _sample(parsed: ParsedTranscript) -> str:
    texts: list[str] = list(parsed.meeting.first_page)
    length = 0
    for speech in parsed.speeches:
        texts += [paragraph.text for paragraph in speech.paragraphs]
        length += sum(len(paragraph.text) for paragraph in speech.paragraphs)
        if length > _SAMPLE:
            break
    return "\n".join(texts)[:_SAMPLE]
