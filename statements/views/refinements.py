"""The links around search results: facets whose values narrow the search, chips that remove a
filter, sort orders, and the values that the form shows again. Each is an address made from one
``SearchParameters``.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy

from archive.languages import date_format, grouped
from statements.addresses import (
    address_with,
    file_address,
    page_address,
    query_string,
    quote_value,
)
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.markup import epub
from statements.search import (
    OPTIONS,
    OPTIONS_OF_QUERY,
    FacetValue,
    Group,
    Hit,
    InvalidParameters,
    Period,
    Procedure,
    SearchPage,
    SearchParameters,
    Sort,
    View,
    limits,
)
from statements.views.charts import Chart, month_chart, year_chart

GROUPINGS = {
    "": gettext_lazy("None"),
    **{name: SearchParameters.FACETS_BY_NAME[name].label for name in SearchParameters.GROUPS},
}
SHOWN_AT_ONCE = 10
PAGE_SIZE = SearchParameters().page_size
SORTS = {
    Sort.RELEVANCE: gettext_lazy("Relevance"),
    Sort.RECENT: gettext_lazy("Relevance, favouring recent"),
    Sort.NEWEST: gettext_lazy("Newest first"),
    Sort.OLDEST: gettext_lazy("Oldest first"),
}


class Choice(NamedTuple):
    label: str
    url: str
    number: int  # of speeches
    speeches: str  # the same, formatted
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    choices: Sequence[Choice]
    all_url: str = ""  # of the page that lists all values, if some are left out here
    all_label: str = ""
    action: str = ""  # of the form that lists those with some letters
    fields: Sequence[tuple[str, str]] = ()  # that the form carries along


@dataclass(frozen=True, slots=True)
class Chip:
    facet: str
    label: str
    url: str  # of the search without this filter


@dataclass(frozen=True, slots=True)
class Order:
    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class ResultGroup:
    label: str
    count: int  # speeches
    hits: Sequence[Hit]  # the best of them
    url: str  # of the search that lists all of them


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values that the search form shows again, valid or not."""

    q: str
    date_from: str
    date_to: str
    hidden: Sequence[tuple[str, str]]  # the other filters, which the form carries along


@dataclass(frozen=True, slots=True)
class QueryLink:
    """Another query, as typed, and its address."""

    q: str
    url: str


class ProcedureNote(NamedTuple):
    """The speeches found by which a chair conducts a meeting."""

    speeches: int
    is_hidden: bool
    url: str  # of the search that shows them, or leaves them out


class CountedLink(NamedTuple):
    """A search that finds more than this one."""

    label: str
    url: str
    speeches: int


class NoticeLink(NamedTuple):
    sentence: str
    label: str  # of the search that may have been intended, or ""
    url: str
    is_addition: bool  # the search finds more, and leaves nothing out


def address(parameters: SearchParameters) -> str:
    query = parameters.to_query()
    path = page_address("search")
    return f"{path}?{query}" if query else path


def addresses(parameters: SearchParameters, facet: str) -> Callable[..., str]:
    """Return a function that gives the address of the search with more values of a facet.

    The pairs before and after the value are encoded once: a page has some sixty such links.
    """
    changes: dict[str, Any] = {facet: (*getattr(parameters, facet), "")}
    if facet == "capacity":
        changes["procedure"] = None  # the values chosen say whether it is left out
    pairs = replace(parameters, page=1, **changes).to_pairs()
    place = pairs.index((facet, ""))  # no search has an empty value
    before = f"{page_address('search')}?{query_string(pairs[: place + 1])}"
    after = f"&{query_string(pairs[place + 1 :])}" if pairs[place + 1 :] else ""
    return lambda *values: f"{before}{f'&{facet}='.join(map(quote_value, values))}{after}"


def feed_address(page: SearchPage, name: str) -> str:
    """Return the address of the search as a feed of its newest speeches, given the name of the feed
    in the URLconf."""
    plain = replace(page.parameters, sort=Sort.RELEVANCE, group="", page_size=PAGE_SIZE)
    plain = plain.in_view(View.SPEECHES)
    return f"{page_address(name)}?{plain.to_query()}"


