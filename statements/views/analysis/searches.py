"""A search that is shown in another view than the list: its parameters, options and addresses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext

from statements.search import (
    InvalidParameters,
    Landing,
    SearchPage,
    SearchParameters,
    View,
    analytics,
)
from statements.views import refinements


class Analysis:
    """What the template of a view shows."""

    @property
    def is_beyond(self) -> bool:
        """Whether the address asks for a page after the last one."""
        return False


@dataclass(frozen=True, slots=True)
class AnalysedSearch:
    page: SearchPage  # totals, facets and the state of the index; its list has no meaning

    @property
    def parameters(self) -> SearchParameters:
        """The parameters of the address, with filter values as the index spells them."""
        return self.page.parameters

    @property
    def counted(self) -> SearchParameters:
        """The parameters of what is counted: procedure is left out unless it is asked for."""
        return self.parameters.with_default_procedure()

    def linked(self, counted: SearchParameters) -> SearchParameters:
        """Return parameters made from ``counted`` as addresses say them."""
        return replace(counted, procedure=self.parameters.procedure)

    def landing(self, counted: SearchParameters) -> Landing:
        """Return the search whose matches are marked in the speeches of a series, and from which
        a link leads back to this view; to the list, if the query is another one."""
        if counted.q == self.parameters.q:
            return Landing.of(self.parameters)
        return Landing.of(self.linked(counted).in_view(View.SPEECHES))

    def choice[Choice: StrEnum](
        self, name: str, choices: Iterable[Choice], default: Choice
    ) -> Choice:
        """Return the value of an option that is one of several. Raises InvalidParameters with a
        sentence."""
        values = self.parameters.option(name)
        if not values:
            return default
        by_value = {choice.value: choice for choice in choices}
        if values[-1] not in by_value:
            names = get_text_list(list(by_value), gettext("or"))
            sentence = gettext("“%(name)s” must be %(choices)s.")
            raise InvalidParameters({name: sentence % {"name": name, "choices": names}})
        return by_value[values[-1]]

    def orders[Choice: StrEnum](
        self, name: str, labels: Mapping[Choice, Promise], selected: Choice, default: Choice
    ) -> list[refinements.Order]:
        """Return links to this view, one for each choice of an option; the default is not named."""
        return [
            refinements.Order(
                str(label),
                self.address(name, "" if choice is default else choice.value),
                choice is selected,
            )
            for choice, label in labels.items()
        ]

    def address(self, name: str, *values: str) -> str:
        """Return the address of this view with other values of an option."""
        return refinements.address(self.parameters.with_option(name, *values))

    def page_address(self, number: int) -> str:
        return refinements.address(self.parameters.on_page(number))

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Return the fields that a form of this view carries along, from the first page."""
        pairs = replace(self.parameters, page=1).to_pairs()
        return [(name, value) for name, value in pairs if name not in without]


def with_value(parameters: SearchParameters, facet: str, value: str) -> SearchParameters:
    """Return the list of speeches with a value of a facet, in place of values selected as filters,
    or of a decade such as 1990s."""
    plain = parameters.in_view(View.SPEECHES)
    if facet != analytics.DECADE:
        changes: dict[str, Any] = {facet: (value,)}
        if facet == "capacity":
            changes["procedure"] = None  # the value says whether it is left out
        return replace(plain, **changes)
    year = int(value.removesuffix("s"))
    first, last = date(max(year, 1), 1, 1), date(year + 9, 12, 31)
    return replace(
        plain,
        date_from=max(first, plain.date_from or first),
        date_to=min(last, plain.date_to or last),
    )


def value_addresses(parameters: SearchParameters, facet: str) -> Callable[[str], str]:
    """Return a function that gives the address of ``with_value`` for each value of a facet."""
    if facet == analytics.DECADE:
        return lambda decade: refinements.address(with_value(parameters, facet, decade))
    changes: dict[str, Any] = {facet: ()}
    plain = replace(parameters.in_view(View.SPEECHES), **changes)
    return refinements.addresses(plain, facet)
