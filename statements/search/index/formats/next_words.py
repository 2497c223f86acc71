"""Which word follows each occurrence of a word: written into a side-car when the lists of a field
are known, from these lists alone.

A follower is told by the code of its term. The 65,535 terms that stand most often have one each,
the most frequent 1; of others, and where a text ends, 0 tells nothing. Compounds, which stand
beside their first part, neither have a code nor are followed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import HYPHEN

MOST_CODES = (1 << 16) - 1
CHUNK = 1 << 20  # occurrences looked at at a time, unless one term has more

Numbers = npt.NDArray[np.integer[Any]]
Codes = npt.NDArray[np.uint16]


def codes(terms: Sequence[bytes], often: Numbers) -> Codes:
    """uint16[T]: the code of each term, given how often it stands."""
    plain = np.array([HYPHEN.encode() not in term for term in terms], bool)
    order = np.argsort(np.where(plain, -often, 1), kind="stable")
    order = order[: min(int(np.count_nonzero(plain)), MOST_CODES)]
    found = np.zeros(len(terms), np.uint16)
    found[order] = np.arange(1, len(order) + 1, dtype=np.uint16)
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """The lists of T terms as a side-car has them: how many numbers of each kind every term has,
    int64[T], and the arrays, which may be mapped files."""

    terms: Sequence[bytes]
    speeches_of: Numbers
    documents_of: Numbers
    places_of: Numbers
    speeches: Numbers
    counts: Numbers
    paragraphs: Numbers
    frequencies: Numbers
    places: Numbers


def followers(
    written: Written,
    heads: Numbers,
    lengths: Numbers,
    codes: Codes,
    meanwhile: Callable[[], None],
) -> Iterator[Codes]:
    """The follower of each occurrence, some terms after the other. ``heads`` int32[H] are the first
    documents of speeches, ``lengths`` int64[D] how many places each document has at least."""
    # after the last word of a document is a place that stays empty
    begins = np.cumsum(lengths + 1, dtype=np.int64) - (lengths + 1)
    words = np.zeros(int(lengths.sum()) + len(lengths), np.uint16)
    plain = np.array([HYPHEN.encode() not in term for term in written.terms], bool)
    for terms, at in _places(written, heads, begins):
        often = written.places_of[terms]
        if plain[terms].all():
            words[at] = np.repeat(codes[terms], often)
        else:
            here = np.repeat(plain[terms], often)
            words[at[here]] = np.repeat(codes[terms], often)[here]
        meanwhile()
    for _, at in _places(written, heads, begins):
        at += 1
        yield words.take(at)
        meanwhile()


def _places(
    written: Written, heads: Numbers, begins: npt.NDArray[np.int64]
) -> Iterator[tuple[slice, npt.NDArray[np.int64]]]:
    """Terms, and where each of their occurrences stands among all words."""
    ends = {
        name: np.append(0, np.cumsum(getattr(written, f"{name}_of"), dtype=np.int64))
        for name in ("speeches", "documents", "places")
    }
    low = 0
    while low < len(written.terms):
        enough = int(ends["places"][low]) + CHUNK
        high = max(low + 1, int(np.searchsorted(ends["places"], enough, side="right")) - 1)
        speeches, documents, places = (
            slice(*ends[name][[low, high]].tolist()) for name in ("speeches", "documents", "places")
        )
        of = np.repeat(heads.take(written.speeches[speeches]), written.counts[speeches])
        of += written.paragraphs[documents]
        at: npt.NDArray[np.int64] = np.repeat(begins.take(of), written.frequencies[documents])
        at += written.places[places]
        yield slice(low, high), at
        low = high
