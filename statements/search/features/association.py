"""Measures of how much a word belongs to a part of a corpus, from its counts inside and outside.

``inside`` and ``outside`` are the numbers of occurrences of each word, float64[U] or int64[U];
``inside_words`` and ``outside_words`` those of all words.
"""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
Values = npt.NDArray[np.float64]

ABSENT = 0.5  # occurrences that stand for none where a ratio is taken (Hardie)
CHANCE = 0.01  # of one word or more in a list whose difference is due to chance alone
_DICE_MOST = 14  # the value of two words that always occur together (Rychlý)


def log_likelihood(
    inside: Numbers, outside: Numbers, inside_words: int, outside_words: int
) -> Values:
    """float64[U]: twice the logarithm of the likelihood ratio of the contingency table (word or
    another, inside or outside), 2 Σ O ln(O/E), by Dunning, "Accurate methods for the statistics of
    surprise and coincidence", Computational Linguistics 19(1), 1993."""
    inside, outside = inside.astype(np.float64), outside.astype(np.float64)
    total = inside_words + outside_words
    of_word = inside + outside
    terms = np.zeros(len(inside))
    for observed, row, column in (
        (inside, inside_words, of_word),
        (outside, outside_words, of_word),
        (inside_words - inside, inside_words, total - of_word),
        (outside_words - outside, outside_words, total - of_word),
    ):
        expected = np.maximum(row * (column / max(total, 1)), np.finfo(float).tiny)
        terms += observed * np.log(np.maximum(observed, np.finfo(float).tiny) / expected)
    return np.maximum(2 * terms, 0)


def log_ratio(inside: Numbers, outside: Numbers, inside_words: int, outside_words: int) -> Values:
    """float64[U]: how many times the relative frequency outside must be doubled to make that
    inside, by Hardie, "Log Ratio – an informal introduction", 2014. A word that does not occur on
    one side counts as half an occurrence there."""
    share = np.maximum(inside, ABSENT) / max(inside_words, 1)
    return np.log2(share) - np.log2(np.maximum(outside, ABSENT) / max(outside_words, 1))


def expected(inside: Numbers, outside: Numbers, inside_words: int, outside_words: int) -> Values:
    """float64[U]: the occurrences inside if the word were spread evenly, as Evert, "Corpora and
    collocations", 2008, section 4, expects of collocates in windows."""
    of_word = (inside + outside).astype(np.float64)
    return of_word * (inside_words / max(inside_words + outside_words, 1))


def mutual_information(observed: Numbers, expected: Values) -> Values:
    """float64[U]: log2(O/E), by Church and Hanks, "Word association norms, mutual information, and
    lexicography", Computational Linguistics 16(1), 1990. High for rare words."""
    tiny = np.finfo(float).tiny
    return np.log2(np.maximum(observed, tiny) / np.maximum(expected, tiny))


def t_score(observed: Numbers, expected: Values) -> Values:
    """float64[U]: (O - E) / √O, by Church, Gale, Hanks and Hindle, "Using statistics in lexical
    analysis", 1991. High for frequent words."""
    scores: Values = (observed - expected) / np.sqrt(np.maximum(observed, 1))
    return scores


def log_dice(observed: Numbers, of_word: Numbers, of_node: int) -> Values:
    """float64[U]: 14 + log2(2 O / (occurrences of the word + those of the query)), by Rychlý, "A
    lexicographer-friendly association score", 2008. It does not depend on the size of the corpus,
    so that values of two corpora can be compared (Gablasova, Brezina and McEnery, "Collocations in
    corpus-based language learning research", 2017)."""
    tiny = np.finfo(float).tiny
    together = np.maximum(2.0 * observed, tiny)
    dice: Values = _DICE_MOST + np.log2(together) - np.log2(np.maximum(of_word + of_node, 1))
    return dice


def critical_value(words: int) -> float:
    """Return the log-likelihood that the difference of a word must have, so that among so many
    words one or more exceed it by chance in ``CHANCE`` of all comparisons (the Šidák correction,
    as CQPweb applies it). Log-likelihood is distributed as χ² with one degree of freedom, which is
    the square of a standard normal variable."""
    of_one = -math.expm1(math.log1p(-CHANCE) / max(words, 1))
    return NormalDist().inv_cdf(of_one / 2) ** 2


def in_order(values: Values, places: npt.NDArray[np.int64], size: int) -> Iterator[Numbers]:
    """Yield some places of an array, greatest values first, at least ``size`` at a time; places of
    equal values together."""
    ordered = places[np.argsort(-values[places], kind="stable")]
    descending = -values[ordered]
    low = 0
    while low < len(ordered):
        last = min(low + size, len(ordered)) - 1
        high = int(np.searchsorted(descending, descending[last], side="right"))
        yield ordered[low:high]
        low = high
