"""The view *Compare*: two countries, groups or queries side by side, aligned by year,
session or meeting.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.search import Hit, Landing, View, series, side_by_side
from statements.views import refinements
from statements.views.analysis.searches import AnalysedSearch, Analysis, value_addresses
from statements.views.analysis.series_choice import SeriesChoice

ROWS_ON_A_PAGE = 20
SIDES = 2
DEFAULT = series.By.COUNTRY
ALIGNMENTS: dict[side_by_side.Alignment, Promise] = {
    side_by_side.Alignment.YEAR: _("Year"),
    side_by_side.Alignment.SESSION: _("Session"),
    side_by_side.Alignment.MEETING: _("Meeting"),
}


class Side(NamedTuple):
    label: str
    speeches: int  # of all rows, and those in none
    url: str  # of the speeches


class Quotation(NamedTuple):
    """What one side said in a year, session or meeting."""

    speeches: int
    url: str  # of the speeches
    hit: Hit | None  # the most relevant of them
    landing: Landing  # where its address leads


class ComparedRow(NamedTuple):
    label: str
    left: Quotation
    right: Quotation


@dataclass(frozen=True)
class Comparison(Analysis):
    search: AnalysedSearch
    choice: SeriesChoice
    alignment: side_by_side.Alignment
    page: int
    table: side_by_side.SideBySide | None  # None while there is nothing to compare with

    @property
    def title(self) -> str:
        if len(self.sides) < SIDES:
            return gettext("Side by side")
        left, right = (side.label or gettext("All speeches") for side in self.sides)
        return gettext("%(left)s and %(right)s") % {"left": left, "right": right}

    @property
    def pages(self) -> int:
        return -(-self.table.size // ROWS_ON_A_PAGE) if self.table else 0

    @property
    def is_beyond(self) -> bool:
        return self.page > max(self.pages, 1)

    @cached_property
    def sides(self) -> list[Side]:
        if self.table is None:
            return []
        return [
            Side(
                each.label,
                total,
                refinements.address(self.search.linked(each.parameters).in_view(View.SPEECHES)),
            )
            for each, total in zip(self.table.series, self.table.totals, strict=True)
        ]

    @cached_property
    def rows(self) -> list[ComparedRow]:
        if self.table is None:
            return []
        linked = [self.search.linked(each.parameters) for each in self.table.series]
        addresses = [value_addresses(each, self.alignment.value) for each in linked]
        landings = [self.search.landing(each.parameters) for each in self.table.series]
        return [
            ComparedRow(
                row.label,
                *(
                    Quotation(cell.speeches, address(row.value), cell.best, landing)
                    for cell, address, landing in zip(row.cells, addresses, landings, strict=True)
                ),
            )
            for row in self.table.rows
        ]

    @cached_property
    def alignments(self) -> list[refinements.Order]:
        return self.search.orders("align", ALIGNMENTS, self.alignment, side_by_side.Alignment.YEAR)

    @property
    def menus(self) -> list[tuple[str, list[refinements.Order]]]:
        """What the reader chooses, with the label of each choice."""
        return [
            (gettext("Compare"), self.choice.kinds),
            (gettext("Align by"), self.alignments),
        ]

    @property
    def swap_url(self) -> str:
        """The address with the sides exchanged."""
        left, right = (each.value for each in self.choice.shown)
        if self.choice.is_by_query:
            exchanged = replace(self.search.parameters, q=right)
            return refinements.address(exchanged.with_option("series", left))
        return self.search.address("series", right, left)

    @property
    def previous_url(self) -> str:
        return self.search.page_address(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.search.page_address(self.page + 1) if self.page < self.pages else ""


def analyse(search: AnalysedSearch) -> Comparison:
    """Return two series side by side. Raises InvalidParameters and SearchUnavailable."""
    by = search.choice("by", series.By, DEFAULT)
    alignment = search.choice("align", ALIGNMENTS, side_by_side.Alignment.YEAR)
    values = search.parameters.option("series")
    shown = series.series_of(search.counted, by, values, least=SIDES, most=SIDES)
    page = search.parameters.page
    table = None
    if len(shown) == SIDES:
        table = side_by_side.side_by_side(
            shown, alignment, start=(page - 1) * ROWS_ON_A_PAGE, size=ROWS_ON_A_PAGE
        )
    return Comparison(search, SeriesChoice(search, by, DEFAULT, shown), alignment, page, table)
