"""The list of countries and bodies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from statements.views import holdings


def countries(request: HttpRequest) -> HttpResponse:
    by_letter = holdings.countries()
    count = sum(len(initial.countries) for initial in by_letter)
    context = {"by_letter": by_letter, "count": count, "affiliations": holdings.affiliations()}
    return render(request, "country/countries.html", context)
