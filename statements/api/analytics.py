"""Completions, key words in context, term statistics, trends and crosstabs as JSON."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.answering import (
    REFUSALS,
    REFUSALS_OF_PAGES,
    NoSuchPage,
    answer,
    answer_other_methods,
)
from statements.api.schemas import (
    CompletionsOut,
    ConcordanceOut,
    MatrixOut,
    TrendsOut,
    UsageOut,
)
from statements.api.search import DESCRIBED, described
from statements.search import (
    COLUMNS,
    PARAMETERS,
    InvalidParameters,
    LineOrder,
    Period,
    SearchParameters,
    autocomplete,
    concordance,
    crosstab,
    limits,
    term_statistics,
)
from statements.search import trends as count_trends

router = Router(tags=["finding"])

COMPLETIONS_FRESH_FOR_S = 60
_OF_A_LIST = ("sort", "group", "page", "page_size")
_FILTERS = [parameter for parameter in DESCRIBED if parameter["name"] not in _OF_A_LIST]
_PAGES = [parameter for parameter in DESCRIBED if parameter["name"] in ("page", "page_size")]


def _answers(schema: type, *, pages: bool = False) -> Mapping[int, Any]:
    return {200: schema, **(REFUSALS_OF_PAGES if pages else REFUSALS)}


def _one_of(request: HttpRequest, name: str, allowed: list[str], default: str) -> str:
    value = request.GET.get(name) or default
    if value not in allowed:
        raise InvalidParameters({name: f"“{name}” is one of {', '.join(allowed)}."})
    return value


@router.get(
    "/complete",
    response=_answers(CompletionsOut),
    summary="Complete what is typed",
    operation_id="complete",
    openapi_extra={"parameters": _FILTERS[:1]},
)
def complete(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Whole queries that begin as typed: with a word, or with the name of a country, speaker,
    topic or meeting that has speeches."""

    def work() -> Any:
        q = request.GET.get("q", "")
        if len(q) > limits.MAX_QUERY_CHARACTERS:
            raise InvalidParameters(
                {"q": f"A query may have {limits.MAX_QUERY_CHARACTERS} characters."}
            )
        return autocomplete(q)

    return answer(response, work, COMPLETIONS_FRESH_FOR_S)


@router.get(
    "/concordance",
    response=_answers(ConcordanceOut, pages=True),
    summary="Key words in context",
    operation_id="concordance",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            described(
                "order",
                "By the words to that side, or by date.",
                {"type": "string", "enum": list(LineOrder)},
            ),
            *_PAGES,
        ]
    },
)
def key_words(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Every place where the words of a query stand, with what stands around it."""

    def work() -> Any:
        parameters = SearchParameters.from_query(request.GET)
        order = LineOrder(_one_of(request, "order", list(LineOrder), LineOrder.NEWEST))
        page = concordance(parameters, order)
        if page.page > max(page.pages, 1):
            raise NoSuchPage(page.pages)
        return page

    return answer(response, work)


@router.get(
    "/usage",
    response=_answers(UsageOut),
    summary="How much words are used",
    operation_id="usage",
    openapi_extra={"parameters": _FILTERS},
)
def usage(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """In how many speeches and paragraphs, how often, by country and by year."""
    return answer(response, lambda: term_statistics(SearchParameters.from_query(request.GET)))


_QUERIES = {
    "type": "array",
    "items": PARAMETERS["q"].schema,
    "minItems": 1,
    "maxItems": limits.MAX_QUERIES,
}


@router.get(
    "/trends",
    response=_answers(TrendsOut),
    summary="Words over time",
    operation_id="trends",
    openapi_extra={
        "parameters": [
            described("q", "Repeat it for several queries to compare.", _QUERIES)
            | {"required": True},
            *_FILTERS[1:],
            described("period", "A year unless told.", {"type": "string", "enum": list(Period)}),
        ]
    },
)
def trends(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Speeches and mentions in each year or month, of one query or of several: repeat “q”. Divide
    by all speeches or words of the period for what can be compared."""

    def work() -> Any:
        queries = request.GET.getlist("q")
        if not 1 <= len(queries) <= limits.MAX_QUERIES:
            raise InvalidParameters({"q": f"Give one to {limits.MAX_QUERIES} queries to compare."})
        if any(len(q) > limits.MAX_QUERY_CHARACTERS or "\x00" in q for q in queries):
            raise InvalidParameters(
                {"q": f"A query may have {limits.MAX_QUERY_CHARACTERS} characters."}
            )
        period = Period(_one_of(request, "period", list(Period), Period.YEAR))
        return count_trends(SearchParameters.from_query(request.GET), queries, period)

    return answer(response, work)


_FACET = {"type": "string", "enum": list(COLUMNS)}


@router.get(
    "/matrix",
    response=_answers(MatrixOut),
    summary="One facet against another",
    operation_id="matrix",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            described("rows", "country unless told.", _FACET),
            described("columns", "topic unless told.", _FACET),
        ]
    },
)
def matrix(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """How many of the speeches found have a value of each."""

    def work() -> Any:
        parameters = SearchParameters.from_query(request.GET)
        rows = _one_of(request, "rows", list(COLUMNS), "country")
        columns = _one_of(request, "columns", list(COLUMNS), "topic")
        return crosstab(parameters, rows, columns)

    return answer(response, work)


for _path, _view, _schema in (
    ("/complete", complete, CompletionsOut),
    ("/usage", usage, UsageOut),
    ("/trends", trends, TrendsOut),
    ("/matrix", matrix, MatrixOut),
):
    answer_other_methods(router, _path, _view, _answers(_schema))
answer_other_methods(router, "/concordance", key_words, _answers(ConcordanceOut, pages=True))
