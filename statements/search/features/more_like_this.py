"""Speeches that speak of the same: found by the words that tell a speech from the others.

The words of a speech that are frequent in it and rare in the archive (Spärck Jones, "A statistical
interpretation of term specificity", 1972) are asked for together, and speeches are ordered by
BM25 over all their paragraphs, each word weighted as in the speech.

Words are known by their numbers in a segment, and those of one segment are found in another by
their hashes (``forward_index``), so that nothing is decoded and no word is looked up by its
letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, log1p
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.analysis import tokenizer
from statements.search.features.shared_passages import sequences_of
from statements.search.features.term_statistics import words_by_speech
from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.bm25 import K1, B
from statements.search.index.forward_index import Hashes, sequences
from statements.search.index.segments import Segment
from statements.search.index.snapshot import Snapshot

MOST_WORDS = 20_000  # of a speech, from its beginning
CONSIDERED = 200  # words, those most frequent in the speech
ASKED = 25  # words, those that tell most
SHARED = 3  # of these a similar speech has, or all where there are fewer
SHORTEST = 3  # letters
TOO_COMMON = 0.4  # of all speeches; such a word tells nothing

_ABSENT = -1  # the number of a word that a segment does not have
_UNKNOWN, _TELLS, _TELLS_NOTHING = range(3)

Words = npt.NDArray[np.int64]  # numbers of words in one segment


@dataclass(frozen=True, slots=True)
class Similar:
    number: int  # of the speech in the snapshot
    speech: int  # its primary key
    score: float


def similar_to(snapshot: Snapshot, speech: int, *, most: int = 5) -> list[Similar]:
    """Speeches like one of the index, given by its number there, the most alike first. None are
    found while a file of a segment is missing that tells of its words: the worker writes it anew,
    and without it this would take seconds."""
    own = sequences_of(snapshot, speech)
    if own is None:
        return []
    segment, words = own
    numbers, often = _considered(segment, words[:MOST_WORDS])
    known = [_numbers(one, segment, numbers) for one in snapshot.segments]
    of_segments = [one for one in known if one is not None]
    if len(of_segments) < len(known):
        return []
    having = _having(snapshot, of_segments)
    weights = _weights(having.tolist(), often.tolist(), snapshot.count)
    # words are numbered in their order, which decides between equal weights
    order = sorted(weights, key=lambda place: (-weights[place], numbers[place]))[:ASKED]
    asked = [weights[place] for place in order]
    return _alike(snapshot, [one[order] for one in of_segments], asked, speech, most)


# -- words -------------------------------------------------------------------------------------


def _considered(segment: Segment, words: npt.NDArray[np.uint32]) -> tuple[Words, Words]:
    """Those of a speech's words that may tell something, the most frequent first, with how often
    each stands in it; of equally frequent ones the first."""
    numbers, firsts, counts = np.unique(words, return_index=True, return_counts=True)
    telling = _may_tell(segment, numbers)
    numbers, firsts, counts = numbers[telling], firsts[telling], counts[telling]
    order = np.lexsort((firsts, -counts))[:CONSIDERED]
    return numbers[order].astype(np.int64), counts[order]


def _may_tell(segment: Segment, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    known = _judged(segment)
    judged = known[numbers]
    unknown = numbers[judged == _UNKNOWN]
    if len(unknown):
        terms = segment.words(TEXT_FIELD)
        known[unknown] = [
            _TELLS if _may_tell_something(terms[number].decode()) else _TELLS_NOTHING
            for number in unknown.tolist()
        ]
        judged = known[numbers]
    telling: npt.NDArray[np.bool_] = judged == _TELLS
    return telling


@cached_per_snapshot
def _judged(segment: Segment) -> npt.NDArray[np.uint8]:
    """uint8[V]: whether each word of a segment may tell something, as far as was asked so far."""
    return np.full(len(segment.words(TEXT_FIELD)), _UNKNOWN, np.uint8)


@lru_cache(maxsize=1 << 15)
def _may_tell_something(term: str) -> bool:
    return len(term) >= SHORTEST and term.isalpha() and not tokenizer.is_stop_word(term)


def _numbers(segment: Segment, own: Segment, words: Words) -> Words | None:
    """The numbers in a segment of words of another; None where nothing tells of its words."""
    if segment is own:
        return words
    theirs, ours = sequences(segment), sequences(own)
    if theirs is None or ours is None:
        return None
    hashes, numbers = _by_hash(segment)
    if not len(hashes):
        return np.full(len(words), _ABSENT)
    sought = ours.hashes[words]
    places = np.minimum(np.searchsorted(hashes, sought), len(hashes) - 1)
    return np.where(hashes[places] == sought, numbers[places], _ABSENT).astype(np.int64)


@cached_per_snapshot
def _by_hash(segment: Segment) -> tuple[Hashes, npt.NDArray[np.int32]]:
    """The hashes of a segment's words, ascending, uint64[V], and the number of each."""
    found = sequences(segment)
    hashes = np.empty(0, np.uint64) if found is None else found.hashes
    order = np.argsort(hashes).astype(np.int32)
    return hashes[order], order


