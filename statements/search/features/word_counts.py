"""Counts every word of some speeches, or of some stretches of text, from the forward index.

Words are numbers, the same in all segments of a snapshot; U is how many distinct ones it has.
Counts are exact: deleted speeches are in none of them. All functions raise SearchUnavailable while
a segment has no forward index.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext

from statements.search.analysis.function_words import FUNCTION_WORDS
from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.postings import ranges
from statements.search.index.forward_index import ForwardIndex, Hashes, read_forward_index
from statements.search.index.segments import Segment
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.protocol import SearchUnavailable

Numbers = npt.NDArray[np.int64]

_BATCH = 1 << 19  # words counted at a time


def forward_index(segment: Segment) -> ForwardIndex:
    if (words := read_forward_index(segment)) is None:
        raise SearchUnavailable(gettext("The index of word contexts is being built."))
    return words


# -- words as numbers -----------------------------------------------------------------------------


class Vocabulary:
    """The U distinct words of all segments, in alphabetical order if there is one segment. Words of
    two are equal if their hashes of 64 bits are, as in the fingerprints of passages."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        hashes: list[Hashes] = [forward_index(segment).hashes for segment in segments]
        self._lists = [segment.words(TEXT_FIELD) for segment in segments]
        self._firsts = np.cumsum([0, *map(len, hashes)])
        # for each segment, the numbers of its words
        self.numbers: list[Numbers]
        if len(hashes) == 1:
            self._sources = np.arange(len(hashes[0]))
            self.numbers = [self._sources]
        else:
            joined = np.concatenate([np.empty(0, np.uint64), *hashes])
            _, self._sources, inverse = np.unique(joined, return_index=True, return_inverse=True)
            self.numbers = np.split(inverse, self._firsts[1:-1]) if hashes else []
        self.size = len(self._sources)
        self.is_function_word = np.zeros(self.size, bool)
        for segment, numbers in zip(segments, self.numbers, strict=True):
            self.is_function_word[numbers[_function_words(segment)]] = True

    def word(self, number: int) -> str:
        source = int(self._sources[number])
        segment = int(np.searchsorted(self._firsts, source, side="right")) - 1
        word: bytes = self._lists[segment][source - int(self._firsts[segment])]
        return word.decode()


@cached_per_snapshot
def vocabulary(snapshot: Snapshot) -> Vocabulary:
    return Vocabulary(snapshot.segments)


@cached_per_snapshot
def _function_words(segment: Segment) -> Numbers:
    """Return the numbers of the function words that a segment has."""
    words = segment.words(TEXT_FIELD)
    numbers = []
    for word in sorted(map(str.encode, FUNCTION_WORDS)):
        number = bisect_left(words, word)
        if number < len(words) and words[number] == word:
            numbers.append(number)
    return np.array(numbers, np.int64)


# -- words of speeches ----------------------------------------------------------------------------


def count_words(snapshot: Snapshot, mask: Mask) -> Numbers:
    """int64[U]: how often each word occurs in the speeches of a mask, bool[H]."""
    words = vocabulary(snapshot)
    counts = np.zeros(words.size, np.int64)
    for segment, first, numbers in zip(
        snapshot.segments, snapshot.firsts, words.numbers, strict=False
    ):
        # each word of a segment has another number
        counts[numbers] += _count_segment(segment, mask[first : first + len(segment.heads)])
    return counts


def words_in(snapshot: Snapshot, mask: Mask) -> int:
    """Return how many words the speeches of a mask, bool[H], have together."""
    return sum(
        int(np.diff(_bounds(segment))[mask[first : first + len(segment.heads)]].sum())
        for segment, first in zip(snapshot.segments, snapshot.firsts, strict=False)
    )


def _bounds(segment: Segment) -> Numbers:
    """int64[H+1]: where the words of each speech of a segment begin, and where the last ends."""
    documents = np.append(segment.heads, segment.size)
    bounds: Numbers = forward_index(segment).begins[documents].astype(np.int64)
    return bounds


def _count_segment(segment: Segment, mask: Mask) -> Numbers:
    """int64[V]: the same for one segment of V distinct words. What is left out is counted instead
    where that is less."""
    words, bounds = forward_index(segment), _bounds(segment)
    if 2 * int(np.diff(bounds)[mask].sum()) > int(bounds[-1]):
        all_words: Numbers = _all_words(segment)
        return all_words - _count_speeches(words, bounds, ~mask)
    return _count_speeches(words, bounds, mask)


@cached_per_snapshot
def _all_words(segment: Segment) -> Numbers:
    """int64[V]: how often each word occurs in a segment, deleted speeches included."""
    words = forward_index(segment)
    return _count_speeches(words, np.array([0, len(words.codes)]), np.ones(1, bool))


