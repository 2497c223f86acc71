"""Completions, key words in context, statistics, trends, comparisons and crosstabs as JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

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
    SidesOut,
    TrendsOut,
    UsageOut,
)
from statements.api.search import DESCRIBED, describe_parameter
from statements.search import (
    InvalidParameters,
    Period,
    SearchParameters,
    analytics,
    autocomplete,
    limits,
    series,
    side_by_side,
)

router = Router(tags=["finding"])

COMPLETIONS_FRESH_FOR_S = 60
_OF_A_LIST = ("sort", "group", "page", "page_size")
_FILTERS = [parameter for parameter in DESCRIBED if parameter["name"] not in _OF_A_LIST]
_PAGES = [parameter for parameter in DESCRIBED if parameter["name"] in ("page", "page_size")]
_LINES = [
    describe_parameter(name, description, analytics.LineParameters.PARAMETERS[name].schema)
    for name, description in {
        "words": "A query whose words are the lines in place of those of “q”, in the speeches "
        "that “q” finds.",
        "beside": "A word; only lines that it stands beside.",
        "window": "Words to either side in which it does. Default: 5.",
    }.items()
]


def _answers(schema: type, *, pages: bool = False) -> Mapping[int, Any]:
    return {200: schema, **(REFUSALS_OF_PAGES if pages else REFUSALS)}


def _one_of(request: HttpRequest, name: str, allowed: list[str], default: str) -> str:
    value = request.GET.get(name) or default
    if value not in allowed:
        raise InvalidParameters({name: f"“{name}” must be one of {', '.join(allowed)}."})
    return value


@router.get(
    "/complete",
    response=_answers(CompletionsOut),
    summary="Autocomplete a query",
    operation_id="complete",
    openapi_extra={"parameters": _FILTERS[:1]},
)
def complete(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Return complete queries that begin with the given text: words, and names of countries,
    speakers, topics and meetings that have speeches."""

    def work() -> Any:
        q = request.GET.get("q", "")
        if len(q) > limits.MAX_QUERY_CHARACTERS:
            raise InvalidParameters(
                {"q": f"A query can have at most {limits.MAX_QUERY_CHARACTERS} characters."}
            )
        return autocomplete(q)

    return answer(response, work, COMPLETIONS_FRESH_FOR_S)


