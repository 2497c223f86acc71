"""The values of filters as the index holds them."""

from dataclasses import replace
from typing import Any

from statements.search.fields import MANY_VALUED
from statements.search.index.snapshot import Snapshot
from statements.search.parameters import FILTERS, SearchParameters


def as_held(snapshot: Snapshot, parameters: SearchParameters) -> SearchParameters:
    """A search with the values of its filters as the index spells them: case does not count."""
    changes: dict[str, Any] = {
        name: tuple(dict.fromkeys(spelt(snapshot, name, value) or value for value in chosen))
        for name in FILTERS
        if (chosen := getattr(parameters, name))
    }
    return replace(parameters, **changes) if changes else parameters


def spelt(snapshot: Snapshot, name: str, value: str) -> str | None:
    """A value as the index has it, or None where no speech has it; a year as it is."""
    if name not in snapshot.facets:
        return value
    facet = snapshot.facets[name]
    return facet.canonical_member(value) if name == MANY_VALUED else facet.canonical_value(value)
