"""A facet's column: for each speech the number of its value, so that values are counted, compared
and chosen as numbers, and only those that are shown are ever looked at as words.

``ordinals`` is int32[H] over the H speeches of a snapshot; ``values`` are V words, of which the
first is "", no value. Of a facet with many values a speech, a value is a combination with its
members parted by spaces; ``members`` tells them apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Members:
    """Which members each combination has: one entry for each pair of them."""

    values: Sequence[str]  # M words
    combinations: npt.NDArray[np.int32]  # ordinals of combinations, ascending
    ordinals: npt.NDArray[np.int32]  # of the member, among ``values``


class Facet:
    def __init__(self, ordinals: npt.NDArray[np.int32], values: list[str]) -> None:
        self.ordinals = ordinals
        self.values = values

    @cached_property
    def members(self) -> Members:
        ordinal_of: dict[str, int] = {}
        pairs = [
            (combination, ordinal_of.setdefault(value, len(ordinal_of)))
            for combination, joined in enumerate(self.values)
            for value in joined.split()
        ]
        both = np.array(pairs, np.int32).reshape(-1, 2)
        return Members(list(ordinal_of), both[:, 0], both[:, 1])

    @cached_property
    def places(self) -> Numbers:
        """int64[V]: of each value its place in the alphabet."""
        return places(self.values)

    @cached_property
    def places_of_members(self) -> Numbers:
        return places(self.members.values)

    @cached_property
    def _ordinal_of(self) -> dict[str, int]:
        return {value: ordinal for ordinal, value in enumerate(self.values) if value}

    @cached_property
    def _spelt(self) -> dict[str, str]:
        return {value.casefold(): value for value in self.values if value}

    @cached_property
    def _members_spelt(self) -> dict[str, str]:
        return {value.casefold(): value for value in self.members.values}

    def spelt(self, value: str) -> str | None:
        """A value as it stands here, whatever the case in which it is asked for."""
        return value if value in self._ordinal_of else self._spelt.get(value.casefold())

    def member_spelt(self, value: str) -> str | None:
        return self._members_spelt.get(value.casefold())

    def having(self, wanted: Iterable[str]) -> npt.NDArray[np.bool_]:
        """bool[H]: speeches that have one of some values, in whatever case."""
        chosen = [self._ordinal_of[value] for value in map(self.spelt, wanted) if value]
        return self._of(chosen)

    def having_member(self, wanted: Iterable[str]) -> npt.NDArray[np.bool_]:
        """bool[H]: speeches of whose combination one of some values, in whatever case, is a
        member."""
        of = set(map(self.member_spelt, wanted))
        chosen = [number for number, value in enumerate(self.members.values) if value in of]
        return self._of(self.members.combinations[np.isin(self.members.ordinals, chosen)])

    def _of(self, chosen: Sequence[int] | Numbers) -> npt.NDArray[np.bool_]:
        fits = np.zeros(len(self.values), bool)
        fits[np.asarray(chosen, np.int64)] = True
        return fits[self.ordinals]


def places(values: Sequence[str]) -> Numbers:
    """Of each value its place in their order."""
    found = np.empty(len(values), np.int64)
    found[sorted(range(len(values)), key=values.__getitem__)] = np.arange(len(values))
    return found


def join(parts: Sequence[tuple[npt.NDArray[np.int32], list[str]]]) -> Facet:
    """The columns of several segments as one."""
    if len(parts) == 1:
        return Facet(*parts[0])
    ordinal_of: dict[str, int] = {"": 0}
    columns = []
    for ordinals, values in parts:
        mapping = np.array(
            [ordinal_of.setdefault(value, len(ordinal_of)) for value in values], np.int32
        )
        columns.append(mapping[ordinals])
    return Facet(np.concatenate(columns) if columns else np.empty(0, np.int32), list(ordinal_of))
