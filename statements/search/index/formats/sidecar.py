"""The terms and postings of a segment as plain arrays: reading them needs no decoding.

A segment has one such file, ``<segment>.side``. For each field with words it holds the terms, in
order, and these arrays, in which the numbers of each term follow those of the term before. A term
has S numbers of the first kind, one for each speech that contains it; P, one for each document; and
O, one for each occurrence:

    speeches     [S]  numbers of speeches within the segment, ascending
    ranks        [S]  uint16, quantized score of the speech's best document (``similarity``)
    counts       [S]  number of documents that contain the term; their sum is P
    often        [S]  number of its occurrences in them; their sum is O
    paragraphs   [P]  each document's distance from the head of its speech
    frequencies  [P]  number of occurrences in the document; their sum is O
    places       [O]  position of each occurrence in the text
    next_words   [O]  uint16, the code of the next word (``next_words``), 0 if it has none;
                      for the texts only

A search that needs no paragraphs reads four or five bytes for each speech. A phrase of two words
reads two bytes for each occurrence of the first: a short form of the nextword index of Williams,
Zobel and Bahle ("Fast phrase querying with combined indexes", 2004).

``counts``, ``often``, ``paragraphs``, ``frequencies`` and ``places`` are small numbers with few
exceptions. They are stored in one byte each. ``ESCAPE`` stands for a greater number; these follow
in an array of their own, in the same order, with another for their indices among the term's
numbers. ``bounds``, [T+1, 3 + 5], has a row for each of T terms: where its numbers of the three
kinds begin, and where the escaped numbers of each of the five arrays do.

The file also has, for the texts, the code of each term as next word, uint16[T]; and for all
searched fields together the words, and the ``keys`` of their stems (``inflection``) with the
numbers of the words of each. Everything is read when it is first needed (``mapped_file``).
"""

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.analysis.multiword_terms import is_multiword
from statements.search.index.formats.mapped_file import Array, File, Strings

EXTENSION = ".side"
MARK = b"rostrum5"
KINDS = ("speeches", "documents", "occurrences")  # first columns of the bounds
# arrays in one byte with escapes: the kind of each; in the order of the other columns
NARROW = {
    "counts": "speeches",
    "often": "speeches",
    "paragraphs": "documents",
    "frequencies": "documents",
    "places": "occurrences",
}
WIDE = {"speeches": "speeches", "ranks": "speeches"}
NEXT_WORDS = "followers"  # its name in the file
ESCAPE = 255
COLUMNS = len(KINDS) + len(NARROW)
_KIND_COLUMN = {kind: column for column, kind in enumerate(KINDS)}
_ESCAPE_COLUMN = {name: column for column, name in enumerate(NARROW, len(KINDS))}
_AFTER = b"\xff"  # greater than every byte of a term
_TERMS_KEPT = 10_000  # whose numbers are known without looking again

Numbers = npt.NDArray[np.integer[Any]]


class Escapes(NamedTuple):
    """The numbers that did not fit into one byte, and where they are, ascending."""

    numbers: Numbers
    indices: Numbers

    def restore(self, low: Numbers) -> Numbers:
        """Return all numbers of an array, given its bytes."""
        if not len(self.numbers):
            return low
        numbers = low.astype(self.numbers.dtype)
        numbers[self.indices] = self.numbers
        return numbers


def restore(low: Numbers, escaped: Numbers) -> Numbers:
    """Return all numbers of an array, given its bytes and the escaped numbers in order."""
    if not len(escaped):
        return low
    return Escapes(escaped, np.flatnonzero(low == ESCAPE)).restore(low)


