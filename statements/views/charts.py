"""Counts by year as the geometry of a bar chart, drawn by the template as SVG without styles."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

HEIGHT = 100
STEP = 10  # of the drawing, which the page stretches to its width
GAP = 2
WIDEST_BAR = 72  # pixels
LONGEST_WITHOUT_GAPS = 150  # years; a stray date must not squeeze all other bars to nothing


@dataclass(frozen=True, slots=True)
class Bar:
    year: int
    count: int
    url: str
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class YearChart:
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
    def first(self) -> int:
        return self.bars[0].year

    @property
    def last(self) -> int:
        return self.bars[-1].year

    @property
    def counted(self) -> tuple[Bar, ...]:
        """The bars of years that have speeches: the rows of the table."""
        return tuple(bar for bar in self.bars if bar.count)


def year_chart(
    counts: Iterable[Mapping[str, int]], address: Callable[[int], str]
) -> YearChart | None:
    """The chart of rows of ``year`` and ``count``; none, where nothing is dated.

    Years between without a speech stand in it empty, so that distances are true.
    """
    by_year = {row["year"]: row["count"] for row in counts}
    if not by_year:
        return None
    first, last = min(by_year), max(by_year)
    years = range(first, last + 1) if last - first < LONGEST_WITHOUT_GAPS else sorted(by_year)
    most = max(by_year.values())
    bars = []
    for place, year in enumerate(years):
        count = by_year.get(year, 0)
        height = max(2.0, round(HEIGHT * count / most, 1)) if count else 0.0
        bars.append(Bar(year, count, address(year), place * STEP, HEIGHT - height, height))
    return YearChart(tuple(bars), len(bars) * STEP)


def browse_address(year: int) -> str:
    return reverse("browse-year", args=[year])


def search_address(**chosen: str) -> Callable[[int], str]:
    """Addresses of searches within something: a year's bar narrows to that year."""
    return lambda year: f"{reverse('search')}?{urlencode({**chosen, 'year': year})}"
