"""How much a word weighs in one text: BM25 without the rarity of the word, known when the text is
written (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; "impacts": Anh and
Moffat, "Pruned query evaluation using pre-computed impacts", 2006).

A text's length is told in one byte, as Whoosh's codec keeps it, and compared with a fixed length
instead of the average of the archive: so an impact depends on nothing but how often the word
stands in how long a text. There are 65,536 of these pairs. Their order is fixed, and a pair's
place in it, its uint16 *rank*, stands for the impact: the greater rank is never of the smaller
impact, and ``of_rank``, float32[65536], tells the impact.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.util.numeric import byte_to_length

from statements.search.fields import TEXT_FIELD

K1 = 1.2
B = 0.75
MOST = K1 + 1  # that any impact comes to
USUAL_LENGTH = {TEXT_FIELD: 90.0}  # words; about a paragraph
USUAL_NAMES = 6.0  # words of a field of the head

Ranks = npt.NDArray[np.uint16]
Impacts = npt.NDArray[np.float32]

LENGTH_OF_CODE = np.array([byte_to_length(code) for code in range(256)], np.float32)
_MOST_OFTEN = 255  # more of one word in one text weighs no more


def ranks(
    field: str, frequencies: npt.NDArray[np.integer[Any]], lengths: npt.NDArray[np.uint8]
) -> Ranks:
    """The rank of each pair of frequency and length, as its byte tells it."""
    return _rank_of_pair(_usual(field)).take(_pairs(frequencies, lengths))


def of_pairs(
    field: str, frequencies: npt.NDArray[np.integer[Any]], lengths: npt.NDArray[np.uint8]
) -> Impacts:
    """The impact of each pair of frequency and length, as its byte tells it."""
    return _impact_of_pair(_usual(field)).take(_pairs(frequencies, lengths))


def of_rank(field: str) -> Impacts:
    """The impact of each rank, ascending."""
    return _of_rank(_usual(field))


def _pairs(
    frequencies: npt.NDArray[np.integer[Any]], lengths: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint16]:
    if frequencies.dtype != np.uint8:
        frequencies = np.minimum(frequencies, _MOST_OFTEN)
    pairs = frequencies.astype(np.uint16)
    pairs <<= 8
    pairs |= lengths
    return pairs


def _usual(field: str) -> float:
    return USUAL_LENGTH.get(field, USUAL_NAMES)


@cache
def _of_pair(usual: float) -> npt.NDArray[np.float64]:
    frequencies = np.arange(256, dtype=np.float64)[:, None]
    lengths = LENGTH_OF_CODE.astype(np.float64)[None, :]
    norms = K1 * (1 - B + B * lengths / usual)
    return (frequencies * (K1 + 1) / (frequencies + norms)).ravel()


@cache
def _rank_of_pair(usual: float) -> Ranks:
    rank = np.empty(1 << 16, np.uint16)
    rank[np.argsort(_of_pair(usual), kind="stable")] = np.arange(1 << 16, dtype=np.uint16)
    return rank


@cache
def _impact_of_pair(usual: float) -> Impacts:
    return _of_pair(usual).astype(np.float32)


@cache
def _of_rank(usual: float) -> Impacts:
    return np.sort(_of_pair(usual)).astype(np.float32)
