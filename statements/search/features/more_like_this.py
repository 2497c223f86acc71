"""Finds similar speeches by the significant terms of a speech.

The terms that are frequent in a speech and rare in the archive (Spärck Jones, "A statistical
interpretation of term specificity", 1972) are searched for together, and speeches are ordered by
BM25 over all their paragraphs, each term weighted as in the speech.

Terms are given by their numbers in a segment, and found in another segment by their hashes
(``forward_index``), so that nothing is decoded and no term is looked up by its letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, log1p

import numpy as np
import numpy.typing as npt

from statements.search.analysis import tokenizer
from statements.search.features.shared_passages import sequences_of
from statements.search.features.term_statistics import words_by_speech
from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.forward_index import Hashes, read_forward_index
from statements.search.index.segments import Segment
from statements.search.index.similarity import K1, B
from statements.search.index.snapshot import Snapshot

MAX_WORDS = 20_000  # of a speech, from its beginning
MAX_CANDIDATES = 200  # terms, those most frequent in the speech
MAX_TERMS = 25  # the most significant ones
MIN_SHARED = 3  # of these terms that a similar speech has, or all if there are fewer
MIN_LETTERS = 3
TOO_COMMON = 0.4  # of all speeches; such a term is not significant

_ABSENT = -1  # the number of a term that a segment does not have
_UNKNOWN, _SIGNIFICANT, _NOT_SIGNIFICANT = range(3)

TermNumbers = npt.NDArray[np.int64]  # numbers of terms in one segment


@dataclass(frozen=True, slots=True)
class Similar:
    number: int  # of the speech in the snapshot
    speech: int  # its primary key
    score: float


def similar_to(snapshot: Snapshot, speech: int, *, limit: int = 5) -> list[Similar]:
    """Return speeches similar to one, given by its number in the snapshot, most similar first.
    There are none while the forward index of a segment is missing, until the worker has written
    it."""
    own = sequences_of(snapshot, speech)
    if own is None:
        return []
    segment, words = own
    numbers, frequencies = _candidates(segment, words[:MAX_WORDS])
    by_segment = []
    for other_segment in snapshot.segments:
        in_segment = _numbers(other_segment, segment, numbers)
        if in_segment is None:
            return []
        by_segment.append(in_segment)
    speech_counts = _speech_counts(snapshot, by_segment)
    weights = _weights(speech_counts.tolist(), frequencies.tolist(), snapshot.count)
    # words are numbered in their order, which decides between equal weights
    order = sorted(weights, key=lambda place: (-weights[place], numbers[place]))[:MAX_TERMS]
    term_weights = [weights[place] for place in order]
    terms = [in_segment[order] for in_segment in by_segment]
    return _rank(snapshot, terms, term_weights, speech, limit)


# -- words -------------------------------------------------------------------------------------


def _candidates(segment: Segment, words: npt.NDArray[np.uint32]) -> tuple[TermNumbers, TermNumbers]:
    """Return the terms of a speech that may be significant and their frequencies, most frequent
    first, equally frequent ones in the order of the speech."""
    numbers, firsts, counts = np.unique(words, return_index=True, return_counts=True)
    is_significant = _may_be_significant(segment, numbers)
    numbers, firsts, counts = (
        numbers[is_significant],
        firsts[is_significant],
        counts[is_significant],
    )
    order = np.lexsort((firsts, -counts))[:MAX_CANDIDATES]
    return numbers[order].astype(np.int64), counts[order]


def _may_be_significant(segment: Segment, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    verdicts = _verdicts(segment)
    verdicts_of_numbers = verdicts[numbers]
    unknown = numbers[verdicts_of_numbers == _UNKNOWN]
    if len(unknown):
        terms = segment.words(TEXT_FIELD)
        verdicts[unknown] = [
            _SIGNIFICANT if _is_candidate(terms[number].decode()) else _NOT_SIGNIFICANT
            for number in unknown.tolist()
        ]
        verdicts_of_numbers = verdicts[numbers]
    is_significant: npt.NDArray[np.bool_] = verdicts_of_numbers == _SIGNIFICANT
    return is_significant


@cached_per_snapshot
def _verdicts(segment: Segment) -> npt.NDArray[np.uint8]:
    """uint8[V]: whether each term of a segment may be significant, as far as known."""
    return np.full(len(segment.words(TEXT_FIELD)), _UNKNOWN, np.uint8)


@lru_cache(maxsize=1 << 15)
def _is_candidate(term: str) -> bool:
    return len(term) >= MIN_LETTERS and term.isalpha() and not tokenizer.is_stop_word(term)


def _numbers(segment: Segment, own: Segment, words: TermNumbers) -> TermNumbers | None:
    """Return the numbers in a segment of terms of another; None if a forward index is missing."""
    if segment is own:
        return words
    other_sequences, own_sequences = read_forward_index(segment), read_forward_index(own)
    if other_sequences is None or own_sequences is None:
        return None
    hashes, numbers = _by_hash(segment)
    if not len(hashes):
        return np.full(len(words), _ABSENT)
    own_hashes = own_sequences.hashes[words]
    places = np.minimum(np.searchsorted(hashes, own_hashes), len(hashes) - 1)
    return np.where(hashes[places] == own_hashes, numbers[places], _ABSENT).astype(np.int64)


@cached_per_snapshot
def _by_hash(segment: Segment) -> tuple[Hashes, npt.NDArray[np.int32]]:
    """Return the hashes of the terms of a segment, ascending, uint64[V], and their numbers."""
    segment_sequences = read_forward_index(segment)
    hashes = np.empty(0, np.uint64) if segment_sequences is None else segment_sequences.hashes
    order = np.argsort(hashes).astype(np.int32)
    return hashes[order], order


def _speech_counts(snapshot: Snapshot, words: Sequence[TermNumbers]) -> TermNumbers:
    """Return how many speeches have each term, given by its numbers in each segment."""
    total = np.zeros(len(words[0]), np.int64)
    for segment, numbers, first in zip(snapshot.segments, words, snapshot.firsts, strict=False):
        in_segment = np.flatnonzero(numbers != _ABSENT)
        counts = segment.speech_counts(TEXT_FIELD, numbers[in_segment])
        alive = snapshot.alive[first : first + len(segment.heads)]
        if not alive.all():
            counts -= _deleted_speeches(segment).count_by_term(segment, alive)[numbers[in_segment]]
        total[in_segment] += counts
    return total


class _DeletedSpeeches:
    """How many deleted speeches of a segment have each of its terms. Every commit deletes a few
    more, so only these are counted again."""

    def __init__(self, segment: Segment) -> None:
        none_deleted = np.ones(len(segment.heads), bool)
        self._counted = none_deleted, np.zeros(len(segment.words(TEXT_FIELD)), np.int32)

    def count_by_term(
        self, segment: Segment, alive: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int32]:
        """Return int32[V], given the speeches that are not deleted, bool[H]."""
        counted, counts = self._counted  # another thread may replace it
        if np.array_equal(counted, alive):
            return counts
        if (alive & ~counted).any():  # of an earlier snapshot
            return type(self)(segment).count_by_term(segment, alive)
        forward_index = read_forward_index(segment)
        assert forward_index is not None  # noqa: S101
        ends = np.append(segment.heads, segment.size)
        counts = counts.copy()
        for speech in np.flatnonzero(counted & ~alive).tolist():
            words = forward_index.of(*ends[speech : speech + 2].tolist())
            counts[np.unique(words)] += 1
        self._counted = alive.copy(), counts
        return counts


@cached_per_snapshot
def _deleted_speeches(segment: Segment) -> _DeletedSpeeches:
    return _DeletedSpeeches(segment)


def _weights(
    speech_counts: Sequence[int], frequencies: Sequence[int], speeches: int
) -> dict[int, float]:
    """Return the tf-idf weights of significant terms, by place. A term that only the speech itself
    has is left out, since it finds no other."""
    return {
        place: log1p(frequency)
        * log(1 + (speeches - speeches_with_term + 0.5) / (speeches_with_term + 0.5))
        for place, (speeches_with_term, frequency) in enumerate(
            zip(speech_counts, frequencies, strict=True)
        )
        if 2 <= speeches_with_term <= speeches * TOO_COMMON
    }


# -- speeches ----------------------------------------------------------------------------------


def _rank(
    snapshot: Snapshot,
    words: Sequence[TermNumbers],
    term_weights: Sequence[float],
    excluded: int,
    limit: int,
) -> list[Similar]:
    """Return the speeches that score best for weighted terms, given by their numbers in each
    segment."""
    if not term_weights:
        return []
    scores, shared = [], []
    norm = _norm(snapshot)
    for segment, numbers, first in zip(snapshot.segments, words, snapshot.firsts, strict=False):
        size = len(segment.heads)
        in_segment = np.flatnonzero(numbers != _ABSENT)
        lists = segment.by_speech(TEXT_FIELD, numbers[in_segment], "speeches", "often")
        if not lists:
            scores.append(np.zeros(size))
            shared.append(np.zeros(size, np.int64))
            continue
        speeches = np.concatenate([speeches for speeches, _ in lists])
        frequencies = np.concatenate([frequencies for _, frequencies in lists])
        term_scores = (
            frequencies * (K1 + 1) / (frequencies + norm[first : first + size].take(speeches))
        )
        term_scores *= np.repeat(
            np.take(term_weights, in_segment), [len(speeches) for speeches, _ in lists]
        )
        scores.append(np.bincount(speeches, term_scores, size))
        shared.append(np.bincount(speeches, minlength=size))
    score, fits = (
        np.concatenate(scores),
        np.concatenate(shared) >= min(MIN_SHARED, len(term_weights)),
    )
    fits &= snapshot.alive
    fits[excluded] = False
    candidates = np.flatnonzero(fits)
    if len(candidates) > limit:  # only those that may be among the best need to be sorted
        candidate_scores = score[candidates]
        candidates = candidates[
            candidate_scores
            >= np.partition(candidate_scores, len(candidates) - limit)[len(candidates) - limit]
        ]
    best = candidates[np.lexsort((snapshot.newest[candidates], -score[candidates]))][:limit]
    pks = snapshot.numbers["speech"][best]
    columns = best.tolist(), pks.tolist(), score[best].tolist()
    return [Similar(*row) for row in zip(*columns, strict=True)]


@cached_per_snapshot
def _norm(snapshot: Snapshot) -> npt.NDArray[np.float64]:
    """float64[H]: the length normalization of BM25 for each speech."""
    lengths = words_by_speech(snapshot)
    mean = max(float(lengths[snapshot.alive].mean()), 1.0)
    return np.asarray(K1 * (1 - B + B * lengths / mean), np.float64)
