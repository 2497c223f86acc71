"""The title block of a statement as delegations distribute it: who speaks, in what office, for
which State, and when; in English, and in other languages by their packs.

    PERMANENT MISSION OF NORWAY TO THE UNITED NATIONS
    Statement by H.E. Ms. Ingrid Lund, Minister of Ferries
    New York, 23 September 2015

Only what is stated beyond doubt is read: a block that names two States names none, and words that
may be an office are not a name.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from statements.transcripts.languages.identification import likeliest_pack
from statements.transcripts.languages.pack import ENGLISH, LanguagePack
from statements.transcripts.record.titles.english import (
    english_dates,
    introduces_english_speaker,
    is_english_salutation,
    read_english_title_block,
    read_letterhead,
)
from statements.transcripts.record.titles.packs import (
    introduces_speaker,
    is_pack_salutation,
    pack_dates,
    read_pack_title_block,
)
from statements.transcripts.record.titles.parts import TitleBlock, only_date

MAX_LINES = 45  # before the salutation, and no title block is longer
LONGEST_LINE = 400  # characters; no line of a title is so long
_FIRST_LINES = 6  # in which a title introduces the speaker, if nothing else shows where it ends
_LINES_TO_DATE = 14
_WORDS_WITH_DATE = 6  # of a line that says when, and perhaps where
_WORDS_AT_DATES = frozenset("the le de del года год st nd rd th er".split())
_BEFORE_DATES_IN_PROSE = frozenset(
    "on since after before until from in by le el desde с до".split()
)
_BEGINNING = 6_000  # characters that show the language


def find_title_block(lines: Sequence[str]) -> tuple[int, TitleBlock | None]:
    """Return how many of the first lines are the title block, and what it states.

    ``lines`` are the first lines of text, without blank ones. The statement begins with a
    salutation or, where that shows no title, below the date of a title that introduces its speaker.
    Without either, a letterhead alone names the State, and a line with a date the day.
    """
    pack = likeliest_pack(" ".join(lines)[:_BEGINNING])
    for find_end in (_find_salutation, _find_date):
        count = find_end(lines, pack)
        title = _read(lines[:count], pack) if count else None
        if title is not None:
            return count, title
    count, title = _find_letterhead(lines)
    return count, title or find_date_line(lines)


def find_date_line(lines: Sequence[str]) -> TitleBlock | None:
    """Return the date of the first lines, if lines of their own state one and the same day.

    Only a day with the name of its month counts: a date in figures may be when a page was printed.
    """
    pack = likeliest_pack(" ".join(lines)[:_BEGINNING])
    first = lines[: _LINES_TO_DATE + 1]
    dates = (
        (date, printed)
        for line, below in pairwise([*first, ""])
        for date, printed in _dates(line, pack)
        if any(map(str.isalpha, printed)) and _is_date_line(line.replace(printed, " "), below)
    )
    date, printed = only_date(dates)
    return TitleBlock("", "", "", "", "", date, printed) if date else None


def _is_date_line(rest: str, below: str) -> bool:
    """Return whether a line holds no prose besides its date: "New York, ", "г. "."""
    words = re.findall(r"[^\W\d_]{2,}", rest)
    is_prose = any(word[0].islower() and word not in _WORDS_AT_DATES for word in words)
    begins_clause = bool(words) and words[0].casefold() in _BEFORE_DATES_IN_PROSE
    return len(words) <= _WORDS_WITH_DATE and not (is_prose or begins_clause or below[:1].islower())


def _dates(line: str, pack: LanguagePack) -> Iterator[tuple[datetime.date, str]]:
    yield from english_dates(line)
    if pack is not ENGLISH:
        yield from pack_dates(line, pack)


def _find_salutation(lines: Sequence[str], pack: LanguagePack) -> int:
    """Return the index of the line with which a statement begins; 0 if nothing precedes it."""
    for index, line in enumerate(lines[:MAX_LINES]):
        if is_english_salutation(line) or (pack is not ENGLISH and is_pack_salutation(line, pack)):
            return index
    return 0


def _find_date(lines: Sequence[str], pack: LanguagePack) -> int:
    """Return the index of the line below the date of a title; 0 without such a title."""
    first = " ".join(lines[:_FIRST_LINES])
    if not (
        introduces_english_speaker(first)
        or (pack is not ENGLISH and introduces_speaker(first, pack))
    ):
        return 0
    for index, line in enumerate(lines[:_LINES_TO_DATE]):
        if next(_dates(line, pack), None):
            return index + 1
    return 0


def _find_letterhead(lines: Sequence[str]) -> tuple[int, TitleBlock | None]:
    """Return the State of a letterhead, which may be all that was recognised of a title."""
    states = {
        state: index
        for index, line in enumerate(lines[:_FIRST_LINES])
        if (state := read_letterhead(line))
    }
    if len(states) != 1:
        return 0, None
    [(state, index)] = states.items()
    return index + 1, TitleBlock("", "", "", state, "", None, "")


def _read(lines: Sequence[str], pack: LanguagePack) -> TitleBlock | None:
    """Read the lines before the salutation; return None if they are not a title block."""
    if any(len(line) >= LONGEST_LINE for line in lines):
        return None  # prose
    title = None if pack is ENGLISH else read_pack_title_block(lines, pack)
    return title or read_english_title_block(lines)
