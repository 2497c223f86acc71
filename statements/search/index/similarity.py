"""The score of a term in one text: BM25 without the rarity of the term, so that it is known when
the text is written (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; called
"impact" in Anh and Moffat, "Pruned query evaluation using pre-computed impacts", 2006).

The length of a text is stored in one byte, the *length norm*, as Whoosh's codec does, and compared
with a fixed length instead of the average of the archive. So a score depends only on the frequency
of the term, up to 255, and the length norm. There are 65,536 pairs of these. Ordered by score, the
place of a pair, a uint16, is its *quantized score*: a greater one never stands for a smaller score,
and ``score_table`` returns the score of each.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.util.numeric import byte_to_length

from statements.search.fields import TEXT_FIELD

K1 = 1.2
B = 0.75
MOST = K1 + 1  # the limit of all scores
# scores of speeches are compared as multiples of a part of one, so that sums of the same numbers in
# another order are equal and both engines order speeches alike
STEPS = 10_000
USUAL_LENGTH = {TEXT_FIELD: 90.0}  # words; about a paragraph
USUAL_HEAD_LENGTH = 6.0  # words of a head field

QuantizedScores = npt.NDArray[np.uint16]
Scores = npt.NDArray[np.float32]

LENGTH_OF_NORM = np.array([byte_to_length(norm) for norm in range(256)], np.float32)  # words
_MOST_FREQUENT = 255  # a greater frequency scores the same


def quantized_scores(
    field: str, frequencies: npt.NDArray[np.integer[Any]], norms: npt.NDArray[np.uint8]
) -> QuantizedScores:
    """Return the quantized score of each pair of a frequency and a length norm."""
    return _quantized_score_of_pair(_usual_length(field)).take(_pairs(frequencies, norms))


def term_scores(
    field: str, frequencies: npt.NDArray[np.integer[Any]], norms: npt.NDArray[np.uint8]
) -> Scores:
    """Return the score of each pair of a frequency and a length norm."""
    return _score_of_pair(_usual_length(field)).take(_pairs(frequencies, norms))


def score_table(field: str) -> Scores:
    """Return float32[65536], the score of each quantized score, ascending."""
    return _ordered_scores(_usual_length(field))


def idf(count: int, documents: int) -> float:
    """Return the inverse document frequency of a term that so many of the documents have: Robertson
    and Spärck Jones' weight, as BM25 of Lucene has it."""
    count = min(count, documents)
    return float(np.log1p((documents - count + 0.5) / (count + 0.5)))


def saturation(field: str, norm: int) -> float:
    """Return what is added to a frequency in the denominator of the score, given the length norm of
    the text."""
    length = float(LENGTH_OF_NORM[norm])
    return K1 * (1 - B + B * length / _usual_length(field))


def _pairs(
    frequencies: npt.NDArray[np.integer[Any]], norms: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint16]:
    if frequencies.dtype != np.uint8:
        frequencies = np.minimum(frequencies, _MOST_FREQUENT)
    pairs = frequencies.astype(np.uint16)
    pairs <<= 8
    pairs |= norms
    return pairs


def _usual_length(field: str) -> float:
    return USUAL_LENGTH.get(field, USUAL_HEAD_LENGTH)


@cache
def _exact_score_of_pair(usual_length: float) -> npt.NDArray[np.float64]:
    """float64[65536]: by frequency in the upper byte and length norm in the lower."""
    frequencies = np.arange(256, dtype=np.float64)[:, None]
    lengths = LENGTH_OF_NORM.astype(np.float64)[None, :]
    saturation = K1 * (1 - B + B * lengths / usual_length)
    return (frequencies * (K1 + 1) / (frequencies + saturation)).ravel()


@cache
def _quantized_score_of_pair(usual_length: float) -> QuantizedScores:
    quantized = np.empty(1 << 16, np.uint16)
    order = np.argsort(_exact_score_of_pair(usual_length), kind="stable")
    quantized[order] = np.arange(1 << 16, dtype=np.uint16)
    return quantized


@cache
def _score_of_pair(usual_length: float) -> Scores:
    return _exact_score_of_pair(usual_length).astype(np.float32)


@cache
def _ordered_scores(usual_length: float) -> Scores:
    return np.sort(_exact_score_of_pair(usual_length)).astype(np.float32)
