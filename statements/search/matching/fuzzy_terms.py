"""Finds words with nearly the same spelling, over arrays of the words of a field.

For V words in order, ``frequencies`` is int64[V], the number of documents that have each;
``letters`` is uint64[V], with a bit for each letter of a word; ``codes`` is uint32, the characters
of all words one after the other, of which word i starts at ``begins[i]``, int64[V].
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from statements.search.fields import SEARCHED
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.segments import Segment

Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

_BITS = np.uint64(64)
_FAR = np.int16(1000)  # edits, more than are ever counted


class Lexicon:
    def __init__(self, joined: bytes, ends: Counts, frequencies: Counts) -> None:
        """Take the words in order, joined in UTF-8, and where each ends, in bytes."""
        self._joined, self._ends = joined, ends
        self.frequencies = frequencies

    def word(self, number: int) -> str:
        begin = self._ends.item(number - 1) if number else 0
        return self._joined[begin : self._ends.item(number)].decode()

    def frequency(self, word: str) -> int:
        numbers = range(len(self._ends))
        number = bisect_left(numbers, word, key=self.word)
        is_word = number < len(numbers) and self.word(number) == word
        return int(self.frequencies[number]) if is_word else 0

    def candidates(self, typed: Codes, max_edits: int) -> Counts:
        """Return the numbers of the words that may be at most so many edits away."""
        # an edit changes the length by at most one, and the set of letters by at most two
        fits = np.abs(self.lengths - len(typed)) <= max_edits
        fits &= np.bitwise_count(self.letters ^ _bits(typed)) <= 2 * max_edits
        return np.flatnonzero(fits)

    def characters(self, numbers: Counts, width: int) -> Codes:
        """uint32[N, width]: the characters of some words, padded with zeros."""
        columns = np.arange(width)
        inside = columns < self.lengths[numbers][:, None]
        places = np.where(inside, self.begins[numbers][:, None] + columns, 0)
        return np.where(inside, self.codes[places], 0)

    @cached_property
    def codes(self) -> Codes:
        return _codes(self._joined.decode())

    @cached_property
    def begins(self) -> Counts:
        return np.cumsum(self.lengths) - self.lengths

    @cached_property
    def lengths(self) -> Counts:
        # in UTF-8, every byte of a character but its first is 10xxxxxx
        is_first = (np.frombuffer(self._joined, np.uint8) & 0b1100_0000) != 0b1000_0000
        characters = np.append(0, np.cumsum(is_first))[self._ends]
        return np.diff(characters, prepend=0)

    @cached_property
    def letters(self) -> npt.NDArray[np.uint64]:
        if not len(self._ends):
            return np.empty(0, np.uint64)
        bits = np.uint64(1) << (self.codes.astype(np.uint64) % _BITS)
        return np.bitwise_or.reduceat(bits, self.begins)


def similar_words(
    lexicons: Iterable[Lexicon], word: str, max_edits: int
) -> list[tuple[str, int, int]]:
    """Return the words at most so many edits away, each with its frequency and distance. A word of
    several lexicons is returned several times.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours (Damerau, "A technique
    for computer detection and correction of spelling errors", 1964; no part is edited twice).
    """
    typed = _codes(word)
    candidates = [
        (lexicon, numbers)
        for lexicon in lexicons
        if len(numbers := lexicon.candidates(typed, max_edits))
    ]
    if not candidates:
        return []
    lengths = np.concatenate([lexicon.lengths[numbers] for lexicon, numbers in candidates])
    width = int(lengths.max())
    words = np.concatenate([lexicon.characters(numbers, width) for lexicon, numbers in candidates])
    distances = iter(_distances(typed, words, lengths, max_edits).tolist())
    return [
        (lexicon.word(number), int(lexicon.frequencies[number]), distance)
        for lexicon, numbers in candidates
        for number, distance in zip(numbers.tolist(), distances, strict=False)
        if distance <= max_edits
    ]


def lexicon(segment: Segment, field: str) -> Lexicon:
    """Return the words of a searched field."""
    return _LEXICON[field](segment)


def _read(field: str, segment: Segment) -> Lexicon:
    return Lexicon(*segment.joined_words(field), segment.counts(field))


_LEXICON = {field: cached_per_snapshot(partial(_read, field)) for field in SEARCHED}


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def _bits(codes: Codes) -> np.uint64:
    bits: np.uint64 = np.bitwise_or.reduce(np.uint64(1) << (codes.astype(np.uint64) % _BITS))
    return bits


def _distances(
    typed: Codes, words: Codes, lengths: Counts, max_edits: int
) -> npt.NDArray[np.int16]:
    """int16[N]: the edit distances between a word and N words, uint32[N, W], padded with zeros; a
    number above ``max_edits`` if the distance is above it.

    One row of Wagner and Fischer's table is computed for all words at a time, its dependence on the
    cell to the left as a running minimum. Only cells near the diagonal are filled, since others
    mean more edits than ``max_edits`` (Ukkonen, "Algorithms for approximate string matching",
    1985).
    """
    count, width = words.shape
    letters = np.ascontiguousarray(words.T)  # uint32[W, N]: cells of all words side by side
    steps = np.arange(width + 1, dtype=np.int16)[:, None]
    before_last = last = np.repeat(steps, count, axis=1)
    for row, code in enumerate(typed.tolist()):
        begin, end = max(0, row + 1 - max_edits), min(width, row + 1 + max_edits) + 1
        now = np.full_like(last, _FAR)
        if begin == 0:
            now[0] = row + 1
        first = max(begin, 1)
        differs = letters[first - 1 : end - 1] != code
        np.minimum(last[first:end] + 1, last[first - 1 : end - 1] + differs, out=now[first:end])
        if row and end > 2:
            first = max(begin, 2)
            swapped = letters[first - 1 : end - 1] == typed[row - 1]
            swapped &= letters[first - 2 : end - 2] == code
            swap = np.where(swapped, before_last[first - 2 : end - 2] + 1, _FAR)
            np.minimum(now[first:end], swap, out=now[first:end])
        for cell in range(begin + 1, end):
            np.minimum(now[cell], now[cell - 1] + 1, out=now[cell])
        before_last, last = last, now
    return last[lengths, np.arange(count)]
