"""Figures as SVG files of their own, with what they show, of when and of how much written in.

They use presentation attributes in place of styles, so that they look alike wherever they are
opened (SVG 2, https://www.w3.org/TR/SVG2/).
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.html import escape

from statements.coverage.shades import SHADES
from statements.views.analysis.line_chart import LineChart
from statements.views.charts import Chart

WIDTH = 960  # pixels, as all lengths here
MARGIN = 24
_PLOT = WIDTH - 2 * MARGIN
_LABELS = 190  # room for labels of rows
_CHARACTER = 0.55  # of the size of a font, on average
_COLOURS = ("#0f5585", "#b3261e", "#2e7d32", "#7b3fa0", "#8a5a00", "#00727a")
_DASHES = ("none", "7 3", "2 3", "10 3 2 3", "4 2", "1 4")
_INK, _FAINT, _RULE = "#1c1b18", "#5c5850", "#d4cfc4"
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing as wide as a figure without its margins."""

    height: int
    markup: str


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    notes: Sequence[str]  # query, filters, numbers
    plot: Plot

    def svg(self, source: str) -> str:
        """Return the file; ``source`` says where the figure is from, and of which day."""
        lines: list[tuple[int, str, str]] = [
            *((20, _INK, line) for line in _wrapped(self.title, 20)),
            *((14, _FAINT, line) for note in self.notes for line in _wrapped(note, 14)),
        ]
        below = [(12, _FAINT, line) for line in _wrapped(source, 12)]
        top = MARGIN + sum(_leading(size) for size, _, _ in lines) + 12
        height = top + self.plot.height + 12 + sum(_leading(size) for size, _, _ in below) + MARGIN
        described = " ".join((*self.notes, source))
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
                f' viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title about"'
                ' font-family="sans-serif">',
                f'<title id="title">{_escaped(self.title)}</title>',
                f'<desc id="about">{_escaped(described)}</desc>',
                f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
                *_paragraph(lines, MARGIN),
                f'<svg x="{MARGIN}" y="{top}" width="{_PLOT}" height="{self.plot.height}"'
                ' overflow="visible">',
                self.plot.markup,
                "</svg>",
                *_paragraph(below, top + self.plot.height + 12),
                "</svg>\n",
            )
        )


class Measured(NamedTuple):
    """A row of a chart of bars."""

    label: str
    values: Sequence[float]  # one for each series


def year_bars(chart: Chart) -> Plot:
    """Return the bars of a chart over time; those that are higher than drawn are named below."""
    left, top, height = 56, 16, 240
    step = (_PLOT - left) / len(chart.bars)
    every = max(1, round(64 / step))  # labels that do not touch
    parts = [_text(left - 8, top + 5, number_format(chart.scale, force_grouping=True), end=True)]
    parts.append(_rule(left, top, _PLOT, top))
    for place, bar in enumerate(chart.bars):
        x, bar_height = left + place * step, float(bar.height) * height / chart.height
        if bar.count:
            parts.append(
                f'<rect x="{x:.1f}" y="{top + height - bar_height:.1f}" width="{step * 0.8:.1f}"'
                f' height="{bar_height:.1f}" fill="{_COLOURS[0]}">'
                f"<title>{_escaped(f'{bar.label}: {bar.speeches}')}</title></rect>"
            )
        if place % every == 0:
            parts.append(_text(x + step * 0.4, top + height + 18, bar.label, middle=True))
    parts.append(_rule(left, top + height, _PLOT, top + height))
    cut = ", ".join(f"{bar.label}: {bar.speeches}" for bar in chart.cut_bars)
    parts.append(_text(left, top + height + 38, f"↑ {cut}" if cut else ""))
    return Plot(top + height + (48 if cut else 28), "\n".join(parts))


def line_plot(chart: LineChart, labels: Sequence[str]) -> Plot:
    """Return the lines of a chart over time, and what each stands for."""
    keys, height = _keys(labels), 320
    elements = [
        *(
            _rule("0", level.place, "100%", level.place) + _text("0", level.place, level.text, -4)
            for level in chart.levels
        ),
        *(_text(period.place, "98%", period.text, middle=True) for period in chart.periods),
        '<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">',
        *(
            f'<polyline points="{path}" fill="none" stroke="{_colour(line.number)}"'
            f' stroke-width="2" stroke-dasharray="{_DASHES[line.number % len(_DASHES)]}"'
            ' vector-effect="non-scaling-stroke"/>'
            for line in chart.lines
            for path in line.paths
        ),
        "</svg>",
        *(
            f'<circle cx="{point.x}" cy="{point.y}" r="2.5" fill="{_colour(line.number)}">'
            f"<title>{_escaped(point.text)}</title></circle>"
            for line in chart.lines
            for point in line.points
        ),
    ]
    inside = "\n".join(elements)
    markup = f'<svg y="{keys.height}" width="{_PLOT}" height="{height}">{inside}</svg>'
    return Plot(keys.height + height, f"{keys.markup}\n{markup}")