class _Field(NamedTuple):
    terms: Strings
    bounds: Array
    arrays: dict[str, Array]
    escaped: dict[str, tuple[Array, Array]]  # numbers, and their indices among those of the term
    codes: Array | None

    def rows(self, begin: int, end: int) -> Numbers:
        """Return rows of the bounds."""
        return self.bounds.part(begin * COLUMNS, end * COLUMNS).reshape(-1, COLUMNS)

    def part(self, array: str, begin: list[int], end: list[int]) -> Numbers:
        """Return the part of an array between two rows of the bounds."""
        low, escapes = self._stored(array, begin, end)
        return low if escapes is None else escapes.restore(low)

    def take(self, array: str, begin: list[int], end: list[int], indices: Numbers) -> Numbers:
        """Return some numbers of the part of an array between two rows of the bounds."""
        low, escapes = self._stored(array, begin, end)
        numbers = low.take(indices)
        if escapes is None or not (is_escaped := numbers == ESCAPE).any():
            return numbers
        numbers = numbers.astype(escapes.numbers.dtype)
        places = np.searchsorted(escapes.indices, indices[is_escaped])
        numbers[is_escaped] = escapes.numbers.take(places)
        return numbers

    def _stored(
        self, array: str, begin: list[int], end: list[int]
    ) -> tuple[Numbers, Escapes | None]:
        """Return a part of an array as it is stored, and the escaped numbers in it, if any."""
        column = _KIND_COLUMN[NARROW.get(array) or WIDE.get(array, "occurrences")]
        low = self.arrays[array].part(begin[column], end[column])
        if (column := _ESCAPE_COLUMN.get(array, 0)) and begin[column] < end[column]:
            parts = (part.part(begin[column], end[column]) for part in self.escaped[array])
            return low, Escapes(*parts)
        return low, None


class Entry:
    """The postings of one term in one field; each array is read when it is first needed."""

    def __init__(self, field: _Field, number: int) -> None:
        self._field, self._number = field, number

    @cached_property
    def _bounds(self) -> list[list[int]]:
        bounds: list[list[int]] = self._field.rows(self._number, self._number + 2).tolist()
        return bounds

    def _array(self, array: str) -> Numbers:
        return self._field.part(array, *self._bounds)

    def take(self, array: str, indices: Numbers) -> Numbers:
        """Return some numbers of an array, which is quicker than the whole where they are few."""
        begin, end = self._bounds
        return self._field.take(array, begin, end, indices)

    @cached_property
    def speeches(self) -> Numbers:
        return self._array("speeches")

    @property
    def quantized_scores(self) -> Numbers:
        """uint16[S]: the best score of each speech, quantized (``similarity``)."""
        return self._array("ranks")

    @cached_property
    def counts(self) -> Numbers:
        return self._array("counts")

    @cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """int64[S]: where the documents of each speech end among those of the term."""
        return np.cumsum(self.counts, dtype=np.int64)

    @cached_property
    def speech_frequencies(self) -> Numbers:
        """[S]: the number of occurrences in each speech."""
        return self._array("often")

    @cached_property
    def paragraphs(self) -> Numbers:
        return self._array("paragraphs")

    @cached_property
    def frequencies(self) -> Numbers:
        return self._array("frequencies")

    @cached_property
    def places(self) -> Numbers:
        return self._array("places")

    @property
    def next_words(self) -> Numbers:
        return self._array(NEXT_WORDS)

    @property
    def is_multiword(self) -> bool:
        """Whether the term has several words, and the position of the first: it has no next
        word."""
        return is_multiword(self._field.terms[self._number])

    @property
    def next_word_code(self) -> int:
        """The code of the term as a next word, 0 if it has none."""
        codes = self._field.codes
        return 0 if codes is None else codes.item(self._number)

    @property
    def count(self) -> int:
        """The number of documents that contain the term."""
        column = _KIND_COLUMN["documents"]
        begin, end = self._bounds
        return end[column] - begin[column]


