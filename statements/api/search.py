"""The search as JSON, with the parameters of the search page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.answering import REFUSALS_OF_PAGES, NoSuchPage, answer, answer_other_methods
from statements.api.schemas import SearchOut
from statements.search import FILTERS, PARAMETERS, SearchPage, SearchParameters, find, limits

router = Router(tags=["search"])

_ANSWERS: Mapping[int, Any] = {200: SearchOut, **REFUSALS_OF_PAGES}


def described(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI description of a parameter."""
    return {"name": name, "in": "query", "description": description, "schema": dict(schema)}


_DESCRIPTIONS = {
    "q": 'Words, "a phrase", "near words"~5, -without, OR, brackets, begin*, fields such as '
    "speaker: country: topic: symbol: role: lang: year:2010..2014, and same:paragraph. "
    f"Empty: every speech. At most {limits.MAX_TERMS} words of {limits.MAX_WORD} letters, "
    f"{limits.MAX_CLAUSES} conditions and {limits.MAX_DEPTH} brackets within one another; "
    f"{limits.MIN_PREFIX} letters before *.",
    "country": "Codes such as KAZ.",
    "speaker": "Slugs, as facets give them.",
    "year": "Years such as 2014, or “undated”.",
    "topic": "Slugs, as facets give them.",
    "organ": "Names, as facets give them.",
    "meeting": "Symbols such as S/PV.8699.",
    "from": "The first day.",
    "to": "The last day.",
    "sort": "The order.",
    "group": "Not one list, but the best three of each, ten groups a page.",
    "page": "From 1.",
    "page_size": "20 unless told.",
}
DESCRIBED = [
    described(
        name,
        f"{_DESCRIPTIONS[name]} Repeat it for any of several."
        if name in FILTERS
        else _DESCRIPTIONS[name],
        parameter.schema,
    )
    for name, parameter in PARAMETERS.items()
]


@router.get(
    "/search",
    response=_ANSWERS,
    summary="Find speeches",
    operation_id="search",
    openapi_extra={"parameters": DESCRIBED},
)
def search(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Speeches by their words and by who, when and where; with facets, exact counts, extracts,
    and how far the index that answered can be trusted."""

    def work() -> SearchPage:
        page = find(SearchParameters.from_query(request.GET))
        if page.parameters.page > max(page.pages, 1):
            raise NoSuchPage(page.pages)
        return page

    return answer(response, work)


answer_other_methods(router, "/search", search, _ANSWERS)
