"""One segment of the index as arrays: columns read whole, postings decoded on first use.

For a segment of N documents: ``columns`` are N numbers or ordinals each, ``postings`` of a term
are ascending int32 documents with float32 frequencies, ``positions`` the int32 places of the term
in all those documents, one after the other. The format read here is that of Whoosh's codec
``whoosh.codec.whoosh3`` (W3), which is frozen; files are read by ``pread``, so that threads share
them and a file cut short is an error, not a crash.
"""

import logging
import os
import struct
import threading
import time
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from pickle import Unpickler, UnpicklingError, loads
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec import default_codec
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from statements.search.generations import IndexDamaged
from statements.search.schema import (
    FACET_FIELDS,
    HEAD_FIELDS,
    MANY_VALUED,
    ORDER_FIELDS,
    SCHEMA,
    SEARCHED,
    TEXT_FIELD,
)
from statements.search.sidecar import SideCar, SideCarWriter, Spoilt
from statements.search.writer import check_sizes

logger = logging.getLogger(__name__)

Documents = npt.NDArray[np.int32]
Frequencies = npt.NDArray[np.float32]

_LENGTH_OF_BYTE = np.array([byte_to_length(byte) for byte in range(256)], np.float32)
_NUMPY_TYPE = {"B": ">u1", "H": ">u2", "I": ">u4", "Q": ">u8"}
_BLOCK_LENGTH = struct.Struct("!i")
_MAGIC = b"W3Bl"
# what decoding of spoilt bytes may raise
_SPOILT = (
    OSError, zlib.error, UnpicklingError, struct.error, EOFError, ValueError, TypeError,
    IndexError, KeyError, AttributeError, MemoryError, AssertionError, ImportError,
)  # fmt: skip


class Postings:
    """Where a term stands in one segment."""

    __slots__ = ("documents", "frequencies", "places")

    def __init__(self, documents: Documents, frequencies: Frequencies, places: Documents | None):
        self.documents = documents
        self.frequencies = frequencies
        self.places = places  # None where they were not asked for

    @property
    def nbytes(self) -> int:
        places = 0 if self.places is None else self.places.nbytes
        return self.documents.nbytes + self.frequencies.nbytes + places + 200


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32))


