"""Facets: how many of the speeches found have each value, counted over arrays of ordinals.

``Selection`` holds a query's match and one mask for each filter, so that every facet can be
counted under all filters but its own.
"""

from collections.abc import Mapping

import numpy as np

from statements.search.evaluate import Evaluator, Match
from statements.search.parameters import FACETS, SearchParameters
from statements.search.schema import MANY_VALUED
from statements.search.snapshot import Mask, Snapshot

UNDATED = "undated"


class Selection:
    def __init__(self, evaluator: Evaluator, match: Match, parameters: SearchParameters) -> None:
        self.snapshot = evaluator.snapshot
        self._found = match.matched
        if parameters.date_from or parameters.date_to:
            low, high = parameters.date_from, parameters.date_to
            self._found = self._found & evaluator.between(
                "date", low.toordinal() if low else None, high.toordinal() if high else None
            )
        self._filters: dict[str, Mask] = {}
        for facet in FACETS:
            if chosen := getattr(parameters, facet):
                self._filters[facet] = _filter(evaluator, facet, chosen)

    @property
    def found(self) -> Mask:
        """Speeches under every filter."""
        return self._under(self._filters)

    def counts(self, facet: str) -> dict[str, int]:
        """Speeches for each value that any has, under every filter but the facet's own."""
        others = {name: mask for name, mask in self._filters.items() if name != facet}
        return count_values(self.snapshot, facet, self._under(others))

    def _under(self, filters: Mapping[str, Mask]) -> Mask:
        found = self._found
        for mask in filters.values():
            found = found & mask
        return found


def _filter(evaluator: Evaluator, facet: str, chosen: tuple[str, ...]) -> Mask:
    mask = evaluator.among(facet, chosen)
    if facet == "year" and UNDATED in chosen:
        mask = mask | (evaluator.snapshot.alive & (evaluator.snapshot.numbers["year"] == 0))
    return mask


def count_values(snapshot: Snapshot, facet: str, found: Mask) -> dict[str, int]:
    """How many of the speeches found have each value of a facet."""
    if facet in snapshot.numbers:
        years = np.bincount(snapshot.numbers[facet][found])
        return {
            str(year) if year else UNDATED: int(years[year])
            for year in np.flatnonzero(years).tolist()
        }
    column = snapshot.facets[facet]
    counts = np.bincount(column.ordinals[found], minlength=len(column.values))
    if facet != MANY_VALUED:
        return {
            column.values[ordinal]: int(counts[ordinal])
            for ordinal in np.flatnonzero(counts).tolist()
            if column.values[ordinal]
        }
    members: dict[str, int] = {}
    for ordinal in np.flatnonzero(counts).tolist():
        for value in column.values[ordinal].split():
            members[value] = members.get(value, 0) + int(counts[ordinal])
    return members
