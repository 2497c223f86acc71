"""The home page, the page about the archive, and the search help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from statements.search import limits
from statements.views import holdings

SHOWN = 6


def home(request: HttpRequest) -> HttpResponse:
    meetings = holdings.latest_meetings(SHOWN)
    return render(
        request,
        "home.html",
        {
            "totals": holdings.totals(),
            "chart": holdings.years(),
            "meetings": meetings,
            "sessions": () if meetings else holdings.latest_sessions(SHOWN),
            "speeches": holdings.newest_speeches(SHOWN),
        },
    )


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html", {"totals": holdings.totals()})


def search_help(request: HttpRequest) -> HttpResponse:
    maxima = {
        "characters": limits.MAX_QUERY_CHARACTERS,
        "terms": limits.MAX_TERMS,
        "clauses": limits.MAX_CLAUSES,
        "depth": limits.MAX_DEPTH,
        "phrase": limits.MAX_PHRASE,
        "expansions": limits.MAX_EXPANSIONS,
    }
    return render(request, "search/help.html", {"limits": maxima})
