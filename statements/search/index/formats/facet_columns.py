"""The column of a facet: for each speech the number of its value, so that values are counted,
compared and selected as numbers, and only those that are shown become strings.

``ordinals`` is int32[H] over the H speeches of a snapshot; ``values`` are V strings, of which the
first is "", no value. In a facet with many values a speech, a value is a combination, with its
members separated by spaces; ``members`` lists them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Members:
    """The members of combinations: one entry for each pair of them."""

    values: Sequence[str]  # of M members
    combinations: npt.NDArray[np.int32]  # ordinals of combinations, ascending
    ordinals: npt.NDArray[np.int32]  # of the member, among ``values``


class FacetColumn:
    def __init__(self, ordinals: npt.NDArray[np.int32], values: list[str]) -> None:
        self.ordinals = ordinals
        self.values = values
        self._joined: tuple[Sequence[Sequence[str]], npt.NDArray[np.int32]] | None = None

    @cached_property
    def members(self) -> Members:
        ordinal_of: dict[str, int] = {}
        pairs = [
            (combination, ordinal_of.setdefault(value, len(ordinal_of)))
            for combination, joined in enumerate(self.values)
            for value in joined.split()
        ]
        columns = np.array(pairs, np.int32).reshape(-1, 2)
        return Members(list(ordinal_of), columns[:, 0], columns[:, 1])

    @cached_property
    def value_ranks(self) -> Numbers:
        """int64[V]: the rank of each value in alphabetical order."""
        return alphabetical_ranks(self.values)

    @cached_property
    def member_ranks(self) -> Numbers:
        """int64[M]: the rank of each member in alphabetical order."""
        return alphabetical_ranks(self.members.values)

    @cached_property
    def ordinal_of(self) -> dict[str, int]:
        return {value: ordinal for ordinal, value in enumerate(self.values) if value}

    @cached_property
    def _value_of_casefolded(self) -> dict[str, str]:
        return {value.casefold(): value for value in self.values if value}

    @cached_property
    def _member_of_casefolded(self) -> dict[str, str]:
        return {value.casefold(): value for value in self.members.values}

    def join_values(self, groups: Sequence[Sequence[str]]) -> npt.NDArray[np.int32]:
        """Return int32[V]: the ordinal of each value, for values of one group that of the value
        which most of all speeches have. The last result is kept."""
        if self._joined is None or self._joined[0] != groups:
            frequencies = np.bincount(self.ordinals, minlength=len(self.values))
            joined = np.arange(len(self.values), dtype=np.int32)
            for group in groups:
                members = [self.ordinal_of[value] for value in group if value in self.ordinal_of]
                if members:
                    joined[members] = max(members, key=lambda member: frequencies[member])
            self._joined = groups, joined
        return self._joined[1]

    def joined_value(self, joined: Numbers, value: str) -> str:
        """Return the value that stands for a value, itself if no speech has it."""
        ordinal = self.ordinal_of.get(value)
        return value if ordinal is None else self.values[joined[ordinal]]

    def canonical_value(self, value: str) -> str | None:
        """Return a value as the index has it, whatever its case; None if it does not occur."""
        return (
            value if value in self.ordinal_of else self._value_of_casefolded.get(value.casefold())
        )

    def canonical_member(self, value: str) -> str | None:
        """Return a member as the index has it, whatever its case; None if it does not occur."""
        return self._member_of_casefolded.get(value.casefold())

    def mask_of_values(self, values: Iterable[str]) -> Mask:
        """Return bool[H]: the speeches that have one of some values, whatever their case."""
        canonical = filter(None, map(self.canonical_value, values))
        return self._mask([self.ordinal_of[value] for value in canonical])

    def mask_of_members(self, values: Iterable[str]) -> Mask:
        """Return bool[H]: the speeches whose combination has one of some members, whatever their
        case."""
        canonical = set(map(self.canonical_member, values))
        ordinals = [
            ordinal for ordinal, value in enumerate(self.members.values) if value in canonical
        ]
        return self._mask(self.members.combinations[np.isin(self.members.ordinals, ordinals)])

    def _mask(self, ordinals: Sequence[int] | Numbers) -> Mask:
        is_chosen = np.zeros(len(self.values), bool)
        is_chosen[np.asarray(ordinals, np.int64)] = True
        return is_chosen[self.ordinals]


def alphabetical_ranks(values: Sequence[str]) -> Numbers:
    """Return the rank of each value in alphabetical order."""
    ranks = np.empty(len(values), np.int64)
    ranks[sorted(range(len(values)), key=values.__getitem__)] = np.arange(len(values))
    return ranks


def join(parts: Sequence[tuple[npt.NDArray[np.int32], list[str]]]) -> FacetColumn:
    """Join the columns of several segments, each given as ordinals and values."""
    if len(parts) == 1:
        return FacetColumn(*parts[0])
    ordinal_of: dict[str, int] = {"": 0}
    columns = []
    for ordinals, values in parts:
        mapping = np.array(
            [ordinal_of.setdefault(value, len(ordinal_of)) for value in values], np.int32
        )
        columns.append(mapping[ordinals])
    joined = np.concatenate(columns) if columns else np.empty(0, np.int32)
    return FacetColumn(joined, list(ordinal_of))