class SideCar:
    """The terms and postings of a segment. Every method may raise IndexDamaged."""

    def __init__(self, folder: Path, segment_id: str) -> None:
        """Raises IndexDamaged."""
        self._numbers: dict[tuple[str, bytes], int | None] = {}
        self._file = file = File(folder / f"{segment_id}{EXTENSION}", MARK)
        self._words, self._keys = (file.strings(file.index[name]) for name in ("words", "keys"))
        self._member_ends, self._members = map(file.array, file.index["members"])
        self.languages = frozenset(file.index["languages"])
        self._fields = {
            name: _Field(
                file.strings(places["terms"]),
                file.array(places["bounds"]),
                {array: file.array(place) for array, place in places["arrays"].items()},
                {
                    array: (file.array(numbers), file.array(indices))
                    for array, (numbers, indices) in places["escaped"].items()
                },
                file.array(places["codes"]) if "codes" in places else None,
            )
            for name, places in file.index["fields"].items()
        }

    def terms(self, field: str) -> Strings | tuple[()]:
        """Return all terms of a field, read and verified."""
        if (arrays := self._fields.get(field)) is None:
            return ()
        arrays.terms.verify()
        return arrays.terms

    def joined_terms(self, field: str) -> tuple[bytes, npt.NDArray[np.int64]]:
        """Return all terms of a field, in order, joined, and where each ends."""
        if (arrays := self._fields.get(field)) is None:
            return b"", np.empty(0, np.int64)
        return arrays.terms.joined()

    def prefix_range(self, field: str, letters: bytes) -> range:
        """Return the numbers of the terms of a field that begin with these letters."""
        if (arrays := self._fields.get(field)) is None:
            return range(0)
        return range(arrays.terms.bisect(letters), arrays.terms.bisect(letters + _AFTER))

    def counts(self, field: str, numbers: range) -> npt.NDArray[np.int64]:
        """Return the number of documents that contain each of a range of terms."""
        if (arrays := self._fields.get(field)) is None:
            return np.empty(0, np.int64)
        rows = arrays.rows(numbers.start, numbers.stop + 1)
        begins = rows[:, _KIND_COLUMN["documents"]].astype(np.int64)
        return begins[1:] - begins[:-1]

    def speech_counts(self, field: str, numbers: Numbers) -> npt.NDArray[np.int64]:
        """Return the number of speeches that contain each of some terms, given by number."""
        if (arrays := self._fields.get(field)) is None:
            return np.zeros(len(numbers), np.int64)
        begins = arrays.rows(0, len(arrays.terms) + 1)[:, _KIND_COLUMN["speeches"]]
        return begins[numbers + 1].astype(np.int64) - begins[numbers]

    def by_speech(self, field: str, numbers: Numbers, *arrays: str) -> list[list[Numbers]]:
        """Return for each of some terms, given by number, these arrays of one number for each
        speech."""
        if not len(numbers):
            return []
        stored = self._fields[field]
        rows = stored.rows(0, len(stored.terms) + 1)
        bounds = zip(rows[numbers].tolist(), rows[numbers + 1].tolist(), strict=True)
        return [[stored.part(name, begin, end) for name in arrays] for begin, end in bounds]

    def members(self, key: bytes) -> list[bytes]:
        """Return the words that have a key."""
        number = self._keys.find(key)
        if number is None:
            return []
        begin = self._member_ends.item(number - 1) if number else 0
        numbers = self._members.part(begin, self._member_ends.item(number)).tolist()
        return [self._words[word] for word in numbers]

    def entry(self, field: str, term: bytes) -> Entry | None:
        """Return the postings of a term, or None if it does not occur."""
        if (arrays := self._fields.get(field)) is None:
            return None
        number = self._numbers.get((field, term), -1)
        if number == -1:
            number = arrays.terms.find(term)
            if len(self._numbers) < _TERMS_KEPT:
                self._numbers[field, term] = number
        return None if number is None else Entry(arrays, number)

    def codes(self, field: str) -> Numbers:
        """Return uint16[T], the code of each term of a field as a next word."""
        arrays = self._fields.get(field)
        if arrays is None or arrays.codes is None:
            return np.empty(0, np.uint16)
        return arrays.codes.all()
