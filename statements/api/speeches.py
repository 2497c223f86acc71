"""One speech as JSON: its paragraphs with references, changes of language and votes."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status

from statements.api.answering import FRESH_FOR_S, options, share
from statements.api.schemas import FullSpeechOut, Refused, Withdrawn
from statements.exports.records import full_record
from statements.exports.tables.source import speech_text
from statements.exports.texts import speech_with_text
from statements.models.withdrawal_notices import departure

router = Router(tags=["reading"])
TEXT = "text/plain"
ANSWERS: Mapping[int, Any] = {200: FullSpeechOut, 404: Refused, 410: Withdrawn}

PublicId = Annotated[str, Path(pattern="^[-a-zA-Z0-9_]+$", max_length=120)]


@router.get(
    "/speeches/{slug:public_id}",
    response=ANSWERS,
    summary="Read a speech",
    operation_id="speech",
    url_name="speech",
    openapi_extra={"responses": {200: {"content": {TEXT: {"schema": {"type": "string"}}}}}},
)
def speech(
    request: HttpRequest, response: HttpResponse, public_id: PublicId
) -> HttpResponse | Status[dict[str, Any]]:
    """Return the full text of a speech in paragraphs, including narrative of the record; with the
    header “Accept: text/plain”, as a text to read."""
    share(response)
    text = speech_with_text(public_id)
    if text is None and (departed := departure(public_id)):
        since, reason = departed.since, departed.reason
        return Status(410, {"errors": {"id": departed.sentence}, "since": since, "reason": reason})
    if text is None:
        return Status(404, {"errors": {"id": "There is no speech with this id."}})
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    address = request.build_absolute_uri(text.speech.get_absolute_url())
    response["Vary"] = "Accept"
    if request.get_preferred_type(["application/json", TEXT]) == TEXT:
        plain = HttpResponse(
            f"{speech_text(text, address)}\n", content_type=f"{TEXT}; charset=utf-8"
        )
        for name, value in response.items():
            plain.setdefault(name, value)
        return plain
    return Status(200, full_record(text, address))


@router.api_operation(
    ["HEAD"], "/speeches/{slug:public_id}", response=ANSWERS, include_in_schema=False
)
def speech_head(
    request: HttpRequest, response: HttpResponse, public_id: str
) -> HttpResponse | Status[Any]:
    """As GET; the server leaves the body out."""
    return speech(request, response, public_id)


@router.api_operation(["OPTIONS"], "/speeches/{slug:public_id}", include_in_schema=False)
def speech_options(request: HttpRequest, public_id: str) -> HttpResponse:
    return options(request)
