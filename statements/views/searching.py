"""The search page. Each outcome is a page with a way to continue: results, no results, a query that
cannot be run, and an index that cannot be read.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

from statements.addresses import origin, page_address
from statements.search import (
    InvalidParameters,
    Landing,
    SearchPage,
    SearchParameters,
    SearchUnavailable,
    Sort,
    View,
    find,
)
from statements.views import archive_map, refinements, value_lists
from statements.views.analysis import tabs
from statements.views.analysis.searches import AnalysedSearch, Analysis
from statements.views.charts import Chart
from statements.views.direct_answers import DirectAnswer, delegation_answers, direct_answers
from statements.views.paging import page_of
from statements.views.refinements import (
    Chip,
    CountedLink,
    Facet,
    FormValues,
    NoticeLink,
    Order,
    ProcedureNote,
    QueryLink,
    ResultGroup,
)

VALUES_ON_A_PAGE = 200
MAX_FILTER_CHARACTERS = 100


@dataclass(frozen=True)
class SearchView:
    """What the templates of one search show: its results, and the addresses that lead on.

    Properties are computed when a template first reads them, and kept.
    """

    page: SearchPage  # with the filter values as the index spells them
    form: FormValues

    @property
    def address(self) -> str:
        """The address of the search in this view, from the first page."""
        return refinements.address(self.page.parameters.on_page(1))

    @cached_property
    def landing(self) -> Landing:
        return Landing.of(self.page.parameters)

    @cached_property
    def landing_of_related(self) -> Landing:
        related = self.page.related_forms
        if related is None or related.q is None:
            return self.landing
        return Landing.of(replace(self.page.parameters, q=related.q))

    @cached_property
    def orders(self) -> list[Order]:
        return refinements.orders(self.page.parameters)

    @cached_property
    def groupings(self) -> list[Order]:
        return refinements.groupings(self.page.parameters)

    @property
    def table_url(self) -> str:
        return refinements.table_address(self.page)

    @cached_property
    def downloads(self) -> list[Order]:
        return refinements.downloads(self.page)

    @cached_property
    def groups(self) -> list[ResultGroup]:
        return refinements.groups(self.page)

    @cached_property
    def facets(self) -> list[Facet]:
        return refinements.facets(self.page)

    @cached_property
    def chips(self) -> list[Chip]:
        return refinements.chips(self.page)

    @cached_property
    def chart(self) -> Chart | None:
        return refinements.chart(self.page)

    @cached_property
    def notices(self) -> list[NoticeLink]:
        return refinements.notices(self.page)

    @cached_property
    def procedure(self) -> ProcedureNote | None:
        return refinements.procedure(self.page)

    @cached_property
    def suggestion(self) -> CountedLink | None:
        return refinements.suggestion(self.page)

    @cached_property
    def direct_answers(self) -> list[DirectAnswer]:
        return [*direct_answers(self.page.parameters.q), *delegation_answers(self.page)]

    @cached_property
    def feed_url(self) -> str:
        return refinements.feed_address(self.page, "feed")

    @cached_property
    def json_feed_url(self) -> str:
        return refinements.feed_address(self.page, "json-feed")

    @cached_property
    def alert_url(self) -> str:
        return refinements.alert_address(self.page)

    @cached_property
    def tabs(self) -> list[Order]:
        return tabs.links(self.page.parameters)

    @property
    def explicit_url(self) -> str:
        return refinements.explicit_address(self.page)

    @cached_property
    def related_terms(self) -> list[QueryLink]:
        return refinements.related_terms(self.page)

    @cached_property
    def alternatives(self) -> list[CountedLink]:
        return refinements.alternatives(self.page)

    @property
    def number_of_first(self) -> int:
        """The number of the first speech on the page, from 1 on the first page."""
        return (self.page.parameters.page - 1) * self.page.page_size + 1

    @property
    def first_url(self) -> str:
        return self._page_url(1)

    @property
    def last_url(self) -> str:
        return self._page_url(self.page.pages) if self.page.pages > 1 else ""

    @cached_property
    def previous_url(self) -> str:
        parameters = self.page.previous_parameters
        return refinements.address(parameters) if parameters else ""

    @cached_property
    def next_url(self) -> str:
        parameters = self.page.next_parameters
        return refinements.address(parameters) if parameters else ""

    def _page_url(self, number: int) -> str:
        return refinements.address(self.page.parameters.on_page(number))


def search(request: HttpRequest) -> HttpResponse:
    try:
        asked = SearchParameters.from_query(request.GET)
        if asked.view is not View.SPEECHES:
            return _analysis(request, asked)
        if archive_map.is_asked_for(asked):
            return _map(request, asked)
        page = _find(asked, values=refinements.SHOWN_AT_ONCE + 1)
    except InvalidParameters as invalid:
        return invalid_search(request, request.GET, invalid)
    except SearchUnavailable as unavailable:
        return search_unavailable(request, unavailable)
    context = {"search": SearchView(page, _form_values(request.GET, page))}
    if page.parameters.page > max(page.pages, 1):
        return render(request, "search/beyond.html", context, status=404)
    return render(request, "search/results.html", context)


def _map(request: HttpRequest, asked: SearchParameters) -> HttpResponse:
    """Show what the archive holds, where nothing is searched for. Raises as ``find`` does."""
    page = _find(
        replace(asked, sort=Sort.NEWEST, page_size=1),
        values=refinements.SHOWN_AT_ONCE + 1,
        complete_facets=archive_map.COMPLETE_FACETS,
        alternatives=False,
    )
    parameters = replace(page.parameters, sort=asked.sort, page_size=asked.page_size)
    page = replace(page, parameters=parameters)
    context = {
        "search": SearchView(page, _form_values(request.GET, page)),
        "map": archive_map.ArchiveMap(page),
    }
    return render(request, "search/map.html", context)


def analysed(asked: SearchParameters) -> tuple[SearchPage, Analysis]:
    """Return what a search finds, and what another view than the list shows of it. Raises as
    ``find`` does."""
    tab = tabs.TABS[asked.view]
    page = _find(
        replace(asked, sort=Sort.NEWEST, group="", page=1, page_size=1),
        values=refinements.SHOWN_AT_ONCE + 1,
        complete_facets=(tab.complete_facet(asked),),
        alternatives=False,
    )
    of_address = {name: getattr(asked, name) for name in ("sort", "group", "page", "page_size")}
    page = replace(page, parameters=replace(page.parameters, **of_address))
    return page, tab.analyse(AnalysedSearch(page))


def counted(asked: SearchParameters) -> SearchPage:
    """Return how many speeches a search finds, with their numbers over time, but no list of them.
    Raises as ``find`` does."""
    plain = replace(asked.in_view(View.SPEECHES), sort=Sort.NEWEST, group="", page_size=1)
    return _find(plain, values=refinements.SHOWN_AT_ONCE + 1, alternatives=False)


def _analysis(request: HttpRequest, asked: SearchParameters) -> HttpResponse:
    """Show the speeches found in another view than the list. Raises as ``find`` does."""
    page, analysis = analysed(asked)
    search_view = SearchView(page, _form_values(request.GET, page))
    context = {
        "search": search_view,
        "tab": tabs.TABS[asked.view],
        "analysis": analysis,
        "origin": origin(request),
    }
    status = 404 if analysis.is_beyond else 200
    return render(request, "search/analysis.html", context, status=status)


def _find(
    asked: SearchParameters,
    *,
    values: int,
    complete_facets: Collection[str] = (),
    alternatives: bool = True,
) -> SearchPage:
    """Return the page of an address, without what chairs say to conduct meetings unless it asks
    for it. Raises as ``find`` does."""
    parameters = asked.with_default_procedure()
    page = find(
        parameters,
        alternatives=alternatives,
        values=values,
        complete_facets=complete_facets,
        people=True,
    )
    return refinements.without_idle_procedure(page, asked)


def _form_values(query: QueryDict, page: SearchPage) -> FormValues:
    """Return the values of the form, with what the page left out by default."""
    values = query.copy()
    if page.parameters.procedure:
        values["procedure"] = page.parameters.procedure.value
    return refinements.form_values(values)


def facet(request: HttpRequest, name: str) -> HttpResponse:
    """All values of one facet of a search, in pages."""
    if name not in SearchParameters.FACETS:
        raise Http404(gettext("The search has no such facet."))
    query = request.GET.copy()
    query.pop("page", None)  # it is a page of values, not of results
    order = value_lists.order_of(name, request.GET.get("order", ""))
    part = request.GET.get("filter", "").replace("\x00", "").strip()[:MAX_FILTER_CHARACTERS]
    try:
        asked = SearchParameters.from_query(query)
        results = _find(asked, values=0, complete_facets=(name,), alternatives=False)
    except InvalidParameters as invalid:
        return invalid_search(request, query, invalid)
    except SearchUnavailable as unavailable:
        return search_unavailable(request, unavailable)
    values = value_lists.all_values(results, name, order, part)
    page = page_of(request, values, size=VALUES_ON_A_PAGE)
    parameters = results.parameters
    context = {
        "search": SearchView(results, _form_values(query, results)),
        "label": refinements.facet_label(name),
        "all_values": refinements.all_values_label(name, len(values)),
        "part": part,
        "action": page_address("facet", name),
        "fields": [*parameters.on_page(1).to_pairs(), *([("order", order)] if order else [])],
        "whole_url": value_lists.address(parameters, name, order),
        "orders": value_lists.orders(parameters, name, order, part),
        "sections": value_lists.sections(results, name, order, values, list(page)),
        "page": page,
        "results_url": refinements.address(parameters),
    }
    return render(request, "search/facet.html", context)


def invalid_search(
    request: HttpRequest, query: QueryDict, invalid: InvalidParameters
) -> HttpResponse:
    """Return the page of the errors of the query string that was read, which may be a part of the
    address."""
    context = {
        "form": refinements.form_values(query, invalid.errors),
        "errors": invalid.errors,
        "repaired": refinements.repaired_query(query, invalid),
    }
    return render(request, "search/invalid.html", context, status=400)


def search_unavailable(request: HttpRequest, unavailable: SearchUnavailable) -> HttpResponse:
    """Return the page for a search without an index."""
    context = {"form": refinements.form_values(request.GET), "sentence": str(unavailable)}
    response = render(request, "search/unavailable.html", context, status=503)
    response["Retry-After"] = str(unavailable.RETRY_AFTER_S)
    return response
