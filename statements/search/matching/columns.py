"""What a speech is counted under, as arrays: one entry for each value that a speech has, so that
facets of one value, of many values and years are counted alike.

For E entries ``speeches`` is int32[E], ascending, and ``codes`` int32[E] the number of a value in
``values``. A speech without a value has no entry; with three topics it has three.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from statements.search.fields import FACET_FIELDS, MANY_VALUED
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot

COLUMNS = (*FACET_FIELDS, MANY_VALUED, "year")

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    speeches: Documents
    codes: Documents
    values: list[str]

    def within(self, found: Mask) -> "Column":
        """The entries of the speeches found."""
        here = found[self.speeches]
        return Column(self.speeches[here], self.codes[here], self.values)

    def counts(self) -> Counts:
        """int64[len(values)]: how many speeches have each value."""
        return np.bincount(self.codes, minlength=len(self.values))


def column(snapshot: Snapshot, name: str) -> Column:
    """A facet (see ``COLUMNS``) of all speeches of a snapshot. Raises KeyError for what is none."""
    return _COLUMN[name](snapshot)


def _single(name: str, snapshot: Snapshot) -> Column:
    facet = snapshot.facets[name]
    given = np.array([value != "" for value in facet.values], bool)
    speeches = np.flatnonzero(given[facet.ordinals]).astype(np.int32)
    return Column(speeches, facet.ordinals[speeches], facet.values)


def _many(name: str, snapshot: Snapshot) -> Column:
    """Each combination of values stands for its members."""
    facet = snapshot.facets[name]
    code_of: dict[str, int] = {}
    members = [
        [code_of.setdefault(value, len(code_of)) for value in combination.split()]
        for combination in facet.values
    ]
    sizes = np.array([len(one) for one in members], np.int64)
    begins = np.cumsum(sizes) - sizes
    flat = np.array([code for one in members for code in one], np.int32)
    often = sizes[facet.ordinals]
    speeches = np.repeat(np.arange(len(often), dtype=np.int32), often)
    first_of_speech = np.cumsum(often) - often
    nth = np.arange(len(speeches)) - first_of_speech[speeches]
    return Column(speeches, flat[begins[facet.ordinals[speeches]] + nth], list(code_of))


def _years(snapshot: Snapshot) -> Column:
    years = snapshot.numbers["year"]
    speeches = np.flatnonzero(years).astype(np.int32)
    values, codes = np.unique(years[speeches], return_inverse=True)
    return Column(speeches, codes.astype(np.int32), [str(year) for year in values.tolist()])


_COLUMN = {
    **{name: cached_per_snapshot(partial(_single, name)) for name in FACET_FIELDS},
    MANY_VALUED: cached_per_snapshot(partial(_many, MANY_VALUED)),
    "year": cached_per_snapshot(_years),
}
