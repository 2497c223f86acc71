"""Line charts over time: their geometry, which a template draws as SVG without a fixed size.

All places are percentages of the drawing, so that text and points keep their size on every screen;
only the lines are stretched, in a drawing of ``UNITS`` × ``UNITS`` within it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor, log10
from typing import NamedTuple

LEFT, RIGHT, TOP, BOTTOM = 1.0, 98.0, 9.0, 90.0  # of the plot, in per cent
UNITS = 1000
_MOST_LABELS = 8  # on the axis of time
_TOPS = (1, 1.2, 1.6, 2, 2.4, 3, 3.6, 4, 5, 6, 8, 10)  # of the plot, times a power of ten
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)


class Value(NamedTuple):
    """What a line says of a period."""

    value: float | None  # None: there is nothing to compare with
    text: str  # of the point: "1997, Kazakhstan: 12.3 mentions"
    url: str  # of the speeches; "" for none


class Point(NamedTuple):
    x: str
    y: str
    text: str
    url: str


class Line(NamedTuple):
    number: int  # of the series, from 0
    paths: Sequence[str]  # points of polylines, parted where values are missing
    points: Sequence[Point]  # that lead to speeches
    flag: Point | None  # where the words were first used


class Label(NamedTuple):
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class LineChart:
    lines: Sequence[Line]
    levels: Sequence[Label]  # horizontal lines
    periods: Sequence[Label]  # labels of the axis of time


def draw(
    periods: Sequence[str], series: Sequence[Sequence[Value]], flags: Sequence[int | None]
) -> LineChart:
    """Return the chart of series, each with a value for every period; ``flags`` has for each series
    the period of first use."""
    values = [each.value for line in series for each in line if each.value]
    top = ceiling(max(values, default=1.0))
    places = [_x(number, len(periods)) for number in range(len(periods))]
    return LineChart(
        [
            _line(number, line, places, top, flag)
            for number, (line, flag) in enumerate(zip(series, flags, strict=True))
        ],
        [Label(_percent(_y(level, top)), f"{level:,g}") for level in (0, top / 2, top)],
        _labels(periods, places),
    )


def ceiling(value: float) -> float:
    """Return a round number that is at least the value, and whose half is round, too.

    >>> ceiling(7), ceiling(31), ceiling(0.15), ceiling(1130)
    (8.0, 36.0, 0.16, 1200.0)
    """
    power = 10.0 ** floor(log10(value))
    step = next(step for step in _TOPS if step * power >= value * (1 - 1e-12))
    return float(f"{step * power:.6g}")


def _line(
    number: int, values: Sequence[Value], places: Sequence[float], top: float, flag: int | None
) -> Line:
    drawn = [
        (x, None if each.value is None else _y(each.value, top), each)
        for x, each in zip(places, values, strict=True)
    ]
    runs = [
        list(run)
        for is_known, run in groupby(drawn, key=lambda point: point[1] is not None)
        if is_known
    ]
    scale = UNITS / 100
    points = {
        place: Point(_percent(x), _percent(y), each.text, each.url)
        for place, (x, y, each) in enumerate(drawn)
        if y is not None and each.url
    }
    return Line(
        number,
        [
            " ".join(f"{x * scale:.1f},{(y or 0) * scale:.1f}" for x, y, _ in run)
            for run in runs
            if len(run) > 1
        ],
        list(points.values()),
        points.get(flag) if flag is not None else None,
    )


def _labels(periods: Sequence[str], places: Sequence[float]) -> list[Label]:
    """Return labels of round years, no more than there is room for."""
    years = [int(period[:4]) for period in periods]
    unit = 10 if periods and periods[0].endswith("s") else 1
    span = (years[-1] - years[0]) // unit + 1 if years else 0
    step = next((step for step in _STEPS if span / step <= _MOST_LABELS), _STEPS[-1]) * unit
    return [
        Label(_percent(x), period)
        for x, year, period in zip(places, years, periods, strict=True)
        if year % step == 0
    ]


def _x(number: int, count: int) -> float:
    if count == 1:
        return (LEFT + RIGHT) / 2
    return LEFT + (RIGHT - LEFT) * number / (count - 1)


def _y(value: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _percent(place: float) -> str:
    return f"{place:.2f}%"
