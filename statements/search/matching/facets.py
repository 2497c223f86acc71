"""Facets: how many of the speeches found have each value, counted over arrays of ordinals.

``Selection`` holds a query's match and one mask for each filter, so that every facet can be
counted under all filters but its own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from statements.search.fields import MANY_VALUED
from statements.search.index.formats.facet_columns import Numbers
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.parameters import FILTERS, SearchParameters

UNDATED = "undated"

Found = npt.NDArray[np.int64]  # numbers of the speeches found, ascending


class Counts:
    """How many speeches have each value. Values are numbers until somebody asks for their names."""

    def __init__(self, numbers: Numbers, values: Sequence[str], places: Numbers) -> None:
        self._numbers, self._values, self._places = numbers, values, places

    def __len__(self) -> int:
        """Values that any speech has."""
        return int(np.count_nonzero(self._numbers))

    def top(self, most: int | None = None) -> list[tuple[str, int]]:
        """The most frequent values; of equally frequent ones the first in the alphabet."""
        if most == 0:
            return []
        given = np.flatnonzero(self._numbers)
        # one number descends as the order ascends, so that only the top need be sorted
        keys = self._numbers[given] * len(self._values) - self._places[given]
        if most is not None and most < len(given):
            chosen = np.argpartition(keys, len(keys) - most)[len(keys) - most :]
            given, keys = given[chosen], keys[chosen]
        return self._named(given[np.argsort(-keys)])

    def newest(self, most: int | None = None) -> list[tuple[str, int]]:
        """Years, the newest first."""
        return self._named(np.flatnonzero(self._numbers)[::-1][:most])

    def of(self, value: str) -> int:
        try:
            return int(self._numbers[self._values.index(value)])
        except (ValueError, IndexError):  # no value of any speech, or a year after the last
            return 0

    def _named(self, ordinals: Numbers) -> list[tuple[str, int]]:
        counts = self._numbers[ordinals].tolist()
        return [
            (self._values[ordinal], count)
            for ordinal, count in zip(ordinals.tolist(), counts, strict=True)
        ]


class Selection:
    def __init__(self, evaluator: Evaluator, match: Match, parameters: SearchParameters) -> None:
        self.snapshot = evaluator.snapshot
        self._matched = match.matched
        if parameters.date_from or parameters.date_to:
            days = parameters.date_from, parameters.date_to
            self._matched = self._matched & within(self.snapshot, *days)
        self._filters: dict[str, Mask] = {}
        for facet in FILTERS:
            if chosen := getattr(parameters, facet):
                self._filters[facet] = _filter(evaluator, facet, chosen)
        self.found = self._under(self._filters)
        self.speeches: Found = np.flatnonzero(self.found)

    def counts(self, facet: str) -> Counts:
        """Speeches for each value that any has, under every filter but the facet's own."""
        return count_values(self.snapshot, facet, self.without_own(facet))

    def without_own(self, facet: str) -> Found:
        """The speeches under every filter but the one of a facet."""
        if facet not in self._filters:
            return self.speeches
        others = {name: mask for name, mask in self._filters.items() if name != facet}
        return np.flatnonzero(self._under(others))

    def _under(self, filters: Mapping[str, Mask]) -> Mask:
        found = self._matched
        for mask in filters.values():
            found = found & mask
        return found


def _filter(evaluator: Evaluator, facet: str, chosen: tuple[str, ...]) -> Mask:
    mask = evaluator.among(facet, chosen)
    if facet == "year" and UNDATED in chosen:
        mask = mask | (evaluator.snapshot.alive & (evaluator.snapshot.numbers["year"] == 0))
    return mask


def within(snapshot: Snapshot, first: date | None, last: date | None) -> Mask:
    """Speeches of these days, and those of which only the year is known and the whole of it is
    among them."""
    first, last = first or date.min, last or date.max
    day, year = snapshot.numbers["date"], snapshot.numbers["year"]
    first_year = first.year + (first != date(first.year, 1, 1))
    last_year = last.year - (last != date(last.year, 12, 31))
    of_days = (day >= first.toordinal()) & (day <= last.toordinal())  # 0 where unknown
    of_years = (day == 0) & (year > 0) & (year >= first_year) & (year <= last_year)
    found: Mask = of_days | of_years
    return found


def count_values(snapshot: Snapshot, facet: str, speeches: Found) -> Counts:
    """How many of some speeches have each value of a facet."""
    if facet in snapshot.numbers:
        years = np.bincount(snapshot.numbers[facet][speeches])
        places = np.arange(len(years))
        places[:1] = len(years)  # the undated come last
        return Counts(years, _years(len(years)), places)
    column = snapshot.facets[facet]
    counts = np.bincount(column.ordinals[speeches], minlength=len(column.values))
    counts[:1] = 0  # of no value
    if facet != MANY_VALUED:
        return Counts(counts, column.values, column.value_ranks)
    members = column.members
    often = counts[members.combinations]
    summed = np.bincount(members.ordinals, often, minlength=len(members.values)).astype(np.int64)
    return Counts(summed, members.values, column.member_ranks)


@cache
def _years(count: int) -> Sequence[str]:
    """The names of the first so many years, of which 0 is none."""
    return [UNDATED, *map(str, range(1, count))]
