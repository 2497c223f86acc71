"""The way in: what the archive holds, what it promises, and how to ask it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from statements.models import Meeting, Speech
from statements.search.query import limits
from statements.views.charts import browse_address, year_chart

SHOWN = 6


def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "home.html",
        {
            "totals": Speech.objects.totals(),
            "chart": year_chart(Speech.objects.counts_by_year(), browse_address),
            "meetings": Meeting.objects.heard()[:SHOWN],
            "speeches": Speech.objects.for_listing().newly_stored_first()[:SHOWN],
        },
    )


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html", {"totals": Speech.objects.totals()})


def search_help(request: HttpRequest) -> HttpResponse:
    most = {
        "characters": limits.MAX_QUERY_CHARACTERS,
        "terms": limits.MAX_TERMS,
        "clauses": limits.MAX_CLAUSES,
        "depth": limits.MAX_DEPTH,
        "phrase": limits.MAX_PHRASE,
        "expansions": limits.MAX_EXPANSIONS,
    }
    return render(request, "search/help.html", {"limits": most})
