"""What stands beside search results: facets whose values are links, chips that remove what was
chosen, orders, and what the form shows again. All of it is addresses of one SearchParameters.
"""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.http import QueryDict
from django.utils.formats import date_format

from statements.addresses import page_address, query_string, quote_value
from statements.search.matching.histogram import Bar, Period, days
from statements.search.parameters import (
    FACETS,
    FILTERS,
    GROUPS,
    MAX_VALUES_PER_FACET,
    InvalidParameters,
    SearchParameters,
    Sort,
)
from statements.search.query import QueryError, parse
from statements.search.results.assembly import FacetValue, SearchPage
from statements.transcripts.names import sort_form
from statements.views.charts import Chart, month_chart, year_chart

LABELS = {
    "country": "Country",
    "speaker": "Speaker",
    "year": "Year",
    "topic": "Topic",
    "organ": "Organ",
    "meeting": "Meeting",
}
GROUPINGS = {"": "None", **{name: LABELS[name] for name in GROUPS}}
SHOWN_AT_ONCE = 10
_ANY = "\x00"  # in the place of a value: no search has one
SORTS = {
    Sort.RELEVANCE: "Best match",
    Sort.RECENT: "Best match, newer first",
    Sort.NEWEST: "Newest",
    Sort.OLDEST: "Oldest",
}


class Choice(NamedTuple):
    label: str
    url: str
    speeches: str  # how many, as printed
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    choices: Sequence[Choice]
    all_url: str = ""  # of the page that lists all values, where not all are here
    size: int = 0  # how many values there are


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
    path = page_address("search")
    return f"{path}?{query}" if query else path


def addresses(parameters: SearchParameters) -> Callable[[str], str]:
    """Addresses that differ in one value only, the one in the place of ``_ANY``."""
    before, after = address(parameters).split(quote_value(_ANY))
    return lambda value: f"{before}{quote_value(value)}{after}"


def feed_address(page: SearchPage) -> str:
    """Of the newest that the search finds, as a feed; "" where something else was found in the
    place of what was asked for, which a feed never does."""
    if page.relaxed:
        return ""
    plain = replace(page.parameters, sort=Sort.RELEVANCE, group="", page=1, page_size=20)
    return f"{page_address('feed')}?{plain.to_query()}"


def asked(query: QueryDict, errors: Container[str] = ()) -> Asked:
    """What to show again. Fields that a reader can correct stay as they were typed; what the
    form only carries along is dropped where it is at fault, or the next search would fail too."""

    def one(name: str) -> str:
        return query.get(name, "").replace("\x00", "").strip()

    hidden = [
        (name, value)
        for name in (*FILTERS, "sort", "group")
        if name not in errors
        for value in query.getlist(name)[:MAX_VALUES_PER_FACET]
        if value.strip() and "\x00" not in value
    ]
    return Asked(one("q"), one("from"), one("to"), hidden)


def facets(page: SearchPage) -> list[Facet]:
    """The facets that offer something, each with its first values, what is chosen before others."""
    shown = []
    for name in FACETS:
        if values := page.facets.get(name, ()):
            chosen_first = sorted(values, key=lambda one: not one.selected)
            size = max(page.facet_sizes.get(name, 0), len(values))
            # one that is left takes no more room than the link that leads to it
            at_once = SHOWN_AT_ONCE + (size == SHOWN_AT_ONCE + 1)
            at_once = max(at_once, sum(one.selected for one in values))
            choices = choices_of(page.parameters, name, chosen_first[:at_once])
            all_url = facet_address(page.parameters, name) if size > len(choices) else ""
            shown.append(Facet(name, LABELS[name], choices, all_url, size))
    return shown


def facet_address(parameters: SearchParameters, name: str, *, by_name: bool = False) -> str:
    """Of the page that lists all values of a facet."""
    pairs = replace(parameters, page=1).to_pairs() + [("order", "name")] * by_name
    path = page_address("facet", name)
    return f"{path}?{query_string(pairs)}" if pairs else path


