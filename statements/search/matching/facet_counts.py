"""Facets: counts the speeches found by value, over arrays of ordinals.

``Selection`` has the match of a query and one mask for each filter, so that every facet can be
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
from statements.search.parameters import UNDATED, Filters

SpeechNumbers = npt.NDArray[np.int64]  # numbers of speeches in the snapshot, ascending


class Counts:
    """The number of speeches for each value. Values are ordinals until their names are needed."""

    def __init__(self, numbers: Numbers, values: Sequence[str], places: Numbers) -> None:
        self._numbers, self._values, self._places = numbers, values, places

    def __len__(self) -> int:
        """The number of values that any speech has."""
        return int(np.count_nonzero(self._numbers))

    def top(self, limit: int | None = None) -> list[tuple[str, int]]:
        """Return the most frequent values, equally frequent ones in alphabetical order."""
        if limit == 0:
            return []
        ordinals = np.flatnonzero(self._numbers)
        # frequency and place in one key, so that only the top needs to be sorted
        keys = self._numbers[ordinals] * len(self._values) - self._places[ordinals]
        if limit is not None and limit < len(ordinals):
            top = np.argpartition(keys, len(keys) - limit)[len(keys) - limit :]
            ordinals, keys = ordinals[top], keys[top]
        return self._label(ordinals[np.argsort(-keys)])

    def newest(self, limit: int | None = None) -> list[tuple[str, int]]:
        """Return years, the newest first."""
        return self._label(np.flatnonzero(self._numbers)[::-1][:limit])

    def count(self, value: str) -> int:
        try:
            return int(self._numbers[self._values.index(value)])
        except (ValueError, IndexError):  # a value that no speech has, or a year after the last
            return 0

    def _label(self, ordinals: Numbers) -> list[tuple[str, int]]:
        counts = self._numbers[ordinals].tolist()
        return [
            (self._values[ordinal], count)
            for ordinal, count in zip(ordinals.tolist(), counts, strict=True)
        ]


class Selection:
    """The speeches that match a query and pass filters."""

    def __init__(self, evaluator: Evaluator, match: Match, filters: Filters) -> None:
        self.snapshot = evaluator.snapshot
        self._matched = match.matched
        if filters.date_from or filters.date_to:
            dates = date_mask(self.snapshot, filters.date_from, filters.date_to)
            self._matched = self._matched & dates
        self._filters: dict[str, Mask] = {
            facet: _filter(evaluator, facet, values)
            for facet, values in filters.values.items()
            if values
        }
        self.mask = self._under(self._filters)  # bool[H]
        self.speeches: SpeechNumbers = np.flatnonzero(self.mask)

    def counts(self, facet: str) -> Counts:
        """Count the speeches by value, under every filter but the facet's own."""
        return count_values(self.snapshot, facet, self.without_filter(facet))

    def without_filter(self, facet: str) -> SpeechNumbers:
        """Return the speeches that pass every filter but the one of a facet."""
        if facet not in self._filters:
            return self.speeches
        remaining = {name: mask for name, mask in self._filters.items() if name != facet}
        return np.flatnonzero(self._under(remaining))

    def _under(self, filters: Mapping[str, Mask]) -> Mask:
        passed = self._matched
        for mask in filters.values():
            passed = passed & mask
        return passed


def _filter(evaluator: Evaluator, facet: str, values: tuple[str, ...]) -> Mask:
    mask = evaluator.terms_mask(facet, values)
    if facet == "year" and UNDATED in values:
        mask = mask | (evaluator.snapshot.alive & (evaluator.snapshot.numbers["year"] == 0))
    return mask


def date_mask(snapshot: Snapshot, first: date | None, last: date | None) -> Mask:
    """bool[H]: speeches of these days, and those of which only the year is known if the whole year
    lies within them."""
    first, last = first or date.min, last or date.max
    day, year = snapshot.numbers["date"], snapshot.numbers["year"]
    first_year = first.year + (first != date(first.year, 1, 1))
    last_year = last.year - (last != date(last.year, 12, 31))
    of_days = (day >= first.toordinal()) & (day <= last.toordinal())  # 0 where unknown
    of_years = (day == 0) & (year > 0) & (year >= first_year) & (year <= last_year)
    mask: Mask = of_days | of_years
    return mask


def count_values(snapshot: Snapshot, facet: str, speeches: SpeechNumbers) -> Counts:
    """Count speeches by the values of a facet."""
    if facet in snapshot.numbers:
        years = np.bincount(snapshot.numbers[facet][speeches])
        places = np.arange(len(years))
        places[:1] = len(years)  # the undated come last
        return Counts(years, _years(len(years)), places)
    column = snapshot.facets[facet]
    counts = np.bincount(column.ordinals[speeches], minlength=len(column.values))
    counts[:1] = 0  # speeches without a value
    if facet != MANY_VALUED:
        return Counts(counts, column.values, column.value_ranks)
    members = column.members
    by_combination = counts[members.combinations]
    summed = np.bincount(members.ordinals, by_combination, minlength=len(members.values)).astype(
        np.int64
    )
    return Counts(summed, members.values, column.member_ranks)


@cache
def _years(count: int) -> Sequence[str]:
    """Return the labels of the years from 0, which stands for no year."""
    return [UNDATED, *map(str, range(1, count))]
