"""The page that says what the archive holds, where it comes from, and what it lacks."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from statements.coverage.gaps import gaps
from statements.coverage.matrix import Choice, choices, matrix
from statements.coverage.sources import languages, organs, sources, totals
from statements.search import analytics

CHOICE = "columns"  # the parameter that chooses a matrix


def coverage(request: HttpRequest) -> HttpResponse:
    offered = choices()
    chosen = chosen_matrix(request, offered)
    context = {
        "totals": totals(),
        "words": analytics.word_count(),
        "sources": sources(),
        "organs": organs(),
        "languages": languages(),
        "choices": offered,
        "chosen": chosen,
        "matrix": matrix(chosen) if chosen else None,
        "gaps": gaps(),
    }
    return render(request, "coverage/coverage.html", context)


def chosen_matrix(request: HttpRequest, offered: Sequence[Choice]) -> Choice | None:
    """Return the matrix that a page shows, by default the first; None if there is none. Raises
    Http404."""
    key = request.GET.get(CHOICE, "")
    if not key:
        return offered[0] if offered else None
    for choice in offered:
        if choice.key == key:
            return choice
    raise Http404(gettext("The archive has no such table of countries."))
