"""What else can be asked of the index, as JSON: completions, key words in context, uses of words,
their trends, and one facet against another.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.schemas import (
    CompletionsOut,
    ConcordanceOut,
    MatrixOut,
    NotRunnable,
    Refused,
    TrendsOut,
    UsageOut,
)
from statements.api.search import FRESH_FOR_S, PARAMETERS, RETRY_AFTER_S, parameter
from statements.search.asking import Asked, SearchUnavailable, ask, on_index
from statements.search.columns import COLUMNS
from statements.search.completion import completions
from statements.search.concordance import ContextUnknown, Order, concordance, printed
from statements.search.matrix import matrix as cross
from statements.search.parameters import (
    MAX_QUERY_CHARACTERS,
    InvalidParameters,
    SearchParameters,
)
from statements.search.periods import Period
from statements.search.usage import MOST_QUERIES
from statements.search.usage import trends as over_time
from statements.search.usage import usage as used

router = Router(tags=["finding"])

COMPLETIONS_FRESH_FOR_S = 60
_ANSWERS: Mapping[int, Any] = {400: NotRunnable, 503: Refused}
_FILTERS = [one for one in PARAMETERS if one["name"] not in ("sort", "group", "page", "page_size")]
_PAGES = [one for one in PARAMETERS if one["name"] in ("page", "page_size")]


def _answer(
    response: HttpResponse, work: Callable[[], dict[str, Any]], fresh_for_s: int = FRESH_FOR_S
) -> Status[dict[str, Any]]:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    try:
        found = work()
    except InvalidParameters as invalid:
        return Status(400, {"errors": invalid.errors, "repaired": invalid.repaired})
    except (SearchUnavailable, ContextUnknown) as unavailable:
        response["Retry-After"] = str(RETRY_AFTER_S)
        return Status(503, {"errors": {"index": str(unavailable)}})
    response["Cache-Control"] = f"public, max-age={fresh_for_s}"
    return Status(200, found)


def _one_of(request: HttpRequest, name: str, allowed: list[str], default: str) -> str:
    value = request.GET.get(name) or default
    if value not in allowed:
        raise InvalidParameters({name: f"“{name}” is one of {', '.join(allowed)}."})
    return value


@router.get(
    "/complete",
    response={200: CompletionsOut, **_ANSWERS},
    summary="Complete what is typed",
    operation_id="complete",
    openapi_extra={"parameters": _FILTERS[:1]},
)
def complete(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """Whole queries that begin as typed: with a word, or with the name of a country, speaker,
    topic or meeting that has speeches."""

    def work() -> dict[str, Any]:
        typed = request.GET.get("q", "")
        if len(typed) > MAX_QUERY_CHARACTERS:
            raise InvalidParameters({"q": f"A query may have {MAX_QUERY_CHARACTERS} characters."})
        found = on_index(lambda snapshot: completions(snapshot, typed))
        return {"completions": [asdict(one) for one in found]}

    return _answer(response, work, COMPLETIONS_FRESH_FOR_S)


@router.get(
    "/concordance",
    response={200: ConcordanceOut, **_ANSWERS},
    summary="Key words in context",
    operation_id="concordance",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            parameter(
                "order", "By the words to that side, or by date.", type="string", enum=list(Order)
            ),
            *_PAGES,
        ]
    },
)
def key_words(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """Every place where the words of a query stand, with what stands around it."""

    def work() -> dict[str, Any]:
        parameters = SearchParameters.from_query(request.GET)
        order = Order(_one_of(request, "order", list(Order), Order.NEWEST))
        stop = parameters.page * parameters.page_size

        def lines(asked: Asked) -> dict[str, Any]:
            found = concordance(
                asked.evaluator,
                asked.tree,
                asked.found,
                order,
                start=stop - parameters.page_size,
                stop=stop,
            )
            return {
                "lines": found.total,
                "speeches": found.speeches,
                "results": [
                    {
                        "left": line.left,
                        "word": line.word,
                        "right": line.right,
                        "url": f"{line.speech.get_absolute_url()}#p{line.paragraph}",
                        "title": line.speech.byline,
                        "date": line.speech.date,
                        "year": line.speech.year,
                    }
                    for line in printed(asked.snapshot, found.shown)
                ],
            }

        return on_index(lambda snapshot: lines(ask(snapshot, parameters)))

    return _answer(response, work)


@router.get(
    "/usage",
    response={200: UsageOut, **_ANSWERS},
    summary="How much words are used",
    operation_id="usage",
    openapi_extra={"parameters": _FILTERS},
)
def usage(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """In how many speeches and paragraphs, how often, by country and by year."""

    def work() -> dict[str, Any]:
        parameters = SearchParameters.from_query(request.GET)

        def told(asked: Asked) -> dict[str, Any]:
            return asdict(used(asked.evaluator, asked.tree, asked.found))

        return on_index(lambda snapshot: told(ask(snapshot, parameters)))

    return _answer(response, work)


@router.get(
    "/trends",
    response={200: TrendsOut, **_ANSWERS},
    summary="Words over time",
    operation_id="trends",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            parameter("period", "A year unless told.", type="string", enum=list(Period)),
        ]
    },
)
def trends(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """Speeches and mentions in each year or month, of one query or of several: repeat “q”. Divide
    by all speeches or words of the period for what can be compared."""

    def work() -> dict[str, Any]:
        typed = request.GET.getlist("q")
        if not 1 <= len(typed) <= MOST_QUERIES:
            raise InvalidParameters({"q": f"Give one to {MOST_QUERIES} queries to compare."})
        if any(len(q) > MAX_QUERY_CHARACTERS or "\x00" in q for q in typed):
            raise InvalidParameters({"q": f"A query may have {MAX_QUERY_CHARACTERS} characters."})
        period = Period(_one_of(request, "period", list(Period), Period.YEAR))
        parameters = SearchParameters.from_query(request.GET)
        found = on_index(
            lambda snapshot: over_time(
                snapshot,
                [
                    (asked.evaluator, asked.tree, asked.found)
                    for q in typed
                    for asked in [ask(snapshot, replace(parameters, q=q.strip()))]
                ],
                period,
            )
        )
        return {
            "periods": found.periods,
            "speeches": found.speeches.tolist(),
            "words": found.words.tolist(),
            "trends": [
                {
                    "q": q,
                    "speeches": trend.speeches.tolist(),
                    "mentions": trend.mentions.tolist(),
                }
                for q, trend in zip(typed, found.trends, strict=True)
            ],
        }

    return _answer(response, work)


_FACET = {"type": "string", "enum": list(COLUMNS)}


@router.get(
    "/matrix",
    response={200: MatrixOut, **_ANSWERS},
    summary="One facet against another",
    operation_id="matrix",
    openapi_extra={
        "parameters": [
            *_FILTERS,
            parameter("rows", "country unless told.", **_FACET),
            parameter("columns", "topic unless told.", **_FACET),
        ]
    },
)
def matrix(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """How many of the speeches found have a value of each."""

    def work() -> dict[str, Any]:
        parameters = SearchParameters.from_query(request.GET)
        rows = _one_of(request, "rows", list(COLUMNS), "country")
        columns = _one_of(request, "columns", list(COLUMNS), "topic")

        def counted(asked: Asked) -> dict[str, Any]:
            table = cross(asked.snapshot, asked.found, rows, columns)
            return {
                "total": asked.total,
                "rows": table.rows,
                "columns": table.columns,
                "row_counts": table.row_counts.tolist(),
                "column_counts": table.column_counts.tolist(),
                "counts": table.counts.tolist(),
            }

        return on_index(lambda snapshot: counted(ask(snapshot, parameters)))

    return _answer(response, work)