def _count_speeches(words: ForwardIndex, bounds: Numbers, mask: Mask) -> Numbers:
    """int64[V]: how often each word occurs in the speeches of a mask, bool[H], of which
    ``bounds``, int64[H+1], says where they begin and end."""
    changes = np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))
    begins, ends = bounds[np.flatnonzero(changes == 1)], bounds[np.flatnonzero(changes == -1)]
    by_code = np.zeros(len(words.terms_of), np.int64)
    for codes in _slices(words, begins.tolist(), ends.tolist()):
        by_code += np.bincount(codes, minlength=len(by_code))
    return _by_word(words, by_code, begins, ends)


def _slices(
    words: ForwardIndex, begins: Sequence[int], ends: Sequence[int]
) -> Iterator[npt.NDArray[np.integer]]:
    """Yield the codes of all words of long stretches, some at a time."""
    pieces: list[npt.NDArray[np.integer]] = []
    size = 0
    for begin, end in zip(begins, ends, strict=True):
        for low in range(begin, end, _BATCH):
            pieces.append(words.codes[low : min(low + _BATCH, end)])
            size += len(pieces[-1])
            if size >= _BATCH:
                yield np.concatenate(pieces)
                pieces, size = [], 0
    if pieces:
        yield np.concatenate(pieces)


def _by_word(words: ForwardIndex, by_code: Numbers, begins: Numbers, ends: Numbers) -> Numbers:
    """int64[V]: counts of codes as counts of words, with the rare words that have no code and stand
    in ascending stretches."""
    rare = words.rare_terms[_are_within(words.rare_places, begins, ends)]
    counts = np.bincount(rare, minlength=len(words.hashes))
    counts[words.terms_of[1:]] += by_code[1:]
    return counts


def _are_within(places: npt.NDArray[np.uint32], begins: Numbers, ends: Numbers) -> Mask:
    """Return a mask of the places that lie in one of several ascending stretches."""
    if not len(begins):
        return np.zeros(len(places), bool)
    stretches = np.searchsorted(begins, places, side="right") - 1
    within: Mask = (stretches >= 0) & (places < ends[np.maximum(stretches, 0)])
    return within


# -- words of short stretches ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretches:
    """Short stretches of the words of one segment: ascending, and none of them empty."""

    segment: int  # number in the snapshot
    begins: Numbers
    ends: Numbers

    def __len__(self) -> int:
        return int((self.ends - self.begins).sum())

    def batches(self) -> Iterator[tuple[slice, Numbers]]:
        """Yield some stretches at a time, with the places of all of their words."""
        lengths = self.ends - self.begins
        sums = np.cumsum(lengths)
        low = 0
        while low < len(sums):
            before = int(sums[low - 1]) if low else 0
            high = max(int(np.searchsorted(sums, before + _BATCH, side="right")), low + 1)
            yield slice(low, high), ranges(self.begins[low:high], lengths[low:high])
            low = high


def count_stretches(snapshot: Snapshot, stretches: Sequence[Stretches]) -> Numbers:
    """int64[U]: how often each word occurs in some stretches."""
    words = vocabulary(snapshot)
    counts = np.zeros(words.size, np.int64)
    for part in stretches:
        index = forward_index(snapshot.segments[part.segment])
        by_code = np.zeros(len(index.terms_of), np.int64)
        for _, places in part.batches():
            by_code += np.bincount(index.codes.take(places), minlength=len(by_code))
        counts[words.numbers[part.segment]] += _by_word(index, by_code, part.begins, part.ends)
    return counts


def count_speeches(snapshot: Snapshot, stretches: Sequence[Stretches], numbers: Numbers) -> Numbers:
    """int64[N]: in how many speeches each of N words occurs in some stretches."""
    words = vocabulary(snapshot)
    place_of = np.full(words.size, -1, np.int32)
    place_of[numbers] = np.arange(len(numbers), dtype=np.int32)
    has_word = np.zeros((len(snapshot.heads), len(numbers)), bool)
    for part in stretches:
        segment = snapshot.segments[part.segment]
        index = forward_index(segment)
        documents = np.searchsorted(index.begins, part.begins, side="right") - 1
        speeches = segment.speech_of[documents] + snapshot.firsts[part.segment]
        by_word = place_of[words.numbers[part.segment]]
        by_code = by_word[index.terms_of]
        for batch, places in part.batches():
            codes = index.codes.take(places)
            found = by_code.take(codes)
            rare = np.flatnonzero(codes == 0)
            found[rare] = by_word[index.take(places[rare])]
            wanted = np.flatnonzero(found >= 0)
            of_stretch = np.repeat(speeches[batch], (part.ends - part.begins)[batch])
            has_word[of_stretch[wanted], found[wanted]] = True
    counts: Numbers = np.count_nonzero(has_word, axis=0).astype(np.int64)
    return counts
