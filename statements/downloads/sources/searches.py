"""What the files of a search are written of: its speeches, their paragraphs, or its matches."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from statements.addresses import address_with, origin, page_address
from statements.downloads.files import ROWS, Refused, Source, chosen_rows
from statements.downloads.streams import refusal
from statements.exports.tables.columns import Rows
from statements.exports.tables.source import Export
from statements.search import (
    IndexState,
    InvalidParameters,
    Listing,
    SearchParameters,
    SearchUnavailable,
    View,
    find_all,
)


@contextmanager
def refusing() -> Iterator[None]:
    """Refuse files of searches that cannot be run."""
    try:
        yield
    except InvalidParameters as invalid:
        raise Refused(refusal("\n".join(invalid.errors.values()), 400)) from invalid
    except SearchUnavailable as unavailable:
        seconds = unavailable.RETRY_AFTER_S
        raise Refused(refusal(str(unavailable), 503, seconds)) from unavailable


def search(request: HttpRequest) -> Source:
    """Return what the files of a search are written of."""
    with refusing():
        rows = chosen_rows(request, {each.value: each for each in Rows})
        parameters, listing = _found(request)
    beginning = origin(request)
    return Source(
        name=parameters.q or "search",
        page=address_with(page_address("search"), parameters.to_query()),
        origin=beginning,
        table=Export(listing.speeches, rows, beginning),
        keys=listing.speeches,
        options=[(ROWS, rows.value)] if rows is not Rows.SPEECHES else (),
        described=described(parameters, listing.index),
    )


def _found(request: HttpRequest) -> tuple[SearchParameters, Listing]:
    """Return the speeches of a search, and its parameters with filter values as the index spells
    them. Raises InvalidParameters and SearchUnavailable."""
    asked = SearchParameters.from_query(request.GET).with_default_procedure()
    plain = asked.in_view(View.SPEECHES)
    return find_all(replace(plain, group="", page_size=SearchParameters().page_size))


def described(parameters: SearchParameters, index: IndexState) -> dict[str, Any]:
    """Return what a description says of a search and of the index that answered it."""
    filters: dict[str, list[str]] = defaultdict(list)
    for name, value in parameters.to_pairs():
        filters[name].append(value)
    query = "".join(filters.pop("q", []))
    sort = "".join(filters.pop("sort", [])) or parameters.sort.value
    return {
        "query": query,
        "filters": filters,
        "sort": sort,
        "index": {
            "generation": index.generation,
            "lag_s": index.lag_s,
            "complete": index.complete,
            "waiting": index.waiting,
        },
    }