@router.get(
    "/concordance",
    response=_answers(ConcordanceOut, pages=True),
    summary="Keywords in context",
    operation_id="concordance",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            describe_parameter(
                "order",
                "Sort by the words on that side, by date, speaker or country.",
                {"type": "string", "enum": list(analytics.LineOrder)},
            ),
            *_LINES,
            *_PAGES,
        ]
    },
)
def key_words(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Return every occurrence of the words of a query with its context."""

    def work() -> Any:
        parameters = SearchParameters.from_query(request.GET)
        order = analytics.LineOrder(
            _one_of(request, "order", list(analytics.LineOrder), analytics.LineOrder.NEWEST)
        )
        line_parameters = analytics.LineParameters.from_query(request.GET)
        page = analytics.concordance(parameters, order, line_parameters)
        if page.page > max(page.pages, 1):
            raise NoSuchPage(page.pages)
        return page

    return answer(response, work)


@router.get(
    "/usage",
    response=_answers(UsageOut),
    summary="Term statistics",
    operation_id="usage",
    openapi_extra={"parameters": _FILTERS},
)
def usage(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Count the speeches, paragraphs and occurrences of a query, by country and by year."""
    return answer(
        response, lambda: analytics.term_statistics(SearchParameters.from_query(request.GET))
    )


_QUERIES = {
    "type": "array",
    "items": SearchParameters.PARAMETERS["q"].schema,
    "minItems": 1,
    "maxItems": limits.MAX_QUERIES,
}


_SERIES = {
    "type": "array",
    "items": {"type": "string", "maxLength": limits.MAX_QUERY_CHARACTERS},
    "maxItems": limits.MAX_QUERIES,
}
_BY = describe_parameter(
    "by",
    "What distinguishes the series: their queries, or the values of this facet.",
    {"type": "string", "enum": list(series.By)},
)
_VALUES = describe_parameter(
    "series",
    "With “by”: the values of the facet. Default: those selected as filters, or else those with "
    "most speeches.",
    _SERIES,
)


@router.get(
    "/trends",
    response=_answers(TrendsOut),
    summary="Trends over time",
    operation_id="trends",
    openapi_extra={
        "parameters": [
            describe_parameter("q", "Repeat the parameter to compare several queries.", _QUERIES)
            | {"required": True},
            *_FILTERS[1:],
            _BY,
            _VALUES,
            describe_parameter(
                "period", "Default: year.", {"type": "string", "enum": list(Period)}
            ),
        ]
    },
)
def trends(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Count speeches and occurrences per year, decade or month, for one or several queries,
    countries or groups of States, and state where each series begins. To compare periods or series,
    divide by all speeches or words of each."""

    def work() -> Any:
        shown = _series(request)
        period = Period(_one_of(request, "period", list(Period), Period.YEAR))
        return series.over_time(shown, period)

    return answer(response, work)


def _series(
    request: HttpRequest, *, least: int = 1, most: int = series.MAX_SERIES
) -> list[series.Series]:
    """Return the series that a request asks for: of its queries, or of values of a facet."""
    queries = request.GET.getlist("q")
    if not 1 <= len(queries) <= limits.MAX_QUERIES:
        raise InvalidParameters({"q": f"Specify one to {limits.MAX_QUERIES} queries."})
    if any(len(q) > limits.MAX_QUERY_CHARACTERS or "\x00" in q for q in queries):
        raise InvalidParameters(
            {"q": f"A query can have at most {limits.MAX_QUERY_CHARACTERS} characters."}
        )
    by = series.By(_one_of(request, "by", list(series.By), series.By.QUERY))
    parameters = replace(SearchParameters.from_query(request.GET), q=queries[0].strip())
    if by is series.By.QUERY:
        return series.series_of(parameters, by, queries[1:], least=least, most=most, name="q")
    if len(queries) > 1:
        raise InvalidParameters({"q": "Specify one query to compare values of a facet."})
    values = [value for value in request.GET.getlist("series") if value.strip()]
    if len(values) > most:
        raise InvalidParameters({"series": f"Specify at most {most} values."})
    if least > 1:
        return series.series_of(parameters, by, values, least=least, most=most)
    _, shown = series.series_or_query(parameters, by, values)
    return shown


_SIDES = 2


class _PageOfSides(NamedTuple):
    table: side_by_side.SideBySide
    page: int
    pages: int


@router.get(
    "/compare",
    response=_answers(SidesOut, pages=True),
    summary="Two series side by side",
    operation_id="compare",
    openapi_extra={
        "parameters": [
            describe_parameter(
                "q",
                "One query, or two to compare them.",
                {**_QUERIES, "maxItems": _SIDES},
            )
            | {"required": True},
            *_FILTERS[1:],
            _BY,
            _VALUES | {"schema": {**_SERIES, "maxItems": _SIDES}},
            describe_parameter(
                "align",
                "What the rows are. Default: year.",
                {"type": "string", "enum": list(side_by_side.Alignment)},
            ),
            *_PAGES,
        ]
    },
)
def compare(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Return what two queries, countries or groups of States have in the same year, session or
    meeting: the numbers of speeches and the best passage of each."""

    def work() -> Any:
        alignment = side_by_side.Alignment(
            _one_of(request, "align", list(side_by_side.Alignment), side_by_side.Alignment.YEAR)
        )
        shown = _series(request, least=_SIDES, most=_SIDES)
        if len(shown) < _SIDES:
            raise InvalidParameters({"q": "Specify two queries, or “by” and two series."})
        asked = SearchParameters.from_query(request.GET)
        start = (asked.page - 1) * asked.page_size
        table = side_by_side.side_by_side(shown, alignment, start=start, size=asked.page_size)
        pages = -(-table.size // asked.page_size)
        if asked.page > max(pages, 1):
            raise NoSuchPage(pages)
        return _PageOfSides(table, asked.page, pages)

    return answer(response, work)


_FACET = {"type": "string", "enum": list(analytics.CROSSTAB_FACETS)}


@router.get(
    "/matrix",
    response=_answers(MatrixOut),
    summary="Cross-tabulate two facets",
    operation_id="matrix",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            describe_parameter("rows", "Default: country.", _FACET),
            describe_parameter("columns", "Default: topic.", _FACET),
        ]
    },
)
def matrix(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Count the matching speeches for each pair of values of two facets."""

    def work() -> Any:
        parameters = SearchParameters.from_query(request.GET)
        rows = _one_of(request, "rows", list(analytics.CROSSTAB_FACETS), "country")
        columns = _one_of(request, "columns", list(analytics.CROSSTAB_FACETS), "topic")
        return analytics.crosstab(parameters, rows, columns)

    return answer(response, work)


for _path, _view, _schema in (
    ("/complete", complete, CompletionsOut),
    ("/usage", usage, UsageOut),
    ("/trends", trends, TrendsOut),
    ("/matrix", matrix, MatrixOut),
):
    answer_other_methods(router, _path, _view, _answers(_schema))
answer_other_methods(router, "/compare", compare, _answers(SidesOut, pages=True))
answer_other_methods(router, "/concordance", key_words, _answers(ConcordanceOut, pages=True))