def downloads(page: SearchPage) -> list[Order]:
    """Return the files of all speeches found, in the order of the page, and the form that keeps the
    result; none if none is found."""
    if not page.total:
        return []
    plain = _plain(page)
    form = address_with(page_address("new-result-set"), plain.to_query())
    keeping = Order(gettext("Keep this result"), form, False)
    return [*files_of(address(plain), page.total, has_words=bool(plain.q)), keeping]


def table_address(page: SearchPage) -> str:
    """Return the address of all speeches found as a table."""
    return file_address(address(_plain(page)), "csv")


def _plain(page: SearchPage) -> SearchParameters:
    """Return a search without what only pages have."""
    return replace(page.parameters.in_view(View.SPEECHES), group="", page_size=PAGE_SIZE, page=1)


def alert_address(page: SearchPage) -> str:
    """Return the address of the form that asks for new speeches by e-mail, "" if none are sent."""
    if not settings.ALERTS:
        return ""
    return address_with(page_address("new-alert"), _plain(page).to_query())


def files_of(url: str, speeches: int, *, has_words: bool = False) -> list[Order]:
    """Return the files of a number of speeches, given the address of their page, and of the matches
    of its query, if it has words."""
    paragraphs, matches = [("rows", "paragraphs")], [("rows", "matches")]
    in_context = [
        (gettext("Matches in context for Excel"), "xlsx", matches),
        (gettext("Matches in context (CSV)"), "csv", matches),
    ]
    return [
        Order(label, file_address(url, suffix, options), False)
        for label, suffix, options in (
            (gettext("Table for Excel"), "xlsx", ()),
            (gettext("Table (CSV)"), "csv", ()),
            (gettext("Table with a description (ZIP)"), "csv.zip", ()),
            (gettext("Paragraphs for Excel"), "xlsx", paragraphs),
            (gettext("Paragraphs (CSV)"), "csv", paragraphs),
            *(in_context if has_words else ()),
            (gettext("Full texts (JSON Lines)"), "jsonl", ()),
            (gettext("Full texts to read"), "txt", ()),
            *(
                [(gettext("Book to read offline (EPUB)"), epub.SUFFIX, ())]
                if speeches <= epub.MAX_SPEECHES
                else ()
            ),
            *(
                (gettext("Citations (%(format)s)") % {"format": each.label}, each.suffix, ())
                for each in BIBLIOGRAPHIES.values()
            ),
        )
    ]


def form_values(query: QueryDict, errors: Container[str] = ()) -> FormValues:
    """Return the values to show again.

    Fields that a reader can correct stay as typed. Hidden fields with errors are dropped, or the
    next search would fail too.
    """

    def field(name: str) -> str:
        return query.get(name, "").replace("\x00", "").strip()

    hidden = [
        (name, value)
        for name in (*SearchParameters.FILTERS, "procedure", "sort", "group", *_of_view(query))
        if name not in errors
        for value in query.getlist(name)[: limits.MAX_VALUES_PER_FACET]
        if value.strip() and "\x00" not in value
    ]
    return FormValues(field("q"), field("from"), field("to"), hidden)


def _of_view(query: QueryDict) -> Sequence[str]:
    """Return the names of the view and its options, which a new search keeps."""
    kept = [name for name in OPTIONS if name not in OPTIONS_OF_QUERY]
    return ("view", *kept) if query.get("view") else ()


def without_idle_procedure(page: SearchPage, asked: SearchParameters) -> SearchPage:
    """Return a page whose addresses say that procedure is left out only if any is, or if the
    address asks for it."""
    if asked.procedure or _count_procedure(page):
        return page
    notices = [
        replace(notice, alternative=replace(notice.alternative, procedure=None))
        if notice.alternative
        else notice
        for notice in page.notices
    ]
    alternatives = [
        replace(other, parameters=replace(other.parameters, procedure=None))
        for other in page.alternatives
    ]
    parameters = replace(page.parameters, procedure=None)
    return replace(page, parameters=parameters, notices=notices, alternatives=alternatives)


def _count_procedure(page: SearchPage) -> int:
    values = page.facets.get("capacity", ())
    return sum(value.count for value in values if value.value == "chair")