def row_bars(rows: Sequence[Measured], series: Sequence[str] = (), decimals: int = 0) -> Plot:
    """Return bars that lie below each other; ``series`` names those of a row, if it has several."""
    keys = _keys(series)
    most = max((abs(value) for row in rows for value in row.values), default=0) or 1
    room = _PLOT - _LABELS - 80
    thickness = 8 if len(series) > 1 else 14
    parts, y = [keys.markup], keys.height
    for row in rows:
        block = thickness * len(row.values)
        parts.append(_text(_LABELS - 10, y + block / 2 + 4, _short(row.label, _LABELS), end=True))
        for number, value in enumerate(row.values):
            length, top = room * abs(value) / most, y + number * thickness
            printed = number_format(value, decimals, force_grouping=True)
            parts.append(
                f'<rect x="{_LABELS}" y="{top}" width="{length:.1f}" height="{thickness - 1}"'
                f' fill="{_colour(number)}"/>'
            )
            parts.append(_text(_LABELS + length + 6, top + thickness / 2 + 3, printed, size=10))
        y += block + 6
    return Plot(y, "\n".join(parts))


def grid(rows: Sequence[tuple[str, Sequence[tuple[int, int]]]], columns: Sequence[str]) -> Plot:
    """Return a table of which a cell is as dark as its number is high; ``rows`` have a label, and
    for each column a number and a shade of ``SHADES``."""
    step, row_height = (_PLOT - _LABELS) / max(len(columns), 1), 18
    label_height = max((_width(_short(label, 120), 11) for label in columns), default=0) + 8
    parts = [
        f'<g transform="translate({_LABELS + (place + 0.5) * step + 4:.1f} {label_height - 6:.0f})'
        f' rotate(-90)">{_text(0, 0, _short(label, 120), size=11)}</g>'
        for place, label in enumerate(columns)
        if step >= 12 or place % round(13 / step + 0.5) == 0
    ]
    for number, (label, cells) in enumerate(rows):
        y = label_height + number * row_height
        parts.append(_text(_LABELS - 10, y + 13, _short(label, _LABELS), end=True))
        for place, (count, shade) in enumerate(cells):
            if not count:
                continue
            x = _LABELS + place * step
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.0f}" width="{step:.1f}" height="{row_height}"'
                f' fill="{_COLOURS[0]}" fill-opacity="{0.1 + 0.8 * shade / SHADES:.2f}">'
                f"<title>{_escaped(f'{label}, {columns[place]}: {count}')}</title></rect>"
            )
            if step >= _width(str(count), 10) + 4:
                colour = "#ffffff" if shade > SHADES / 2 else _INK
                parts.append(
                    _text(x + step / 2, y + 13, str(count), middle=True, size=10, colour=colour)
                )
    return Plot(round(label_height) + len(rows) * row_height + 4, "\n".join(parts))


# -- parts -----------------------------------------------------------------------------------------


def _keys(labels: Sequence[str]) -> Plot:
    """Return what the series stand for; nothing for a single one without a label."""
    if not any(labels):
        return Plot(0, "")
    parts = []
    for number, label in enumerate(labels):
        y = 12 + 18 * number
        parts.append(
            f'<line x1="0" x2="28" y1="{y}" y2="{y}" stroke="{_colour(number)}" stroke-width="3"'
            f' stroke-dasharray="{_DASHES[number % len(_DASHES)]}"/>'
        )
        parts.append(_text(36, y + 4, _short(label, _PLOT - 40)))
    return Plot(18 * len(labels) + 12, "\n".join(parts))


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _rule(x1: object, y1: object, x2: object, y2: object) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{_RULE}"/>'


def _text(
    x: object,
    y: object,
    text: str,
    dy: int = 0,
    *,
    end: bool = False,
    middle: bool = False,
    size: int = 12,
    colour: str = _FAINT,
) -> str:
    anchor = "end" if end else "middle" if middle else "start"
    return (
        f'<text x="{x}" y="{y}" dy="{dy}" font-size="{size}" text-anchor="{anchor}"'
        f' fill="{colour}">{_escaped(text)}</text>'
    )


def _paragraph(lines: Iterable[tuple[int, str, str]], top: int) -> list[str]:
    """Return lines of text below each other, each with its size and colour."""
    lines = list(lines)
    baselines = accumulate((_leading(size) for size, _, _ in lines), initial=top)
    return [
        _text(MARGIN, y + size, text, size=size, colour=colour)
        for y, (size, colour, text) in zip(baselines, lines, strict=False)
    ]


def _leading(size: int) -> int:
    return round(size * 1.4)


def _width(text: str, size: int) -> float:
    return len(text) * size * _CHARACTER


def _wrapped(text: str, size: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), int(_PLOT / (size * _CHARACTER)))


def _short(text: str, room: int) -> str:
    """Return as much of a label as there is room for."""
    most = int(room / (12 * _CHARACTER))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _escaped(text: str) -> str:
    return str(escape(_IMPOSSIBLE.sub("\ufffd", text)))
