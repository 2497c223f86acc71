"""A segment's postings beside it as plain arrays, mapped into memory: a word met for the first time
costs no decoding, and processes share the pages.

For each searched field six arrays stand one after the other, each of the smallest type for its
numbers. All terms' numbers follow one another in the order of the terms; of one term there are S,
one for each speech that has it, P, one for each paragraph, and O, one for each occurrence:

    speeches     [S]  numbers of speeches in the segment, ascending
    ranks        [S]  uint16, how well its best paragraph matches (``impacts``)
    counts       [S]  how many paragraphs have the term; their sum is P
    paragraphs   [P]  of each paragraph, how many documents after the head of its speech
    frequencies  [P]  how often it has the term; their sum is O
    places       [O]  where

So a search that need not know paragraphs reads five bytes a speech. Then comes a directory, which
is read into memory: where each term's numbers begin, uint64[T+1] for each kind; ``words``, the
terms of all fields, and ``keys`` (``conflation``) with the numbers of the words that have each;
sums of every 64 kB of the arrays, compared when these are first read; last, where all that
stands. The file can be made anew from the segment at any time, so it is in no list of files that
must be there: where it is missing or spoilt, the segment itself is read.
"""

import json
import mmap
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.conflation import LANGUAGES

EXTENSION = ".side"
ARRAYS = ("speeches", "ranks", "counts", "paragraphs", "frequencies", "places")
KINDS = ("speeches", "documents", "places")  # of what a term has a number of numbers
ALIGNMENT = 8
_KEY = 8  # bytes
SUMMED = 1 << 16
TRAILER = struct.Struct("<QQI8s")  # where the directory begins, its index, sum of both, mark
MARK = b"rostrum2"

Numbers = npt.NDArray[np.integer[Any]]


class Spoilt(Exception):
    """A side-car that is not as it was written."""


class Strings(Sequence[bytes]):
    """Many short strings in order, without an object for each."""

    def __init__(self, ends: Numbers, joined: Numbers) -> None:
        self._ends, self._joined = ends, joined.tobytes()

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: Any) -> Any:
        begin = self._ends.item(number - 1) if number else 0
        return self._joined[begin : self._ends.item(number)]

    def __iter__(self) -> Iterator[bytes]:
        begin, joined = 0, self._joined
        for end in self._ends.tolist():
            yield joined[begin:end]
            begin = end

    def place(self, string: bytes) -> int:
        """How many come before a string."""
        key = np.uint64(int.from_bytes(string[:_KEY].ljust(_KEY, b"\0")))
        first = int(self._keys.searchsorted(key))
        if first == len(self) or self._keys.item(first) != key:
            return first
        return bisect_left(self, string, first, int(self._keys.searchsorted(key, "right")))

    def find(self, string: bytes) -> int | None:
        number = self.place(string)
        return number if number < len(self) and self[number] == string else None

    @cached_property
    def _keys(self) -> npt.NDArray[np.uint64]:
        """The first eight bytes of each, as numbers that ascend as the strings do."""
        ends = self._ends.astype(np.int64)
        begins = np.append(0, ends[:-1])[: len(ends)]
        joined = np.frombuffer(self._joined + bytes(_KEY), np.uint8)
        keys = np.zeros((len(ends), _KEY), np.uint8)
        for byte in range(_KEY):
            keys[:, byte] = joined[begins + byte] * (begins + byte < ends)
        return keys.view(">u8").ravel().astype(np.uint64)


class _Field(NamedTuple):
    terms: Strings
    begins: dict[str, Numbers]  # of each term's speeches, documents and places
    arrays: dict[str, Numbers]
    at: dict[str, int]


class Entry:
    """What the side-car holds of one term in one field; arrays are read when asked for."""

    def __init__(self, side: "SideCar", field: _Field, number: int) -> None:
        self._side, self._field, self._number = side, field, number

    def _array(self, array: str, kind: str) -> Numbers:
        begins = self._field.begins[kind]
        return self._side.sound(
            self._field, array, begins.item(self._number), begins.item(self._number + 1)
        )

    @property
    def speeches(self) -> Numbers:
        return self._array("speeches", "speeches")

    @property
    def ranks(self) -> Numbers:
        return self._array("ranks", "speeches")

    @property
    def counts(self) -> Numbers:
        return self._array("counts", "speeches")

    @property
    def paragraphs(self) -> Numbers:
        return self._array("paragraphs", "documents")

    @property
    def frequencies(self) -> Numbers:
        return self._array("frequencies", "documents")

    @property
    def places(self) -> Numbers:
        return self._array("places", "places")

    @property
    def count(self) -> int:
        """How many documents have the term."""
        begins = self._field.begins["documents"]
        return begins.item(self._number + 1) - begins.item(self._number)


