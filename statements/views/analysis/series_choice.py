"""The form by which readers choose what is compared: queries, countries or groups of States."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from statements.search import FacetValue, SearchParameters, series
from statements.views import refinements, value_lists
from statements.views.analysis.searches import AnalysedSearch
from statements.views.value_lists import ValueOrder

By = series.By
KINDS: dict[By, Promise] = {
    By.QUERY: _("Queries"),
    By.COUNTRY: _("Countries"),
    By.GROUP: _("Groups of States"),
}


class Entry(NamedTuple):
    """A series in the legend."""

    number: int  # from 0
    value: str
    label: str
    remove_url: str  # of the view without it; "" if it cannot be removed


@dataclass(frozen=True)
class SeriesChoice:
    search: AnalysedSearch
    by: By
    default: By
    shown: list[series.Series]

    @property
    def is_by_query(self) -> bool:
        return self.by is By.QUERY

    @cached_property
    def kinds(self) -> list[refinements.Order]:
        """Links to compare something else; what was compared is dropped."""
        parameters = self.search.parameters.with_option("series")
        return [
            refinements.Order(
                str(label),
                refinements.address(
                    parameters.with_option("by", "" if kind is self.default else kind.value)
                ),
                kind is self.by,
            )
            for kind, label in KINDS.items()
        ]

    @cached_property
    def entries(self) -> list[Entry]:
        explicit = self.search.parameters.option("series")
        return [
            Entry(
                number,
                each.value,
                each.label,
                self.search.address("series", *(v for v in explicit if v != each.value))
                if each.value in explicit and not (self.is_by_query and number == 0)
                else "",
            )
            for number, each in enumerate(self.shown)
        ]

    @property
    def removable(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.remove_url]

    @property
    def can_add(self) -> bool:
        return len(self.search.parameters.option("series")) < self._limit

    @property
    def _limit(self) -> int:
        return series.MAX_SERIES - self.is_by_query  # the query of the search is one

    @cached_property
    def values(self) -> list[FacetValue]:
        """The values that can be chosen, by name."""
        if self.is_by_query:
            return []
        values = value_lists.all_values(self.search.page, self.by.value, ValueOrder.NAME)
        listed = {value.value for value in values}
        # what was chosen although no speech with the words has it
        missing = [each for each in self.shown if each.value not in listed]
        return [*values, *(FacetValue(each.value, each.label, 0, True) for each in missing)]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields of a form that adds a series to those that were chosen or are filters."""
        pairs = self.search.hidden()
        if self.is_by_query or self.search.parameters.option("series"):
            return pairs
        selected = getattr(self.search.parameters, self.by.value)
        return [*pairs, *(("series", value) for value in selected[: self._limit - 1])]

    @property
    def hidden_of_all(self) -> list[tuple[str, str]]:
        """The fields of a form that names all series."""
        return self.search.hidden("series")


def facet_of(asked: SearchParameters, default: By) -> str:
    """Return the facet of which the form lists all values; "" for none."""
    by = (asked.option("by") or (default.value,))[-1]
    return by if by in (By.COUNTRY, By.GROUP) else ""
