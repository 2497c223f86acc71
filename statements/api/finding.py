"""What else can be asked of the index, as JSON: completions, key words in context, uses of words,
their trends, and one facet against another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status

from statements.api.answering import (
    REFUSALS,
    REFUSALS_OF_PAGES,
    NoSuchPage,
    answer,
    answer_other_methods,
    told,
)
from statements.api.schemas import (
    CompletionsOut,
    ConcordanceOut,
    MatrixOut,
    TrendsOut,
    UsageOut,
)
from statements.api.search import PARAMETERS, QUERY, parameter, repeated
from statements.search.features.autocomplete import completions
from statements.search.features.crosstab import matrix as cross
from statements.search.features.kwic import Order, concordance, printed
from statements.search.features.term_statistics import MOST_QUERIES
from statements.search.features.term_statistics import trends as over_time
from statements.search.features.term_statistics import usage as used
from statements.search.index.snapshot import Snapshot
from statements.search.indexing.outbox import Backlog
from statements.search.matching.columns import COLUMNS
from statements.search.matching.histogram import Period
from statements.search.matching.session import ask, gone, without
from statements.search.parameters import (
    MAX_PAGE,
    MAX_QUERY_CHARACTERS,
    InvalidParameters,
    SearchParameters,
)
from statements.search.rows import labels

router = Router(tags=["finding"])

COMPLETIONS_FRESH_FOR_S = 60
_FILTERS = [one for one in PARAMETERS if one["name"] not in ("sort", "group", "page", "page_size")]
_PAGES = [one for one in PARAMETERS if one["name"] in ("page", "page_size")]


def _answers(schema: type, *, pages: bool = False) -> Mapping[int, Any]:
    return {200: schema, **(REFUSALS_OF_PAGES if pages else REFUSALS)}


def _one_of(request: HttpRequest, name: str, allowed: list[str], default: str) -> str:
    value = request.GET.get(name) or default
    if value not in allowed:
        raise InvalidParameters({name: f"“{name}” is one of {', '.join(allowed)}."})
    return value


def _labels(facet: str, values: Sequence[str]) -> list[str]:
    """What readers see of a facet's values."""
    names = labels({facet: values}).get(facet, {})
    return [names.get(value, value) for value in values]


@router.get(
    "/complete",
    response=_answers(CompletionsOut),
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

        def offered(snapshot: Snapshot, backlog: Backlog) -> dict[str, Any]:
            absent = gone(snapshot, backlog)
            living = without(snapshot, snapshot.alive, absent) if absent else None
            return {
                "completions": [
                    asdict(each) for each in completions(snapshot, typed, living=living)
                ]
            }

        return told(offered)

    return answer(response, work, COMPLETIONS_FRESH_FOR_S)


@router.get(
    "/concordance",
    response=_answers(ConcordanceOut, pages=True),
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
        here, size = parameters.page, parameters.page_size

        def lines(snapshot: Snapshot, backlog: Backlog) -> dict[str, Any]:
            asked = ask(snapshot, parameters, backlog)
            found = concordance(
                asked.evaluator,
                asked.tree,
                asked.found,
                order,
                start=(here - 1) * size,
                stop=here * size,
            )
            pages = min(-(-found.total // size), MAX_PAGE)
            if here > max(pages, 1):
                raise NoSuchPage(pages)

            def address(page: int) -> str:
                chosen = [*parameters.on_page(page).to_pairs(), ("order", str(order))]
                return f"{reverse('api-v1:key_words')}?{urlencode(chosen)}"

            return {
                "lines": found.total,
                "speeches": found.speeches,
                "page": here,
                "pages": pages,
                "page_size": size,
                "previous": address(here - 1) if here > 1 else None,
                "next": address(here + 1) if here < pages else None,
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
                    for line in printed(snapshot, found.shown)
                ],
            }

        return told(lines)

    return answer(response, work)


@router.get(
    "/usage",
    response=_answers(UsageOut),
    summary="How much words are used",
    operation_id="usage",
    openapi_extra={"parameters": _FILTERS},
)
def usage(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """In how many speeches and paragraphs, how often, by country and by year."""

    def work() -> dict[str, Any]:
        parameters = SearchParameters.from_query(request.GET)

        def shares(snapshot: Snapshot, backlog: Backlog) -> dict[str, Any]:
            asked = ask(snapshot, parameters, backlog)
            found = used(asked.evaluator, asked.tree, asked.found, asked.living)
            labelled = {
                name: [
                    asdict(one) | {"label": label}
                    for one, label in zip(of, _labels(name, [one.value for one in of]), strict=True)
                ]
                for name, of in found.shares.items()
            }
            return asdict(found) | {"shares": labelled}

        return told(shares)

    return answer(response, work)


@router.get(
    "/trends",
    response=_answers(TrendsOut),
    summary="Words over time",
    operation_id="trends",
    openapi_extra={
        "parameters": [
            parameter(
                "q",
                "Repeat it for several queries to compare.",
                **repeated(MOST_QUERIES, **QUERY),
                minItems=1,
            )
            | {"required": True},
            *_FILTERS[1:],
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

        def compared(snapshot: Snapshot, backlog: Backlog) -> dict[str, Any]:
            asked = [ask(snapshot, replace(parameters, q=q.strip()), backlog) for q in typed]
            found = over_time(
                snapshot,
                [(one.evaluator, one.tree, one.found) for one in asked],
                period,
                asked[0].living,
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

        return told(compared)

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

        def counted(snapshot: Snapshot, backlog: Backlog) -> dict[str, Any]:
            asked = ask(snapshot, parameters, backlog)
            table = cross(snapshot, asked.found, rows, columns)
            return {
                "total": asked.total,
                "rows": table.rows,
                "columns": table.columns,
                "row_labels": _labels(rows, table.rows),
                "column_labels": _labels(columns, table.columns),
                "row_counts": table.row_counts.tolist(),
                "column_counts": table.column_counts.tolist(),
                "counts": table.counts.tolist(),
            }

        return told(counted)

    return answer(response, work)


for _path, _view, _schema in (
    ("/complete", complete, CompletionsOut),
    ("/usage", usage, UsageOut),
    ("/trends", trends, TrendsOut),
    ("/matrix", matrix, MatrixOut),
):
    answer_other_methods(router, _path, _view, _answers(_schema))
answer_other_methods(router, "/concordance", key_words, _answers(ConcordanceOut, pages=True))
