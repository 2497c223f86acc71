"""What a table says of a text, put beside what was read from the text itself."""

import re
from dataclasses import replace

from statements.transcripts.formats.decoding import Decoded
from statements.transcripts.formats.text import read_text
from statements.transcripts.parsed import (
    Dropped,
    Given,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
)
from statements.transcripts.speakers.attribution import split_name

# nobody, or nobody known
NOBODY = frozenset({"", "na", "n/a", "nan", "none", "null", "unknown", "-", "?"})
_SPACE = re.compile(r"\s+")
_POST_NOMINAL = re.compile(r"[A-Z]{2,5}|(?:[A-Z]\.){2,4}|[A-Z]{1,2}[a-z]{1,2}[A-Z]{1,2}")
_OF_WHOLE_FILES = frozenset({"no-date", "no-symbol"})


def clean(cell: str) -> str:
    """A cell of a table without superfluous blanks; "" where it says that nothing is known."""
    text = _SPACE.sub(" ", cell.replace("\u00ad", "")).strip()
    return "" if text.casefold() in NOBODY else text


def given_name(cell: str) -> tuple[str, str]:
    """Honorific and name of one person; nothing where the cell names several ("A/B")."""
    name = clean(cell).strip(" ,;")
    if not name or "/" in name or ";" in name or name.casefold().startswith("the "):
        return "", ""
    honorific, bare = split_name(name)
    return honorific, _without_post_nominals(bare)


def _without_post_nominals(name: str) -> str:
    """ "Ada Lund, M.P.", "MICHAEL TARN, GCMG, KStJ" without the letters of honours and seats; in
    capitals one alone may be a forename ("VAN DAM, JOHN") and stays."""
    bare, *after = name.split(",")
    letters = [part.strip() for part in after if part.strip()]
    sure = len(letters) > 1 or not bare.isupper()
    all_letters = all(_POST_NOMINAL.fullmatch(part) for part in letters)
    return bare if letters and sure and all_letters and " " in bare else name


def read_speech(text: str, position: int, given: Given, *, line: int) -> ParsedSpeech:
    """One speech of which a table knows where it begins and ends.

    A further speaker line within it is kept as printed, in a paragraph of its own, and told:
    the table says that all of this is one person's. ``line`` is the row's.
    """
    parsed = read_text("", Decoded(text, "utf-8")) if text.strip() else None
    problems = [
        replace(problem, line=line)
        for problem in (parsed.problems if parsed else ())
        if problem.code not in _OF_WHOLE_FILES
    ]
    if parsed is None or not parsed.speeches:
        speech = _nothing_said(position, line)
        problems = list(speech.problems)
    else:
        speech, *others = parsed.speeches
        problems += [replace(problem, line=line) for problem in speech.problems]
        for other in others:
            speech = replace(speech, paragraphs=speech.paragraphs + _with_line(other))
            problems.append(_told_twice(other, line))
    return replace(
        speech,
        position=position,
        given=given,
        problems=tuple(problems),
        line=line,
        dropped=_dropped(parsed, line) if parsed else (),
    )


def _dropped(parsed: ParsedTranscript, line: int) -> tuple[Dropped, ...]:
    """What of a row's text is not said; a first page has no place with a single speech."""
    cover = (Dropped(text, "first page", line) for text in parsed.meeting.first_page)
    return (*cover, *(replace(each, line=line) for each in parsed.dropped))


def place_speeches(parsed: ParsedTranscript, given: Given) -> ParsedTranscript:
    """A file that a data set describes as a whole: every speech of it was made at that place,
    and what is said of the speaker may be said of any who does not speak from an office."""
    of_office = replace(
        given, speaker="", honorific="", affiliation="", country="", role="", language=""
    )
    return replace(
        parsed,
        speeches=tuple(
            replace(speech, given=of_office if speech.role and not speech.speaker else given)
            for speech in parsed.speeches
        ),
    )


def _nothing_said(position: int, line: int) -> ParsedSpeech:
    return ParsedSpeech(
        position=position,
        problems=(Problem("empty-speech", "The row has no text.", line=line),),
        line=line,
    )


def _with_line(speech: ParsedSpeech) -> tuple[ParsedParagraph, ...]:
    head = f"{speech.speaker_line}:" if speech.speaker_line else ""
    first, *rest = speech.paragraphs or (ParsedParagraph(""),)
    return replace(first, text=f"{head} {first.text}".strip()), *rest


def _told_twice(speech: ParsedSpeech, line: int) -> Problem:
    return Problem(
        "second-speaker-in-row",
        f"“{speech.speaker_line[:80]}:” stands within the text of one row; it was left there.",
        line=line,
    )
