"""Speeches that speak of the same: found by the words that tell a speech from the others.

The words of a text that are frequent in it and rare in the archive (Spärck Jones, "A statistical
interpretation of term specificity", 1972) are asked for together, and speeches are ordered by
BM25 over all their paragraphs, each word weighted as in the text.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from math import log, log1p

import numpy as np
import numpy.typing as npt

from statements.search import analysis
from statements.search.impacts import K1, B
from statements.search.kept import kept
from statements.search.passages import sequences_of
from statements.search.schema import TEXT_FIELD
from statements.search.segments import Segment
from statements.search.snapshot import Snapshot
from statements.search.usage import spoken_words

MOST_WORDS = 20_000  # of a text, from its beginning
CONSIDERED = 200  # words, those most frequent in the text
ASKED = 25  # words, those that tell most
SHARED = 3  # of these a similar speech has, or all where there are fewer
SHORTEST = 3  # letters
WORDS_KEPT = 1 << 15  # words of which is known what was found out before
SPOKEN_KEPT = 1_000_000  # speeches, of all words together: 12 bytes each
TOO_COMMON = 0.4  # of all speeches; such a word tells nothing


@dataclass(frozen=True, slots=True)
class Similar:
    speech: int  # primary key
    score: float
    words: tuple[str, ...]  # asked for that it has, those that tell most first


def similar(
    snapshot: Snapshot, texts: Iterable[str], *, but: int | None = None, most: int = 5
) -> list[Similar]:
    """Speeches like a text, given as its paragraphs, the most alike first; all but one, whose
    text it may be. None are found while a side-car is missing: decoding hundreds of words from the
    segment itself would take seconds."""
    if not all(segment.has_side_car for segment in snapshot.segments):
        return []
    asked = telling_words(snapshot, texts, least=1 if but is None else 2)
    return _alike(snapshot, asked, but or 0, most)


def similar_to(snapshot: Snapshot, speech: int, *, most: int = 5) -> list[Similar]:
    """Speeches like one of the index, given by its number there: as ``similar`` finds them by its
    text, without analysing that again."""
    own = sequences_of(snapshot, speech)
    if own is None or not all(segment.has_side_car for segment in snapshot.segments):
        return []
    segment, words = own
    asked = _weighed(snapshot, _counted(segment, words[:MOST_WORDS]), least=2)
    return _alike(snapshot, asked, int(snapshot.numbers["speech"][speech]), most)


def _alike(snapshot: Snapshot, asked: Mapping[str, float], but: int, most: int) -> list[Similar]:
    if not asked:
        return []
    scores = np.zeros(len(snapshot.heads))
    shared = np.zeros(len(snapshot.heads), np.uint8)  # how many of the words each has
    spoken = {word: _spoken(snapshot, word) for word in asked}
    for word, (speeches, weights) in spoken.items():
        scores[speeches] += asked[word] * weights
        shared[speeches] += 1
    pks = snapshot.numbers["speech"]
    fits = (shared >= min(SHARED, len(asked))) & (pks != but)
    chosen = np.flatnonzero(fits)
    if len(chosen) > most:  # only those that may be among the best need be sorted
        least = np.partition(scores[chosen], len(chosen) - most)[len(chosen) - most]
        chosen = chosen[scores[chosen] >= least]
    best = chosen[np.lexsort((snapshot.newest[chosen], -scores[chosen]))][:most]
    return [
        Similar(
            int(pks[one]),
            float(scores[one]),
            tuple(word for word, (speeches, _) in spoken.items() if _is_among(one, speeches)),
        )
        for one in best.tolist()
    ]


Spoken = tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]


def _spoken(snapshot: Snapshot, word: str) -> Spoken:
    """The speeches that have a word, ascending, and what it counts in each by BM25, but for how
    much it counts in the text."""
    memory = _memory(snapshot)
    if (known := memory.get(word)) is None:
        found = snapshot.postings(TEXT_FIELD, word)
        speeches = snapshot.speech_of[found.documents]
        starts = np.flatnonzero(np.diff(speeches, prepend=-1))
        often = np.add.reduceat(found.frequencies, starts)
        speeches = speeches[starts]
        weights = often * (K1 + 1) / (often + _norm(snapshot)[speeches])
        known = speeches, np.asarray(weights, np.float64)
        memory.put(word, known)
    return known


def _is_among(speech: int, speeches: npt.NDArray[np.int32]) -> bool:
    place = int(np.searchsorted(speeches, speech))
    return place < len(speeches) and int(speeches[place]) == speech


@kept
def _norm(snapshot: Snapshot) -> npt.NDArray[np.float64]:
    """float64[H]: how much the length of each speech takes from what a word counts in it."""
    lengths = spoken_words(snapshot)
    mean = max(float(lengths[snapshot.alive].mean()), 1.0)
    return np.asarray(K1 * (1 - B + B * lengths / mean), np.float64)


class _Memory:
    """What was found out of the words asked for last, up to so many speeches in all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Spoken] = OrderedDict()
        self._size = 0

    def get(self, word: str) -> Spoken | None:
        with self._lock:
            if word in self._known:
                self._known.move_to_end(word)
            return self._known.get(word)

    def put(self, word: str, spoken: Spoken) -> None:
        with self._lock:
            if word not in self._known:
                self._known[word] = spoken
                self._size += len(spoken[0])
            while self._size > SPOKEN_KEPT:
                _, (speeches, _) = self._known.popitem(last=False)
                self._size -= len(speeches)


