"""Parses dates as people and records write them: "2020-01-10", "Friday, 10 January 2020"."""

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
    """Parse an ISO date, or a date as records print it.

    Raises ValueError with a message for the user.

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
        raise ValueError(f"{day.isoformat()} was not a {match['weekday'].capitalize()}")
    return day


def date_of_cells(cells: Mapping[str, str]) -> datetime.date | None:
    """Return the date in a table row's "date", or else in its "year", "month" and "day".

    Returns None if the row has no date. Raises ValueError with a message for the user.
    """
    printed = cells.get("date", "")
    if printed:
        return read_date(_TIME.sub("", printed))
    month_cell = cells.get("month", "").casefold()
    month = MONTHS.index(month_cell) + 1 if month_cell in MONTHS else whole_number(month_cell)
    year, day = (whole_number(cells.get(name, "")) for name in ("year", "day"))
    if not (year and month and day):
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{year}-{month}-{day} is not a valid date") from error


def whole_number(cell: str) -> int | None:
    """Parse a whole number; tables exported from float columns write 2020.0."""
    digits = cell.removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
