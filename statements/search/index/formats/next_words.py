"""The word that follows each occurrence of a word, as the side-car of a segment stores it.

A next word is stored as the code of its term. The 65,535 most frequent terms have one each, the
most frequent 1; 0 stands for all others and for the end of a text. Terms of several words have the
position of the first: they have neither a code nor a next word. The forward index of the segment
(``forward_index``) stores its words as the same codes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.analysis.multiword_terms import are_multiword
from statements.search.index.formats.sidecar import NARROW, restore

MOST_CODES = (1 << 16) - 1
CHUNK = 1 << 20  # occurrences processed at a time, unless one term has more

Numbers = npt.NDArray[np.integer[Any]]
Codes = npt.NDArray[np.uint16]


def word_codes(terms: Sequence[bytes], frequencies: Numbers) -> Codes:
    """Return uint16[T], the code of each term, given its number of occurrences. Equally frequent
    terms keep their order."""
    is_plain = ~np.array(are_multiword(terms), bool)
    order = np.argsort(np.where(is_plain, -frequencies, 1), kind="stable")
    order = order[: min(int(np.count_nonzero(is_plain)), MOST_CODES)]
    codes_of_terms = np.zeros(len(terms), np.uint16)
    codes_of_terms[order] = np.arange(1, len(order) + 1, dtype=np.uint16)
    return codes_of_terms


@dataclass(frozen=True, slots=True)
class Written:
    """The posting lists of T terms as they were written to a side-car.

    ``counts`` gives int64[T] for each kind of numbers, how many of them each term has, and for each
    array with escapes how many escaped numbers. ``arrays`` and ``escaped`` may be mapped files.
    """

    terms: Sequence[bytes]
    counts: Mapping[str, Numbers]
    arrays: Mapping[str, Numbers]
    escaped: Mapping[str, Numbers]


def next_word_codes(
    written: Written,
    heads: Numbers,
    lengths: Numbers,
    codes: Codes,
    yield_to: Callable[[], None],
) -> Iterator[Codes]:
    """Yield the codes of the next words of all occurrences, those of some terms at a time.
    ``heads`` int32[H] are the first documents of speeches, ``lengths`` int64[D] the number of
    places of each document."""
    # after the last word of a document is a place that stays empty
    begins = np.cumsum(lengths + 1, dtype=np.int64) - (lengths + 1)
    words = np.zeros(int(lengths.sum()) + len(lengths), np.uint16)
    is_plain = ~np.array(are_multiword(written.terms), bool)
    for terms, addresses in _addresses(written, heads, begins):
        counts = written.counts["occurrences"][terms]
        if is_plain[terms].all():
            words[addresses] = np.repeat(codes[terms], counts)
        else:
            is_plain_occurrence = np.repeat(is_plain[terms], counts)
            words[addresses[is_plain_occurrence]] = np.repeat(codes[terms], counts)[
                is_plain_occurrence
            ]
        yield_to()
    for _, addresses in _addresses(written, heads, begins):
        addresses += 1
        yield words.take(addresses)
        yield_to()


def _addresses(
    written: Written, heads: Numbers, begins: npt.NDArray[np.int64]
) -> Iterator[tuple[slice, npt.NDArray[np.int64]]]:
    """Yield some terms at a time, with the place of each of their occurrences among all words."""
    ends = {
        name: np.append(0, np.cumsum(counts, dtype=np.int64))
        for name, counts in written.counts.items()
    }
    low = 0
    while low < len(written.terms):
        enough = int(ends["occurrences"][low]) + CHUNK
        high = max(low + 1, int(np.searchsorted(ends["occurrences"], enough, side="right")) - 1)
        slices = {name: slice(*bounds[[low, high]].tolist()) for name, bounds in ends.items()}
        speeches = written.arrays["speeches"][slices["speeches"]]
        counts, paragraphs, frequencies, places = (
            restore(written.arrays[name][slices[NARROW[name]]], written.escaped[name][slices[name]])
            for name in ("counts", "paragraphs", "frequencies", "places")
        )
        documents = np.repeat(heads.take(speeches), counts)
        documents += paragraphs.astype(np.int32)
        addresses: npt.NDArray[np.int64] = np.repeat(begins.take(documents), frequencies)
        addresses += places
        yield slice(low, high), addresses
        low = high