class PostingsCache:
    """Least recently used decoded postings of this process, bounded in bytes."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._kept: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, str]) -> Postings | None:
        with self._lock:
            if found := self._kept.get(key):
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[str, str, str], postings: Postings) -> None:
        with self._lock:
            if before := self._kept.pop(key, None):
                self._used -= before.nbytes
            self._kept[key] = postings
            self._used += postings.nbytes
            while self._used > self._budget and len(self._kept) > 1:
                self._used -= self._kept.popitem(last=False)[1].nbytes


CACHE = PostingsCache(budget=128 << 20)


class Segment:
    """An immutable segment; what of it is deleted is the snapshot's knowledge."""

    def __init__(self, folder: Path, segment: Any) -> None:
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._folder = folder
        self._sums = check_sizes(folder, self.id)
        try:
            self._open(segment)
        except _SPOILT as error:
            raise IndexDamaged(f"segment {self.id} cannot be read: {error!r}") from error

    def _open(self, segment: Any) -> None:
        # a spoilt list of terms would hide a term; spoilt postings are noticed when decoded
        self._trusted(f"{self.id}.trm")
        storage = FileStorage(str(self._folder), readonly=True)
        self._terms = default_codec().terms_reader(storage, segment)
        self._terms_lock = threading.Lock()  # whoosh seeks and reads in two steps
        self._side = self._open_side()
        self._postings_file = os.open(self._folder / f"{self.id}.pst", os.O_RDONLY)
        weakref.finalize(self, _close, self._terms, self._postings_file)

        paragraph = self._numbers("paragraph")
        self.heads = np.flatnonzero(paragraph == 0).astype(np.int32)
        # the head before each document, counted from 0
        self.speech_of = (np.cumsum(paragraph == 0) - 1).astype(np.int32)
        self.paragraph = paragraph.astype(np.int32)
        self.lengths = {field: self._lengths(field) for field in (TEXT_FIELD, *HEAD_FIELDS)}
        # of speeches, in the order of their heads
        self.numbers = {
            field: self._numbers(field)[self.heads].astype(np.int64) for field in ORDER_FIELDS
        }
        self.facets = {}
        for field in (*FACET_FIELDS, MANY_VALUED):
            ordinals, values = self._ordinals(field)
            self.facets[field] = (ordinals[self.heads], values)
        if self.size and (not len(self.heads) or self.heads[0] != 0):
            raise IndexDamaged(f"segment {self.id} does not begin with a speech")

    def _open_side(self) -> SideCar | None:
        try:
            return SideCar(self._folder, self.id)
        except FileNotFoundError:
            return None
        except Spoilt as error:
            logger.warning("%s", error)
            return None

    def postings(self, field: str, term: str, *, places: bool = False) -> Postings:
        if self._side is not None and field in self._side:
            try:
                arrays = self._side.arrays(field, term.encode(), places=places)
                return Postings(*arrays) if arrays else NO_POSTINGS
            except Spoilt as error:
                logger.warning("segment %s is read without its side-car: %s", self.id, error)
                self._side = None
        key = (self.id, field, term)
        found = CACHE.get(key)
        if found is None or (places and found.places is None):
            try:
                found = self._decode(field, term, places)
            except _SPOILT as error:
                raise IndexDamaged(f"segment {self.id}, {field}:{term}: {error!r}") from error
            CACHE.put(key, found)
        return found

    def terms(self, field: str, prefix: str, most: int) -> list[str]:
        """The terms of a field that begin so, in their order, at most so many."""
        wanted = prefix.encode()
        found: list[str] = []
        with self._terms_lock:
            try:
                # whoosh goes on into the next field
                for of, term in self._terms.terms_from(field, wanted):
                    if of != field or len(found) == most or not term.startswith(wanted):
                        break
                    found.append(term.decode())
            except _SPOILT as error:
                raise IndexDamaged(f"segment {self.id}, {field}:{prefix}*: {error!r}") from error
        return found

    def write_side_car(self, meanwhile: Callable[[], None]) -> None:
        """Write the side-car anew, and call ``meanwhile`` several times a second."""
        called_at = time.monotonic()
        with SideCarWriter(self._folder, self.id) as writer:
            for field, term in self._terms.terms():
                if field not in SEARCHED:
                    continue
                found = self._decode(field, term.decode(), places=True)
                assert found.places is not None  # noqa: S101
                frequencies = found.frequencies.astype(np.int64)
                writer.add(field, term, found.documents, frequencies, found.places)
                if time.monotonic() > called_at + 0.1:
                    meanwhile()
                    called_at = time.monotonic()

    def _decode(self, field: str, term: str, places: bool) -> Postings:
        with self._terms_lock:
            try:
                info = self._terms.term_info(field, term.encode())
            except TermNotFound:
                return NO_POSTINGS
        offset, length = info.extent()
        # whoosh 2.7.4 leaves the length a tuple of one
        length = length[0] if isinstance(length, tuple) else length
        data = os.pread(self._postings_file, length, offset)
        if len(data) != length or data[:4] != _MAGIC:
            raise IndexDamaged(f"segment {self.id}: postings of {field}:{term} are cut short")
        postings = _decode_blocks(data, places)
        if len(postings.documents) != info.doc_frequency():
            raise IndexDamaged(f"segment {self.id}: postings of {field}:{term} are not whole")
        return postings

    def _column(self, name: str) -> bytes | None:
        file = f"{self.id}.{name}.col"
        if file not in self._sums:
            return None  # no document of the segment has a value
        return self._trusted(file)

    def _trusted(self, file: str) -> bytes:
        """A file read whole, if it is as it was written."""
        data = (self._folder / file).read_bytes()
        if zlib.crc32(data) != self._sums[file]:
            raise IndexDamaged(f"{file} has changed since it was written")
        return data

    def _numbers(self, field: str) -> npt.NDArray[Any]:
        """A NUMERIC column: numbers in network order, cut after the last that is not 0."""
        dtype = np.dtype(_NUMPY_TYPE[SCHEMA[field].column_type._typecode])
        whole = np.zeros(self.size, dtype.newbyteorder("="))
        if data := self._column(field):
            given = np.frombuffer(data, dtype, count=min(len(data) // dtype.itemsize, self.size))
            whole[: len(given)] = given
        return whole

    def _lengths(self, field: str) -> npt.NDArray[np.float32]:
        codes = np.zeros(self.size, np.uint8)
        if data := self._column(f"_{field}_len"):
            given = np.frombuffer(data, np.uint8, count=min(len(data), self.size))
            codes[: len(given)] = given
        return _LENGTH_OF_BYTE[codes]

    def _ordinals(self, field: str) -> tuple[Documents, list[str]]:
        """A column of references: one for each document, then the values that they refer to."""
        data = self._column(field)
        if data is None:
            return np.zeros(self.size, np.int32), [""]
        dtype = np.dtype({"B": ">u1", "H": ">u2"}[chr(data[-1])])
        ordinals = np.frombuffer(data, dtype, count=self.size).astype(np.int32)
        place = self.size * dtype.itemsize
        count, place = _varint(data, place)
        values = []
        for _ in range(count):
            length, place = _varint(data, place)
            values.append(data[place : place + length].decode())
            place += length
        return ordinals, values


def _decode_blocks(data: bytes, with_places: bool) -> Postings:
    deltas: list[int] = []
    counts: list[int] = []
    weights: list[Any] = []
    places: list[int] = []
    place = len(_MAGIC)
    last = False
    while not last:
        (length,) = _BLOCK_LENGTH.unpack_from(data, place)
        last, end = length < 0, place + _BLOCK_LENGTH.size + abs(length)
        block = data[place + _BLOCK_LENGTH.size : end]
        # a pickle of what the block holds, then one of the postings, compressed or not
        info, body = _leading_pickle(block)
        ids, block_weights, values = loads(zlib.decompress(body) if info[3] else body)  # noqa: S301
        deltas.extend(ids)
        counts.append(len(ids))
        weights.append(block_weights)
        if with_places:
            for value in values:
                places.extend(loads(value[4:]))  # noqa: S301
        place = end
    documents = _undo_deltas(np.array(deltas, np.int64), np.array(counts))
    frequencies = np.empty(len(documents), np.float32)
    start = 0
    for count, block_weights in zip(counts, weights, strict=True):
        frequencies[start : start + count] = 1.0 if block_weights is None else block_weights
        start += count
    flat = None
    if with_places:
        flat = _undo_deltas(np.array(places, np.int64), frequencies.astype(np.int64))
    return Postings(documents, frequencies, flat)


def _undo_deltas(deltas: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Documents:
    """Runs of ``counts`` numbers, each told as its distance from the one before in its run."""
    sums = np.cumsum(deltas)
    starts = np.cumsum(counts) - counts
    before = np.where(starts > 0, sums[starts - 1], 0)
    undone: Documents = (sums - np.repeat(before, counts)).astype(np.int32)
    return undone


def _leading_pickle(block: bytes) -> tuple[Any, bytes]:
    stream = BytesIO(block)
    info = Unpickler(stream).load()  # noqa: S301
    return info, block[stream.tell() :]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
        shift += 7


def _close(terms: Any, postings_file: int) -> None:
    terms.close()
    os.close(postings_file)
