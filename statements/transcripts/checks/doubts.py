"""What can be judged of a transcript without a database."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from statements.transcripts.hyphens import Evidence
from statements.transcripts.layout.ligatures import lost, mend
from statements.transcripts.lines import Line
from statements.transcripts.parsed import (
    ParagraphKind,
    ParsedMeeting,
    ParsedParagraph,
    ParsedSpeech,
    Problem,
    Severity,
    UnreadableTranscript,
)

LARGEST_SPEECH = 5_000_000  # characters
MOST_WORDS = 1_000_000

_OCR_I = re.compile(
    r"(?:^|(?<=[.:;,?!“\"—-] )|(?<=[“\"(:]))(?P<slip>[1|l!])\s"
    r"(?P<verb>thank|would|wish|have|had|am|was|shall|should|will|want|must|can|cannot|could|now|also|call|give|take|believe|think|hope|"
    r"welcome|congratulate|commend|join|speak|propose|declare|invite|request|extend|assure|resume|"
    r"regret|note|express|do|did|put|begin|turn|repeat|say|ask|recall|refer|urge|add|make|may|"
    r"might|know|see|understand|agree|support|stress|feel|consider|come|stand|conclude)\b"
)


MOST_OF_A_KIND = 100  # problems of one code told one by one


def capped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by line; where one kind abounds, its first hundred and a count of the rest."""
    kept: list[Problem] = []
    seen: Counter[str] = Counter()
    last: dict[str, Problem] = {}
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= MOST_OF_A_KIND:
            kept.append(problem)
        else:
            last[problem.code] = problem
    kept.sort(key=lambda problem: problem.line or 0)
    for code, problem in last.items():
        more = f"{seen[code] - MOST_OF_A_KIND} more problems of this kind ({code}) follow."
        kept.append(Problem(code, more, problem.severity, problem.line))
    return tuple(kept)


def check_meeting(meeting: ParsedMeeting) -> list[Problem]:
    problems: list[Problem] = []
    if meeting.date is None and not meeting.date_printed:
        problems.append(
            Problem("no-date", "The text states no date. Please give the date of the meeting.")
        )
    if meeting.symbol is None:
        problems.append(
            Problem("no-symbol", "The text states no symbol. Please give one such as S/PV.7343.")
        )
    return problems


def check_letters(text: str) -> list[Problem]:
    """Letters that went missing when the text was taken from a page; they are not put back."""
    found = lost(text)
    if not found:
        return []
    shown = ", ".join(f"“{bare}” (“{whole}”)" for bare, whole in found[:3])
    return [
        Problem(
            "lost-letters",
            f"In {len(found)} words letters seem to be missing, as in {shown}. A search for the "
            "whole words will not find them; please look for a better copy of the text.",
        )
    ]


def torn_words(lines: Iterable[Line], evidence: Evidence) -> Iterator[Problem]:
    """ "conf lict": told and left, for in a text it is not known what the page printed."""
    for line in lines:
        for torn, whole in mend(line.text, evidence).repairs:
            yield Problem(
                "split-ligature",
                f"“{torn}” is probably “{whole}”, torn at a ligature; it was left as it is, and a "
                "search for the whole word does not find it.",
                Severity.NOTE,
                line.number,
            )


def check_speech(
    paragraphs: Sequence[ParsedParagraph], *, named: bool, line: int | None
) -> list[Problem]:
    spoken = [each for each in paragraphs if each.kind is ParagraphKind.SPEECH]
    problems = list(ocr_slips(spoken))
    if not spoken:
        problems.append(
            Problem("empty-speech", "The speaker line has no speech after it.", line=line)
        )
    if not named:
        problems.append(
            Problem(
                "no-speaker",
                "No speaker line was found for this text. Please say who spoke.",
                Severity.WARNING,
                line,
            )
        )
    if (
        sum(len(each.text) for each in spoken) > LARGEST_SPEECH
        or sum(each.text.count(" ") + 1 for each in spoken) > MOST_WORDS
    ):
        raise UnreadableTranscript(
            "speech-too-long",
            f"The speech from line {line} on is longer than any on record; a speaker line was "
            "probably missed. Split the file at its speeches.",
        )
    return problems


def ocr_slips(paragraphs: Iterable[ParsedParagraph]) -> Iterable[Problem]:
    """ "1 thank", "| would": a misread "I". Shown, never changed."""
    for paragraph in paragraphs:
        for match in _OCR_I.finditer(paragraph.text):
            yield Problem(
                "ocr-i",
                f"“{match[0].strip()}” is probably a misread “I {match['verb']}”.",
                Severity.WARNING,
                paragraph.line,
            )


def check_speeches(speeches: Sequence[ParsedSpeech]) -> list[Problem]:
    if not speeches:
        return [
            Problem(
                "no-speech",
                "Nothing said was found in this text, only page furniture or a first page.",
                Severity.ERROR,
            )
        ]
    return [*check_numbering(speeches), *check_floor(speeches)]


def check_floor(speeches: Sequence[ParsedSpeech]) -> list[Problem]:
    """A line without a parenthesis, among others that bear one, after somebody who could not give
    the floor: a guest prints so, and so does who is addressed within a speech."""
    if not any(speech.affiliation for speech in speeches):
        return []
    return [
        Problem(
            "unannounced-speaker",
            f"“{speech.speaker_line[:80]}:” bears no country, and the speech before it is not "
            "from the chair; it may be an address within that speech.",
            Severity.NOTE,
            speech.line,
        )
        for before, speech in pairwise(speeches)
        if before.speaker
        and speech.speaker
        and not (speech.affiliation or speech.role or speech.language_printed)
    ]


def check_numbering(speeches: Sequence[ParsedSpeech]) -> list[Problem]:
    """Gaps in records that number their paragraphs: a page or a paragraph may be missing."""
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
