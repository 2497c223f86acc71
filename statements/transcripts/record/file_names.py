"""What the name of a file says beyond doubt: "2031-05-06_Odile_Rill_Norway", "no_en".

Names are written in any way, so only parts count that can mean nothing else: one date, one State
named in full, and a name that stands alone between both. A pattern given by a person says more.
"""

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass

from statements.transcripts.languages.country_codes import ALPHA_3_CODES
from statements.transcripts.languages.pack import PACKS
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import OFFICE_WORDS, PARTICLES
from statements.transcripts.text.hyphens import is_common_word
from statements.transcripts.values.dates import EARLIEST_YEAR

_LONGEST = 255  # characters
_PARTS = re.compile(r"[_\s]+|(?<=\d)-(?=[^\W\d])|\s-\s")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)")
_CODES = re.compile(r"(?P<country>[a-z]{2})[_-](?P<language>[a-z]{2})")
_NAME = re.compile(r"[^\W\d_]['’\w-]*\.?")
_LANGUAGES = {pack.code for pack in PACKS}
_NAME_WORDS = range(2, 5)


@dataclass(frozen=True, slots=True)
class FileName:
    """What is not said is empty."""

    date: datetime.date | None = None
    speaker: str = ""
    affiliation: str = ""
    country: str = ""  # code of three letters


def read_file_name(name: str, language: str) -> FileName:
    """Read the name of a file with a statement in a language, given as its code.

    >>> read_file_name("2031-05-06_Odile_Rill_Norway.txt", "en").speaker
    'Odile Rill'
    >>> read_file_name("no_en.txt", "en").country, read_file_name("no_en.txt", "fr").country
    ('NOR', '')
    """
    stem = name.rpartition(".")[0][:_LONGEST] or name[:_LONGEST]
    if codes := _CODES.fullmatch(stem):
        country = ALPHA_3_CODES.get(codes["country"].upper(), "")
        is_certain = codes["language"] == language and language in _LANGUAGES
        return FileName(country=country if is_certain else "")
    parts = [part for part in _PARTS.split(stem) if part]
    dates = [(index, day) for index, part in enumerate(parts) if (day := _date(part))]
    states = list(_states(parts))
    first, last, affiliation = states[0] if len(states) == 1 else (0, 0, "")
    day = dates[0][1] if len(dates) == 1 else None
    speaker = ""
    if day and affiliation and dates[0][0] == 0 and last == len(parts):
        speaker = _name(parts[1:first])
    return FileName(date=day, speaker=speaker, affiliation=affiliation)


def _date(part: str) -> datetime.date | None:
    match = _DATE.fullmatch(part)
    if match is None:
        return None
    with suppress(ValueError):
        day = datetime.date(*(int(number) for number in match.groups() if number))
        return day if day.year >= EARLIEST_YEAR else None
    return None


def _states(parts: list[str]) -> list[tuple[int, int, str]]:
    """Return where each State is named, and how; the longest name at each place."""
    found: list[tuple[int, int, str]] = []
    begin = 0
    while begin < len(parts):
        for end in range(min(len(parts), begin + 6), begin, -1):
            printed = " ".join(parts[begin:end])
            if printed[:1].isupper() and is_state(printed):
                found.append((begin, end, printed))
                begin = end - 1
                break
        begin += 1
    return found


def _name(words: list[str]) -> str:
    """Return a name that words certainly are; "" for others."""
    is_name = len(words) in _NAME_WORDS and all(
        _NAME.fullmatch(word) and (word[0].isupper() or word in PARTICLES) for word in words
    )
    lower = [word.lower().strip(".") for word in words]
    if not is_name or any(word in OFFICE_WORDS for word in lower):
        return ""
    return "" if all(map(is_common_word, lower)) else " ".join(words)
