"""The lists of a side-car's entry, which are told speech by speech, as documents and places.

An entry has S speeches with P documents and O occurrences (``sidecar``); ``heads``, int32[H], are
the first documents of the segment's speeches. What is looked up by small numbers is taken by
``take``, in a third of the time that an index of such a type needs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.index.formats.sidecar import Entry

Documents = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.int64]  # a document above a place in it
NO_KEYS: Keys = np.empty(0, np.int64)

# parts of all that are so few that it is quicker to look each up
_FEW_SPEECHES = 4
_FEW_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that contain a term, ascending; how often it occurs in each; and its places,
    of one document after the other, or None if the caller did not ask for them."""

    documents: Documents
    frequencies: Numbers
    places: Numbers | None

    def only(self, chosen: Mask) -> "Postings":
        """Return the postings of some of the documents."""
        if chosen.all():
            return self
        places = self.places
        if places is not None:
            places = places[np.repeat(chosen, self.frequencies)]
        return Postings(self.documents[chosen], self.frequencies[chosen], places)


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class Rolled:
    """The speeches that contain a term, ascending; the rank of the best paragraph of each
    (``bm25``); how many of its documents contain the term; and how many do in all speeches."""

    speeches: Numbers
    ranks: Numbers
    counts: Numbers
    count: int
    entry: Entry | None = None  # of the one segment of the snapshot, if it has but one


NOTHING = Rolled(np.empty(0, np.int32), np.empty(0, np.uint16), np.empty(0, np.int32), 0)


def unrolled(entry: Entry, heads: Documents, within: Mask | None, *, places: bool) -> Postings:
    """Where a term stands. Of other speeches than those of ``within``, bool[H], it may be left
    out."""
    speeches, counts = entry.speeches, entry.counts
    paragraphs, frequencies = entry.paragraphs, entry.frequencies
    at = entry.places if places else None
    if within is not None:
        chosen = np.flatnonzero(within.take(speeches))
        if _FEW_SPEECHES * len(chosen) < len(speeches):
            here = _runs(entry.ends, counts, chosen)
            if at is not None:
                at = at[_runs(np.cumsum(entry.often, dtype=np.int64), entry.often, chosen)]
            speeches, counts = speeches[chosen], counts[chosen]
            paragraphs, frequencies = paragraphs[here], frequencies[here]
    documents = np.repeat(heads.take(speeches), counts)
    np.add(documents, paragraphs, out=documents, casting="unsafe")
    return Postings(documents, frequencies, at)


def before(first: Entry, second: Entry, heads: Documents, within: Mask | None) -> Keys:
    """Where a term stands right before another, ascending. In other speeches than those of
    ``within``, bool[H], it may be left out."""
    if first.is_compound or not second.code:
        return _before_by_places(first, second, heads)
    followers, speeches = first.followers, first.speeches
    chosen = speeches[:0] if within is None else np.flatnonzero(within.take(speeches))
    if within is not None and _FEW_SPEECHES * len(chosen) < len(speeches):
        at = _runs(np.cumsum(first.often, dtype=np.int64), first.often, chosen)
        at = at[followers[at] == second.code]
    else:
        at = np.flatnonzero(followers == second.code)
    if not len(at):
        return NO_KEYS
    if _FEW_NUMBERS * len(at) < len(first.speeches):
        speeches, postings = _few_holding(first, at)
    else:
        every: npt.NDArray[np.int32] = np.repeat(
            np.arange(first.count, dtype=np.int32), first.frequencies
        )
        postings = every.take(at)
        speeches = np.repeat(first.speeches, first.counts).take(postings)
    keys: Keys = heads.take(speeches).astype(np.int64)
    keys += first.paragraphs.take(postings)
    keys <<= 32
    keys += first.places.take(at)
    return keys


def _before_by_places(first: Entry, second: Entry, heads: Documents) -> Keys:
    """The same, of what is not told as a follower: a compound, or a very rare word."""
    within = np.zeros(len(heads), bool)
    within[second.speeches] = True
    ends = _keys(unrolled(second, heads, None, places=True))
    begins = _keys(unrolled(first, heads, within, places=True))
    places = np.searchsorted(ends, begins + 1)
    places[places == len(ends)] = 0
    found: Keys = begins[ends[places] == begins + 1]
    return found


def _keys(postings: Postings) -> Keys:
    assert postings.places is not None  # noqa: S101
    keys: Keys = np.repeat(postings.documents.astype(np.int64) << 32, postings.frequencies)
    keys += postings.places
    return keys


def _few_holding(entry: Entry, at: Numbers) -> tuple[Numbers, Numbers]:
    """The speeches and the postings that some occurrences, ascending, are in."""
    often = entry.often
    ends = np.cumsum(often, dtype=np.int64)
    of = np.searchsorted(ends, at, side="right")
    chosen = of[firsts(of)]
    here = _runs(entry.ends, entry.counts, chosen)
    # among the occurrences of the chosen speeches alone
    before = np.cumsum(often[chosen], dtype=np.int64) - often[chosen]
    place = np.searchsorted(chosen, of)
    at = at - (ends[of] - often[of]) + before[place]
    postings = np.searchsorted(np.cumsum(entry.frequencies[here], dtype=np.int64), at, "right")
    return entry.speeches[of], here[postings]


def _runs(ends: Numbers, counts: Numbers, chosen: Numbers) -> Numbers:
    """Of runs of so many numbers, one after the other from 0, the numbers of some."""
    counts = counts[chosen]
    return ranges(ends[chosen] - counts, counts)


def firsts(numbers: Numbers) -> npt.NDArray[np.int64]:
    """Where each run of equal numbers begins."""
    new = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return np.flatnonzero(new)


def ranges(begins: Numbers, counts: Numbers) -> npt.NDArray[np.int64]:
    """The numbers of several ranges, one range after the other."""
    counts = counts.astype(np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    within: npt.NDArray[np.int64] = np.arange(total) + np.repeat(begins - (ends - counts), counts)
    return within
