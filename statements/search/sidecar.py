"""A segment's postings beside it as plain arrays, mapped into memory: a word met for the first time
costs no decoding, and processes share the pages.

For every term of a searched field the file holds, one after the other,

    documents    int32[D]            ascending
    places       uint8/16/32[O]      of the term in all those documents
    frequencies  uint8/16/32[D]      of the term in each of them; their sum is O

in the smallest type that holds them; then for each field its terms, in order, with a record of
each; then where those stand. The file can be made anew from the segment at any time, so it is in
no list of files that must be there: where it is missing or spoilt, the segment itself is read.
"""

import json
import mmap
import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from statements.search.blocks import Lists
from statements.search.generations import sync

EXTENSION = ".side"
_PART = ".part"

Numbers = npt.NDArray[np.integer[Any]]

_RECORD = np.dtype(
    [
        ("begin", "<u8"),
        ("documents", "<u4"),
        ("places", "<u4"),
        ("crc", "<u4"),  # of documents and frequencies
        ("places_crc", "<u4"),
        ("frequency_size", "u1"),  # bytes of one number
        ("place_size", "u1"),
    ]
)
_TRAILER = struct.Struct("<QQI8s")  # where the directory begins, its index, sum of both, mark
_MARK = b"rostrum1"
_ALIGNMENT = 4


class Spoilt(Exception):
    """A side-car that is not as it was written."""


class Arrays(NamedTuple):
    documents: npt.NDArray[np.int32]
    frequencies: npt.NDArray[np.float32]
    places: npt.NDArray[np.int32] | None


# -- writing ----------------------------------------------------------------------------------


class SideCarWriter:
    """Terms are added in order, field by field; the file is there when all of it is written."""

    def __init__(self, folder: Path, segment_id: str) -> None:
        self._path = folder / f"{segment_id}{EXTENSION}"
        self._part = self._path.with_name(self._path.name + _PART)
        self._file: BinaryIO = self._part.open("wb")
        self._at = self._crc = 0
        self._fields: dict[str, tuple[list[bytes], list[tuple[int, ...]]]] = {}

    def add(
        self, field: str, term: bytes, documents: Numbers, frequencies: Numbers, places: Numbers
    ) -> None:
        terms, records = self._fields.setdefault(field, ([], []))
        small_places, small_frequencies = _small(places), _small(frequencies)
        documents_bytes = documents.astype("<i4").tobytes()
        places_bytes, frequencies_bytes = small_places.tobytes(), small_frequencies.tobytes()
        crc = zlib.crc32(frequencies_bytes, zlib.crc32(documents_bytes))
        sums = (crc, zlib.crc32(places_bytes))
        sizes = (small_frequencies.itemsize, small_places.itemsize)
        terms.append(term)
        records.append((self._at, len(documents), len(places), *sums, *sizes))
        self._write(documents_bytes + places_bytes + frequencies_bytes)

    def add_all(self, field: str, lists: Lists) -> None:
        ends = np.append(lists.begins[1:], len(lists.documents))
        places = np.append(0, np.cumsum(lists.frequencies)).tolist()
        bounds = zip(lists.begins.tolist(), ends.tolist(), strict=True)
        for term, (low, high) in zip(lists.terms, bounds, strict=True):
            documents, frequencies = lists.documents[low:high], lists.frequencies[low:high]
            self.add(field, term, documents, frequencies, lists.places[places[low] : places[high]])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if kind is None:
                self._finish()
        if kind is None:
            sync(self._part)
            os.replace(self._part, self._path)
        else:
            self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        begin, data_crc = self._at, self._crc
        self._crc = 0
        index: dict[str, tuple[int, dict[str, int]]] = {}
        for field, (terms, records) in self._fields.items():
            ends = np.cumsum([len(term) for term in terms]).astype("<u4")
            parts = {
                "records": np.array(records, _RECORD).tobytes(),
                "ends": ends.tobytes(),
                "terms": b"".join(terms),
            }
            places = {}
            for name, data in parts.items():
                places[name] = self._at
                self._write(data)
            index[field] = (len(terms), places)
        index_at = self._at
        self._write(json.dumps({"crc": data_crc, "fields": index}).encode())
        self._file.write(_TRAILER.pack(begin, index_at, self._crc, _MARK))

    def _write(self, data: bytes) -> None:
        data += b" " * (-len(data) % _ALIGNMENT)
        self._file.write(data)
        self._at += len(data)
        self._crc = zlib.crc32(data, self._crc)