class SideCar:
    def __init__(self, folder: Path, segment_id: str) -> None:
        """Raises Spoilt; FileNotFoundError where there is none."""
        with (folder / f"{segment_id}{EXTENSION}").open("rb") as file:
            try:
                self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                self._open()
            except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
                raise Spoilt(f"the side-car of {segment_id}: {error!r}") from error

    def _open(self) -> None:
        trailer = len(self._memory) - TRAILER.size
        begin, index_at, crc, mark = TRAILER.unpack_from(self._memory, max(trailer, 0))
        # a copy: what was found to be sound must stay so, whatever befalls the file
        directory = self._memory[begin:trailer]
        if mark != MARK or zlib.crc32(directory) != crc:
            raise Spoilt("the list of terms is not as it was written")
        index = json.loads(directory[index_at - begin :])

        def read(name: str) -> list[Numbers]:
            places = index["directory"][name]
            return [np.frombuffer(directory, dtype, count, at) for at, dtype, count in places]

        self._size = index["size"]
        (self._sums,) = read("sums")
        self._is_sound = np.zeros(len(self._sums), bool)
        self.words, self.keys = Strings(*read("words")), Strings(*read("keys"))
        self.languages = frozenset(filter(self._speaks, LANGUAGES))
        (self._member_ends,), (self._members,) = read("members/ends"), read("members")
        self.fields = {}
        for name, arrays in index["arrays"].items():
            kinds = {
                kind: read(f"{name}/{kind}")[0] for kind in ("speeches", "documents", "places")
            }
            views = {
                array: np.frombuffer(self._memory, dtype, length, at)
                for array, (at, dtype, length) in arrays.items()
            }
            at = {array: place[0] for array, place in arrays.items()}
            self.fields[name] = _Field(Strings(*read(f"{name}/terms")), kinds, views, at)

    def _speaks(self, language: str) -> bool:
        """Whether any word has a key of a language."""
        first = bisect_left(self.keys, f"{language}:".encode())
        return first < len(self.keys) and bool(self.keys[first].startswith(language.encode()))

    def members(self, key: bytes) -> list[bytes]:
        """The words that have a key."""
        number = self.keys.find(key)
        if number is None:
            return []
        begin = self._member_ends.item(number - 1) if number else 0
        numbers = self._members[begin : self._member_ends.item(number)].tolist()
        return [self.words[one] for one in numbers]

    def entry(self, field: str, term: bytes) -> Entry | None:
        """Where a term stands; None where it does not. What it yields may raise Spoilt."""
        if self._cut():
            raise Spoilt("the file was cut")
        if (one := self.fields.get(field)) is None:
            return None
        number = one.terms.find(term)
        return None if number is None else Entry(self, one, number)

    def sound(self, field: _Field, array: str, begin: int, end: int) -> Numbers:
        """A part of an array, once it was compared with its sums."""
        whole = field.arrays[array]
        at, size = field.at[array], whole.itemsize
        first, last = (at + begin * size) // SUMMED, (at + end * size - 1) // SUMMED + 1
        if not self._is_sound[first:last].all():
            if self._cut():
                raise Spoilt("the file was cut")
            self._compare(first, last)
        return whole[begin:end]

    def check(self) -> None:
        """Read every byte. Raises Spoilt."""
        if self._cut():
            raise Spoilt("the file was cut")
        self._is_sound[:] = False
        self._compare(0, len(self._sums))

    def _compare(self, first: int, last: int) -> None:
        with memoryview(self._memory) as view:
            for number in (np.flatnonzero(~self._is_sound[first:last]) + first).tolist():
                end = min((number + 1) * SUMMED, self._size)
                if zlib.crc32(view[number * SUMMED : end]) != self._sums[number]:
                    raise Spoilt("the side-car is not as it was written")
                self._is_sound[number] = True

    def _cut(self) -> bool:
        # touching what is no more there would end the process
        return self._memory.size() < len(self._memory)


def exists(folder: Path, segment_id: str) -> bool:
    return (folder / f"{segment_id}{EXTENSION}").exists()


def discard_if_spoilt(folder: Path, segment_id: str) -> None:
    try:
        SideCar(folder, segment_id).check()
    except FileNotFoundError:
        pass
    except Spoilt:
        (folder / f"{segment_id}{EXTENSION}").unlink(missing_ok=True)
