"""A segment's postings beside it as plain arrays, mapped into memory: a word met for the first time
costs no decoding, and processes share the pages.

For each searched field seven arrays stand one after the other, each of the smallest type for its
numbers; for the texts there is an eighth. All terms' numbers follow one another in the order of the
terms; of one term there are S, one for each speech that has it, P, one for each paragraph, and O,
one for each occurrence:

    speeches     [S]  numbers of speeches in the segment, ascending
    ranks        [S]  uint16, how well its best paragraph matches (``bm25``)
    counts       [S]  how many paragraphs have the term; their sum is P
    often        [S]  how often the term stands in them; their sum is O
    paragraphs   [P]  of each paragraph, how many documents after the head of its speech
    frequencies  [P]  how often it has the term; their sum is O
    places       [O]  where
    followers    [O]  uint16, the code of the word that stands next, 0 where none has one

So a search that need not know paragraphs reads five bytes a speech, and one for two words beside
one another two bytes for each occurrence of the first: a short form of the lists of next words of
Williams, Zobel and Bahle ("Fast phrase querying with combined indexes", 2004). Beside them stand,
of each field, its terms and where the numbers of each begin, uint64[T+1] for each kind; of the
texts ``codes``, uint16[T], what stands for a term as follower (``next_words``); then ``words``, the
terms of all fields, and ``keys`` (``inflection``) with the numbers of the words that have each. All
is read only where it is asked for (``mapped_file``).
"""

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import HYPHEN
from statements.search.index.formats.mapped_file import Array, File, Strings

EXTENSION = ".side"
ARRAYS = ("speeches", "ranks", "counts", "often", "paragraphs", "frequencies", "places")
FOLLOWERS = "followers"
KINDS = ("speeches", "documents", "places")  # of what a term has a number of numbers
MARK = b"rostrum4"
_AFTER = b"\xff"  # greater than every byte of a term
_TERMS_KEPT = 10_000  # whose numbers are known without looking again

Numbers = npt.NDArray[np.integer[Any]]


class _Field(NamedTuple):
    terms: Strings
    begins: dict[str, Array]  # of each term's speeches, documents and places
    arrays: dict[str, Array]
    codes: Array | None


class Entry:
    """What the side-car holds of one term in one field; arrays are read when first asked for."""

    def __init__(self, field: _Field, number: int) -> None:
        self._field, self._number = field, number
        self._bounds: dict[str, tuple[int, int]] = {}

    def _array(self, array: str, kind: str) -> Numbers:
        return self._field.arrays[array].part(*self._bounds_of(kind))

    def _bounds_of(self, kind: str) -> tuple[int, int]:
        if (bounds := self._bounds.get(kind)) is None:
            begin, end = self._field.begins[kind].part(self._number, self._number + 2).tolist()
            bounds = self._bounds[kind] = begin, end
        return bounds

    @cached_property
    def speeches(self) -> Numbers:
        return self._array("speeches", "speeches")

    @property
    def ranks(self) -> Numbers:
        return self._array("ranks", "speeches")

    @cached_property
    def counts(self) -> Numbers:
        return self._array("counts", "speeches")

    @cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """int64[S]: where the paragraphs of each speech end among those of the term."""
        return np.cumsum(self.counts, dtype=np.int64)

    @cached_property
    def often(self) -> Numbers:
        return self._array("often", "speeches")

    @cached_property
    def paragraphs(self) -> Numbers:
        return self._array("paragraphs", "documents")

    @cached_property
    def frequencies(self) -> Numbers:
        return self._array("frequencies", "documents")

    @property
    def places(self) -> Numbers:
        return self._array("places", "places")

    @property
    def followers(self) -> Numbers:
        return self._array(FOLLOWERS, "places")

    @property
    def is_compound(self) -> bool:
        """Whether it stands beside its first part, so that nothing is told to follow it."""
        return HYPHEN.encode() in self._field.terms[self._number]

    @property
    def code(self) -> int:
        """What stands for the term where it follows another; 0 where nothing does."""
        codes = self._field.codes
        return 0 if codes is None else codes.item(self._number)

    @property
    def count(self) -> int:
        """How many documents have the term."""
        begin, end = self._bounds_of("documents")
        return end - begin


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
                file.strings(one["terms"]),
                {kind: file.array(place) for kind, place in one["begins"].items()},
                {array: file.array(place) for array, place in one["arrays"].items()},
                file.array(one["codes"]) if "codes" in one else None,
            )
            for name, one in file.index["fields"].items()
        }

    def terms(self, field: str) -> Strings | tuple[()]:
        """All terms of a field, read."""
        if (one := self._fields.get(field)) is None:
            return ()
        one.terms.compare()
        return one.terms

    def prefix_range(self, field: str, letters: bytes) -> range:
        """Return the numbers of the terms of a field that begin with these letters."""
        if (one := self._fields.get(field)) is None:
            return range(0)
        return range(one.terms.place(letters), one.terms.place(letters + _AFTER))

    def counts(self, field: str, some: range) -> npt.NDArray[np.int64]:
        """How many documents some terms of a field have."""
        if (one := self._fields.get(field)) is None:
            return np.empty(0, np.int64)
        begins = one.begins["documents"].part(some.start, some.stop + 1).astype(np.int64)
        return begins[1:] - begins[:-1]

    def speech_counts(self, field: str, numbers: Numbers) -> npt.NDArray[np.int64]:
        """How many speeches have each of some terms, given by their numbers."""
        if (one := self._fields.get(field)) is None:
            return np.zeros(len(numbers), np.int64)
        begins = one.begins["speeches"].all()
        return (begins[numbers + 1] - begins[numbers]).astype(np.int64)

    def by_speech(self, field: str, numbers: Numbers, *arrays: str) -> list[list[Numbers]]:
        """Of each of some terms, given by their numbers, those arrays that have a number for each
        speech."""
        if not len(numbers):
            return []
        one = self._fields[field]
        begins = one.begins["speeches"].all()
        chosen = [one.arrays[name] for name in arrays]
        bounds = zip(begins[numbers].tolist(), begins[numbers + 1].tolist(), strict=True)
        return [[array.part(begin, end) for array in chosen] for begin, end in bounds]

    def members(self, key: bytes) -> list[bytes]:
        """The words that have a key."""
        number = self._keys.find(key)
        if number is None:
            return []
        begin = self._member_ends.item(number - 1) if number else 0
        numbers = self._members.part(begin, self._member_ends.item(number)).tolist()
        return [self._words[one] for one in numbers]

    def entry(self, field: str, term: bytes) -> Entry | None:
        """Where a term stands; None where it does not."""
        if (one := self._fields.get(field)) is None:
            return None
        number = self._numbers.get((field, term), -1)
        if number == -1:
            number = one.terms.find(term)
            if len(self._numbers) < _TERMS_KEPT:
                self._numbers[field, term] = number
        return None if number is None else Entry(one, number)