def _small(numbers: Numbers) -> Numbers:
    most = int(numbers.max(initial=0))
    return numbers.astype("<u1" if most < 1 << 8 else "<u2" if most < 1 << 16 else "<u4")


# -- reading ----------------------------------------------------------------------------------


class _Terms(Sequence[bytes]):
    """Terms in order, and what is known of each."""

    def __init__(self, directory: bytes, places: dict[str, int], count: int) -> None:
        self._directory, self._begin = directory, places["terms"]
        self._ends = np.frombuffer(directory, "<u4", count, places["ends"])
        self.records = np.frombuffer(directory, _RECORD, count, places["records"])
        # which were found to be as they were written: postings, places
        self.sound = np.zeros((count, 2), bool)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: Any) -> Any:
        begin = int(self._ends[number - 1]) if number else 0
        return self._directory[self._begin + begin : self._begin + int(self._ends[number])]

    def find(self, term: bytes) -> int | None:
        number = bisect_left(self, term)
        return number if number < len(self) and self[number] == term else None


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
        trailer = len(self._memory) - _TRAILER.size
        begin, index_at, crc, mark = _TRAILER.unpack_from(self._memory, max(trailer, 0))
        # a copy: what was found to be sound must stay so, whatever befalls the file
        directory = self._memory[begin:trailer]
        if mark != _MARK or zlib.crc32(directory) != crc:
            raise Spoilt("the list of terms is not as it was written")
        index = json.loads(directory[index_at - begin :])
        self._data, self._crc = begin, index["crc"]
        self._fields = {
            field: _Terms(directory, {name: at - begin for name, at in places.items()}, count)
            for field, (count, places) in index["fields"].items()
        }

    def __contains__(self, field: str) -> bool:
        return field in self._fields

    def check(self) -> None:
        """Read every byte. Raises Spoilt."""
        with memoryview(self._memory) as view:
            if self._cut() or zlib.crc32(view[: self._data]) != self._crc:
                raise Spoilt("the side-car is not as it was written")

    def _cut(self) -> bool:
        # touching what is no more there would end the process
        return self._memory.size() < len(self._memory)

    def arrays(self, field: str, term: bytes, *, places: bool) -> Arrays | None:
        """Where a term stands; None where it does not. Raises Spoilt."""
        if self._cut():
            raise Spoilt("the file was cut")
        terms = self._fields[field]
        number = terms.find(term)
        if number is None:
            return None
        begin, count, occurrences, crc, places_crc, *sizes = terms.records[number].item()
        frequency_size, place_size = sizes
        places_at = begin + 4 * count
        frequencies_at = places_at + place_size * occurrences
        documents = np.frombuffer(self._memory, "<i4", count, begin)
        frequencies = np.frombuffer(self._memory, f"<u{frequency_size}", count, frequencies_at)
        at = np.frombuffer(self._memory, f"<u{place_size}", occurrences, places_at)
        if not terms.sound[number, 0]:
            if zlib.crc32(frequencies, zlib.crc32(documents)) != crc:
                raise Spoilt(f"postings of {term!r} are not as they were written")
            terms.sound[number, 0] = True
        if places and not terms.sound[number, 1]:
            if zlib.crc32(at) != places_crc:
                raise Spoilt(f"places of {term!r} are not as they were written")
            terms.sound[number, 1] = True
        return Arrays(
            documents, frequencies.astype(np.float32), at.astype(np.int32) if places else None
        )


def exists(folder: Path, segment_id: str) -> bool:
    return (folder / f"{segment_id}{EXTENSION}").exists()


def discard_if_spoilt(folder: Path, segment_id: str) -> None:
    try:
        SideCar(folder, segment_id).check()
    except FileNotFoundError:
        pass
    except Spoilt:
        (folder / f"{segment_id}{EXTENSION}").unlink(missing_ok=True)
