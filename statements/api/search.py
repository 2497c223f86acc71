"""The search as JSON, with the parameters of the search page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.answering import REFUSALS_OF_PAGES, NoSuchPage, answer, answer_other_methods
from statements.api.schemas import SearchOut
from statements.search import SearchPage, SearchParameters, find, limits

router = Router(tags=["search"])

_ANSWERS: Mapping[int, Any] = {200: SearchOut, **REFUSALS_OF_PAGES}


def describe_parameter(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI description of a parameter."""
    return {"name": name, "in": "query", "description": description, "schema": dict(schema)}


_DESCRIPTIONS = {
    "q": 'Words, "a phrase", "near words"~5, -excluded, OR, brackets, prefix*, wom?n, climate~1, '
    "fields such as speaker: country: topic: symbol: role: lang: year:2010..2014, and "
    "same:paragraph. "
    f"If empty, all speeches match. At most {limits.MAX_TERMS} words of {limits.MAX_WORD} letters, "
    f"{limits.MAX_CLAUSES} conditions and {limits.MAX_DEPTH} levels of brackets; at least "
    f"{limits.MIN_PREFIX} letters before * and ?, {limits.MIN_FUZZY} before ~.",
    **{
        facet.name: f"{facet.values} Repeat the parameter to match any of several."
        for facet in SearchParameters.FACETS_BY_NAME.values()
    },
    "procedure": "“hide” leaves out the speeches by which a chair conducts a meeting, as the "
    "search page does. Default: show.",
    "from": "First day, inclusive.",
    "to": "Last day, inclusive.",
    "sort": "Sort order.",
    "group": "Group the results: the three best matches of each group, ten groups per page.",
    "page": "Page number, from 1.",
    "page_size": "Results per page. Default: 20.",
}
DESCRIBED = [
    describe_parameter(name, _DESCRIPTIONS[name], parameter.schema)
    for name, parameter in SearchParameters.PARAMETERS.items()
    if name != "view"  # of the search page; programs have an address for each view
]


@router.get(
    "/search",
    response=_ANSWERS,
    summary="Search speeches",
    operation_id="search",
    openapi_extra={"parameters": DESCRIBED},
)
def search(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Search speeches by their words and metadata. The response has facets, exact counts, extracts
    and the state of the index."""

    def work() -> SearchPage:
        page = find(SearchParameters.from_query(request.GET))
        if page.parameters.page > max(page.pages, 1):
            raise NoSuchPage(page.pages)
        return page

    return answer(response, work)


answer_other_methods(router, "/search", search, _ANSWERS)
