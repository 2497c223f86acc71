"""The home page, the page about the archive, and the search help."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from statements.addresses import search_address
from statements.coverage.sources import sources, totals
from statements.search import limits
from statements.views import holdings
from statements.views.dates.on_this_day import quotation_of, years_of
from statements.views.overview.examples import examples

SHOWN = 6


class Contact(NamedTuple):
    url: str
    label: str  # without the scheme


def home(request: HttpRequest) -> HttpResponse:
    chart = holdings.years()
    # a search of a single year has months, and no figure of one bar
    chart_url = search_address() if chart and chart.first != chart.last else ""
    meetings, today = holdings.latest_meetings(SHOWN), timezone.localdate()
    return render(
        request,
        "home.html",
        {
            "totals": totals(),
            "chart": chart,
            "chart_url": chart_url,
            "examples": examples(),
            "quotation": quotation_of(today),
            "has_this_day": bool(years_of(today.month, today.day)),
            "meetings": meetings,
            "sessions": () if meetings else holdings.latest_sessions(SHOWN),
            "speeches": holdings.newest_speeches(SHOWN),
        },
    )


def about(request: HttpRequest) -> HttpResponse:
    contacts = [Contact(url, url.partition(":")[2].removeprefix("//")) for url in settings.CONTACT]
    context = {"totals": totals(), "sources": sources(), "contacts": contacts}
    return render(request, "about.html", context)


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
