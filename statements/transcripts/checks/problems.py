"""Checks of a transcript that need no database; each returns the problems it finds."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from statements.transcripts.layout.ligatures import find_lost_ligatures, repair_ligatures
from statements.transcripts.record.narrative import is_stage_note
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line
from statements.transcripts.values.dates import doubt_of_date
from statements.transcripts.values.parsed import (
    ParagraphKind,
    ParsedMeeting,
    ParsedParagraph,
    ParsedSpeech,
    Problem,
    Severity,
    UnreadableTranscript,
)

MAX_SPEECH_LENGTH = 5_000_000  # characters
MAX_SPEECH_WORDS = 1_000_000

_MISREAD_I = re.compile(
    r"(?:^|(?<=[.:;,?!“\"—-] )|(?<=[“\"(:]))(?P<slip>[1|l!])\s"
    r"(?P<verb>thank|would|wish|have|had|am|was|shall|should|will|want|must|can|cannot|could|now|also|call|give|take|believe|think|hope|"
    r"welcome|congratulate|commend|join|speak|propose|declare|invite|request|extend|assure|resume|"
    r"regret|note|express|do|did|put|begin|turn|repeat|say|ask|recall|refer|urge|add|make|may|"
    r"might|know|see|understand|agree|support|stress|feel|consider|come|stand|conclude)\b"
)


MAX_PER_CODE = 100  # problems of one code that are listed one by one


def limit_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by line; list the first hundred of each code, and count the rest."""
    listed: list[Problem] = []
    counts: Counter[str] = Counter()
    last: dict[str, Problem] = {}
    for problem in problems:
        counts[problem.code] += 1
        if counts[problem.code] <= MAX_PER_CODE:
            listed.append(problem)
        else:
            last[problem.code] = problem
    listed.sort(key=lambda problem: problem.line or 0)
    for code, problem in last.items():
        message = f"{counts[code] - MAX_PER_CODE} more problems of this kind ({code}) follow."
        listed.append(Problem(code, message, problem.severity, problem.line))
    return tuple(listed)


def check_meeting(meeting: ParsedMeeting) -> list[Problem]:
    """Report a missing date or symbol, or a date on which the meeting cannot have been."""
    problems: list[Problem] = []
    if meeting.date is None and not meeting.date_printed:
        problems.append(
            Problem("no-date", "The text states no date. Please give the date of the meeting.")
        )
    if doubt := doubt_of_date(meeting.date, symbol=meeting.symbol):
        problems.append(Problem("impossible-date", doubt, Severity.ERROR))
    if meeting.symbol is None:
        problems.append(
            Problem("no-symbol", "The text states no symbol. Please give one such as S/PV.7343.")
        )
    return problems


def check_letters(text: str) -> list[Problem]:
    """Report letters that were lost when the text was extracted from pages. They cannot be
    restored."""
    losses = find_lost_ligatures(text)
    if not losses:
        return []
    examples = ", ".join(f"“{printed}” (“{word}”)" for printed, word in losses[:3])
    return [
        Problem(
            "lost-letters",
            f"In {len(losses)} words letters seem to be missing, as in {examples}. A search for "
            "the whole words will not find them; please use a better copy of the text.",
        )
    ]


def check_torn_words(lines: Iterable[Line], evidence: Evidence) -> Iterator[Problem]:
    """Report words such as "conf lict". They are not repaired, since a text does not show what
    the page printed."""
    for line in lines:
        for torn, word in repair_ligatures(line.text, evidence).repairs:
            yield Problem(
                "split-ligature",
                f"“{torn}” is probably “{word}”, split at a ligature. It was left unchanged, so a "
                "search for the whole word will not find it.",
                Severity.NOTE,
                line.number,
            )


def check_merge_markers(lines: Iterable[Line]) -> Iterator[Problem]:
    """Report the marks that a version control system left where two versions differ."""
    for line in lines:
        if line.text.startswith("<<<<<<<"):
            yield Problem(
                "merge-markers",
                "Two versions of a passage follow each other here, between the marks “<<<<<<<” and "
                "“>>>>>>>” of an unfinished merge. Keep one of them, and upload the text again.",
                line=line.number,
            )


