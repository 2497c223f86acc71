"""What was voted on and with which totals, in other languages than English, by their packs."""

import re
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.pack import LanguagePack, packs_of

SYMBOL = r"[A-Z]{1,4}(?:/[A-Za-z0-9.\-]{1,12}){1,6}"  # of a document: "S/2015/990"
_NUMBER = r"(?P<number>(?:E?S-)?\d[\d/]{0,9}(?:\s?[(（]\d{4}[)）])?)"  # of a resolution
_DIGITS = {code: str(digit) for digit in range(10) for code in (0x660 + digit, 0x6F0 + digit)}
_ASCII = _DIGITS | {ord("（"): " (", ord("）"): ")"}


@dataclass(frozen=True, slots=True)
class _Patterns:
    totals: re.Pattern[str]
    subject: re.Pattern[str]
    resolution: re.Pattern[str]


@cache
def _patterns(pack: LanguagePack) -> _Patterns:
    votes = pack.votes
    return _Patterns(
        totals=re.compile(votes.result, re.IGNORECASE),
        subject=re.compile(votes.subject.replace("{symbol}", SYMBOL), re.IGNORECASE),
        resolution=re.compile(votes.resolution.replace("{number}", _NUMBER), re.IGNORECASE),
    )


def find_subjects(text: str) -> list[re.Match[str]]:
    """Return what a paragraph names as put to the vote: "projet de résolution S/2015/990"."""
    return [match for pack in packs_of(text) for match in _patterns(pack).subject.finditer(text)]


def find_resolution(text: str) -> str:
    """Return the number of the resolution that a paragraph says was adopted; "" if none is named.

    >>> find_resolution("决议草案获得通过，成为第2999（2015）号决议。")
    '2999 (2015)'
    """
    found = (_patterns(pack).resolution.search(text) for pack in packs_of(text))
    match = next(filter(None, found), None)
    return match["number"].translate(_ASCII) if match else ""


def find_totals(text: str) -> list[int | None] | None:
    """Return the votes in favour, against and abstaining that a paragraph reports, if any.

    >>> find_totals("Par 12 voix contre zéro, avec 3 abstentions, le projet est adopté.")
    [12, 0, 3]
    """
    for pack in packs_of(text):
        if match := _patterns(pack).totals.search(text):
            groups = match.groupdict()
            return [
                _number(groups[name] or groups.get(f"{name}_2"))
                for name in ("favour", "against", "abstaining")
            ]
    return None


def _number(printed: str | None) -> int | None:
    """Return a printed number; the patterns know no word but that for zero."""
    if not printed:
        return None
    return int(printed) if printed.isdecimal() else 0
