"""The words of a field as arrays, for what is spelt nearly like a word.

Of V words in their order ``frequencies`` is int64[V], in how many documents each stands;
``letters`` uint64[V], a bit for each letter that a word has; ``codes`` uint32, the characters of
all words one after the other, of which word number i begins at ``begins[i]``, int64[V].
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from statements.search.kept import kept
from statements.search.schema import SEARCHED
from statements.search.segments import Segment

Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

_BITS = np.uint64(64)


class Lexicon:
    def __init__(self, words: Sequence[str], frequencies: Counts) -> None:
        self.words = words
        self.frequencies = frequencies

    def frequency(self, word: str) -> int:
        place = bisect_left(self.words, word)
        known = place < len(self.words) and self.words[place] == word
        return int(self.frequencies[place]) if known else 0

    def near(self, word: str, most: int) -> list[tuple[str, int, int]]:
        """Words at most so many edits away, each with its frequency and distance. An edit is a
        letter more, less or other, or two neighbours swapped (Damerau, "A technique for computer
        detection and correction of spelling errors", 1964; no part is edited twice)."""
        typed = _codes(word)
        # an edit changes the length by one, and the set of letters by two
        near = np.abs(self._lengths - len(typed)) <= most
        near &= np.bitwise_count(self.letters ^ _bits(typed)) <= 2 * most
        chosen = np.flatnonzero(near)
        if not len(chosen):
            return []
        lengths = self._lengths[chosen]
        columns = np.arange(lengths.max())
        inside = columns < lengths[:, None]
        places = np.where(inside, self.begins[chosen][:, None] + columns, 0)
        distances = _distances(typed, np.where(inside, self.codes[places], 0), lengths)
        return [
            (self.words[number], int(self.frequencies[number]), int(distance))
            for number, distance in zip(chosen.tolist(), distances.tolist(), strict=True)
            if distance <= most
        ]

    @cached_property
    def codes(self) -> Codes:
        return _codes("".join(self.words))

    @cached_property
    def begins(self) -> Counts:
        return np.cumsum(self._lengths) - self._lengths

    @cached_property
    def _lengths(self) -> Counts:
        return np.fromiter(map(len, self.words), np.int64, len(self.words))

    @cached_property
    def letters(self) -> npt.NDArray[np.uint64]:
        if not len(self.words):
            return np.empty(0, np.uint64)
        bits = np.uint64(1) << (self.codes.astype(np.uint64) % _BITS)
        return np.bitwise_or.reduceat(bits, self.begins)


def lexicon(segment: Segment, field: str) -> Lexicon:
    """The words of one of the fields that are searched."""
    return _LEXICON[field](segment)


def _read(field: str, segment: Segment) -> Lexicon:
    return Lexicon([word.decode() for word in segment.words(field)], segment.counts(field))


_LEXICON = {field: kept(partial(_read, field)) for field in SEARCHED}


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def _bits(codes: Codes) -> np.uint64:
    bits: np.uint64 = np.bitwise_or.reduce(np.uint64(1) << (codes.astype(np.uint64) % _BITS))
    return bits


def _distances(typed: Codes, words: Codes, lengths: Counts) -> npt.NDArray[np.int16]:
    """int16[N]: how many edits part a word from each of N words, given as uint32[N, W] with zeros
    after their ends. One row of Wagner and Fischer's table for all words at a time; what depends
    on the cell to the left is a running minimum."""
    count, width = words.shape
    steps = np.arange(width + 1, dtype=np.int16)
    before_last = last = np.tile(steps, (count, 1))
    for row, code in enumerate(typed.tolist()):
        now = np.empty_like(last)
        now[:, 0] = row + 1
        np.minimum(last[:, 1:] + 1, last[:, :-1] + (words != code), out=now[:, 1:])
        if row:
            swapped = (words[:, 1:] == typed[row - 1]) & (words[:, :-1] == code)
            swap = np.where(swapped, before_last[:, :-2] + 1, now[:, 2:])
            np.minimum(now[:, 2:], swap, out=now[:, 2:])
        now = np.minimum.accumulate(now - steps, axis=1) + steps
        before_last, last = last, now
    return last[np.arange(count), lengths]
