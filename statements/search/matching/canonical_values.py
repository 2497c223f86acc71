"""Spells the values of filters as the index does: case does not matter."""

from statements.search.fields import MANY_VALUED
from statements.search.index.snapshot import Snapshot
from statements.search.parameters import Filters


def canonical_filters(snapshot: Snapshot, filters: Filters) -> tuple[Filters, dict[str, list[str]]]:
    """Return filters with the values of the index, and the values that no speech has."""
    values: dict[str, tuple[str, ...]] = {}
    unknown: dict[str, list[str]] = {}
    for name, typed in filters.values.items():
        spellings = [(value, canonical_value(snapshot, name, value)) for value in typed]
        values[name] = tuple(dict.fromkeys(spelling or value for value, spelling in spellings))
        if missing := [value for value, spelling in spellings if spelling is None]:
            unknown[name] = missing
    return Filters(values, filters.date_from, filters.date_to), unknown


def canonical_value(snapshot: Snapshot, name: str, value: str) -> str | None:
    """Return a value of a facet as the index has it; None if no speech has it. Years stay as they
    are."""
    if name not in snapshot.facets:
        return value
    facet = snapshot.facets[name]
    return facet.canonical_member(value) if name == MANY_VALUED else facet.canonical_value(value)