def procedure(page: SearchPage) -> ProcedureNote | None:
    """Return how many speeches of chairs are left out or included; None if there are none, or
    capacities were chosen."""
    parameters, speeches = page.parameters, _count_procedure(page)
    if not speeches or parameters.procedure is None:
        return None
    is_hidden = parameters.procedure is Procedure.HIDE
    other = Procedure.SHOW if is_hidden else Procedure.HIDE
    url = address(replace(parameters, procedure=other, page=1))
    return ProcedureNote(speeches, is_hidden, url)


def facets(page: SearchPage) -> list[Facet]:
    """Return the facets that have values, each with its first values, selected ones in front."""
    shown = []
    fields = replace(page.parameters, page=1).to_pairs()
    for name in SearchParameters.FACETS:
        if values := page.facets.get(name, ()):
            selected_first = sorted(values, key=lambda value: not value.selected)
            size = max(page.facet_sizes.get(name, 0), len(values))
            # a single value more takes no more room than the link to it would
            limit = SHOWN_AT_ONCE + (size == SHOWN_AT_ONCE + 1)
            limit = max(limit, sum(value.selected for value in values))
            choices = choices_of(page.parameters, name, selected_first[:limit])
            facet = Facet(name, facet_label(name), choices)
            if size > len(choices):
                action = page_address("facet", name)
                all_url = f"{action}?{query_string(fields)}" if fields else action
                all_label = all_values_label(name, size)
                facet = replace(
                    facet, all_url=all_url, all_label=all_label, action=action, fields=fields
                )
            shown.append(facet)
    return shown


def facet_label(name: str) -> str:
    return str(SearchParameters.FACETS_BY_NAME[name].label)


def all_values_label(name: str, size: int) -> str:
    """Return what leads to all values of a facet: "All 193 countries"."""
    printed = {"number": size, "count": number_format(size, force_grouping=True)}
    return str(SearchParameters.FACETS_BY_NAME[name].all_values % printed)


def facet_address(parameters: SearchParameters, name: str, *more: tuple[str, str]) -> str:
    """Return the address of the page that lists all values of a facet, with more pairs of its
    own."""
    pairs = [*replace(parameters, page=1).to_pairs(), *more]
    path = page_address("facet", name)
    return f"{path}?{query_string(pairs)}" if pairs else path


def choices_of(
    parameters: SearchParameters, facet: str, values: Sequence[FacetValue]
) -> list[Choice]:
    with_values = addresses(parameters, facet)
    return [
        Choice(
            _label(value),
            address(parameters.without_value(facet, *_pages(value)))
            if value.selected
            else with_values(*_pages(value)),
            value.count,
            grouped(value.count),
            value.selected,
        )
        for value in values
    ]


def _pages(value: FacetValue | Group) -> Sequence[str]:
    """Return all values that a value stands for."""
    return value.value, *value.perhaps_the_same


def _label(value: FacetValue | Group) -> str:
    """Return the label of a value, which says how many pages of a person it stands for."""
    if not value.perhaps_the_same:
        return value.label
    names = {"name": value.label, "count": len(_pages(value))}
    return gettext("%(name)s (%(count)d spellings)") % names


def chips(page: SearchPage) -> list[Chip]:
    """Return a chip for each filter that is in force; the pages of one person have one."""
    parameters = page.parameters
    chips_of = {
        (name, slug): Chip(
            facet_label(name),
            _label(value),
            address(parameters.without_value(name, *_pages(value))),
        )
        for name in SearchParameters.FACETS
        for value in page.facets.get(name, ())
        if value.selected
        for slug in _pages(value)
    }
    active = list(
        dict.fromkeys(
            chips_of.get((name, value))
            or Chip(facet_label(name), value, address(parameters.without_value(name, value)))
            for name in SearchParameters.FILTERS
            for value in getattr(parameters, name)
        )
    )
    if parameters.date_from:
        without = replace(parameters, date_from=None, page=1)
        active.append(
            Chip(gettext("From"), date_format(parameters.date_from, "j F Y"), address(without))
        )
    if parameters.date_to:
        without = replace(parameters, date_to=None, page=1)
        active.append(
            Chip(gettext("To"), date_format(parameters.date_to, "j F Y"), address(without))
        )
    return active


