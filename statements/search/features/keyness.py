"""Keyness: the words that some speeches use more than others.

Each word is counted in both; ``association`` has the measures. Words that occur fewer than
``LEAST_KEY_OCCURRENCES`` times in the speeches are withheld, and so are those in fewer than
``LEAST_KEY_SPEECHES`` of them, which are of one speaker and not of all. Of the others those are
listed whose difference is too great for chance, when that many words are compared.
"""

import numpy as np

from statements.search.features import association
from statements.search.features.word_counts import count_words, vocabulary
from statements.search.fields import TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.protocol import Corpus, IndexState, Keyness, KeyWord
from statements.search.word_measures import (
    LEAST_KEY_OCCURRENCES,
    LEAST_KEY_SPEECHES,
    KeynessMeasure,
)

_CHUNK = 64  # words whose speeches are counted at a time, or more if they are equal


def keyness(
    snapshot: Snapshot,
    mask: Mask,
    reference_mask: Mask,
    measure: KeynessMeasure,
    *,
    index: IndexState,
    shared_speeches: int,
    limit: int,
    is_reversed: bool,
    function_words: bool,
) -> Keyness:
    """Return the first words by a measure that the speeches of a mask use more than those of
    another, both bool[H], which have none in common; if reversed, the words that the others use
    more. Raises SearchUnavailable while the context of words is not indexed yet."""
    masks = (reference_mask, mask) if is_reversed else (mask, reference_mask)
    inside, outside = (count_words(snapshot, of_speeches) for of_speeches in masks)
    sizes = int(inside.sum()), int(outside.sum())
    words = vocabulary(snapshot)
    is_candidate = (inside > 0) & (sizes[1] > 0)
    if not function_words:
        is_candidate &= ~words.is_function_word
    numbers = np.flatnonzero(is_candidate & (inside >= LEAST_KEY_OCCURRENCES))
    inside, outside = inside[numbers], outside[numbers]
    likelihoods = association.log_likelihood(inside, outside, *sizes)
    ratios = association.log_ratio(inside, outside, *sizes)
    critical = association.critical_value(len(numbers))
    key_places = np.flatnonzero(
        (inside * sizes[1] > outside * sizes[0]) & (likelihoods >= critical)
    )
    values = likelihoods if measure is KeynessMeasure.LOG_LIKELIHOOD else ratios
    shown: list[KeyWord] = []
    for places in association.in_order(values, key_places, _CHUNK):
        columns = (
            each[places].tolist() for each in (numbers, inside, outside, likelihoods, ratios)
        )
        rows = [
            _row(words.word(number), counts, having, likelihood, ratio, is_reversed=is_reversed)
            for number, *counts, likelihood, ratio in zip(*columns, strict=True)
            if (having := _speeches(snapshot, words.word(number), masks))[0] >= LEAST_KEY_SPEECHES
        ]
        shown += sorted(rows, key=lambda row: (-abs(_value(row, measure)), row.word))
        if len(shown) >= limit:
            break
    corpora = [
        Corpus(int(np.count_nonzero(of_speeches)), size)
        for of_speeches, size in zip(masks, sizes, strict=True)
    ]
    return Keyness(
        index=index,
        search=corpora[is_reversed],
        reference=corpora[not is_reversed],
        shared_speeches=shared_speeches,
        compared=len(numbers),
        withheld=int(np.count_nonzero(is_candidate)) - len(numbers),
        critical=critical,
        total=len(key_places),
        words=shown[:limit],
    )


def _speeches(snapshot: Snapshot, word: str, masks: tuple[Mask, Mask]) -> list[int]:
    """Return how many speeches of each mask have a word."""
    speeches = snapshot.speech_postings(TEXT_FIELD, word).speeches
    return [int(np.count_nonzero(mask[speeches])) for mask in masks]


def _row(
    word: str,
    counts: list[int],
    speeches: list[int],
    likelihood: float,
    ratio: float,
    *,
    is_reversed: bool,
) -> KeyWord:
    if is_reversed:
        counts, speeches, ratio = counts[::-1], speeches[::-1], -ratio
    return KeyWord(word, counts[0], speeches[0], counts[1], speeches[1], likelihood, ratio)


def _value(row: KeyWord, measure: KeynessMeasure) -> float:
    return row.log_likelihood if measure is KeynessMeasure.LOG_LIKELIHOOD else row.log_ratio
