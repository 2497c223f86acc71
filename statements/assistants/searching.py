"""Tools that search: they call operations of the API and keep what an assistant can quote."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import Router

from statements.api import analytics
from statements.api import search as searches
from statements.assistants.arguments import Refusal
from statements.exports.quotations import Passage, Quotation, quotation
from statements.search import SearchUnavailable

PAGE_SIZE = 10  # speeches, lines or rows, unless the call says otherwise
PERIODS = 120  # on a page of a trend


class _Operation(NamedTuple):
    view: Callable[..., Any]
    parameters: Sequence[Mapping[str, Any]]


def _operation(router: Router, path: str) -> _Operation:
    """Return an operation of the API, which answers GET at a path."""
    operation = router.path_operations[path].operations[0]
    parameters = (operation.openapi_extra or {})["parameters"]
    return _Operation(
        operation.view_func, [_with_own_default(parameter) for parameter in parameters]
    )


def _with_own_default(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    if parameter["name"] != "page_size":
        return parameter
    return {**parameter, "description": f"Results per page. Default: {PAGE_SIZE}."}


def _without(operation: _Operation, *names: str) -> Sequence[Mapping[str, Any]]:
    return [parameter for parameter in operation.parameters if parameter["name"] not in names]


_SEARCH = _operation(searches.router, "/search")
_CONCORDANCE = _operation(analytics.router, "/concordance")
_TREND = _operation(analytics.router, "/trends")
_COMPARE = _operation(analytics.router, "/compare")

_PAGE = next(parameter for parameter in _SEARCH.parameters if parameter["name"] == "page")

# groups of results hold three speeches of each; a filter finds all of them
SEARCH = _without(_SEARCH, "group")
CONCORDANCE = _CONCORDANCE.parameters
FIRST_USE = _without(_CONCORDANCE, "order", "words", "beside", "window", "page", "page_size")
TREND = [*_TREND.parameters, _PAGE]
COMPARE = _COMPARE.parameters


def sentences(errors: Mapping[str, str], repaired: str | None = None) -> str:
    """Return the errors of the API as sentences, each after the argument that it is about."""
    lines = [f"{name}: {sentence}" for name, sentence in errors.items()]
    if repaired:
        lines.append(f"This query can be run instead: {repaired}")
    return "\n".join(lines)


def _ask(operation: _Operation, query: QueryDict, **defaults: str) -> Any:
    """Return what an operation of the API answers. Raises Refusal with its errors."""
    request = HttpRequest()
    request.method = "GET"
    api_query = query.copy()
    for name, value in defaults.items():
        if not api_query.get(name, "").strip():
            api_query[name] = value
    request.GET = QueryDict(api_query.urlencode())
    status = operation.view(request, HttpResponse())
    if status.status_code == 503:
        seconds = SearchUnavailable.RETRY_AFTER_S
        raise Refusal(f"{status.value['errors']['index']} Try again in {seconds} seconds.")
    if status.status_code != 200:
        raise Refusal(sentences(status.value["errors"], status.value.get("repaired")))
    return status.value


def search(query: QueryDict, origin: str) -> Any:
    """Return a page of results."""
    page = _ask(_SEARCH, query, page_size=str(PAGE_SIZE))
    return page if page.parameters.page == 1 else replace(page, facets={})


def concordance(query: QueryDict, origin: str) -> Any:
    """Return a page of lines."""
    return _ask(_CONCORDANCE, query, page_size=str(PAGE_SIZE))


def first_use(query: QueryDict, origin: str) -> dict[str, Any]:
    """Return the earliest sentence with the words of a query, and counts of all."""
    lines = _ask(_CONCORDANCE, query, page_size="1", order="oldest")
    line = next(iter(lines.lines), None)
    words = quotation(line.speech.public_id, Passage.at(line.anchor)) if line else None
    return {
        "mentions": lines.total,
        "speeches": lines.speeches,
        "word": line.word if line and words else "",
        "first": quoted(words, origin) if words else None,
        "index": lines.index,
    }


def quoted(words: Quotation, origin: str) -> dict[str, Any]:
    """Return a quotation with its citation."""
    speech = words.speech
    return {
        "quotation": words.text,
        "citation": words.citation(f"{origin}{words.url}"),
        "url": words.url,
        "title": speech.heading.title,
        "id": speech.public_id,
        "date": speech.date,
        "year": speech.year,
    }


def trend(query: QueryDict, origin: str) -> dict[str, Any]:
    """Return a page of periods, with the counts of every series."""
    use = _ask(_TREND, query)
    pages = max(1, -(-len(use.periods) // PERIODS))
    page = int(query.get("page", "").strip() or 1)  # the API has checked that it is a number
    if page > pages:
        raise Refusal(f"There is no such page. Number of pages: {pages}.")
    # the first page is the only one that may be shorter, so that the last one is complete
    end = len(use.periods) - (pages - page) * PERIODS
    shown = slice(max(0, end - PERIODS), end)
    counts = ("speeches", "occurrences", "of_speeches", "of_words")
    return {
        "periods": use.periods[shown],
        "speeches": use.speeches[shown],
        "words": use.words[shown],
        "trends": [
            replace(
                series,
                trend=replace(
                    series.trend, **{name: getattr(series.trend, name)[shown] for name in counts}
                ),
            )
            for series in use.trends
        ],
        "index": use.index,
        "page": page,
        "pages": pages,
    }


def compare(query: QueryDict, origin: str) -> Any:
    """Return a page of rows, each with the counts and best passages of two series."""
    return _ask(_COMPARE, query, page_size=str(PAGE_SIZE))
