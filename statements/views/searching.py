"""The search page: reads the address, asks the finding room, and renders in every case a page
that leads on, also for a search that cannot be run, finds nothing, or meets no index.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from statements.search.matching.session import RETRY_AFTER_S, SearchUnavailable
from statements.search.parameters import FACETS, InvalidParameters, SearchParameters
from statements.search.results import assembly
from statements.search.results.assembly import SearchPage
from statements.signposts import signposts
from statements.views import refinements
from statements.views.paging import page_of

VALUES_ON_A_PAGE = 200


def search(request: HttpRequest) -> HttpResponse:
    asked = refinements.asked(request.GET)
    try:
        parameters = SearchParameters.from_query(request.GET)
        page = assembly.find(parameters, values=refinements.SHOWN_AT_ONCE + 1)
        parameters = page.parameters  # with values as the index spells them
    except InvalidParameters as invalid:
        return _invalid(request, invalid)
    except SearchUnavailable as unavailable:
        return _unavailable(request, unavailable)
    if parameters.page > max(page.pages, 1):
        context = {"asked": asked, "page": page, **_ends(page)}
        return render(request, "search/beyond.html", context, status=404)
    return render(
        request,
        "search/results.html",
        {
            "asked": asked,
            "orders": refinements.orders(parameters),
            "groupings": refinements.groupings(parameters),
            "groups": list(zip(page.groups, refinements.group_links(page), strict=True)),
            "suggested": refinements.suggested(page),
            "remarks": refinements.remarks(page),
            "outright_url": refinements.outright(page),
            "page": page,
            "feed_url": refinements.feed_address(page),
            "signposts": signposts(parameters.q),
            "facets": refinements.facets(page),
            "chips": refinements.chips(page),
            "chart": refinements.chart(page),
            "without_quotes": refinements.without_quotes(parameters),
            "only_words": refinements.only_words(parameters),
            "first": (parameters.page - 1) * page.page_size + 1,
            **_neighbours(page),
        },
    )


def facet(request: HttpRequest, name: str) -> HttpResponse:
    """All values of one facet of a search, in pages."""
    if name not in FACETS:
        raise Http404("The search has no such facet.")
    of_list = request.GET.copy()
    of_list.pop("page", None)  # it is a page of values, not of results
    by_name = request.GET.get("order") == "name"
    try:
        found = assembly.find(SearchParameters.from_query(of_list), values=0, whole=name)
    except InvalidParameters as invalid:
        return _invalid(request, invalid)
    except SearchUnavailable as unavailable:
        return _unavailable(request, unavailable)
    values = refinements.all_choices(found, name, by_name=by_name)
    page = page_of(request, values, size=VALUES_ON_A_PAGE)
    parameters = found.parameters
    context = {
        "asked": refinements.asked(of_list),
        "label": refinements.LABELS[name],
        "orders": refinements.facet_orders(parameters, name, by_name=by_name),
        "choices": refinements.choices_of(parameters, name, list(page)),
        "chips": refinements.chips(found),
        "index": found.index,
        "page": page,
        "results_url": refinements.address(parameters),
    }
    return render(request, "search/facet.html", context)


def _invalid(request: HttpRequest, invalid: InvalidParameters) -> HttpResponse:
    context = {
        "asked": refinements.asked(request.GET, invalid.errors),
        "errors": invalid.errors,
        "repaired": refinements.repaired(request.GET, invalid),
    }
    return render(request, "search/invalid.html", context, status=400)


def _unavailable(request: HttpRequest, unavailable: SearchUnavailable) -> HttpResponse:
    context = {"asked": refinements.asked(request.GET), "sentence": str(unavailable)}
    response = render(request, "search/unavailable.html", context, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _ends(page: SearchPage) -> dict[str, str]:
    parameters = page.parameters
    return {
        "first_url": refinements.address(parameters.on_page(1)),
        "last_url": refinements.address(parameters.on_page(page.pages)) if page.pages > 1 else "",
    }


def _neighbours(page: SearchPage) -> dict[str, str]:
    parameters = page.parameters
    here = parameters.page
    return {
        "previous_url": refinements.address(parameters.on_page(here - 1)) if here > 1 else "",
        "next_url": refinements.address(parameters.on_page(here + 1)) if here < page.pages else "",
    }
