"""Posting lists as Whoosh's codec ``whoosh.codec.whoosh3`` (W3) wrote them, decoded into arrays.

It is how a segment without a side-car is read. The format is frozen; ``whoosh_blocks`` tells it.
"""

import struct
import threading
import zlib
from collections import OrderedDict
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from statements.search.index.formats.unpickling import PlainUnpickler, buffered, loads

Documents = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.integer[Any]]

MAGIC = b"W3Bl"
_BLOCK_LENGTH = struct.Struct("!i")


class Postings:
    """The documents that have a term, ascending; how often each has it; and the places, of one
    document after the other, or None where they were not asked for."""

    __slots__ = ("documents", "frequencies", "places")

    def __init__(self, documents: Documents, frequencies: Numbers, places: Numbers | None):
        self.documents = documents
        self.frequencies = frequencies
        self.places = places

    def only(self, kept: npt.NDArray[np.bool_]) -> "Postings":
        """Those of some of the documents."""
        if kept.all():
            return self
        places = self.places
        if places is not None:
            places = places[np.repeat(kept, self.frequencies)]
        return Postings(self.documents[kept], self.frequencies[kept], places)

    @property
    def nbytes(self) -> int:
        places = 0 if self.places is None else self.places.nbytes
        return self.documents.nbytes + self.frequencies.nbytes + places + 200


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


class Cache:
    """What this process decoded, the least recently used let go first; bounded in bytes."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> Any:
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[str, ...], decoded: Sized) -> None:
        with self._lock:
            if (before := self._kept.pop(key, None)) is not None:
                self._used -= before.nbytes
            self._kept[key] = decoded
            self._used += decoded.nbytes
            while self._used > self._budget and len(self._kept) > 1:
                self._used -= self._kept.popitem(last=False)[1].nbytes


def decode(data: bytes, with_places: bool) -> Postings:
    deltas: list[int] = []
    counts: list[int] = []
    weights: list[Any] = []
    places: list[int] = []
    place = len(MAGIC)
    last = False
    while not last:
        (length,) = _BLOCK_LENGTH.unpack_from(data, place)
        last, end = length < 0, place + _BLOCK_LENGTH.size + abs(length)
        block = data[place + _BLOCK_LENGTH.size : end]
        # a pickle of what the block holds, then one of the postings, compressed or not
        info, body = _leading_pickle(block)
        ids, block_weights, values = loads(zlib.decompress(body) if info[3] else body)
        deltas.extend(ids)
        counts.append(len(ids))
        weights.append(block_weights)
        if with_places:
            # four bytes of count, then a pickle of the places
            pickled = PlainUnpickler(buffered(b"".join([value[4:] for value in values])))
            for _ in values:
                places.extend(pickled.load())
        place = end
    documents = _undo_deltas(np.array(deltas, np.int64), np.array(counts))
    frequencies = np.empty(len(documents), np.int32)
    start = 0
    for count, block_weights in zip(counts, weights, strict=True):
        frequencies[start : start + count] = 1.0 if block_weights is None else block_weights
        start += count
    flat = None
    if with_places:
        flat = _undo_deltas(np.array(places, np.int64), frequencies)
    return Postings(documents, frequencies, flat)


def _undo_deltas(deltas: npt.NDArray[np.int64], counts: Numbers) -> Documents:
    """Runs of ``counts`` numbers, each told as its distance from the one before in its run."""
    sums = np.cumsum(deltas)
    starts = np.cumsum(counts) - counts
    before = np.where(starts > 0, sums[starts - 1], 0)
    undone: Documents = (sums - np.repeat(before, counts)).astype(np.int32)
    return undone


def _leading_pickle(block: bytes) -> tuple[Any, bytes]:
    stream = buffered(block)
    info = PlainUnpickler(stream).load()
    return info, block[stream.tell() :]
