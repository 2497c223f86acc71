"""Expands the postings of a side-car, which are grouped by speech, into documents and places.

An entry has S speeches with P documents and O occurrences (``sidecar``); ``heads``, int32[H], are
the first documents of the segment's speeches. For an index of a small type ``take`` needs a third
of the time of ``[]``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.index.formats.sidecar import Entry

Documents = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.int64]  # a document in the upper half, a place in it in the lower
NO_KEYS: Keys = np.empty(0, np.int64)

# if fewer than one in so many is needed, it is quicker to look each up
_FEW_SPEECHES = 4
_FEW_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that contain a term, ascending; how often it occurs in each; and its places,
    of one document after the other, or None if the caller did not ask for them."""

    documents: Documents
    frequencies: Numbers
    places: Numbers | None

    def only(self, mask: Mask) -> "Postings":
        """Return the postings of some of the documents."""
        if mask.all():
            return self
        places = self.places
        if places is not None:
            places = places[np.repeat(mask, self.frequencies)]
        return Postings(self.documents[mask], self.frequencies[mask], places)


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class SpeechPostings:
    """The speeches that contain a term, ascending; the quantized score of the best paragraph of
    each (``similarity``); how many of its documents contain the term; and how many do in all
    speeches."""

    speeches: Numbers
    quantized_scores: Numbers
    counts: Numbers
    count: int
    entry: Entry | None = None  # of the one segment of the snapshot, if it has but one


NO_SPEECHES = SpeechPostings(
    np.empty(0, np.int32), np.empty(0, np.uint16), np.empty(0, np.int32), 0
)


def expand_postings(
    entry: Entry, heads: Documents, within: Mask | None, *, places: bool
) -> Postings:
    """Return the documents that contain a term, and where, if ``places``. Speeches outside of
    ``within``, bool[H], may be left out."""
    speeches, counts = entry.speeches, entry.counts
    selected = speeches if within is None else np.flatnonzero(within.take(speeches))
    positions = None
    if _FEW_SPEECHES * len(selected) < len(speeches):
        postings = _ranges_of(entry.ends, counts, selected)
        paragraphs = entry.take("paragraphs", postings)
        frequencies = entry.take("frequencies", postings)
        if places:
            ends = np.cumsum(entry.speech_frequencies, dtype=np.int64)
            positions = entry.take("places", _ranges_of(ends, entry.speech_frequencies, selected))
        speeches, counts = speeches[selected], counts[selected]
    else:
        paragraphs, frequencies = entry.paragraphs, entry.frequencies
        if places:
            positions = entry.places
    documents = np.repeat(heads.take(speeches), counts)
    np.add(documents, paragraphs, out=documents, casting="unsafe")
    return Postings(documents, frequencies, positions)


def bigram_keys(first: Entry, second: Entry, heads: Documents, within: Mask | None) -> Keys:
    """Return where a term is followed by another, ascending. Speeches outside of ``within``,
    bool[H], may be left out."""
    if first.is_multiword or not second.next_word_code:
        return _bigram_keys_by_places(first, second, heads)
    next_words, speeches = first.next_words, first.speeches
    selected = speeches[:0] if within is None else np.flatnonzero(within.take(speeches))
    if within is not None and _FEW_SPEECHES * len(selected) < len(speeches):
        occurrences = _ranges_of(
            np.cumsum(first.speech_frequencies, dtype=np.int64), first.speech_frequencies, selected
        )
        occurrences = occurrences[next_words[occurrences] == second.next_word_code]
    else:
        occurrences = np.flatnonzero(next_words == second.next_word_code)
    if not len(occurrences):
        return NO_KEYS
    if _FEW_NUMBERS * len(occurrences) < len(first.speeches):
        speeches, postings = _few_holding(first, occurrences)
    else:
        posting_of: npt.NDArray[np.int32] = np.repeat(
            np.arange(first.count, dtype=np.int32), first.frequencies
        )
        postings = posting_of.take(occurrences)
        speeches = np.repeat(first.speeches, first.counts).take(postings)
    keys: Keys = heads.take(speeches).astype(np.int64)
    keys += first.take("paragraphs", postings)
    keys <<= 32
    keys += first.take("places", occurrences)
    return keys


def _bigram_keys_by_places(first: Entry, second: Entry, heads: Documents) -> Keys:
    """The same for terms without next words or codes: those of several words, and very rare
    words."""
    within = np.zeros(len(heads), bool)
    within[second.speeches] = True
    second_keys = _keys(expand_postings(second, heads, None, places=True))
    first_keys = _keys(expand_postings(first, heads, within, places=True))
    indices = np.searchsorted(second_keys, first_keys + 1)
    indices[indices == len(second_keys)] = 0
    keys: Keys = first_keys[second_keys[indices] == first_keys + 1]
    return keys


def _keys(postings: Postings) -> Keys:
    assert postings.places is not None  # noqa: S101
    keys: Keys = np.repeat(postings.documents.astype(np.int64) << 32, postings.frequencies)
    keys += postings.places
    return keys


def _few_holding(entry: Entry, occurrences: Numbers) -> tuple[Numbers, Numbers]:
    """Return the speech and the posting of each of some occurrences, ascending."""
    speech_frequencies = entry.speech_frequencies
    ends = np.cumsum(speech_frequencies, dtype=np.int64)
    places = np.searchsorted(ends, occurrences, side="right")  # among the term's speeches
    selected = places[firsts(places)]
    postings = _ranges_of(entry.ends, entry.counts, selected)
    # renumber the occurrences within the chosen speeches
    begins = np.cumsum(speech_frequencies[selected], dtype=np.int64) - speech_frequencies[selected]
    begin = begins[np.searchsorted(selected, places)]
    within = occurrences - (ends[places] - speech_frequencies[places]) + begin
    posting_ends = np.cumsum(entry.frequencies[postings], dtype=np.int64)
    return entry.speeches[places], postings[np.searchsorted(posting_ends, within, "right")]


def _ranges_of(ends: Numbers, counts: Numbers, selected: Numbers) -> Numbers:
    """Return the numbers of some of the ranges that follow one another from 0, given where each
    ends and its length."""
    counts = counts[selected]
    return ranges(ends[selected] - counts, counts)


def firsts(numbers: Numbers) -> npt.NDArray[np.int64]:
    """Return where each run of equal numbers begins."""
    is_new = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_new[1:])
    return np.flatnonzero(is_new)


def ranges(begins: Numbers, counts: Numbers) -> npt.NDArray[np.int64]:
    """Return the numbers of several ranges, one range after the other."""
    counts = counts.astype(np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    numbers: npt.NDArray[np.int64] = np.arange(total)
    numbers += np.repeat(begins - (ends - counts), counts)
    return numbers
