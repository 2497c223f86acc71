"""The search page: reads the address, asks the finding room, and renders in every case a page
that leads on, also for a search that cannot be run, finds nothing, or meets no index.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from statements.search import results
from statements.search.asking import RETRY_AFTER_S, SearchUnavailable
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.results import SearchPage
from statements.signposts import signposts
from statements.views import refinements


def search(request: HttpRequest) -> HttpResponse:
    asked = refinements.asked(request.GET)
    try:
        parameters = SearchParameters.from_query(request.GET)
        page = results.find(parameters)
        parameters = page.parameters  # with values as the index spells them
    except InvalidParameters as invalid:
        asked = refinements.asked(request.GET, invalid.errors)
        repaired = refinements.repaired(request.GET, invalid)
        context = {"asked": asked, "errors": invalid.errors, "repaired": repaired}
        return render(request, "search/invalid.html", context, status=400)
    except SearchUnavailable as unavailable:
        context = {"asked": asked, "sentence": str(unavailable)}
        response = render(request, "search/unavailable.html", context, status=503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
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
