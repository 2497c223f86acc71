"""Pages of result sets: the form that keeps a result, and the result, then and now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from archive.languages import date_format, grouped, in_default_language, permanent
from statements.addresses import address_with, origin
from statements.models import ResultSet, Speech
from statements.models.withdrawal_notices import Departure, departures
from statements.result_sets.comparison import Comparison, compare
from statements.result_sets.storing import (
    MAX_SPEECHES,
    TooManySpeeches,
    plain_search,
    search_of,
)
from statements.result_sets.storing import keep as store
from statements.search import (
    InvalidParameters,
    Procedure,
    SearchParameters,
    SearchUnavailable,
    find,
)
from statements.views import refinements
from statements.views.error_pages import get_or_404, gone_response
from statements.views.paging import page_of
from statements.views.searching import invalid_search, search_unavailable

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Part(NamedTuple):
    """Some of the speeches of a result set, or those added since."""

    label: "str | _StrPromise"
    speeches: Callable[[Comparison], Sequence[str]]


PARTS = {
    "": Part(gettext_lazy("Speeches of the result"), lambda then: then.result_set.speeches),
    "added": Part(gettext_lazy("Added since"), lambda then: then.added),
    "changed": Part(gettext_lazy("Changed since"), lambda then: then.changed),
    "unmatched": Part(gettext_lazy("No longer found"), lambda then: then.unmatched),
    "unavailable": Part(gettext_lazy("Withdrawn since"), lambda then: then.unavailable),
}


class PartLink(NamedTuple):
    label: str
    url: str
    speeches: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A speech in the list of a part."""

    public_id: str
    speech: Speech | None  # None if it is not available
    departure: Departure | None
    is_changed: bool
    is_unmatched: bool
    is_added: bool


def keep(request: HttpRequest) -> HttpResponse:
    """Show the form that keeps the result of a search; store the result if it was sent."""
    typed = request.POST if request.method == "POST" else request.GET
    sentence = ""
    try:
        parameters = plain_search(SearchParameters.from_query(typed))
        if request.method == "POST":
            return HttpResponseRedirect(store(parameters).get_absolute_url(), status=303)
        page = find(replace(parameters, page=1, page_size=1), alternatives=False, people=True)
    except InvalidParameters as invalid:
        return invalid_search(request, typed, invalid)
    except SearchUnavailable as unavailable:
        return search_unavailable(request, unavailable)
    except TooManySpeeches:
        total = 0
        sentence = _too_many()
        criteria = []
    else:
        total = page.total
        criteria = refinements.chips_in_words(page)
        sentence = _too_many() if total > MAX_SPEECHES else ""
    context = {
        "parameters": parameters,
        "fields": parameters.to_pairs(),
        "total": total,
        "criteria": criteria,
        "order": refinements.SORTS[parameters.sort],
        "sentence": sentence,
        "search_url": refinements.address(parameters),
    }
    status = 400 if sentence and request.method == "POST" else 200
    return render(request, "result_set/new.html", context, status=status)


def show(request: HttpRequest, result_id: str) -> HttpResponse:
    """Show a result set, and what has changed since it was kept."""
    no_result = gettext("No result was kept at this address.")
    result_set = get_or_404(ResultSet.objects.all(), no_result, public_id=result_id)
    if result_set.withdrawn_at:
        return gone_response(request, withdrawal_of(result_set), result_set.withdrawal_reason)
    comparison = compare(result_set)
    selected = request.GET.get("part", "")
    if selected not in PARTS:
        selected = ""
    page = page_of(request, PARTS[selected].speeches(comparison))
    url = f"{origin(request)}{permanent(result_set.get_absolute_url())}"
    context = {
        "result_set": result_set,
        "comparison": comparison,
        "criteria": _criteria(result_set),
        "order": _order(result_set),
        "is_without_procedure": ("procedure", Procedure.HIDE.value)
        in map(tuple, result_set.parameters),
        "search_url": _search_address(result_set),
        "parts": _parts(result_set, comparison, selected),
        "part": PARTS[selected],
        "page": page,
        "rows": _rows(comparison, list(page)),
        "citation": _citation(result_set, url),
        "downloads": refinements.files_of(result_set.get_absolute_url(), len(comparison.keys)),
    }
    return render(request, "result_set/result_set.html", context)


def withdrawal_of(result_set: ResultSet) -> str:
    """Return the sentence that says when a result set was withdrawn."""
    day = date_format(localtime(result_set.withdrawn_at), "j F Y")
    return gettext("This result was withdrawn on %(date)s.") % {"date": day}


def _too_many() -> str:
    sentence = gettext(
        "A result of at most %(limit)s speeches can be kept. Please narrow the search."
    )
    return sentence % {"limit": grouped(MAX_SPEECHES)}


def _criteria(result_set: ResultSet) -> list[tuple[str, str]]:
    """Return the filters of the search of a result set, as stored if the search cannot be run."""
    try:
        parameters = replace(search_of(result_set), page_size=1)
        page = find(parameters, alternatives=False, people=True)
    except (InvalidParameters, SearchUnavailable):
        without = ("q", "sort", "procedure")
        return [(name, value) for name, value in result_set.parameters if name not in without]
    return refinements.chips_in_words(page)


def _order(result_set: ResultSet) -> str:
    try:
        return str(refinements.SORTS[search_of(result_set).sort])
    except InvalidParameters:
        return ""


def _search_address(result_set: ResultSet) -> str:
    try:
        return refinements.address(search_of(result_set))
    except InvalidParameters:
        return ""


def _parts(result_set: ResultSet, comparison: Comparison, selected: str) -> list[PartLink]:
    """Return the links to the parts that have speeches; the first is the whole result."""
    path = result_set.get_absolute_url()
    links = [
        PartLink(
            str(part.label),
            address_with(path, f"part={name}" if name else ""),
            len(part.speeches(comparison)),
            name == selected,
        )
        for name, part in PARTS.items()
    ]
    return [link for link in links if link.speeches or link.is_selected or link is links[0]]


def _rows(comparison: Comparison, public_ids: Sequence[str]) -> list[Row]:
    speeches = {
        speech.public_id: speech
        for speech in Speech.objects.for_listing().filter(public_id__in=public_ids)
    }
    departed = departures([name for name in public_ids if name not in speeches])
    changed, unmatched = set(comparison.changed), set(comparison.unmatched)
    added = set(comparison.added)
    return [
        Row(
            public_id,
            speeches.get(public_id),
            departed.get(public_id),
            public_id in changed,
            public_id in unmatched,
            public_id in added,
        )
        for public_id in public_ids
    ]


@in_default_language
def _citation(result_set: ResultSet, url: str) -> str:
    """Return the citation of a result set: the archive, the search, the count, the day and the
    address."""
    criteria = "; ".join(f"{name}: {value}" for name, value in _criteria(result_set))
    query = f"search for “{result_set.query}”" if result_set.query else "all speeches"
    total = result_set.total
    parts = [
        settings.SITE_NAME,
        f"{query} ({criteria})" if criteria else query,
        f"{grouped(total)} {'speech' if total == 1 else 'speeches'}",
        f"kept on {date_format(localtime(result_set.kept_at), 'j F Y')}",
        url,
    ]
    return ", ".join(parts)
