"""A file of arrays, of which only what is needed is read: opening it costs nothing, whatever its
size.

    arrays     one after the other, each at a multiple of eight bytes
    checksums  uint32, the CRC-32 of every 64 kB of the arrays
    index      JSON: where each array is, and whatever is needed at once
    trailer    where the checksums and the index begin, the checksum of these, a mark

What is read is copied into memory in pieces of 64 kB, and each copy is compared with its checksum.
So no byte is used that was not verified, a byte that changes in the file later changes no answer,
and a file that is cut while it is open is an error. (If the file itself were mapped, it would end
the process.) A process keeps at most ``MEMORY_LIMIT`` bytes of all files together; when it exceeds
them, it releases all and reads again what it needs.

Sorted strings are three arrays: where each ends, all of them joined, and their first bytes as
numbers, in which a string is searched. The index has a sample of these numbers, so that a search
reads only one part of them.
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
PIECE = 1 << 16
MEMORY_LIMIT = 192 << 20
_OFFSETS = struct.Struct("<QQ")
_TRAILER = struct.Struct("<QQI8s")
_KEY = 8  # bytes of a string that are compared as a number
_SAMPLED = 1 << 12  # the index has one of so many of these numbers

Numbers = npt.NDArray[np.integer[Any]]
Place = tuple[int, str, int]  # where an array begins, its type, its length


class _Memory:
    """Memory for the bytes of a file, into which pieces are copied when they are needed. It is
    never emptied, so arrays in it stay valid; a file that is released takes new memory."""

    def __init__(self, size: int) -> None:
        # the system assigns each page when it is first written to
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
        self.buffer = mmap.mmap(-1, max(size, 1), flags)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):  # a huge page would be 32 pieces
            try:
                self.buffer.madvise(mmap.MADV_NOHUGEPAGE)
            except OSError:
                pass  # a kernel without huge pages
        self.is_unread = bytearray(b"\1" * -(-size // PIECE))  # of each piece
        self._arrays: dict[Place, Numbers] = {}

    def array(self, place: Place) -> Numbers:
        """Return a whole array, whether or not its pieces have been read."""
        if (array := self._arrays.get(place)) is None:
            array = np.frombuffer(self.buffer, place[1], place[2], place[0])
            array.flags.writeable = False
            self._arrays[place] = array
        return array


class _MemoryUse:
    """Counts the bytes of files in the memory of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: weakref.WeakSet[File] = weakref.WeakSet()
        self._upper_bound = 0  # bytes; some may be of files that have been closed since

    def add(self, file: "File", size: int) -> None:
        """Count bytes that a file has read. Release all files if there are too many."""
        with self._lock:
            self._files.add(file)
            self._upper_bound += size
            if self._upper_bound <= MEMORY_LIMIT:
                return
            files = list(self._files)
            self._upper_bound = sum(present.memory_use for present in files)
            if self._upper_bound <= MEMORY_LIMIT:
                return
            self._upper_bound = 0
        for present in files:
            present.release()


_memory_use = _MemoryUse()


