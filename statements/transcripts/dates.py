"""Dates as people and records write them: "2020-01-10", "Friday, 10 January 2020, 10 a.m."."""

import datetime
import re
from collections.abc import Mapping

MONTHS = (
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_DATE = re.compile(
    rf"""
    ^(?:(?P<weekday>{"|".join(WEEKDAYS)}),?\s+)?       # Friday,
    (?P<day>\d{{1,2}})\s+(?P<month>{"|".join(MONTHS)}),?\s+(?P<year>\d{{4}})  # 10 January 2020
    (?:\s*,\s*.{{1,40}})?$                               # , 10 a.m.
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(r"(?<=\d{4}-\d\d-\d\d)[T ].*")


def read_date(printed: str) -> datetime.date:
    """An ISO date, or one as records print it; raises ValueError with a sentence.

    >>> read_date("Friday, 10 January 2020, 10 a.m.")
    datetime.date(2020, 1, 10)
    """
    printed = " ".join(printed.split())
    try:
        if match := _DATE.match(printed):
            month = MONTHS.index(match["month"].lower()) + 1
            day = datetime.date(int(match["year"]), month, int(match["day"]))
        else:
            day = datetime.date.fromisoformat(printed)
    except ValueError as error:
        raise ValueError(
            f"“{printed[:80]}” is no date; write 2020-01-10 or 10 January 2020"
        ) from error
    if match and match["weekday"] and WEEKDAYS[day.weekday()] != match["weekday"].lower():
        raise ValueError(f"{day.isoformat()} was no {match['weekday'].capitalize()}")
    return day


def date_of_cells(cells: Mapping[str, str]) -> datetime.date | None:
    """The day that "date", or else "year", "month" and "day" of a table's row say; None where
    they say none. Raises ValueError with a sentence."""
    printed = cells.get("date", "")
    if printed:
        return read_date(_TIME.sub("", printed))
    named = cells.get("month", "").casefold()
    month = MONTHS.index(named) + 1 if named in MONTHS else whole_number(named)
    year, day = (whole_number(cells.get(each, "")) for each in ("year", "day"))
    if not (year and month and day):
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{year}-{month}-{day} is no day of the calendar") from error


def whole_number(cell: str) -> int | None:
    """A whole number; tables made from numbers with gaps write 2020.0."""
    digits = cell.removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
