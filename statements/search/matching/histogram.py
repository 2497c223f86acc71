"""Years and months as numbers of speeches, and how many speeches were found in each.

    histogram(snapshot, selection.found, Period.MONTH)

A bar's first and last day are what ``from`` and ``to`` of an address take, in the place of a year
that may be chosen: the search narrowed so finds as many speeches as the bar says. Where days are
chosen already, a bar holds those of its period that are among them. A speech of which only the
year is known stands in no month, but in its year.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from statements.search.index.caching import cached_per_snapshot
from statements.search.index.snapshot import Mask, Snapshot

Periods = npt.NDArray[np.int32]

_EPOCH = date(1970, 1, 1)


class Period(StrEnum):
    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bar:
    first: date
    last: date
    speeches: int


@dataclass(frozen=True, slots=True)
class Histogram:
    period: Period
    bars: Sequence[Bar]  # each period in which something was found, earliest first
    without: int  # speeches that stand in no bar, for their period is not known


def histogram(
    snapshot: Snapshot,
    found: Mask,
    period: Period,
    first: date | None = None,
    last: date | None = None,
) -> Histogram:
    """Over what was found, bool[H], of the days from ``first`` to ``last``, where these are
    chosen."""
    counts = np.bincount(periods(snapshot, period)[found], minlength=1)
    begin, end = first or date.min, last or date.max
    bars = []
    for number in (np.flatnonzero(counts[1:]) + 1).tolist():
        of_period = days(number, period)
        cut = max(of_period[0], begin), min(of_period[1], end)
        bars.append(Bar(*cut, int(counts[number])))
    return Histogram(period, bars, int(counts[0]))


def periods(snapshot: Snapshot, period: Period) -> Periods:
    """int32[H]: of each speech the year, or twelve times the year and the month from 0; 0 where
    that is not known."""
    return _PERIODS[period](snapshot)


def days(number: int, period: Period) -> tuple[date, date]:
    """The first and last day of a period."""
    if period is Period.YEAR:
        return date(number, 1, 1), date(number, 12, 31)
    year, month = number // 12, number % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def label(number: int, period: Period) -> str:
    """2014, or 2014-12."""
    return days(number, period)[0].isoformat()[: 4 if period is Period.YEAR else 7]


def _by_year(snapshot: Snapshot) -> Periods:
    return snapshot.numbers["year"].astype(np.int32)


def _by_month(snapshot: Snapshot) -> Periods:
    day = snapshot.numbers["date"]
    dates = (day - _EPOCH.toordinal()).astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64) + 12 * _EPOCH.year
    return np.where(day > 0, months, 0).astype(np.int32)


_PERIODS = {
    Period.YEAR: cached_per_snapshot(_by_year),
    Period.MONTH: cached_per_snapshot(_by_month),
}
