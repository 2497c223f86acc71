"""The numbers and the figure of each view of a search beside the list."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.utils.translation import gettext, ngettext

from archive.languages import grouped
from statements.downloads.figures import Figure, Measured, grid, line_plot, row_bars
from statements.exports.tables.columns import Row
from statements.exports.tables.source import DataTable
from statements.search import SearchPage, side_by_side, word_lists
from statements.views import refinements
from statements.views.analysis.comparison import Comparison
from statements.views.analysis.over_time import Measure, OverTime
from statements.views.analysis.searches import Analysis
from statements.views.analysis.table import Table
from statements.views.analysis.words import BESIDE_MEASURES, KEY_MEASURES, Words

MOST_COMPARED = 100  # rows that a figure has room for


def numbers_of(analysis: Analysis, beginning: str) -> DataTable:
    """Return the numbers of a view, of which pages may show a part; ``beginning`` is that of
    absolute addresses. Raises InvalidParameters and SearchUnavailable."""
    match analysis:
        case OverTime():
            return DataTable("periods", _OF_PERIOD, partial(_periods, analysis))
        case Comparison():
            return DataTable("compared", _OF_COMPARED, partial(_compared, analysis))
        case Table():
            return _crossed(analysis)
        case Words():
            return _words(analysis, beginning)
    raise TypeError(type(analysis))


def figure_of(page: SearchPage, analysis: Analysis) -> Figure | None:
    """Return the figure of a view; None if it has nothing to draw. Raises InvalidParameters and
    SearchUnavailable."""
    notes = notes_of(page)
    match analysis:
        case OverTime():
            chart = analysis.chart
            measured = {"measure": analysis.measure_label, "period": analysis.period_label.lower()}
            title = gettext("%(measure)s by %(period)s") % measured
            return Figure(title, notes, line_plot(chart, analysis.labels)) if chart else None
        case Comparison():
            rows = _rows_of_sides(analysis)
            bars = [Measured(row.label, [cell.speeches for cell in row.cells]) for row in rows]
            labels = [side.label or gettext("All speeches") for side in analysis.sides]
            shown = bars[:MOST_COMPARED]
            return Figure(analysis.title, notes, row_bars(shown, labels)) if bars else None
        case Table():
            names = dict(zip(("rows", "columns"), analysis.names, strict=True))
            title = gettext("Speeches by %(rows)s and %(columns)s") % names
            lines = [
                (row.label, [(cell.count, cell.shade) for cell in row.cells])
                for row in analysis.rows
            ]
            columns = [header.label for header in analysis.headers]
            return Figure(title, notes, grid(lines, columns)) if lines else None
        case Words():
            return _figure_of_words(analysis, notes)
    return None


def notes_of(page: SearchPage) -> list[str]:
    """Return what a figure says of its search: query, filters and number of speeches."""
    filters = [
        gettext("%(label)s: %(value)s") % {"label": chip.facet, "value": chip.label}
        for chip in refinements.chips(page)
    ]
    count = ngettext("%(count)s speech", "%(count)s speeches", page.total)
    query = page.parameters.q or gettext("All speeches")
    return [" · ".join((query, *filters, count % {"count": grouped(page.total)}))]


# -- over time -------------------------------------------------------------------------------------

_OF_PERIOD = (
    "series", "period", "mentions", "speeches", "words_of_period", "speeches_of_period",
    "mentions_per_million_words", "per_cent_of_speeches",
)  # fmt: skip


def _periods(analysis: OverTime) -> Iterator[Row]:
    for label, figures in zip(analysis.labels, analysis.figures, strict=True):
        for period, each in zip(analysis.period_labels, figures, strict=True):
            values = (
                label, period, each.mentions, each.speeches, each.of_words, each.of_speeches,
                each.value(Measure.RATE), each.value(Measure.SHARE),
            )  # fmt: skip
            yield dict(zip(_OF_PERIOD, values, strict=True))


# -- two sides -------------------------------------------------------------------------------------

_OF_COMPARED = ("row", "label", "left", "left_speeches", "right", "right_speeches")


def _rows_of_sides(analysis: Comparison) -> list[side_by_side.Row]:
    """Return all rows, of which a page shows some."""
    if analysis.table is None:
        return []
    shown = analysis.table.series
    return list(side_by_side.side_by_side(shown, analysis.alignment, is_quoted=False).rows)


def _compared(analysis: Comparison) -> Iterator[Row]:
    labels = [side.label for side in analysis.sides]
    for row in _rows_of_sides(analysis):
        left, right = (cell.speeches for cell in row.cells)
        values = (row.value, row.label, labels[0], left, labels[1], right)
        yield dict(zip(_OF_COMPARED, values, strict=True))


# -- one facet against another ---------------------------------------------------------------------


def _crossed(analysis: Table) -> DataTable:
    crossed, table = analysis.crossed, analysis.crossed.table
    facet = analysis.row_facet
    # no two columns have the same name, whatever the values are
    names = [f"{analysis.column_facet}: {value}" for value in table.columns]

    def read() -> Iterator[Row]:
        rows = zip(table.rows, crossed.row_labels, table.row_counts, table.counts, strict=True)
        for value, label, total, counts in rows:
            cells = zip(names, counts, strict=True)
            yield {facet: value, "label": label, "speeches": total, **dict(cells)}

    return DataTable("rows", (facet, "label", "speeches", *names), read)


# -- words -----------------------------------------------------------------------------------------


def _words(analysis: Words, beginning: str) -> DataTable:
    figures: Sequence[Any] = [row.figures for row in analysis.answer.rows]
    rows = [
        {**asdict(each), "url": f"{beginning}{url}"}
        for each, url in zip(figures, analysis.line_urls, strict=True)
    ]
    columns = tuple(rows[0]) if rows else ("word", "url")
    return DataTable("words", columns, lambda: rows)


def _figure_of_words(analysis: Words, notes: list[str]) -> Figure | None:
    measure = analysis.answer.parameters.measure
    attribute = measure.value.replace("-", "_")
    bars = [
        Measured(row.figures.word, [getattr(row.figures, attribute)])
        for row in analysis.answer.rows
    ]
    if not bars:
        return None
    if isinstance(measure, word_lists.KeynessMeasure):
        title, label = gettext("Key words"), KEY_MEASURES[measure]
    else:
        title, label = gettext("Beside the words of the query"), BESIDE_MEASURES[measure]
    return Figure(f"{title}: {label}", notes, row_bars(bars, decimals=1))
