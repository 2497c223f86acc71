"""The operations of lists and of their single rows."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import create_model

from archive.languages import in_default_language
from statements.addresses import origin, query_string
from statements.api.answering import REFUSALS, answer, answer_other_methods, options
from statements.api.lists.requests import Request, cursor, described
from statements.api.lists.schemas import SpeechesOut, SpeechRow
from statements.api.lists.tables import LISTINGS, Listing, Record
from statements.api.schemas import Output, Refused
from statements.exports.records import record
from statements.models import Speech, changes
from statements.models.changes import Change, Selection

router = Router(tags=["lists"])
CHANGES_PATH = "/speeches"
_FIELDS = list(SpeechRow.model_fields)
_DATED = {"is_dated": True}


def _page(request: HttpRequest, response: HttpResponse, content: Record) -> HttpResponse:
    """Return a page of a list, with its address as the header Link. It is written without the
    validation of its model, which would take longer than reading the rows."""
    body = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    page = HttpResponse(body, content_type="application/json; charset=utf-8")
    for name, value in response.items():
        page.setdefault(name, value)
    if following := content.get("next"):
        page["Link"] = f'<{origin(request)}{following}>; rel="next"'
    return page


def _following(request: HttpRequest, key: Any) -> str:
    """Return the address of the page after the row with a key."""
    pairs = [(name, str(value)) for name, value in request.GET.items() if name != "cursor"]
    return f"{request.path}?{query_string([*pairs, ('cursor', cursor(key))])}"


# -- speeches in the order of their changes ------------------------------------------------------


@router.get(
    CHANGES_PATH,
    response={200: SpeechesOut, **REFUSALS},
    summary="List speeches and what changed",
    operation_id="changes",
    url_name="changes",
    openapi_extra={"parameters": described(_FIELDS, **_DATED)},
)
def speeches(request: HttpRequest, response: HttpResponse) -> Any:
    """List all speeches without their texts, in the order of their last change, and those that were
    withdrawn or deleted. For a copy that is kept up to date, follow “next” to the end; later, ask
    with “changed_since” for what changed since the copy was begun."""

    @in_default_language
    def work() -> Record:
        asked = Request.of_query(request.GET, _FIELDS, (int, str), **_DATED)
        changes.assign()
        after = None
        if asked.after:
            seconds, public_id = asked.after
            after = Change(str(public_id), datetime.fromtimestamp(int(seconds), UTC), None, ())
        listed = Selection(since=asked.since).page(asked.limit + 1, after)
        shown = listed[: asked.limit]
        last = shown[-1] if len(listed) > len(shown) else None
        return {
            **_changed(shown, asked.fields),
            "next": last
            and _following(request, (int(last.changed_at.timestamp()), last.public_id)),
        }

    return _answer(request, response, work)


def _changed(listed: list[Change], fields: Collection[str]) -> Record:
    public = Speech.objects.for_listing().prefetch_related("topics", "affiliations")
    rows = public.in_bulk([each.speech for each in listed if each.speech is not None])
    found, gone = [], []
    for change in listed:
        # a speech may have been withdrawn since the list was read
        speech = rows.get(change.speech) if change.speech is not None else None
        if speech is None:
            gone.append({"id": change.public_id, "changed_at": change.changed_at})
            continue
        whole = record(speech) | {"changed_at": change.changed_at}
        found.append({field: whole[field] for field in fields})
    return {"rows": found, "gone": gone}


answer_other_methods(router, CHANGES_PATH, speeches, {200: SpeechesOut, **REFUSALS})


# -- everything else -----------------------------------------------------------------------------


def _add(listing: Listing) -> None:
    """Add the operations of a list."""
    page_model = create_model(
        f"{listing.row.__name__.removesuffix('Row')}List",
        __base__=Output,
        rows=(list[listing.row], ...),  # type: ignore[name-defined]
        next=(str | None, ...),
    )
    answers: Mapping[int, Any] = {200: page_model, **REFUSALS}

    def rows(request: HttpRequest, response: HttpResponse) -> Any:
        @in_default_language
        def work() -> Record:
            asked = Request.of_query(request.GET, listing.fields, listing.source.kinds)
            found = listing.source.page(asked.after, asked.limit + 1, asked.fields)
            shown = found[: asked.limit]
            last = shown[-1][0] if len(found) > len(shown) else None
            return {
                "rows": [row for _, row in shown],
                "next": last and _following(request, last),
            }

        return _answer(request, response, work)

    path = f"/{listing.name}"
    router.add_api_operation(
        path, ["GET"], rows,
        response=dict(answers),
        summary=listing.title,
        description="In the order of “" + listing.key + "”.",
        operation_id=listing.name,
        openapi_extra={"parameters": described(listing.fields)},
    )  # fmt: skip
    answer_other_methods(router, path, rows, answers)
    if listing.record:
        _add_record(listing)


def _add_record(listing: Listing) -> None:
    """Add the operation that reads a single row."""
    answers: Mapping[int, Any] = {200: listing.row, 404: Refused}
    converter = "path" if listing.key == "symbol" else "str"
    path = f"/{listing.name}/{{{converter}:key}}"

    def row(request: HttpRequest, response: HttpResponse, key: str) -> Any:
        @in_default_language
        def work() -> Record | None:
            return None if "\0" in key else listing.source.one(key, listing.fields)

        answered = answer(response, work)
        if answered.value is None:
            response["Cache-Control"] = "no-store"
            sentence = f"There is none with this {listing.key}. /api/v1/{listing.name} lists all."
            return Status(404, {"errors": {listing.key: sentence}})
        return answered

    router.add_api_operation(
        path, ["GET"], row,
        response=dict(answers),
        summary=listing.record_title,
        description=f"Return the row of /{listing.name} with this {listing.key}.",
        operation_id=listing.record,
    )  # fmt: skip
    router.add_api_operation(path, ["HEAD"], row, response=dict(answers), include_in_schema=False)

    def row_options(request: HttpRequest, key: str) -> HttpResponse:
        return options(request)

    router.add_api_operation(path, ["OPTIONS"], row_options, include_in_schema=False)


def _answer(request: HttpRequest, response: HttpResponse, work: Any) -> Any:
    answered = answer(response, work)
    if answered.status_code != 200:
        return answered
    return _page(request, response, answered.value)


for listing in LISTINGS:
    _add(listing)
