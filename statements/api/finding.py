"""What else can be asked of the index, as JSON: completions of what is typed."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from statements.api.schemas import Refused
from statements.api.search import RETRY_AFTER_S
from statements.search.asking import on_index
from statements.search.completion import completions
from statements.search.parameters import MAX_QUERY_CHARACTERS
from statements.search.results import SearchUnavailable

router = Router(tags=["finding"])

COMPLETIONS_FRESH_FOR_S = 60


class CompletionOut(Schema):
    kind: str
    label: str
    q: str


class CompletionsOut(Schema):
    completions: list[CompletionOut]


@router.get(
    "/complete",
    response={200: CompletionsOut, 400: Refused, 503: Refused},
    summary="Complete what is typed",
    operation_id="complete",
)
def complete(request: HttpRequest, response: HttpResponse, q: str = "") -> Status[dict[str, Any]]:
    """Whole queries that begin as typed: with a word, or with the name of a country, speaker,
    topic or meeting that has speeches."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    if len(q) > MAX_QUERY_CHARACTERS:
        return Status(400, {"errors": {"q": f"At most {MAX_QUERY_CHARACTERS} characters."}})
    try:
        found = on_index(lambda snapshot: completions(snapshot, q))
    except SearchUnavailable as unavailable:
        response["Retry-After"] = str(RETRY_AFTER_S)
        return Status(503, {"errors": {"index": str(unavailable)}})
    response["Cache-Control"] = f"public, max-age={COMPLETIONS_FRESH_FOR_S}"
    return Status(200, {"completions": [asdict(one) for one in found]})
