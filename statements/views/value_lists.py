"""The values of a facet on a page of their own: filtered by what their labels contain, ordered, and
under headings.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from archive.languages import localized
from statements.models import Country, GroupMembership
from statements.models.revision import cached_per_revision
from statements.search import FacetValue, SearchPage, SearchParameters
from statements.transcripts.languages.letter_case import sorted_under
from statements.transcripts.languages.names import sort_form
from statements.views import refinements
from statements.views.refinements import Choice, Order

FEWEST_LETTERS = 5  # where the labels begin with fewer, letters are no headings


class ValueOrder(StrEnum):
    FREQUENCY = ""  # years newest first
    NAME = "name"
    REGION = "region"  # of countries


class Region(NamedTuple):
    """A heading for countries, and its place among others."""

    rank: int
    label: str | Promise


# by the codes of the table of groups
REGIONAL_GROUPS = ("AG", "APG", "EEG", "GRULAC", "WEOG")
NO_REGION = Region(0, gettext_lazy("Not known"))
_FORMER = Region(2, gettext_lazy("Former States"))
_REGIONS_OF_KINDS = {
    Country.Kind.MEMBER: Region(3, gettext_lazy("In no regional group")),
    Country.Kind.OBSERVER: Region(4, gettext_lazy("Observer States")),
    Country.Kind.STATE: Region(5, gettext_lazy("Other States and territories")),
    Country.Kind.ORGANIZATION: Region(6, gettext_lazy("Bodies and organizations")),
}


@cached_per_revision()
def regions_of_countries() -> Mapping[str, Region]:
    """Return by code the regional group to which each country belongs now, or else its kind."""
    current = GroupMembership.objects.filter(
        group__in=REGIONAL_GROUPS, verified=True, valid_to=None
    )
    groups = dict(current.values_list("country", "group__name"))
    return {
        code: Region(1, localized(groups[code], "group"))
        if code in groups
        else _FORMER
        if valid_to
        else _REGIONS_OF_KINDS[Country.Kind(kind)]
        for code, kind, valid_to in Country.objects.values_list("code", "kind", "valid_to")
    }


class Section(NamedTuple):
    """Values under a heading, which is "" if they need none."""

    heading: str
    choices: Sequence[Choice]


def order_of(facet: str, typed: str) -> ValueOrder:
    """Return the order that an address asks for; the usual one if the facet does not have it."""
    return ValueOrder(typed) if typed in _orders_of(facet) else ValueOrder.FREQUENCY


def _orders_of(facet: str) -> Sequence[ValueOrder]:
    return tuple(ValueOrder) if facet == "country" else (ValueOrder.FREQUENCY, ValueOrder.NAME)


def orders(
    parameters: SearchParameters, facet: str, selected: ValueOrder, part: str
) -> list[Order]:
    """Return links to the orders of a list of values whose labels contain ``part``."""
    labels = {
        ValueOrder.FREQUENCY: gettext("Newest first")
        if facet == "year"
        else gettext("Most speeches"),
        ValueOrder.NAME: gettext("Name"),
        ValueOrder.REGION: gettext("Regional group"),
    }
    return [
        Order(labels[order], address(parameters, facet, order, part), order is selected)
        for order in _orders_of(facet)
    ]


def address(parameters: SearchParameters, facet: str, order: ValueOrder, part: str = "") -> str:
    pairs = {"order": order.value, "filter": part}
    return refinements.facet_address(
        parameters, facet, *((name, value) for name, value in pairs.items() if value)
    )


def all_values(
    page: SearchPage, facet: str, order: ValueOrder = ValueOrder.FREQUENCY, part: str = ""
) -> list[FacetValue]:
    """Return the values of a facet whose labels contain ``part``, in any case and with any
    accents, or that are it; selected ones first."""
    folded = sort_form(part)
    values = [
        value
        for value in page.facets[facet]
        if folded in sort_form(value.label) or value.value.casefold() == part.casefold()
    ]
    key = _sort_key(facet, order)
    return sorted(values, key=lambda value: (not value.selected, *key(value)))


def _sort_key(facet: str, order: ValueOrder) -> Callable[[FacetValue], tuple[Any, ...]]:
    if order is ValueOrder.FREQUENCY:
        return lambda value: ()
    if order is ValueOrder.REGION:
        regions = regions_of_countries()
        return lambda value: (*_place(regions, value), sort_form(value.label))
    return lambda value: (_name_key(facet, value),)


def _place(regions: Mapping[str, Region], value: FacetValue) -> tuple[int, str]:
    region = regions.get(value.value, NO_REGION)
    return region.rank, str(region.label)


def _name_key(facet: str, value: FacetValue) -> str:
    """Return what a value is sorted by; people are sorted without their titles."""
    return sorted_under(value.label) if facet == "speaker" else sort_form(value.label)


def sections(
    page: SearchPage,
    facet: str,
    order: ValueOrder,
    values: Sequence[FacetValue],
    listed: Sequence[FacetValue],
) -> list[Section]:
    """Return those of the values that a page lists, under the headings that their order has."""
    heading = _headings(facet, order, values)
    return [
        Section(label, refinements.choices_of(page.parameters, facet, list(group)))
        for label, group in groupby(
            listed,
            lambda value: gettext("Selected") if value.selected and order else heading(value),
        )
    ]


def _headings(
    facet: str, order: ValueOrder, values: Sequence[FacetValue]
) -> Callable[[FacetValue], str]:
    if order is ValueOrder.REGION:
        regions = regions_of_countries()
        return lambda value: _place(regions, value)[1]
    if order is ValueOrder.NAME:
        initials = {_name_key(facet, value)[:1] for value in values}
        if sum(initial.isalpha() for initial in initials) >= FEWEST_LETTERS:
            return lambda value: _name_key(facet, value)[:1].upper()
    return lambda value: ""
