"""Facet values as arrays with one entry for each value of a speech, so that facets of one value, of
many values and years are counted in the same way.

For E entries ``speeches``, int32[E], is ascending, and ``codes``, int32[E], has the index of each
value in ``values``. A speech without a value has no entry; one with three topics has three.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from statements.search.fields import FACET_FIELDS, MANY_VALUED
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    speeches: Documents
    codes: Documents
    values: list[str]

    def restrict(self, mask: Mask) -> "Column":
        """Return the entries of some speeches, bool[H]."""
        entries = mask[self.speeches]
        return Column(self.speeches[entries], self.codes[entries], self.values)

    def counts(self) -> Counts:
        """int64[len(values)]: the number of speeches with each value."""
        return np.bincount(self.codes, minlength=len(self.values))


def column(snapshot: Snapshot, name: str) -> Column:
    """Return a facet (see ``fields.FACETS``) of all speeches. Raises KeyError for other names."""
    return _COLUMN[name](snapshot)


def _single(name: str, snapshot: Snapshot) -> Column:
    facet = snapshot.facets[name]
    has_value = np.array([value != "" for value in facet.values], bool)
    speeches = np.flatnonzero(has_value[facet.ordinals]).astype(np.int32)
    return Column(speeches, facet.ordinals[speeches], facet.values)


def _many(name: str, snapshot: Snapshot) -> Column:
    """Expand each combination of values into its members."""
    facet = snapshot.facets[name]
    code_of: dict[str, int] = {}
    members = [
        [code_of.setdefault(value, len(code_of)) for value in combination.split()]
        for combination in facet.values
    ]
    sizes = np.array([len(codes) for codes in members], np.int64)
    begins = np.cumsum(sizes) - sizes
    flat = np.array([code for codes in members for code in codes], np.int32)
    counts = sizes[facet.ordinals]
    speeches = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    first_of_speech = np.cumsum(counts) - counts
    nth = np.arange(len(speeches)) - first_of_speech[speeches]
    return Column(speeches, flat[begins[facet.ordinals[speeches]] + nth], list(code_of))


def _years(snapshot: Snapshot) -> Column:
    years = snapshot.numbers["year"]
    speeches = np.flatnonzero(years).astype(np.int32)
    values, codes = np.unique(years[speeches], return_inverse=True)
    return Column(speeches, codes.astype(np.int32), [str(year) for year in values.tolist()])


_COLUMN = {
    **{name: cached_per_snapshot(partial(_single, name)) for name in FACET_FIELDS},
    **{name: cached_per_snapshot(partial(_many, name)) for name in MANY_VALUED},
    "year": cached_per_snapshot(_years),
}