def check_speech(
    paragraphs: Sequence[ParsedParagraph],
    *,
    has_speaker: bool,
    line: int | None,
    unread_label: str = "",
) -> list[Problem]:
    """Check one speech; raises UnreadableTranscript if it is longer than any on record."""
    spoken_texts = [
        paragraph.text for paragraph in paragraphs if paragraph.kind is ParagraphKind.SPEECH
    ]
    problems = list(check_misread_i(paragraphs))
    if not spoken_texts and not any(is_stage_note(paragraph.text) for paragraph in paragraphs):
        problems.append(
            Problem("empty-speech", "The speaker line has no speech after it.", line=line)
        )
    if not has_speaker:
        problems.append(
            Problem(
                "no-speaker",
                f"“{unread_label}” was not understood. Please say who spoke."
                if unread_label
                else "No speaker line was found for this text. Please say who spoke.",
                Severity.WARNING,
                line,
            )
        )
    if (
        sum(map(len, spoken_texts)) > MAX_SPEECH_LENGTH
        or sum(text.count(" ") + 1 for text in spoken_texts) > MAX_SPEECH_WORDS
    ):
        raise UnreadableTranscript(
            "speech-too-long",
            f"The speech that begins on line {line} is longer than any on record; a speaker line "
            "was probably missed. Split the file into its speeches.",
        )
    return problems


def check_labels(speeches: Iterable[ParsedSpeech]) -> Iterator[Problem]:
    """Report each label that was not understood once, with the number of its turns."""
    unread: dict[str, list[ParsedSpeech]] = {}
    for speech in speeches:
        if speech.unread_label:
            unread.setdefault(speech.unread_label, []).append(speech)
    for label, turns in unread.items():
        places = "a paragraph" if len(turns) == 1 else f"{len(turns)} paragraphs"
        yield Problem(
            "unread-turns",
            f"“{label[:80]}” begins {places} as the name of a speaker would, and was not "
            "understood. What follows is under nobody's name. Please say whether it is a speaker.",
            line=turns[0].line,
        )


def check_misread_i(paragraphs: Iterable[ParsedParagraph]) -> Iterator[Problem]:
    """Report "1 thank" and "| would" in spoken paragraphs: a misread "I". It is not changed."""
    for paragraph in paragraphs:
        if paragraph.kind is not ParagraphKind.SPEECH:
            continue
        for match in _MISREAD_I.finditer(paragraph.text):
            yield Problem(
                "ocr-i",
                f"“{match[0].strip()}” is probably a misread “I {match['verb']}”.",
                Severity.WARNING,
                paragraph.line,
            )


def check_speeches(speeches: Sequence[ParsedSpeech]) -> list[Problem]:
    """Check the speeches of a file together."""
    if not speeches:
        return [
            Problem(
                "no-speech",
                "This text contains no speech, only page headers and footers or a first page.",
                Severity.ERROR,
            )
        ]
    return [*check_numbering(speeches), *check_unannounced_speakers(speeches)]


def check_unannounced_speakers(speeches: Sequence[ParsedSpeech]) -> list[Problem]:
    """Report speaker lines without a country, where others have one, after a speaker who could
    not give the floor.

    Such a line may name a guest, or somebody addressed within the previous speech.
    """
    if not any(speech.affiliation for speech in speeches):
        return []
    return [
        Problem(
            "unannounced-speaker",
            f"“{speech.speaker_line[:80]}:” has no country, and the speech before it is not by "
            "the chair; it may be a form of address within that speech.",
            Severity.NOTE,
            speech.line,
        )
        for before, speech in pairwise(speeches)
        if before.speaker
        and speech.speaker
        and not (speech.affiliation or speech.role or speech.language_printed)
    ]


def check_numbering(speeches: Sequence[ParsedSpeech]) -> list[Problem]:
    """Report gaps in records that number their paragraphs: text may be missing."""
    problems: list[Problem] = []
    before: int | None = None
    for speech in speeches:
        for paragraph in speech.paragraphs:
            number = paragraph.number
            if number is None:
                continue
            if before is not None and number != before + 1:
                problems.append(
                    Problem(
                        "numbering-gap",
                        f"Paragraph {number} follows paragraph {before}.",
                        Severity.WARNING,
                        paragraph.line,
                    )
                )
            before = number
    return problems
