"""Proves that reading loses no words: compares a text with what was read from it, by the number of
occurrences of each word and by their order."""

import re
from collections import Counter

from statements.transcripts.text.decoding import resolve_entities
from statements.transcripts.text.lines import split_lines
from statements.transcripts.values.parsed import ParagraphKind, ParsedTranscript

_NUMBER = re.compile(r"(?:\d{1,4}\.)?")  # a paragraph number before a speaker line
_NOTE = re.compile(r"\([^()]{1,80}\)")  # a language note from a repeated speaker line
_COLONS = re.compile("[:;：；]")
_JOINTS = re.compile("[-\u2010\u2011\u00ad]")


def unaccounted_words(text: str, parsed: ParsedTranscript) -> list[str]:
    """Return the words in which ``parsed`` differs from ``text``; empty if nothing was lost.

    These are the words missing from ``parsed`` and its words that are not in ``text`` ("+…"), or,
    if there are neither, the words in a different order ("~…"). Hyphens are ignored, since
    reading resolves them; every other character counts.
    """
    text = resolve_entities(text)
    expected = Counter(_words(_without_line_breaks(text)))
    actual: Counter[str] = Counter()
    for piece in all_text(parsed):
        actual.update(_words(piece))
    missing, invented = expected - actual, actual - expected
    # the same letters, split elsewhere: a word continued after a page break
    if Counter("".join(missing.elements())) != Counter("".join(invented.elements())):
        return sorted(missing.elements()) + [f"+{word}" for word in sorted(invented.elements())]
    return [f"~{word}" for word in _out_of_order(text, parsed)]


def all_text(parsed: ParsedTranscript) -> list[str]:
    """Return every piece of text in a transcript, including first page and dropped lines."""
    pieces = [dropped.text for dropped in parsed.dropped]
    pieces += parsed.meeting.first_page
    for speech in parsed.speeches:
        pieces += [dropped.text for dropped in speech.dropped]
        pieces.append(speech.speaker_line)
        for paragraph in speech.paragraphs:
            pieces.append(paragraph.text)
            if paragraph.number is not None:
                pieces.append(f"{paragraph.number}.")
    return pieces


def _out_of_order(text: str, parsed: ParsedTranscript) -> list[str]:
    """Return the words of ``parsed`` that do not occur in the text after the words before them.

    Dropped lines are removed from the text first. Almost nothing can then be skipped, so words
    that are all found are in the order of the text.
    """
    body = "".join(_words(_without_dropped(text, parsed)))
    position = 0  # end of the last word found in ``body``
    misplaced: list[str] = []

    def find(piece: str) -> None:
        nonlocal position
        for word in _words(piece):
            start = body.find(word, position)
            if start < 0:
                misplaced.append(word)
            else:
                position = start + len(word)

    for line in parsed.meeting.first_page:
        find(line)
    for speech in parsed.speeches:
        displaced_lines = {
            problem.line for problem in speech.problems if problem.code == "displaced-words"
        }
        # a line assembled from pieces, which is reported as a problem, has no order
        printed = "" if displaced_lines else "".join(_words(speech.speaker_line))
        line_is_due = bool(printed)
        for paragraph in speech.paragraphs:
            if paragraph.line in displaced_lines and _NOTE.fullmatch(paragraph.text):
                continue
            is_speech = paragraph.kind is ParagraphKind.SPEECH
            number = _NUMBER.match(body, position)
            next_word = number.end() if number else position
            if line_is_due and (is_speech or body.startswith(printed, next_word)):
                find(speech.speaker_line)
                line_is_due = False
            find(paragraph.text)
        if line_is_due:
            find(speech.speaker_line)
    return misplaced


def _without_dropped(text: str, parsed: ParsedTranscript) -> str:
    """Return a text without its dropped lines; those of table rows have no line numbers."""
    dropped_lines = {(dropped.line, dropped.text) for dropped in parsed.dropped}
    dropped_of_rows = Counter(
        dropped.text for speech in parsed.speeches for dropped in speech.dropped
    )
    remaining = []
    for line in split_lines(text):
        plain = " ".join(line.text.split())
        if (line.number, plain) in dropped_lines:
            continue
        if dropped_of_rows[plain]:
            dropped_of_rows[plain] -= 1
            continue
        remaining.append(plain)
    return "\n".join(remaining)


def _without_line_breaks(text: str) -> str:
    lines = [line.text.strip() for line in split_lines(text)]
    return re.sub("(?<=\\w)[-\u2010\u2011\u00ad]\n", "", "\n".join(lines))


def _words(text: str) -> list[str]:
    """Split into words without hyphens, and without the colons that end speaker lines."""
    return _JOINTS.sub("", _COLONS.sub(" ", text)).split()
