"""What stands beside search results: facets whose values are links, chips that remove what was
chosen, orders, and what the form shows again. All of it is addresses of one SearchParameters.
"""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format

from statements.search.parameters import (
    FACETS,
    MAX_VALUES_PER_FACET,
    InvalidParameters,
    SearchParameters,
    Sort,
)
from statements.search.query import QueryError, parse
from statements.search.results import MAX_FACET_VALUES, FacetValue, SearchPage
from statements.views.charts import YearChart, year_chart

LABELS = {
    "country": "Country",
    "speaker": "Speaker",
    "year": "Year",
    "topic": "Topic",
    "organ": "Organ",
}
SHOWN_AT_ONCE = 8
SORTS = {Sort.RELEVANCE: "Best match", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    first: Sequence[Choice]
    more: Sequence[Choice]
    most: int = 0  # how many values are offered where there may be others


@dataclass(frozen=True, slots=True)
class Chip:
    facet: str
    label: str
    url: str  # of the search without it


@dataclass(frozen=True, slots=True)
class Order:
    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form shows again, also where it could not be understood."""

    q: str
    date_from: str
    date_to: str
    hidden: Sequence[tuple[str, str]]  # what is chosen beside words and days


@dataclass(frozen=True, slots=True)
class Repaired:
    q: str
    url: str


# quotation marks, and the distance that may follow them
_QUOTED = re.compile(r'["“”„‟«»](?:~[0-9]+(?!\w))?')


def address(parameters: SearchParameters) -> str:
    query = parameters.to_query()
    return f"{reverse('search')}?{query}" if query else reverse("search")


def asked(query: QueryDict, errors: Container[str] = ()) -> Asked:
    """What to show again. Fields that a reader can correct stay as they were typed; what the
    form only carries along is dropped where it is at fault, or the next search would fail too."""

    def one(name: str) -> str:
        return query.get(name, "").replace("\x00", "").strip()

    hidden = [
        (name, value)
        for name in (*FACETS, "sort")
        if name not in errors
        for value in query.getlist(name)[:MAX_VALUES_PER_FACET]
        if value.strip() and "\x00" not in value
    ]
    return Asked(one("q"), one("from"), one("to"), hidden)


def facets(page: SearchPage) -> list[Facet]:
    """The facets that offer something, what is chosen first."""
    shown = []
    for name in FACETS:
        values = sorted(page.facets.get(name, ()), key=lambda value: not value.selected)
        if values:
            choices = [_choice(page.parameters, name, value) for value in values]
            first, more = choices[:SHOWN_AT_ONCE], choices[SHOWN_AT_ONCE:]
            most = MAX_FACET_VALUES if len(choices) >= MAX_FACET_VALUES else 0
            shown.append(Facet(name, LABELS[name], first, more, most))
    return shown


def _choice(parameters: SearchParameters, facet: str, value: FacetValue) -> Choice:
    turned = parameters.without_value if value.selected else parameters.with_value
    url = address(turned(facet, value.value))
    return Choice(value.label, url, value.count, value.selected)


def chips(page: SearchPage) -> list[Chip]:
    """One for each thing chosen beside the words."""
    parameters = page.parameters
    labels = {
        (name, value.value): value.label for name in FACETS for value in page.facets.get(name, ())
    }
    chosen = [
        Chip(
            LABELS[name],
            labels.get((name, value), value),
            address(parameters.without_value(name, value)),
        )
        for name in FACETS
        for value in getattr(parameters, name)
    ]
    if parameters.date_from:
        without = replace(parameters, date_from=None, page=1)
        chosen.append(Chip("From", date_format(parameters.date_from, "j F Y"), address(without)))
    if parameters.date_to:
        without = replace(parameters, date_to=None, page=1)
        chosen.append(Chip("To", date_format(parameters.date_to, "j F Y"), address(without)))
    return chosen


def orders(parameters: SearchParameters) -> list[Order]:
    return [
        Order(label, address(replace(parameters, sort=sort, page=1)), sort is parameters.sort)
        for sort, label in SORTS.items()
    ]


def chart(page: SearchPage) -> YearChart | None:
    """The year facet as bars, each of which narrows to its year."""
    years = [value for value in page.facets.get("year", ()) if value.value.isdigit()]
    narrowed: Callable[[int], str] = lambda year: address(  # noqa: E731
        replace(page.parameters, year=(str(year),), page=1)
    )
    counts = [{"year": int(value.value), "count": value.count} for value in years]
    return year_chart(counts, narrowed) if len(counts) > 1 else None


def without_quotes(parameters: SearchParameters) -> str:
    """The same search with its words free of quotation marks, or "" where it has none or would
    then ask something else."""
    plain = " ".join(_QUOTED.sub(" ", parameters.q).split())
    if plain == parameters.q or not plain:
        return ""
    try:
        parse(plain)
    except QueryError:
        return ""
    return address(replace(parameters, q=plain, page=1))


def repaired(query: QueryDict, invalid: InvalidParameters) -> Repaired | None:
    """A search that could not be run as it was typed, as it could be run."""
    if invalid.repaired is None:
        return None
    parameters = SearchParameters.from_query(query)
    return Repaired(invalid.repaired, address(replace(parameters, q=invalid.repaired, page=1)))


def only_words(parameters: SearchParameters) -> str:
    """The same words without any filter, or "" where none is chosen or there are no words."""
    if not (parameters.q and parameters.has_filters):
        return ""
    return address(SearchParameters(q=parameters.q, sort=parameters.sort))
