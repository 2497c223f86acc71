"""The search as JSON: the parameters of the search page in, its results out."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status

from statements.api.answering import REFUSALS_OF_PAGES, NoSuchPage, answer, answer_other_methods
from statements.api.schemas import SearchOut
from statements.exports.records import record
from statements.search.parameters import (
    FACETS,
    FILTERS,
    GROUPS,
    MAX_PAGE,
    MAX_PAGE_SIZE,
    MAX_QUERY_CHARACTERS,
    MAX_VALUE_CHARACTERS,
    MAX_VALUES_PER_FACET,
    SearchParameters,
    Sort,
)
from statements.search.query.limits import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_TERMS,
    MAX_WORD,
    MIN_PREFIX,
)
from statements.search.results import assembly
from statements.search.results.assembly import Hit, SearchPage

router = Router(tags=["search"])

_ANSWERS: Mapping[int, Any] = {200: SearchOut, **REFUSALS_OF_PAGES}


def parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def repeated(maximum: int, **items: Any) -> dict[str, Any]:
    """The schema of a parameter that may be given several times."""
    return {"type": "array", "items": {"type": "string", **items}, "maxItems": maximum}


QUERY = {"maxLength": MAX_QUERY_CHARACTERS, "pattern": "^[^\\u0000]*$"}
_VALUE = {"maxLength": MAX_VALUE_CHARACTERS, "pattern": "^[^\\u0000]*$"}
_VALUES = {"year": {"pattern": "^([0-9]{4}|undated)$"}}
_FILTERS = {
    "country": "Codes such as KAZ.",
    "speaker": "Slugs, as facets give them.",
    "year": "Years such as 2014, or “undated”.",
    "topic": "Slugs, as facets give them.",
    "organ": "Names, as facets give them.",
    "meeting": "Symbols such as S/PV.8699.",
}
PARAMETERS = [
    parameter(
        "q",
        'Words, "a phrase", "near words"~5, -without, OR, brackets, begin*, fields such as '
        "speaker: country: topic: symbol: role: lang: year:2010..2014, and same:paragraph. "
        f"Empty: every speech. At most {MAX_TERMS} words of {MAX_WORD} letters, {MAX_CLAUSES} "
        f"conditions and {MAX_DEPTH} brackets within one another; {MIN_PREFIX} letters before *.",
        type="string",
        **QUERY,
    ),
    *(
        parameter(
            name,
            f"{_FILTERS[name]} Repeat it for any of several.",
            **repeated(MAX_VALUES_PER_FACET, **_VALUES.get(name, _VALUE)),
        )
        for name in FILTERS
    ),
    parameter("from", "The first day.", type="string", format="date"),
    parameter("to", "The last day.", type="string", format="date"),
    parameter("sort", "The order.", type="string", enum=[str(sort) for sort in Sort]),
    parameter(
        "group",
        "Not one list, but the best three of each, ten groups a page.",
        type="string",
        enum=list(GROUPS),
    ),
    parameter("page", "From 1.", type="integer", minimum=1, maximum=MAX_PAGE),
    parameter("page_size", "20 unless told.", type="integer", minimum=1, maximum=MAX_PAGE_SIZE),
]


@router.get(
    "/search",
    response=_ANSWERS,
    summary="Find speeches",
    operation_id="search",
    openapi_extra={"parameters": PARAMETERS},
)
def search(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """Speeches by their words and by who, when and where; with facets, exact counts, extracts,
    and how far the index that answered can be trusted."""

    def work() -> dict[str, Any]:
        page = assembly.find(SearchParameters.from_query(request.GET))
        if page.parameters.page > max(page.pages, 1):
            raise NoSuchPage(page.pages)
        return _answer(page)

    return answer(response, work)


answer_other_methods(router, "/search", search, _ANSWERS)


def _answer(page: SearchPage) -> dict[str, Any]:
    parameters = page.parameters
    here = parameters.page
    return {
        "total": page.total,
        "page": here,
        "pages": page.pages,
        "page_size": page.page_size,
        "previous": _address(parameters.on_page(here - 1)) if here > 1 else None,
        "next": _address(parameters.on_page(here + 1)) if here < page.pages else None,
        "results": [_hit(hit) for hit in page.hits],
        "groups": [
            {
                "value": group.value,
                "label": group.label,
                "count": group.count,
                "results": [_hit(hit) for hit in group.hits],
            }
            for group in page.groups
        ],
        "ungrouped": page.ungrouped,
        "facets": {name: [one._asdict() for one in page.facets.get(name, ())] for name in FACETS},
        "histogram": [
            {"first": bar.first, "last": bar.last, "count": bar.speeches}
            for bar in page.histogram.bars
        ],
        "histogram_period": page.histogram.period,
        "histogram_without": page.histogram.without,
        "suggestion": asdict(page.suggestion) if page.suggestion else None,
        "remarks": [
            {
                "sentence": notice.sentence,
                "label": notice.label,
                "instead": _address(notice.alternative) if notice.alternative else None,
            }
            for notice in page.notices
        ],
        "relaxed": {
            "words": page.relaxed.words,
            "least": page.relaxed.least,
            "unknown": page.relaxed.unknown,
        }
        if page.relaxed
        else None,
        "kindred": {
            "words": page.related_forms.words,
            "total": page.related_forms.total,
            "results": [_hit(hit) for hit in page.related_forms.hits],
            "q": page.related_forms.q,
        }
        if page.related_forms
        else None,
        "index": asdict(page.index),
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        **record(hit.speech),
        "extracts": [one._asdict() for one in hit.extracts],
        "missing": list(hit.missing),
        "names": [one._asdict() for one in hit.names],
    }


def _address(parameters: SearchParameters) -> str:
    return f"{reverse('api-v1:search')}?{parameters.to_query()}"