def _having(snapshot: Snapshot, words: Sequence[Words]) -> Words:
    """How many speeches have each word, given by its numbers in each segment."""
    total = np.zeros(len(words[0]), np.int64)
    for segment, numbers, first in zip(snapshot.segments, words, snapshot.firsts, strict=False):
        present = np.flatnonzero(numbers != _ABSENT)
        alive = snapshot.alive[first : first + len(segment.heads)]
        if alive.all():
            counts = segment.speech_counts(TEXT_FIELD, numbers[present])
        else:
            lists = segment.by_speech(TEXT_FIELD, numbers[present], "speeches")
            counts = _living(lists, alive)
        total[present] += counts
    return total


def _living(lists: Sequence[Sequence[npt.NDArray[Any]]], alive: npt.NDArray[np.bool_]) -> Words:
    """How many of each list's speeches are not deleted."""
    if not lists:
        return np.empty(0, np.int64)
    ends = np.cumsum([len(speeches) for (speeches,) in lists])
    before = np.cumsum(alive.take(np.concatenate([speeches for (speeches,) in lists])))
    counts: Words = np.diff(before[ends - 1], prepend=0)  # no list is empty
    return counts


def _weights(having: Sequence[int], often: Sequence[int], speeches: int) -> dict[int, float]:
    """What each word that tells something tells, by its place: of one that only the speech itself
    has no other is found."""
    return {
        place: log1p(count) * log(1 + (speeches - others + 0.5) / (others + 0.5))
        for place, (others, count) in enumerate(zip(having, often, strict=True))
        if 2 <= others <= speeches * TOO_COMMON
    }


# -- speeches ----------------------------------------------------------------------------------


def _alike(
    snapshot: Snapshot, words: Sequence[Words], asked: Sequence[float], but: int, most: int
) -> list[Similar]:
    """Speeches that have most of the words asked for, which are given by their numbers in each
    segment, with their weights."""
    if not asked:
        return []
    scores, shared = [], []
    norm = _norm(snapshot)
    for segment, numbers, first in zip(snapshot.segments, words, snapshot.firsts, strict=False):
        size = len(segment.heads)
        present = np.flatnonzero(numbers != _ABSENT)
        lists = segment.by_speech(TEXT_FIELD, numbers[present], "speeches", "often")
        if not lists:
            scores.append(np.zeros(size))
            shared.append(np.zeros(size, np.int64))
            continue
        speeches = np.concatenate([one for one, _ in lists])
        often = np.concatenate([one for _, one in lists])
        counted = often * (K1 + 1) / (often + norm[first : first + size].take(speeches))
        counted *= np.repeat(np.take(asked, present), [len(one) for one, _ in lists])
        scores.append(np.bincount(speeches, counted, size))
        shared.append(np.bincount(speeches, minlength=size))
    score, fits = np.concatenate(scores), np.concatenate(shared) >= min(SHARED, len(asked))
    fits &= snapshot.alive
    fits[but] = False
    chosen = np.flatnonzero(fits)
    if len(chosen) > most:  # only those that may be among the best need be sorted
        among = score[chosen]
        chosen = chosen[among >= np.partition(among, len(chosen) - most)[len(chosen) - most]]
    best = chosen[np.lexsort((snapshot.newest[chosen], -score[chosen]))][:most]
    pks = snapshot.numbers["speech"][best]
    columns = best.tolist(), pks.tolist(), score[best].tolist()
    return [Similar(*one) for one in zip(*columns, strict=True)]


@cached_per_snapshot
def _norm(snapshot: Snapshot) -> npt.NDArray[np.float64]:
    """float64[H]: how much the length of each speech takes from what a word counts in it."""
    lengths = words_by_speech(snapshot)
    mean = max(float(lengths[snapshot.alive].mean()), 1.0)
    return np.asarray(K1 * (1 - B + B * lengths / mean), np.float64)
