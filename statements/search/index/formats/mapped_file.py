"""A file of arrays, read where it is asked for: opening it costs nothing, whatever its size.

    arrays     one after the other, each at a multiple of eight bytes
    sums       uint32, of every 64 kB of all before
    index      JSON: where each array stands, and whatever must be known at once
    trailer    where the sums and the index begin, the sum of all this, a mark

What is asked for is copied into memory in pieces of 64 kB, each compared with its sum as copied.
So no byte is used that was not verified, one that changes in the file later changes no answer, and
a file that is cut while it is open is an error; were the file itself mapped, it would end the
process. A process holds ``MOST_HELD`` bytes of all files together; when more is asked for, all are
let go and read again as they are needed.

Strings in order are three arrays: where each ends, all of them joined, and their first bytes as
numbers, among which a string is sought; every so many of these are in the index, so that only the
part of them is read in which it must be.
"""

import json
import mmap
import os
import struct
import threading
import weakref
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from statements.search.index.generations import IndexDamaged

ALIGNMENT = 8
SUMMED = 1 << 16
MOST_HELD = 192 << 20
_PLACES = struct.Struct("<QQ")
_TRAILER = struct.Struct("<QQI8s")
_KEY = 8  # bytes
_SAMPLED = 1 << 12  # of so many numbers that strings are sought by, one is in the index

Numbers = npt.NDArray[np.integer[Any]]
Place = tuple[int, str, int]  # where an array begins, its type, its length


class _Pieces:
    """Memory for the bytes of a file, of which those pieces are filled that were asked for. It is
    never emptied, so arrays of it stay as they are; a file that lets go takes a new one."""

    def __init__(self, size: int) -> None:
        # memory is taken by the page, when it is written to
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
        self.memory = mmap.mmap(-1, max(size, 1), flags)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):  # a huge page would be 32 pieces
            try:
                self.memory.madvise(mmap.MADV_NOHUGEPAGE)
            except OSError:
                pass  # a kernel without huge pages
        self.unread = bytearray(b"\1" * -(-size // SUMMED))
        self.arrays: dict[Place, Numbers] = {}

    def array(self, place: Place) -> Numbers:
        """The whole array, filled or not."""
        if (found := self.arrays.get(place)) is None:
            found = np.frombuffer(self.memory, place[1], place[2], place[0])
            found.flags.writeable = False
            self.arrays[place] = found
        return found


class _Holdings:
    """How many bytes of files this process holds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: weakref.WeakSet[File] = weakref.WeakSet()
        self._at_most = 0  # bytes: more than are held where files were closed since they were added

    def add(self, file: "File", size: int) -> None:
        with self._lock:
            self._files.add(file)
            self._at_most += size
            if self._at_most <= MOST_HELD:
                return
            files = list(self._files)
            self._at_most = sum(one.held for one in files)
            if self._at_most <= MOST_HELD:
                return
            self._at_most = 0
        for one in files:
            one.let_go()


HOLDINGS = _Holdings()


class File:
    def __init__(self, path: Path, mark: bytes) -> None:
        """Raises IndexDamaged."""
        self._name = path.name
        try:
            self._file = os.open(path, os.O_RDONLY)
            weakref.finalize(self, os.close, self._file)
            length = os.fstat(self._file).st_size
            trailer = max(length - _TRAILER.size, 0)
            end = self._read(trailer, length)
            self._size, index_at, crc, found = _TRAILER.unpack(end)
            known = self._read(self._size, trailer)
        except (OSError, ValueError, struct.error) as error:
            raise IndexDamaged(f"{path.name}: {error!r}") from error
        if found != mark or zlib.crc32(known + _PLACES.pack(self._size, index_at)) != crc:
            raise IndexDamaged(f"the index of {path.name} is not as it was written")
        index_at -= self._size
        self.index: Any = json.loads(known[index_at:])
        self._sums = np.frombuffer(known, "<u4", index_at // 4)
        self._pieces = _Pieces(self._size)

    def array(self, place: Place) -> "Array":
        return Array(self, (int(place[0]), str(place[1]), int(place[2])))

    def strings(self, places: dict[str, Any]) -> "Strings":
        ends, joined, keys = (self.array(places[name]) for name in ("ends", "joined", "keys"))
        return Strings(ends, joined, keys, places["sample"])

    def filled(self, begin: int, end: int) -> _Pieces:
        """Return the memory of the file, in which the bytes between two places are as they were
        written. Raises IndexDamaged."""
        pieces = self._pieces
        first, last = begin // SUMMED, (end - 1) // SUMMED + 1
        if pieces.unread.find(1, first, last) < 0:
            return pieces
        for number in range(first, last):
            if pieces.unread[number]:
                data = self._compared(number)
                at = number * SUMMED
                # what another thread may have copied meanwhile are the same bytes
                pieces.memory[at : at + len(data)] = data
                pieces.unread[number] = 0
                HOLDINGS.add(self, len(data))
        return pieces

    @property
    def held(self) -> int:
        """How many bytes of it are in memory, to a piece."""
        return self._pieces.unread.count(0) * SUMMED

    def let_go(self) -> None:
        self._pieces = _Pieces(self._size)

    def _compared(self, number: int) -> bytes:
        data = self._read(number * SUMMED, min((number + 1) * SUMMED, self._size))
        if zlib.crc32(data) != self._sums[number]:
            raise IndexDamaged(f"{self._name} is not as it was written")
        return data

    def _read(self, begin: int, end: int) -> bytes:
        """Raises IndexDamaged where the file is shorter, or cannot be read."""
        try:
            data = os.pread(self._file, max(end - begin, 0), begin)
            while len(data) < end - begin:
                if not (more := os.pread(self._file, end - begin - len(data), begin + len(data))):
                    raise IndexDamaged(f"{self._name} was cut")
                data += more
        except (OSError, OverflowError, ValueError, MemoryError) as error:
            raise IndexDamaged(f"{self._name}: {error!r}") from error
        return data


class Array:
    """An array of a file. What it yields may raise IndexDamaged."""

    __slots__ = ("_at", "_file", "_length", "_place", "_size")

    def __init__(self, file: File, place: Place) -> None:
        self._file, self._place = file, place
        self._at, self._size, self._length = place[0], np.dtype(place[1]).itemsize, place[2]

    def __len__(self) -> int:
        return self._length

    def part(self, begin: int, end: int) -> Numbers:
        size, at = self._size, self._at
        return self._file.filled(at + begin * size, at + end * size).array(self._place)[begin:end]

    def all(self) -> Numbers:
        return self.part(0, self._length)

    def item(self, number: int) -> int:
        at = self._at + number * self._size
        # none is in two of the parts that have a sum
        return int(self._file.filled(at, at + 1).array(self._place).item(number))


class Strings(Sequence[bytes]):
    """Many short strings in order, without an object for each. Reading may raise IndexDamaged."""

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
        """Have all of it read and compared."""
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
