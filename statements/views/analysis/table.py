"""The view *Table*: one facet against another, such as countries by years; cells are searches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.coverage.shades import shade
from statements.search import InvalidParameters, SearchParameters, analytics
from statements.views import refinements
from statements.views.analysis.searches import AnalysedSearch, Analysis, value_addresses, with_value

ROWS_ON_A_PAGE = 40
MOST_COLUMNS = 90  # of years; nine decades
MOST_VALUES = 24  # columns of other facets, whose names are long
ROWS, COLUMNS = "country", "year"


class Cell(NamedTuple):
    # number of speeches
    count: int  # type: ignore[assignment]  # hides tuple.count, which is not used
    shade: int  # from 0 for none to SHADES for most
    url: str  # of the speeches; "" for none


class TableRow(NamedTuple):
    label: str
    url: str
    total: int
    cells: Sequence[Cell]


class Header(NamedTuple):
    label: str
    url: str
    total: int


class Choice(NamedTuple):
    value: str
    label: str


@dataclass(frozen=True)
class Table(Analysis):
    search: AnalysedSearch
    row_facet: str
    column_facet: str
    crossed: analytics.LabelledCrosstab

    @property
    def page(self) -> int:
        return self.search.parameters.page

    @property
    def size(self) -> int:
        """The number of all rows."""
        return len(self.crossed.table.rows)

    @property
    def pages(self) -> int:
        return -(-self.size // ROWS_ON_A_PAGE)

    @property
    def is_beyond(self) -> bool:
        return self.page > max(self.pages, 1)

    @property
    def total(self) -> int:
        """The number of speeches found, in the table or not."""
        return self.crossed.table.total

    @cached_property
    def row_numbers(self) -> range:
        start = (self.page - 1) * ROWS_ON_A_PAGE
        return range(start, min(start + ROWS_ON_A_PAGE, self.size))

    @property
    def first_row(self) -> int:
        return self.row_numbers.start + 1

    @property
    def last_row(self) -> int:
        return self.row_numbers.stop

    @cached_property
    def column_numbers(self) -> range:
        """The columns shown: the latest years, or the most frequent values."""
        size = len(self.crossed.table.columns)
        if self.column_facet in (analytics.DECADE, "year"):
            return range(max(size - MOST_COLUMNS, 0), size)
        return range(min(size, MOST_VALUES))

    @property
    def hidden_columns(self) -> int:
        return len(self.crossed.table.columns) - len(self.column_numbers)

    @cached_property
    def headers(self) -> list[Header]:
        table = self.crossed.table
        address = value_addresses(self.search.parameters, self.column_facet)
        return [
            Header(
                self.crossed.column_labels[number],
                address(table.columns[number]),
                table.column_counts[number],
            )
            for number in self.column_numbers
        ]

    @cached_property
    def rows(self) -> list[TableRow]:
        table, parameters = self.crossed.table, self.search.parameters
        most = max((max(row, default=0) for row in table.counts), default=0)
        row_address = value_addresses(parameters, self.row_facet)
        rows = []
        for number in self.row_numbers:
            of_row = with_value(parameters, self.row_facet, table.rows[number])
            address = value_addresses(of_row, self.column_facet)
            counts = table.counts[number]
            cells = [
                Cell(
                    counts[column],
                    shade(counts[column], most),
                    address(table.columns[column]) if counts[column] else "",
                )
                for column in self.column_numbers
            ]
            rows.append(
                TableRow(
                    self.crossed.row_labels[number],
                    row_address(table.rows[number]),
                    table.row_counts[number],
                    cells,
                )
            )
        return rows

    @property
    def row_label(self) -> str:
        return str(_labels()[self.row_facet])

    @property
    def names(self) -> tuple[str, str]:
        """The facets as they are named within a sentence."""
        labels = (str(_labels()[facet]) for facet in (self.row_facet, self.column_facet))
        rows, columns = (label[:1].lower() + label[1:] for label in labels)
        return rows, columns

    @property
    def facets(self) -> list[Choice]:
        return [Choice(facet, str(label)) for facet, label in _labels().items()]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields of the form that chooses rows and columns."""
        return self.search.hidden("rows", "columns")

    @property
    def swap_url(self) -> str:
        """The address with rows and columns exchanged."""
        exchanged = self.search.parameters.with_option("rows", self.column_facet)
        return refinements.address(exchanged.with_option("columns", self.row_facet))

    @property
    def previous_url(self) -> str:
        return self.search.page_address(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.search.page_address(self.page + 1) if self.page < self.pages else ""


def analyse(search: AnalysedSearch) -> Table:
    """Return a page of a table. Raises InvalidParameters and SearchUnavailable."""
    rows, columns = _facet(search, "rows", ROWS), _facet(search, "columns", COLUMNS)
    if rows == columns:
        raise InvalidParameters({"columns": gettext("Choose different rows and columns.")})
    return Table(search, rows, columns, analytics.crosstab(search.counted, rows, columns))


def _labels() -> dict[str, Promise]:
    facets = SearchParameters.FACETS_BY_NAME
    return {
        name: facets[name].label if name in facets else _("Decade")
        for name in analytics.CROSSTAB_FACETS
    }


def _facet(search: AnalysedSearch, name: str, default: str) -> str:
    values = search.parameters.option(name)
    if not values:
        return default
    if values[-1] not in _labels():
        names = ", ".join(_labels())
        sentence = gettext("“%(name)s” must be one of %(names)s.")
        raise InvalidParameters({name: sentence % {"name": name, "names": names}})
    return values[-1]