@kept
def _memory(snapshot: Snapshot) -> _Memory:
    return _Memory()


def telling_words(snapshot: Snapshot, texts: Iterable[str], *, least: int = 1) -> dict[str, float]:
    """The words that tell most of a text, with their weights, the greatest first; of those that
    at least so many speeches have."""
    # each printed word is analysed once, however often it stands
    printed = Counter(islice(chain.from_iterable(map(analysis.chunks, texts)), MOST_WORDS))
    often: Counter[str] = Counter()
    for chunk, count in printed.items():
        for term in _terms(chunk):
            often[term] += count
    return _weighed(snapshot, often.most_common(), least=least)


def _counted(segment: Segment, words: npt.NDArray[np.uint32]) -> Iterator[tuple[str, int]]:
    """Words given by their numbers in a segment, the most frequent first, with how often each
    stands; of equally frequent ones the first."""
    numbers, firsts, counts = np.unique(words, return_index=True, return_counts=True)
    order = np.lexsort((firsts, -counts))
    terms, known = segment.words(TEXT_FIELD), _printed(segment)
    for number, count in zip(numbers[order].tolist(), counts[order].tolist(), strict=True):
        if (term := known.get(number)) is None:
            term = terms[number].decode()
            if len(known) < WORDS_KEPT:
                known[number] = term
        yield term, count


@kept
def _printed(segment: Segment) -> dict[int, str]:
    """The words that were asked for so far, by their numbers."""
    return {}


def _weighed(
    snapshot: Snapshot, counted: Iterable[tuple[str, int]], *, least: int
) -> dict[str, float]:
    fitting = ((term, count) for term, count in counted if _may_tell(term))
    weights = {}
    known = _having(snapshot)
    for term, count in islice(fitting, CONSIDERED):
        if (having := known.get(term)) is None:
            having = len(snapshot.rolled(TEXT_FIELD, term).speeches)
            if len(known) < WORDS_KEPT:
                known[term] = having
        if least <= having <= snapshot.count * TOO_COMMON:
            rarity = log(1 + (snapshot.count - having + 0.5) / (having + 0.5))
            weights[term] = log1p(count) * rarity
    chosen = sorted(weights, key=lambda term: (-weights[term], term))[:ASKED]
    return {term: weights[term] for term in chosen}


@kept
def _having(snapshot: Snapshot) -> dict[str, int]:
    """How many speeches have each word that was asked for so far."""
    return {}


@lru_cache(maxsize=WORDS_KEPT)
def _terms(chunk: str) -> tuple[str, ...]:
    return tuple(word.term for word in analysis.words(chunk))


@lru_cache(maxsize=WORDS_KEPT)
def _may_tell(term: str) -> bool:
    return len(term) >= SHORTEST and term.isalpha() and not analysis.is_stop_word(term)
