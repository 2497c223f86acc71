"""Counts speeches by year or month.

    count_over_time(selection, Period.MONTH)

The search from the first to the last day of a bar, in place of any selected year, finds as many
speeches as the bar counts. If dates are selected, bars are cut to them. A speech of which only the
year is known is counted in its year, but in no month.
"""

from calendar import monthrange
from datetime import date

import numpy as np
import numpy.typing as npt

from statements.search.index.caching import cached_per_snapshot
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.selection import Selection
from statements.search.protocol import Histogram, HistogramBar, Period

Periods = npt.NDArray[np.int32]

_EPOCH = date(1970, 1, 1)


def count_over_time(selection: Selection, period: Period) -> Histogram:
    """Count a selection; by year, years that are not selected are counted as well."""
    mask = np.zeros_like(selection.mask)
    is_by_year = period is Period.YEAR
    mask[selection.without_filter("year") if is_by_year else selection.speeches] = True
    filters = selection.question.filters
    return histogram(selection.snapshot, mask, period, filters.date_from, filters.date_to)


def histogram(
    snapshot: Snapshot,
    mask: Mask,
    period: Period,
    first: date | None = None,
    last: date | None = None,
) -> Histogram:
    """Count the speeches of a mask, bool[H], in bars cut to the days from ``first`` to ``last``."""
    counts = np.bincount(periods(snapshot, period)[mask], minlength=1)
    bars = [
        bar(number, period, int(counts[number]), first, last)
        for number in (np.flatnonzero(counts[1:]) + 1).tolist()
    ]
    return Histogram(period, bars, int(counts[0]))


def bar(
    number: int, period: Period, speeches: int, first: date | None, last: date | None
) -> HistogramBar:
    """Return the bar of a period, cut to the days from ``first`` to ``last``."""
    first_day, last_day = days(number, period)
    return HistogramBar(
        max(first_day, first or date.min), min(last_day, last or date.max), speeches
    )


def periods(snapshot: Snapshot, period: Period) -> Periods:
    """int32[H]: the year of each speech, the month as twelve times the year plus the month from 0,
    or the decade counted from 1; 0 if unknown."""
    return _PERIODS[period](snapshot)


def days(number: int, period: Period) -> tuple[date, date]:
    """Return the first and last day of a period."""
    if period is Period.YEAR:
        return date(number, 1, 1), date(number, 12, 31)
    if period is Period.DECADE:
        last_year = number * 10 - 1
        return date(max(last_year - 9, 1), 1, 1), date(last_year, 12, 31)
    year, month = number // 12, number % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def label(number: int, period: Period) -> str:
    """2014, 2014-12, or 2010s."""
    if period is Period.DECADE:
        return f"{(number - 1) * 10:04d}s"
    return days(number, period)[0].isoformat()[: 4 if period is Period.YEAR else 7]


def _by_year(snapshot: Snapshot) -> Periods:
    return snapshot.numbers["year"].astype(np.int32)


def _by_month(snapshot: Snapshot) -> Periods:
    day = snapshot.numbers["date"]
    dates = (day - _EPOCH.toordinal()).astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64) + 12 * _EPOCH.year
    return np.where(day > 0, months, 0).astype(np.int32)


def _by_decade(snapshot: Snapshot) -> Periods:
    years = _by_year(snapshot)
    return np.where(years > 0, years // 10 + 1, 0).astype(np.int32)


_PERIODS = {
    Period.DECADE: cached_per_snapshot(_by_decade),
    Period.YEAR: cached_per_snapshot(_by_year),
    Period.MONTH: cached_per_snapshot(_by_month),
}
