"""Counts by year or month as the geometry of a bar chart, which the template draws as SVG without
styles."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dates import MONTHS

HEIGHT = 100
STEP = 10  # of the drawing, which the page stretches to its width
GAP = 2
WIDEST_BAR = 72  # pixels
LONGEST_WITHOUT_GAPS = 150  # years; a stray date must not squeeze all other bars to nothing


class Bar(NamedTuple):
    label: str  # "2014", "May 2014"
    # speeches of it
    count: int  # type: ignore[assignment]  # hides a method of tuples that nobody needs
    speeches: str  # how many, as printed
    url: str
    x: int
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int
    height: int = HEIGHT
    bar_width: int = STEP - GAP
    step: int = STEP

    @property
    def most(self) -> int:
        return max(bar.count for bar in self.bars)

    @property
    def pixels(self) -> int:
        """The width that few bars take; many are squeezed to the page's width."""
        return len(self.bars) * WIDEST_BAR

    @property
    def first(self) -> str:
        return self.bars[0].label

    @property
    def last(self) -> str:
        return self.bars[-1].label

    @property
    def counted(self) -> tuple[Bar, ...]:
        """The bars that have speeches: the rows of the table."""
        return tuple(bar for bar in self.bars if bar.count)


def year_chart(counts: Iterable[Mapping[str, int]], address: Callable[[int], str]) -> Chart | None:
    """The chart of rows of ``year`` and ``count``; none, where nothing is dated.

    Years between without a speech stand in it empty, so that distances are true.
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
    """The chart of counts and addresses by year and month, from the month of one day to that of
    another."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    places = [(number // 12, number % 12 + 1) for number in months]
    return _chart(
        (f"{MONTHS[month]} {year}", *counts.get((year, month), (0, ""))) for year, month in places
    )


def _chart(counted: Iterable[tuple[str, int, str]]) -> Chart:
    given = list(counted)
    most = max(count for _, count, _ in given)
    bars = []
    for place, (label, count, url) in enumerate(given):
        height = max(2.0, round(HEIGHT * count / most, 1)) if count else 0.0
        y = HEIGHT - height
        bars.append(Bar(label, count, f"{count:,}", url, place * STEP, f"{y:.1f}", f"{height:.1f}"))
    return Chart(tuple(bars), len(bars) * STEP)


def browse_address(year: int) -> str:
    return reverse("browse-year", args=[year])


def search_address(**chosen: str) -> Callable[[int], str]:
    """Addresses of searches within something: a year's bar narrows to that year."""
    return lambda year: f"{reverse('search')}?{urlencode({**chosen, 'year': year})}"
