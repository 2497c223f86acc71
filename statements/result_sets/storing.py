"""Keeps the result of a search as a result set.

The id of a result set is computed from the search and what it found: the same result has the same
address, whoever keeps it, and another one has another.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import QueryDict

from statements.models import ResultSet, Speech, revision
from statements.models.readers.result_sets import ID_LENGTH
from statements.search import SearchParameters, View, find_all

MAX_SPEECHES = 20_000  # of a result set, some 1 MB of ids and digests


class TooManySpeeches(Exception):
    """A search finds more speeches than a result set may hold."""


def plain_search(asked: SearchParameters) -> SearchParameters:
    """Return a search as it is kept: in one list, with what its page hides by default spelled
    out."""
    plain = replace(asked.in_view(View.SPEECHES), group="", page_size=SearchParameters().page_size)
    return plain.with_default_procedure()


def keep(asked: SearchParameters) -> ResultSet:
    """Store what a search finds now, and return it; if the same is stored already, that.

    Raises TooManySpeeches; and InvalidParameters and SearchUnavailable as ``find_all`` does.
    """
    archive_revision = revision.current()  # read first, see ``statements.models.revision``
    parameters, listing = find_all(plain_search(asked))
    if len(listing.speeches) > MAX_SPEECHES:
        raise TooManySpeeches
    digests = digests_of_public(pk__in=listing.speeches)
    by_key = {key: (public_id, digest) for public_id, (key, digest) in digests.items()}
    # speeches may have been withdrawn since they were found
    speeches = [by_key[key] for key in listing.speeches if key in by_key]
    content: dict[str, Any] = {
        "parameters": [list(pair) for pair in parameters.to_pairs()],
        "speeches": [public_id for public_id, _ in speeches],
        "digests": [digest for _, digest in speeches],
    }
    result_set, _ = ResultSet.objects.get_or_create(
        public_id=_id_of(content),
        defaults={
            **content,
            "index_generation": listing.index.generation,
            "archive_revision": archive_revision,
        },
    )
    return result_set


def search_of(result_set: ResultSet) -> SearchParameters:
    """Return the search of a result set. Raises InvalidParameters if it is no longer valid."""
    query = QueryDict(mutable=True)
    for name, value in result_set.parameters:
        query.appendlist(name, value)
    return SearchParameters.from_query(query)


def digests_of_public(**lookup: Sequence[object]) -> Mapping[str, tuple[int, UUID | None]]:
    """Return the primary key and the digest of the words of public speeches, by public id."""
    rows = Speech.objects.order_by().filter(**lookup)
    return {
        public_id: (key, digest)
        for public_id, key, digest in rows.values_list("public_id", "pk", "words_digest__digest")
    }


def _id_of(content: Mapping[str, Any]) -> str:
    """Return an id of lower-case letters and digits, of which each stands for 5 bits (RFC 4648,
    section 6)."""
    text = json.dumps(content, default=str, ensure_ascii=False, separators=(",", ":"))
    return base64.b32encode(sha256(text.encode()).digest()).decode().lower()[:ID_LENGTH]
