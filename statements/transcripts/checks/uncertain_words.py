"""Marks the words that text recognition (OCR) was not certain of, so that a person compares them
with the page."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from statements.transcripts.checks.problems import limit_problems
from statements.transcripts.layout.words import Word
from statements.transcripts.values.parsed import ParsedSpeech, ParsedTranscript, Problem

_LISTED = 12  # words that a problem names

NumberedWords = tuple[int, Sequence[Word]]  # the words of a line, with its number


def mark_uncertain_words(
    parsed: ParsedTranscript, lines: Sequence[NumberedWords]
) -> ParsedTranscript:
    """Return a transcript with its uncertain words marked in paragraphs, and a problem for each
    speech that has any.

    ``lines`` are those of the text in reading order. Words are found again by comparing each
    paragraph with its lines; a word that was joined from two is uncertain if either part is.
    """
    if not any(word.uncertain for _, words in lines for word in words):
        return parsed
    starts = sorted(
        {speech.line or 0 for speech in parsed.speeches}
        | {paragraph.line or 0 for speech in parsed.speeches for paragraph in speech.paragraphs}
    )
    ends = dict(zip(starts, [*starts[1:], lines[-1][0] + 1], strict=True))
    by_number = dict(lines)
    speeches = tuple(_marked(speech, by_number, ends) for speech in parsed.speeches)
    return replace(parsed, speeches=speeches)


def _marked(
    speech: ParsedSpeech, lines: dict[int, Sequence[Word]], ends: dict[int, int]
) -> ParsedSpeech:
    doubted: list[str] = []
    paragraphs = []
    for paragraph in speech.paragraphs:
        start = paragraph.line or 0
        texts = paragraph.text.split()
        places = _uncertain_places(texts, _words(lines, range(start, ends[start])))
        doubted += (texts[place] for place in places)
        paragraphs.append(replace(paragraph, uncertain_words=places))
    problems = [*_name_problem(speech, lines), *_words_problem(speech, doubted)]
    if not problems:
        return speech
    return replace(
        speech,
        paragraphs=tuple(paragraphs),
        problems=limit_problems([*speech.problems, *problems]),
    )


def _words(lines: dict[int, Sequence[Word]], numbers: Iterable[int]) -> list[Word]:
    return [word for number in numbers for word in lines.get(number, ())]


def _uncertain_places(texts: Sequence[str], words: Sequence[Word]) -> tuple[int, ...]:
    """Return the places of uncertain words in the text that was made of some printed words."""
    if not any(word.uncertain for word in words):
        return ()
    printed = [word.text for word in words]
    places: set[int] = set()
    matcher = SequenceMatcher(None, printed, texts, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            places.update(
                first + index for index in range(end - start) if words[start + index].uncertain
            )
        elif any(word.uncertain for word in words[start:end]):
            places.update(range(first, last))
    return tuple(sorted(places))


def _name_problem(speech: ParsedSpeech, lines: dict[int, Sequence[Word]]) -> list[Problem]:
    """Report uncertain words in the speaker line, which may be the name itself."""
    start = speech.line or 0
    end = next((paragraph.line or 0 for paragraph in speech.paragraphs), start)
    # the colon was taken from the end of the line
    texts = f"{speech.speaker_line}:".split() if speech.speaker_line else []
    places = _uncertain_places(texts, _words(lines, range(start, end + 1)))
    if not places:
        return []
    words = _quoted(texts[place].strip(":") for place in places)
    message = f"Text recognition was not certain of {words} in the speaker line. Check the name."
    return [Problem("uncertain-speaker", message, line=speech.line)]


def _words_problem(speech: ParsedSpeech, words: Sequence[str]) -> list[Problem]:
    if not words:
        return []
    more = len(words) - _LISTED
    listed = _quoted(words[:_LISTED]) + (f" and {more} more" if more > 0 else "")
    message = (
        f"Text recognition was not certain of {listed}. Compare the underlined words with the page."
    )
    return [Problem("uncertain-words", message, line=speech.line)]


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
