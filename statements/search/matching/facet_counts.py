"""Facets: counts the speeches found by value, over arrays of ordinals."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from statements.search.fields import MANY_VALUED
from statements.search.index.formats.facet_columns import Numbers
from statements.search.index.snapshot import Snapshot
from statements.search.matching.selection import Selection, SpeechNumbers
from statements.search.parameters import UNDATED
from statements.search.protocol import FacetCounts


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

    def join(self, joined: Numbers) -> "Counts":
        """Return the counts of values joined as ``FacetColumn.join_values`` says, in a facet with
        one value a speech."""
        numbers = np.bincount(joined, self._numbers, minlength=len(self._values))
        return Counts(numbers.astype(np.int64), self._values, self._places)

    def _label(self, ordinals: Numbers) -> list[tuple[str, int]]:
        counts = self._numbers[ordinals].tolist()
        return [
            (self._values[ordinal], count)
            for ordinal, count in zip(ordinals.tolist(), counts, strict=True)
        ]


def count_facet(
    selection: Selection,
    name: str,
    limit: int | None,
    selected: Sequence[str],
    together: Sequence[Sequence[str]] = (),
) -> FacetCounts:
    """Count the speeches by the values of a facet, under every filter but its own. The values
    ``selected`` are always listed; those of a list in ``together`` are counted as one."""
    snapshot = selection.snapshot
    counts = count_values(snapshot, name, selection.without_filter(name))
    if together:
        column = snapshot.facets[name]
        joined = column.join_values(together)
        counts = counts.join(joined)
        shown = [column.joined_value(joined, value) for value in selected]
        selected = list(dict.fromkeys(shown))
    values = (counts.newest if name == "year" else counts.top)(limit)
    missing = set(selected) - {value for value, _ in values}
    values += [(value, counts.count(value)) for value in selected if value in missing]
    return FacetCounts(values, len(counts))


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
    if facet not in MANY_VALUED:
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