def facet_orders(parameters: SearchParameters, name: str, *, by_name: bool) -> list[Order]:
    """The orders of the page that lists all values of a facet."""
    own = "Newest" if name == "year" else "Most speeches"
    return [
        Order(own, facet_address(parameters, name), not by_name),
        Order("Name", facet_address(parameters, name, by_name=True), by_name),
    ]


def all_choices(page: SearchPage, name: str, *, by_name: bool) -> list[FacetValue]:
    """Every value of a facet: by its name, or in the order of the facet, what is chosen first."""
    values = page.facets[name]
    if by_name:
        return sorted(values, key=lambda one: (not one.selected, sort_form(one.label)))
    return sorted(values, key=lambda one: not one.selected)


def choices_of(
    parameters: SearchParameters, facet: str, values: Sequence[FacetValue]
) -> list[Choice]:
    with_value = addresses(parameters.with_value(facet, _ANY))
    return [
        Choice(
            one.label,
            address(parameters.without_value(facet, one.value))
            if one.selected
            else with_value(one.value),
            f"{one.count:,}",
            one.selected,
        )
        for one in values
    ]


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
        for name in FILTERS
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


def chart(page: SearchPage) -> Chart | None:
    """What was found over time as bars, each of which narrows to its year or month."""
    bars, parameters = page.histogram.bars, page.parameters
    if not bars:
        return None
    if page.histogram.period is Period.YEAR:
        of_year = addresses(replace(parameters, year=(_ANY,), page=1))
        years = ({"year": bar.first.year, "count": bar.speeches} for bar in bars)
        drawn = year_chart(years, lambda year: of_year(str(year)))
    else:

        def of_days(first: date, last: date) -> str:
            return address(replace(parameters, year=(), date_from=first, date_to=last, page=1))

        months = {
            (bar.first.year, bar.first.month): (bar.speeches, of_days(bar.first, bar.last))
            for bar in bars
        }
        drawn = month_chart(months, *_chosen_days(parameters, bars))
    return drawn if drawn and len(drawn.bars) > 1 else None


def _chosen_days(parameters: SearchParameters, bars: Sequence[Bar]) -> tuple[date, date]:
    """What the months of a chart begin and end with: all of the time that is chosen."""
    first, last = parameters.date_from, parameters.date_to
    if len(parameters.year) == 1 and parameters.year[0].isdigit():
        first_of_year, last_of_year = days(int(parameters.year[0]), Period.YEAR)
        first, last = max(first or first_of_year, first_of_year), last or last_of_year
        last = min(last, last_of_year)
    return first or bars[0].first, last or bars[-1].last


def group_links(page: SearchPage) -> list[str]:
    """For each group the address of all that is in it."""
    parameters = page.parameters
    if not parameters.group:
        return []
    of_group = addresses(parameters.with_only(parameters.group, _ANY))
    return [of_group(group.value) for group in page.groups]


def groupings(parameters: SearchParameters) -> list[Order]:
    """One list, or groups."""
    return [
        Order(label, address(replace(parameters, group=name, page=1)), name == parameters.group)
        for name, label in GROUPINGS.items()
    ]


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


def suggested(page: SearchPage) -> Repaired | None:
    """The search as it may have been meant, where next to nothing was found."""
    if page.suggestion is None:
        return None
    q = page.suggestion.q
    return Repaired(q, address(replace(page.parameters, q=q, page=1)))


def remarks(page: SearchPage) -> list[tuple[str, str, str]]:
    """Each as its sentence, and label and address of what may have been meant, or ""."""
    return [
        (one.sentence, one.label, address(one.instead) if one.instead else "")
        for one in page.remarks
    ]


def outright(page: SearchPage) -> str:
    """What asks for the kindred words themselves, or "" where there are none or too many."""
    if page.kindred is None or page.kindred.q is None:
        return ""
    return address(replace(page.parameters, q=page.kindred.q, page=1))


def only_words(parameters: SearchParameters) -> str:
    """The same words without any filter, or "" where none is chosen or there are no words."""
    if not (parameters.q and parameters.has_filters):
        return ""
    return address(SearchParameters(q=parameters.q, sort=parameters.sort))
