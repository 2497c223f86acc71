"""Keyness and collocates as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.answering import REFUSALS, answer, answer_other_methods
from statements.api.schemas import CollocatesOut, KeynessOut
from statements.api.search import DESCRIBED, describe_parameter
from statements.search import word_lists

router = Router(tags=["finding"])

_ANSWERS_OF_KEYNESS: Mapping[int, Any] = {200: KeynessOut, **REFUSALS}
_ANSWERS_OF_COLLOCATES: Mapping[int, Any] = {200: CollocatesOut, **REFUSALS}
_OF_A_LIST = ("sort", "group", "page", "page_size")
_FILTERS = [parameter for parameter in DESCRIBED if parameter["name"] not in _OF_A_LIST]
_REFERENCE = [
    parameter
    | {
        "name": f"{word_lists.REFERENCE}{parameter['name']}",
        "description": f"Of the reference, as “{parameter['name']}” of the search.",
    }
    for parameter in _FILTERS
    if parameter["name"] in word_lists.KeynessParameters.REFERENCE
]
_DESCRIPTIONS = {
    "measure": "Measure that the words are sorted by. Default: {default}.",
    "side": "Words that the search uses more, or less, than the reference. Default: more.",
    "window": "Words to either side of each word of the query. Default: 5.",
    "function_words": "Whether words such as “the” are listed. Default: hide.",
    "limit": "Number of words listed. Default: 50.",
}


def _describe(kind: Any) -> Iterable[dict[str, Any]]:
    for name, parameter in kind.PARAMETERS.items():
        default = str(parameter.read(name, []))
        description = _DESCRIPTIONS[name].format(default=default)
        yield describe_parameter(name, description, parameter.schema)


@router.get(
    "/keyness",
    response=dict(_ANSWERS_OF_KEYNESS),
    summary="Key words of a search",
    operation_id="keyness",
    openapi_extra={
        "parameters": [*_FILTERS, *_REFERENCE, *_describe(word_lists.KeynessParameters)]
    },
)
def keyness(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Compare the words of the speeches found with those of a reference: all other speeches, or
    those that the parameters beginning with “ref_” find. Words that occur fewer than five times or
    in fewer than three speeches are withheld."""
    return answer(
        response,
        lambda: word_lists.keyness(word_lists.KeynessParameters.from_query(request.GET)),
    )


@router.get(
    "/collocates",
    response=dict(_ANSWERS_OF_COLLOCATES),
    summary="Collocates of a query",
    operation_id="collocates",
    openapi_extra={"parameters": [*_FILTERS, *_describe(word_lists.CollocateParameters)]},
)
def collocates(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """List the words that stand beside the words of a query, in the same paragraph, more often than
    elsewhere in the speeches under the filters. Words that stand there fewer than three times or in
    one speech are withheld."""
    return answer(
        response,
        lambda: word_lists.collocates(word_lists.CollocateParameters.from_query(request.GET)),
    )


answer_other_methods(router, "/keyness", keyness, _ANSWERS_OF_KEYNESS)
answer_other_methods(router, "/collocates", collocates, _ANSWERS_OF_COLLOCATES)