def chips_in_words(page: SearchPage) -> list[tuple[str, str]]:
    """Return the filters that are in force as pairs of a name and a value."""
    return [(chip.facet, chip.label) for chip in chips(page)]


def orders(parameters: SearchParameters) -> list[Order]:
    return [
        Order(str(label), address(replace(parameters, sort=sort, page=1)), sort is parameters.sort)
        for sort, label in SORTS.items()
    ]


def chart(page: SearchPage) -> Chart | None:
    """Return the speeches found over time as bars that narrow the search to a year or month."""
    bars, parameters = page.histogram.bars, page.parameters
    if not bars:
        return None
    if page.histogram.period is Period.YEAR:
        of_year = addresses(replace(parameters, year=()), "year")
        years = ({"year": bar.first.year, "count": bar.speeches} for bar in bars)
        drawing = year_chart(years, lambda year: of_year(str(year)))
    else:

        def of_days(first: date, last: date) -> str:
            return address(replace(parameters, year=(), date_from=first, date_to=last, page=1))

        months = {
            (bar.first.year, bar.first.month): (bar.speeches, of_days(bar.first, bar.last))
            for bar in bars
        }
        drawing = month_chart(months, *_charted_days(page))
    return drawing if drawing and len(drawing.bars) > 1 else None


def _charted_days(page: SearchPage) -> tuple[date, date]:
    """Return the first and last day of a chart by month: the whole time that is selected."""
    bars, parameters = page.histogram.bars, page.parameters
    first, last = parameters.date_from, parameters.date_to
    if len(parameters.year) == 1 and parameters.year[0].isdigit():
        year = int(parameters.year[0])
        first_of_year, last_of_year = date(year, 1, 1), date(year, 12, 31)
        first = max(first or first_of_year, first_of_year)
        last = min(last or last_of_year, last_of_year)
    return first or bars[0].first, last or bars[-1].last


def groups(page: SearchPage) -> list[ResultGroup]:
    parameters = page.parameters
    if not parameters.group:
        return []
    changes: dict[str, Any] = {"group": "", parameters.group: ()}
    of_group = addresses(replace(parameters, **changes), parameters.group)
    return [
        ResultGroup(_label(group), group.count, group.hits, of_group(*_pages(group)))
        for group in page.groups
    ]


def groupings(parameters: SearchParameters) -> list[Order]:
    """Return the ways to group the results; the first is one list."""
    return [
        Order(
            str(label), address(replace(parameters, group=name, page=1)), name == parameters.group
        )
        for name, label in GROUPINGS.items()
    ]


def repaired_query(query: QueryDict, invalid: InvalidParameters) -> QueryLink | None:
    """Return a query that can be run in place of one that cannot; None if there is none."""
    if invalid.repaired is None:
        return None
    try:
        parameters = SearchParameters.from_query(query)
    except InvalidParameters:  # there is more to repair than the query
        return None
    return QueryLink(invalid.repaired, address(replace(parameters, q=invalid.repaired, page=1)))


def suggestion(page: SearchPage) -> CountedLink | None:
    """Return the query that may have been intended; None if there is no suggestion."""
    if page.suggestion is None:
        return None
    q = page.suggestion.q
    return CountedLink(q, address(replace(page.parameters, q=q, page=1)), page.suggestion.total)


def notices(page: SearchPage) -> list[NoticeLink]:
    return [
        NoticeLink(
            notice.sentence,
            notice.label,
            address(notice.alternative) if notice.alternative else "",
            notice.is_addition,
        )
        for notice in page.notices
    ]


def alternatives(page: SearchPage) -> list[CountedLink]:
    return [
        CountedLink(other.label, address(other.parameters), other.total)
        for other in page.alternatives
    ]


def related_terms(page: SearchPage) -> list[QueryLink]:
    """Return the terms related to the words of the query, each searched in their place."""
    return [
        QueryLink(term, address(replace(page.parameters, q=term, page=1)))
        for term in page.related_terms
    ]


def explicit_address(page: SearchPage) -> str:
    """Return the address of the search that names the related forms; "" if there is none."""
    if page.related_forms is None or page.related_forms.q is None:
        return ""
    return address(replace(page.parameters, q=page.related_forms.q, page=1))
