"""Haystack's date facets: counts the speeches of each step of a range of days."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
from haystack.exceptions import SearchBackendError

from statements.search.index.snapshot import Snapshot
from statements.search.matching.selection import SpeechNumbers

MAX_STEPS = 40_000  # more than the days of a century
_MONTHS = {"month": 1, "year": 12}


def counts(
    snapshot: Snapshot,
    name: str,
    speeches: SpeechNumbers,
    *,
    start_date: date,
    end_date: date,
    gap_by: str,
    gap_amount: int = 1,
) -> list[tuple[datetime, int]]:
    """Return the first day of each step that has speeches, and their number. The last day is not
    included. A speech of which only the year is known belongs to no step."""
    if name.removesuffix("_exact") != "date":
        raise SearchBackendError(f"“{name}” is not a date.")
    if gap_by not in ("year", "month", "day"):
        raise SearchBackendError(f"Dates are counted by year, month or day, not by {gap_by}.")
    if gap_amount < 1 or end_date <= start_date:
        raise SearchBackendError("The end of a date facet must be after its start.")
    first, end = start_date.toordinal(), end_date.toordinal()
    borders = list(_borders(date.fromordinal(first), date.fromordinal(end), gap_by, gap_amount))
    days = snapshot.numbers["date"][speeches]
    days = days[(days >= first) & (days < end)]
    steps = np.searchsorted([border.toordinal() for border in borders], days, side="right") - 1
    return [
        (datetime.combine(border, datetime.min.time()), count)
        for border, count in zip(
            borders, np.bincount(steps, minlength=len(borders)).tolist(), strict=True
        )
        if count
    ]


def _borders(first: date, end: date, gap_by: str, gap_amount: int) -> Iterator[date]:
    step, border = 0, first
    while border < end:
        yield border
        step += gap_amount
        if step // gap_amount > MAX_STEPS:
            raise SearchBackendError(f"A date facet has at most {MAX_STEPS:,} steps.")
        border = _after(first, gap_by, step)


def _after(first: date, gap_by: str, step: int) -> date:
    """Return the day so many years, months or days later; in a shorter month its last day."""
    try:
        if gap_by == "day":
            return first + timedelta(days=step)
        years, month = divmod(first.month - 1 + step * _MONTHS[gap_by], 12)
        year = first.year + years
        return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return date.max
