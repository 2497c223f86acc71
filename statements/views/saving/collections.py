"""A collection of speeches that a reader put together. Its address holds it: the server stores
nothing, and ``collection.js`` keeps the list in the browser."""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.validators import slug_re
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from statements.models import Speech
from statements.models.withdrawal_notices import Departure, departures
from statements.result_sets.collections import (
    MAX_COLLECTED,
    TooManyIds,
    collected_ids,
    collection_address,
)
from statements.views import refinements

MAX_ID = Speech._meta.get_field("public_id").max_length or 0  # characters


class Entry(NamedTuple):
    """A place of a collection: a speech, or why there is none."""

    public_id: str
    speech: Speech | None
    departure: Departure | None
    without_url: str  # of the collection without it
    earlier_url: str  # of the collection with it one place further up, or ""


def show(request: HttpRequest) -> HttpResponse:
    """Show the speeches that the address names, in its order."""
    try:
        public_ids = collected_ids(request.GET)
    except TooManyIds:
        refusal = {"sentence": too_many_ids()}
        return render(request, "collection/refused.html", refusal, status=400)
    entries = _entries(public_ids)
    available = [entry.public_id for entry in entries if entry.speech]
    context = {
        "entries": entries,
        "available": available,
        "url": collection_address(public_ids),
        "downloads": refinements.files_of(collection_address(public_ids), len(available)),
        "limit": MAX_COLLECTED,
    }
    return render(request, "collection/collection.html", context)


def too_many_ids() -> str:
    """Return the sentence that refuses an address with too many ids."""
    sentence = gettext("A collection has at most %(limit)s speeches. Please divide it.")
    return sentence % {"limit": MAX_COLLECTED}


def _entries(public_ids: Sequence[str]) -> list[Entry]:
    possible = [name for name in public_ids if slug_re.match(name) and len(name) <= MAX_ID]
    speeches = {
        speech.public_id: speech
        for speech in Speech.objects.for_listing().filter(public_id__in=possible)
    }
    departed = departures([name for name in possible if name not in speeches])
    return [
        Entry(
            public_id,
            speeches.get(public_id),
            departed.get(public_id),
            collection_address([*public_ids[:place], *public_ids[place + 1 :]]),
            collection_address(
                [
                    *public_ids[: place - 1],
                    public_id,
                    public_ids[place - 1],
                    *public_ids[place + 1 :],
                ]
            )
            if place
            else "",
        )
        for place, public_id in enumerate(public_ids)
    ]
