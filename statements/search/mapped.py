"""A file of arrays mapped into memory, of which no part is given that was not first compared with
its sum; so that opening it costs nothing, whatever its size.

    arrays     one after the other, each at a multiple of eight bytes
    sums       uint32, of every 64 kB of all before
    index      JSON: where each array stands, and whatever must be known at once
    trailer    where the sums and the index begin, the sum of all this, a mark

Strings in order are three arrays: where each ends, all of them joined, and their first bytes as
numbers, among which a string is sought; every so many of these are in the index, so that only the
part of them is read in which it must be.
"""

import json
import mmap
import os
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

ALIGNMENT = 8
SUMMED = 1 << 16
_PLACES = struct.Struct("<QQ")
_TRAILER = struct.Struct("<QQI8s")
_KEY = 8  # bytes
_SAMPLED = 1 << 12  # of so many numbers that strings are sought by, one is in the index

Numbers = npt.NDArray[np.integer[Any]]
Place = tuple[int, str, int]  # where an array begins, its type, its length


class Spoilt(Exception):
    """A file that is not as it was written."""


class File:
    def __init__(self, path: Path, mark: bytes) -> None:
        """Raises Spoilt; FileNotFoundError where there is none."""
        with path.open("rb") as file:
            try:
                self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                trailer = max(len(self._memory) - _TRAILER.size, 0)
                self._size, index_at, crc, found = _TRAILER.unpack_from(self._memory, trailer)
            except (OSError, ValueError, struct.error) as error:
                raise Spoilt(f"{path.name}: {error!r}") from error
        known = self._memory[self._size : trailer]
        if found != mark or zlib.crc32(known + _PLACES.pack(self._size, index_at)) != crc:
            raise Spoilt(f"the index of {path.name} is not as it was written")
        index_at -= self._size
        self.index: Any = json.loads(known[index_at:])
        self._sums = np.frombuffer(known, "<u4", index_at // 4)
        self._unread = bytearray(b"\1" * len(self._sums))

    def array(self, place: Place) -> "Array":
        return Array(self, np.frombuffer(self._memory, place[1], place[2], place[0]), place[0])

    def strings(self, places: dict[str, Any]) -> "Strings":
        ends, joined, keys = (self.array(places[name]) for name in ("ends", "joined", "keys"))
        return Strings(ends, joined, keys, places["sample"])

    def compare(self, begin: int, end: int) -> None:
        """Raises Spoilt where the bytes between two places are not as they were written."""
        first, last = begin // SUMMED, (end - 1) // SUMMED + 1
        if self._unread.find(1, first, last) < 0:
            return
        self.check_size()
        with memoryview(self._memory) as view:
            for number in range(first, last):
                if self._unread[number]:
                    stop = min((number + 1) * SUMMED, self._size)
                    if zlib.crc32(view[number * SUMMED : stop]) != self._sums[number]:
                        raise Spoilt("it is not as it was written")
                    self._unread[number] = 0

    def check(self) -> None:
        """Read every byte. Raises Spoilt."""
        self._unread[:] = b"\1" * len(self._unread)
        self.compare(0, self._size)

    def check_size(self) -> None:
        """Raises Spoilt where it was cut: touching what is no more there would end the process."""
        if self._memory.size() < len(self._memory):
            raise Spoilt("it was cut")


class Array:
    """An array of a file. What it yields may raise Spoilt."""

    __slots__ = ("_at", "_file", "_whole")

    def __init__(self, file: File, whole: Numbers, at: int) -> None:
        self._file, self._whole, self._at = file, whole, at

    def __len__(self) -> int:
        return len(self._whole)

    def part(self, begin: int, end: int) -> Numbers:
        size = self._whole.itemsize
        self._file.compare(self._at + begin * size, self._at + end * size)
        return self._whole[begin:end]

    def all(self) -> Numbers:
        return self.part(0, len(self._whole))

    def item(self, number: int) -> int:
        at = self._at + number * self._whole.itemsize
        self._file.compare(at, at + 1)  # none is in two of the parts that have a sum
        return int(self._whole.item(number))


class Strings(Sequence[bytes]):
    """Many short strings in order, without an object for each. What it yields may raise Spoilt."""

    def __init__(self, ends: Array, joined: Array, keys: Array, sample: list[int]) -> None:
        self._ends, self._joined, self._keys, self._sample = ends, joined, keys, sample

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: Any) -> Any:
        begin = self._ends.item(number - 1) if number else 0
        return self._joined.part(begin, self._ends.item(number)).tobytes()

    def __iter__(self) -> Iterator[bytes]:
        begin, joined = 0, self._joined.all().tobytes()
        for end in self._ends.all().tolist():
            yield joined[begin:end]
            begin = end

    def compare(self) -> None:
        """Have all of it read, so that nothing of it raises Spoilt any more."""
        for array in (self._ends, self._joined, self._keys):
            array.all()

    def place(self, string: bytes) -> int:
        """How many come before a string."""
        key = int.from_bytes(_beginning(string))
        # the last before it in the sample, and the first after it, are the bounds
        low = max(bisect_left(self._sample, key) - 1, 0) * _SAMPLED
        high = min(bisect_right(self._sample, key) * _SAMPLED, len(self))
        keys = self._keys.part(low, high)
        first = low + int(keys.searchsorted(np.uint64(key)))
        if len(string) <= _KEY or first == high or keys.item(first - low) != key:
            return first  # what begins as all of it does comes after it
        return bisect_left(self, string, first, low + int(keys.searchsorted(key, "right")))

    def find(self, string: bytes) -> int | None:
        number = self.place(string)
        return number if number < len(self) and self[number] == string else None


def _beginning(string: bytes) -> bytes:
    return string[:_KEY].ljust(_KEY, b"\0")


def ends_with(path: Path, mark: bytes) -> bool:
    """Whether a file is there and ends with its mark, as one that was cut does not."""
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - len(mark), 0))
            return file.read() == mark
    except OSError:
        return False


# -- writing -----------------------------------------------------------------------------------


def align(file: BinaryIO) -> None:
    file.write(bytes(-file.tell() % ALIGNMENT))


def put(file: BinaryIO, array: Numbers) -> Place:
    """Write an array at the end of a file."""
    place = (file.tell(), array.dtype.str, len(array))
    file.write(array.tobytes())
    align(file)
    return place


def put_strings(file: BinaryIO, strings: Sequence[bytes]) -> dict[str, Any]:
    """Write strings, which are in order, at the end of a file."""
    keys = np.frombuffer(b"".join(map(_beginning, strings)), ">u8").astype("<u8")
    return {
        "ends": put(file, np.cumsum([len(string) for string in strings], dtype="<u4")),
        "joined": put(file, np.frombuffer(b"".join(strings), np.uint8)),
        "keys": put(file, keys),
        "sample": keys[::_SAMPLED].tolist(),
    }


def finish(file: BinaryIO, index: Any, mark: bytes) -> None:
    """Write what follows the arrays of a file, which is open for reading, too."""
    size = file.tell()
    file.seek(0)
    blocks = (file.read(min(SUMMED, size - begin)) for begin in range(0, size, SUMMED))
    sums = np.array([zlib.crc32(block) for block in blocks], "<u4").tobytes()
    known = sums + json.dumps(index).encode()
    file.seek(size)
    places = size, size + len(sums)
    crc = zlib.crc32(known + _PLACES.pack(*places))
    file.write(known + _TRAILER.pack(*places, crc, mark))
