"""Speeches that speak of the same: found by the words that tell a speech from the others.

The words of a text that are frequent in it and rare in the archive (Spärck Jones, "A statistical
interpretation of term specificity", 1972) are asked for together, and speeches are ordered by
BM25 over all their paragraphs, each word weighted as in the text.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from math import log, log1p

import numpy as np

from statements.search import analysis
from statements.search.impacts import K1, B
from statements.search.schema import TEXT_FIELD
from statements.search.snapshot import Snapshot
from statements.search.usage import spoken_words

MOST_WORDS = 20_000  # of a text, from its beginning
CONSIDERED = 200  # words, those most frequent in the text
ASKED = 25  # words, those that tell most
SHARED = 3  # of these a similar speech has, or all where there are fewer
SHORTEST = 3  # letters
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
    if not asked:
        return []
    lengths = spoken_words(snapshot)
    norm = K1 * (1 - B + B * lengths / max(float(lengths[snapshot.alive].mean()), 1.0))
    scores = np.zeros(len(lengths))
    has = np.zeros((len(asked), len(lengths)), bool)
    for number, (word, weight) in enumerate(asked.items()):
        found = snapshot.postings(TEXT_FIELD, word)
        speeches = snapshot.speech_of[found.documents]
        starts = np.flatnonzero(np.diff(speeches, prepend=-1))
        often = np.add.reduceat(found.frequencies, starts)
        speeches = speeches[starts]
        scores[speeches] += weight * often * (K1 + 1) / (often + norm[speeches])
        has[number, speeches] = True
    pks = snapshot.numbers["speech"]
    fits = (np.count_nonzero(has, axis=0) >= min(SHARED, len(asked))) & (pks != (but or 0))
    chosen = np.flatnonzero(fits)
    best = chosen[np.lexsort((snapshot.newest[chosen], -scores[chosen]))][:most]
    words = np.array(list(asked))
    return [
        Similar(int(pks[one]), float(scores[one]), tuple(words[has[:, one]].tolist()))
        for one in best.tolist()
    ]


def telling_words(snapshot: Snapshot, texts: Iterable[str], *, least: int = 1) -> dict[str, float]:
    """The words that tell most of a text, with their weights, the greatest first; of those that
    at least so many speeches have."""
    # each printed word is analysed once, however often it stands
    printed = Counter(islice(chain.from_iterable(map(analysis.chunks, texts)), MOST_WORDS))
    often: Counter[str] = Counter()
    for chunk, count in printed.items():
        for word in analysis.words(chunk):
            often[word.term] += count
    fitting = ((term, count) for term, count in often.most_common() if _may_tell(term))
    weights = {}
    for term, count in islice(fitting, CONSIDERED):
        having = len(snapshot.rolled(TEXT_FIELD, term).speeches)
        if least <= having <= snapshot.count * TOO_COMMON:
            rarity = log(1 + (snapshot.count - having + 0.5) / (having + 0.5))
            weights[term] = log1p(count) * rarity
    chosen = sorted(weights, key=lambda term: (-weights[term], term))[:ASKED]
    return {term: weights[term] for term in chosen}


def _may_tell(term: str) -> bool:
    return len(term) >= SHORTEST and term.isalpha() and not analysis.is_stop_word(term)
