"""What the search page shows where nothing is searched for: a map of the archive, from facets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext

from archive.languages import grouped
from statements.models import Session
from statements.search import FacetValue, Period, SearchPage, SearchParameters, Sort
from statements.views import refinements
from statements.views.refinements import Facet
from statements.views.value_lists import REGIONAL_GROUPS

GROUPS = "member_of"
SESSIONS = "session"
COMPLETE_FACETS = (GROUPS, SESSIONS)
_SHOWN_OTHERWISE = (GROUPS, "year")


class Tile(NamedTuple):
    """A large link to the speeches of a decade or of a group of States."""

    label: str
    url: str
    speeches: str  # how many, formatted


@dataclass(frozen=True)
class ArchiveMap:
    page: SearchPage  # of a search for everything, with all values of ``COMPLETE_FACETS``

    @cached_property
    def list_url(self) -> str:
        """The address of the list of all speeches."""
        return refinements.address(replace(self.page.parameters, sort=Sort.NEWEST))

    @cached_property
    def decades(self) -> Sequence[Tile]:
        """The decades that have speeches, none if there is only one."""
        if self.page.histogram.period is not Period.YEAR:
            return []
        tiles = []
        for decade, bars in groupby(self.page.histogram.bars, lambda bar: bar.first.year // 10):
            first, last = date(max(10 * decade, 1), 1, 1), date(10 * decade + 9, 12, 31)
            url = refinements.address(replace(self.page.parameters, date_from=first, date_to=last))
            label = gettext("%(year)ss") % {"year": 10 * decade}
            tiles.append(Tile(label, url, grouped(sum(bar.speeches for bar in bars))))
        return tiles if len(tiles) > 1 else []

    @cached_property
    def regions(self) -> Sequence[Tile]:
        """The regional groups, as the speakers' countries belonged to them on the day."""
        return [tile for code, tile in self._groups if code in REGIONAL_GROUPS]

    @cached_property
    def groups(self) -> Sequence[Tile]:
        """The other groups of States."""
        return [tile for code, tile in self._groups if code not in REGIONAL_GROUPS]

    @cached_property
    def _groups(self) -> Sequence[tuple[str, Tile]]:
        values = self.page.facets.get(GROUPS, ())
        choices = refinements.choices_of(self.page.parameters, GROUPS, values)
        return [
            (value.value, Tile(choice.label, choice.url, choice.speeches))
            for value, choice in zip(values, choices, strict=True)
        ]

    @cached_property
    def facets(self) -> Sequence[Facet]:
        """The other facets, each with its most frequent values; the latest sessions."""
        sessions = latest_sessions_first(self.page.facets.get(SESSIONS, ()))
        page = replace(self.page, facets={**self.page.facets, SESSIONS: sessions})
        return [facet for facet in refinements.facets(page) if facet.name not in _SHOWN_OTHERWISE]


def latest_sessions_first(values: Sequence[FacetValue]) -> list[FacetValue]:
    """Return the values of the facet of sessions by their year and number, the latest first."""
    sessions = Session.objects.order_by("-year", "-number").values_list("slug", flat=True)
    places = {slug: place for place, slug in enumerate(sessions)}
    return sorted(values, key=lambda value: places.get(value.value, len(places)))


def is_asked_for(asked: SearchParameters) -> bool:
    """Return whether a search has no query, filter, order or view of its own."""
    own = SearchParameters(page_size=asked.page_size, procedure=asked.procedure)
    return asked == own