class File:
    def __init__(self, path: Path, mark: bytes) -> None:
        """Open a file that ends with this mark. Raises IndexDamaged."""
        self._name = path.name
        try:
            self._file = os.open(path, os.O_RDONLY)
            weakref.finalize(self, os.close, self._file)
            length = os.fstat(self._file).st_size
            trailer = max(length - _TRAILER.size, 0)
            self._size, index_at, checksum, actual_mark = _TRAILER.unpack(
                self._read(trailer, length)
            )
            directory = self._read(self._size, trailer)
        except (OSError, ValueError, struct.error) as error:
            raise IndexDamaged(f"{path.name}: {error!r}") from error
        computed = zlib.crc32(directory + _OFFSETS.pack(self._size, index_at))
        if actual_mark != mark or computed != checksum:
            raise IndexDamaged(f"the index of {path.name} is not as it was written")
        index_at -= self._size
        self.index: Any = json.loads(directory[index_at:])
        self._checksums = np.frombuffer(directory, "<u4", index_at // 4)
        self._memory = _Memory(self._size)

    def array(self, place: Place) -> "Array":
        return Array(self, (int(place[0]), str(place[1]), int(place[2])))

    def strings(self, places: dict[str, Any]) -> "Strings":
        ends, joined, keys = (self.array(places[name]) for name in ("ends", "joined", "keys"))
        return Strings(ends, joined, keys, places["sample"])

    def read(self, begin: int, end: int) -> _Memory:
        """Return the memory of the file, in which the bytes between two offsets have been read and
        verified. Raises IndexDamaged."""
        memory = self._memory
        first, last = begin // PIECE, (end - 1) // PIECE + 1
        if memory.is_unread.find(1, first, last) < 0:
            return memory
        for number in range(first, last):
            if memory.is_unread[number]:
                offset = number * PIECE
                data = self._read(offset, min(offset + PIECE, self._size))
                if zlib.crc32(data) != self._checksums[number]:
                    raise IndexDamaged(f"{self._name} is not as it was written")
                # another thread may copy the same bytes at the same time
                memory.buffer[offset : offset + len(data)] = data
                memory.is_unread[number] = 0
                _memory_use.add(self, len(data))
        return memory

    @property
    def memory_use(self) -> int:
        """The number of its bytes in memory, in whole pieces."""
        return self._memory.is_unread.count(0) * PIECE

    def release(self) -> None:
        """Give up the memory; arrays that are in use keep it."""
        self._memory = _Memory(self._size)

    def _read(self, begin: int, end: int) -> bytes:
        """Raises IndexDamaged if the file is shorter, or cannot be read."""
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
    """An array of a file. Reading may raise IndexDamaged."""

    __slots__ = ("_file", "_item_size", "_length", "_offset", "_place")

    def __init__(self, file: File, place: Place) -> None:
        self._file, self._place = file, place
        self._offset, self._length = place[0], place[2]
        self._item_size = np.dtype(place[1]).itemsize

    def __len__(self) -> int:
        return self._length

    def part(self, begin: int, end: int) -> Numbers:
        size, offset = self._item_size, self._offset
        memory = self._file.read(offset + begin * size, offset + end * size)
        return memory.array(self._place)[begin:end]

    def all(self) -> Numbers:
        return self.part(0, self._length)

    def item(self, number: int) -> int:
        offset = self._offset + number * self._item_size
        # no item lies in two pieces
        return int(self._file.read(offset, offset + 1).array(self._place).item(number))


class Strings(Sequence[bytes]):
    """Many short sorted strings, without an object for each. Reading may raise IndexDamaged."""

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

    def joined(self) -> tuple[bytes, npt.NDArray[np.int64]]:
        """Return all strings, one after the other, and int64[N], where each ends."""
        return self._joined.all().tobytes(), self._ends.all().astype(np.int64)

    def verify(self) -> None:
        """Read all of it."""
        for array in (self._ends, self._joined, self._keys):
            array.all()

    def bisect(self, string: bytes) -> int:
        """Return how many strings are less than this one."""
        key = int.from_bytes(_key_bytes(string))
        # the last lesser number of the sample and the first greater one are the bounds
        low = max(bisect_left(self._sample, key) - 1, 0) * _SAMPLED
        high = min(bisect_right(self._sample, key) * _SAMPLED, len(self))
        keys = self._keys.part(low, high)
        first = low + int(keys.searchsorted(np.uint64(key)))
        if len(string) <= _KEY or first == high or keys.item(first - low) != key:
            return first  # strings that begin with the whole of this one are not less
        return bisect_left(self, string, first, low + int(keys.searchsorted(key, "right")))

    def find(self, string: bytes) -> int | None:
        """Return the number of a string, or None."""
        number = self.bisect(string)
        return number if number < len(self) and self[number] == string else None


def _key_bytes(string: bytes) -> bytes:
    return string[:_KEY].ljust(_KEY, b"\0")


def ends_with(path: Path, mark: bytes) -> bool:
    """Return whether a file exists and ends with its mark, as one that was cut does not."""
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - len(mark), 0))
            return file.read() == mark
    except OSError:
        return False


# -- writing -----------------------------------------------------------------------------------


def align(file: BinaryIO) -> None:
    """Fill a file up to the next multiple of ``ALIGNMENT`` bytes."""
    file.write(bytes(-file.tell() % ALIGNMENT))


def put(file: BinaryIO, array: Numbers) -> Place:
    """Write an array at the end of a file. Return where it is."""
    place = (file.tell(), array.dtype.str, len(array))
    file.write(array.tobytes())
    align(file)
    return place


def put_strings(file: BinaryIO, strings: Sequence[bytes]) -> dict[str, Any]:
    """Write sorted strings at the end of a file. Return where they are."""
    keys = np.frombuffer(b"".join(map(_key_bytes, strings)), ">u8").astype("<u8")
    return {
        "ends": put(file, np.cumsum([len(string) for string in strings], dtype="<u4")),
        "joined": put(file, np.frombuffer(b"".join(strings), np.uint8)),
        "keys": put(file, keys),
        "sample": keys[::_SAMPLED].tolist(),
    }


def finish(file: BinaryIO, index: Any, mark: bytes) -> None:
    """Write what follows the arrays of a file, which must be open for reading, too."""
    size = file.tell()
    file.seek(0)
    pieces = (file.read(min(PIECE, size - begin)) for begin in range(0, size, PIECE))
    checksums = np.array([zlib.crc32(piece) for piece in pieces], "<u4").tobytes()
    directory = checksums + json.dumps(index).encode()
    file.seek(size)
    offsets = size, size + len(checksums)
    checksum = zlib.crc32(directory + _OFFSETS.pack(*offsets))
    file.write(directory + _TRAILER.pack(*offsets, checksum, mark))
