"""Bar charts of speeches by year or month: their geometry, which templates draw as SVG."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.dates import MONTHS

from archive.languages import grouped
from statements.addresses import search_address

HEIGHT = 100
STEP = 10  # width of a bar and its gap, in units of the drawing, which CSS stretches
GAP = 2
WIDEST_BAR = 72  # pixels
# a bar this many times as high as nine tenths of all others is cut off, if there are enough others
OUTLIER = 3
FEWEST_WITH_OUTLIERS = 10
LEAST_OUTLIER = 20  # speeches; lower bars take little room beside others
FLAT = 5  # speeches of the highest bar, as of one country in the years of a yearly debate
FEWEST_YEARS = 3  # of a chart that tells more than its table
LONGEST_WITHOUT_GAPS = 150  # years; one wrong date must not shrink all other bars to nothing


class Bar(NamedTuple):
    label: str  # "2014", "May 2014"
    # number of speeches
    count: int  # type: ignore[assignment]  # hides tuple.count, which is not used
    speeches: str  # the number as printed
    url: str
    x: int
    y: str
    height: str
    is_cut: bool = False  # it is higher than drawn


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int
    scale: int  # number of speeches of a bar of full height
    height: int = HEIGHT
    bar_width: int = STEP - GAP
    step: int = STEP

    @property
    def cut_bars(self) -> tuple[Bar, ...]:
        """Return the bars that are higher than drawn."""
        return tuple(bar for bar in self.bars if bar.is_cut)

    @property
    def is_flat(self) -> bool:
        """Return whether bars differ so little that a low drawing tells as much."""
        return self.scale <= FLAT

    @property
    def pixels(self) -> int:
        """Return the preferred width; CSS limits it to the width of the page."""
        return len(self.bars) * WIDEST_BAR

    @property
    def first(self) -> str:
        return self.bars[0].label

    @property
    def last(self) -> str:
        return self.bars[-1].label

    @property
    def counted(self) -> tuple[Bar, ...]:
        """Return the bars that have speeches: the rows of the table."""
        return tuple(bar for bar in self.bars if bar.count)


def year_chart(counts: Iterable[Mapping[str, int]], address: Callable[[int], str]) -> Chart | None:
    """Return the chart of rows with ``year`` and ``count``, or None if there are no rows.

    ``address`` returns the address of a year. Years without speeches are included as empty bars, so
    that distances are to scale, unless the chart would be longer than ``LONGEST_WITHOUT_GAPS``.
    """
    by_year = {row["year"]: row["count"] for row in counts}
    if not by_year:
        return None
    first, last = min(by_year), max(by_year)
    years = range(first, last + 1) if last - first < LONGEST_WITHOUT_GAPS else sorted(by_year)
    return _chart((str(year), by_year.get(year, 0), address(year)) for year in years)


def month_chart(
    counts: Mapping[tuple[int, int], tuple[int, str]], first: date, last: date
) -> Chart:
    """Return the chart from the month of ``first`` to that of ``last``.

    ``counts`` has the number of speeches and the address for each (year, month).
    """
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    places = [(number // 12, number % 12 + 1) for number in months]
    return _chart(
        (f"{MONTHS[month]} {year}", *counts.get((year, month), (0, ""))) for year, month in places
    )


def _chart(rows: Iterable[tuple[str, int, str]]) -> Chart:
    """Return the chart of rows of label, number of speeches and address."""
    rows = list(rows)
    scale = _scale([count for _, count, _ in rows if count])
    bars = []
    for place, (label, count, url) in enumerate(rows):
        height = max(2.0, round(HEIGHT * min(count / scale, 1), 1)) if count else 0.0
        y = f"{HEIGHT - height:.1f}"
        is_cut = count > scale
        bars.append(
            Bar(label, count, grouped(count), url, place * STEP, y, f"{height:.1f}", is_cut)
        )
    return Chart(tuple(bars), len(bars) * STEP, scale)


def _scale(counts: Sequence[int]) -> int:
    """Return the count of a bar of full height: the highest, but for single bars so high that all
    others would be flat.

    >>> _scale([4, 7, 90]), _scale([*range(1, 20), 900])
    (90, 19)
    """
    if len(counts) < FEWEST_WITH_OUTLIERS:
        return max(counts)
    ascending = sorted(counts)
    limit = max(OUTLIER * ascending[len(ascending) * 9 // 10 - 1], LEAST_OUTLIER)
    return max(count for count in ascending if count <= limit)


def browse_address(year: int) -> str:
    """Return the address of the page of a year."""
    return reverse("browse-year", args=[year])


def addresses_by_year(**filters: str) -> Callable[[int], str]:
    """Return a function that returns the address of the search for all speeches of a year that have
    these values of facets."""
    return lambda year: search_address(*filters.items(), ("year", str(year)))
