"""Parses dates as people and records write them: "2020-01-10", "Friday, 10 January 2020"."""

import datetime
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from statements.transcripts.values.symbols import Symbol

MONTHS = (
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
EARLIEST_YEAR = 1900  # an earlier year is more often a misprint than a record
# first meetings, from the records A/PV.1, S/PV.1, E/PV.1 and T/PV.1
FIRST_MEETINGS = {
    "A": datetime.date(1946, 1, 10),
    "S": datetime.date(1946, 1, 17),
    "E": datetime.date(1946, 1, 23),
    "T": datetime.date(1947, 3, 26),
}
MONTH_PATTERN = (
    rf"(?P<month>{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in MONTHS)}|sept)\.?"
)
_DAY = r"(?P<day>\d{1,2})"
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)}),?\s+)?"
_HOUR = r"(?:\s*,\s*.{1,40})?"  # , 10 a.m.
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Friday, 10 January 2020, 10 a.m.; the 10th of January 2020; 10-Jan-2020
        rf"{_WEEKDAY}(?:the\s+)?{_DAY}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{MONTH_PATTERN},?[\s-]+"
        rf"(?P<year>\d{{4}}){_HOUR}",
        # Friday, January 10, 2020
        rf"{_WEEKDAY}{MONTH_PATTERN}\s+{_DAY}(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_HOUR}",
        # 2020/01/10
        rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.]{_DAY}",
        # 10.01.2020: with full stops, the day is always first
        rf"{_DAY}\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})",
    )
)
_SLASHES = re.compile(r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4})")
_TIME = re.compile(r"(?<=\d{4}-\d\d-\d\d)[T ].*")
_YEAR = re.compile(r"\d{4}(?:\.0)?")


def read_date(printed: str, *, day_first: bool | None = None) -> datetime.date:
    """Parse an ISO date, or a date as records print it.

    Of "03/02/2020" either number may be the day: ``day_first`` says which; if it is None, one of
    them must exceed 12. Raises ValueError with a message for the user.

    >>> read_date("Friday, 10 January 2020, 10 a.m.")
    datetime.date(2020, 1, 10)
    """
    printed = " ".join(printed.split())
    match = next(filter(None, (pattern.fullmatch(printed) for pattern in _DATES)), None)
    try:
        if match:
            values = (int(match["year"]), _month_number(match["month"]), int(match["day"]))
        elif slashes := _SLASHES.fullmatch(printed):
            values = _with_slashes(slashes, day_first=day_first)
        else:
            return datetime.date.fromisoformat(printed)
        day = datetime.date(*values)
    except ValueError as error:
        raise ValueError(
            f"“{printed[:80]}” is not a date such as 2020-01-10 or 10 January 2020"
        ) from error
    weekday = match.groupdict().get("weekday") if match else None
    if weekday and WEEKDAYS[day.weekday()] != weekday.lower():
        raise ValueError(f"{day.isoformat()} was not a {weekday.capitalize()}")
    return day


def first_date(printed: Iterable[str]) -> datetime.date | None:
    """Return the first of several texts that is a date, as ``read_date`` reads it; None if none
    is."""
    for text in printed:
        with suppress(ValueError):
            return read_date(text)
    return None


def _month_number(printed: str) -> int:
    if printed.isdecimal():
        return int(printed)
    return next(
        number for number, month in enumerate(MONTHS, 1) if month.startswith(printed.lower()[:3])
    )


def _with_slashes(match: re.Match[str], *, day_first: bool | None) -> tuple[int, int, int]:
    first, second = int(match["first"]), int(match["second"])
    order = slash_order(match[0]) if day_first is None else day_first
    if order is None and first != second:
        raise ValueError("the day may be either number")
    day, month = (second, first) if order is False else (first, second)
    return int(match["year"]), month, day


def slash_order(printed: str) -> bool | None:
    """Return whether the day is first in a date such as "23/02/2020"; None if it is not certain."""
    match = _SLASHES.fullmatch(_TIME.sub("", printed.strip()))
    if match is None or (int(match["first"]) > 12) == (int(match["second"]) > 12):
        return None
    return int(match["first"]) > 12


def date_of_cells(
    cells: Mapping[str, str], *, day_first: bool | None = None
) -> datetime.date | None:
    """Return the date in a table row's "date", or else in its "year", "month" and "day".

    Returns None if the row has no date, or only a year. Raises ValueError with a message for the
    user.
    """
    printed = cells.get("date", "")
    if _YEAR.fullmatch(printed):
        return None
    if printed:
        return read_date(_TIME.sub("", printed), day_first=day_first)
    month_cell = cells.get("month", "").casefold()
    month = MONTHS.index(month_cell) + 1 if month_cell in MONTHS else whole_number(month_cell)
    year, day = (whole_number(cells.get(name, "")) for name in ("year", "day"))
    if not (year and month and day):
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{year}-{month}-{day} is not a valid date") from error


def year_of_cells(cells: Mapping[str, str]) -> int | None:
    """Return the year of a table row that states no day: in its "date", or in its "year".

    Raises ValueError with a message for the user.
    """
    printed = cells.get("date", "")
    if not _YEAR.fullmatch(printed):
        printed = cells.get("year", "")
    year = whole_number(printed)
    if printed and not (year and 1 <= year <= 9999):
        raise ValueError(f"“{printed[:80]}” is not a year")
    return year


def doubt_of_date(
    day: datetime.date | None, year: int | None = None, symbol: Symbol | None = None
) -> str:
    """Return why a record or speech cannot have a date, as a sentence; "" if it can.

    Without a day, the year counts. ``symbol`` identifies the organ, whose first meeting is known.
    """
    year = day.year if day else year
    if year is None:
        return ""
    printed = day.isoformat() if day else str(year)
    # tomorrow, because the day begins earlier in other places
    last = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    if day > last if day else year > last.year:
        return f"The date {printed} is in the future. Please check it."
    first = FIRST_MEETINGS.get(symbol.series.split("/")[0]) if symbol else None
    if first and (day < first if day else year < first.year):
        return (
            f"The date {printed} is before the first meeting of this organ, on "
            f"{first.isoformat()}. Please check it."
        )
    if year < EARLIEST_YEAR:
        return f"The date {printed} is before {EARLIEST_YEAR}. Please check it."
    return ""


def whole_number(cell: str) -> int | None:
    """Parse a whole number; tables exported from float columns write 2020.0."""
    digits = cell.removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
