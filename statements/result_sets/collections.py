"""Collections of speeches that readers put together. The address of a collection holds its ids."""

from collections.abc import Sequence

from django.http import QueryDict

from statements.addresses import address_with, page_address, query_string

MAX_COLLECTED = 200  # speeches, some 6,000 characters of an address
IDS = "ids"  # the parameter


class TooManyIds(Exception):
    """An address names more speeches than a collection may have."""


def collected_ids(query: QueryDict) -> Sequence[str]:
    """Return the ids that an address names in its order, each once; they may be of no speech.
    Raises TooManyIds."""
    typed = ",".join(query.getlist(IDS)).replace("\x00", "").split(",")
    public_ids = list(dict.fromkeys(filter(None, map(str.strip, typed))))
    if len(public_ids) > MAX_COLLECTED:
        raise TooManyIds
    return public_ids


def collection_address(public_ids: Sequence[str]) -> str:
    """Return the address of the page of a collection."""
    query = query_string([(IDS, ",".join(public_ids))]).replace("%2C", ",") if public_ids else ""
    return address_with(page_address("collection"), query)
