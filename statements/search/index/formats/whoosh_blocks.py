"""Posting lists in the format of Whoosh's codec ``whoosh.codec.whoosh3`` (W3), many at a time.

A list is divided into blocks of ``BLOCK`` postings. A block is a pickle of its summary (number of
postings, last document, greatest weight, whether compressed, shortest and longest text), then one
of ``(differences of documents, weights, values)``. A value is four bytes of count and a pickle of
the differences of positions. Whoosh's own writer is slow because it pickles every value; here numpy
lays out the opcodes of all values of many terms in one array of bytes.

Whoosh iterates over differences and positions and indexes weights, and for small numbers a
``bytes`` object serves as well as a tuple or list. So weights are pickled as bytes, and positions
wherever all differences are below 256. This takes fewer bytes, also when compressed, and less time
to compress. Which documents, weights and positions are read from it is what Whoosh's own writer
would have written.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pickle import dumps
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3FieldWriter, W3TermInfo
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length, length_to_byte

Numbers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

BLOCK = 512  # postings; Whoosh writes 128, which take a fifth more bytes
COMPRESSION = 4  # level of zlib; Whoosh takes 3
SMALL = 64  # bytes of a block below which compression gains nothing

_COUNT = struct.Struct("!I")
_BLOCK_LENGTH = struct.Struct("!i")
_BYTES_LENGTH = struct.Struct("<I")
# opcodes of pickle protocol 3
_DATA_BEGINS, _DATA_ENDS = b"\x80\x03(", b"t\x87."
_NONE = b"N"
_LONGEST_VALUE = 255  # bytes: a longer value is pickled in another way
_LARGEST_DIFFERENCE = 65_535  # likewise

_CODES = np.array([length_to_byte(length) for length in range(4096)], np.uint8)
_LENGTHS = np.array([byte_to_length(code) for code in range(256)], np.int64)


def length_codes(lengths: Numbers) -> Bytes:
    """Return lengths of texts in one byte each, as the codec stores them."""
    codes = _CODES[np.minimum(lengths, len(_CODES) - 1)]
    for number in np.flatnonzero(lengths >= len(_CODES)).tolist():
        codes[number] = length_to_byte(int(lengths[number]))
    return codes


def rounded(lengths: Numbers) -> Numbers:
    """Return lengths of texts as they are read from one byte each."""
    return _LENGTHS[length_codes(lengths)]


@dataclass(frozen=True, slots=True)
class Lists:
    """Posting lists of T terms, one after the other: P postings with O positions in all.

    ``terms`` ascend; ``begins`` int64[T] is each term's first posting; ``documents``,
    ``frequencies`` and ``lengths`` (of the documents, rounded) are int64[P]; ``places`` int64[O].
    """

    terms: Sequence[bytes]
    begins: Numbers
    documents: Numbers
    frequencies: Numbers
    lengths: Numbers
    places: Numbers


def write(writer: W3FieldWriter, lists: Lists) -> None:
    """Write whole terms of the field that the writer has started."""
    blocks = _Blocks(lists)
    file, index = writer._postfile, writer._tindex
    field = pack_ushort(writer._fieldid)
    block = 0
    for number, (term, info) in enumerate(zip(lists.terms, _infos(lists), strict=True)):
        stop = block + int(blocks.of_term[number])
        offset = file.tell()
        data = WHOOSH3_HEADER_MAGIC + b"".join(
            blocks.encoded(part, last=part == stop - 1) for part in range(block, stop)
        )
        file.write(data)
        info.set_extent(offset, len(data))
        index.add(field + term, info.to_bytes())
        block = stop


def _infos(lists: Lists) -> list[W3TermInfo]:
    """Return the statistics of each term."""
    begins = lists.begins
    ends = np.append(begins[1:], len(lists.documents))
    columns = (
        np.add.reduceat(lists.frequencies, begins).astype(float),
        ends - begins,
        np.minimum.reduceat(lists.lengths, begins),
        np.maximum.reduceat(lists.lengths, begins),
        np.maximum.reduceat(lists.frequencies, begins).astype(float),
        lists.documents[begins],
        lists.documents[ends - 1],
    )
    infos = []
    for values in zip(*(column.tolist() for column in columns), strict=True):
        info = W3TermInfo()
        info._weight, info._df, info._minlength, info._maxlength = values[:4]
        info._maxweight, info._minid, info._maxid = values[4:]
        infos.append(info)
    return infos


class _Blocks:
    def __init__(self, lists: Lists) -> None:
        ends = np.append(lists.begins[1:], len(lists.documents))
        self.of_term = (ends - lists.begins + BLOCK - 1) // BLOCK
        first_block = np.cumsum(self.of_term) - self.of_term
        within = np.arange(self.of_term.sum()) - np.repeat(first_block, self.of_term)
        begins = np.repeat(lists.begins, self.of_term) + BLOCK * within
        stops = np.minimum(begins + BLOCK, np.repeat(ends, self.of_term))
        self._begins, self._stops = begins.tolist(), stops.tolist()

        greatest = np.maximum.reduceat(lists.frequencies, begins)
        self._greatest = greatest.tolist()
        # weights are left out if all are 1, and written once if all are equal
        self._is_even = (np.minimum.reduceat(lists.frequencies, begins) == greatest).tolist()
        self._last = lists.documents[stops - 1].tolist()
        self._shortest = length_codes(np.minimum.reduceat(lists.lengths, begins)).tolist()
        self._longest = length_codes(np.maximum.reduceat(lists.lengths, begins)).tolist()

        differences = np.diff(lists.documents, prepend=0)
        differences[begins] = lists.documents[begins]
        self._documents = _Integers(differences)
        self._frequencies = lists.frequencies
        self._weights: Bytes = lists.frequencies.astype(np.uint8)
        self._values = _Values(lists)
        self._is_plain = np.logical_and.reduceat(self._values.is_plain, begins).tolist()

    def encoded(self, block: int, *, last: bool) -> bytes:
        begin, stop = self._begins[block], self._stops[block]
        values = self._values.pickled if self._is_plain[block] else self._values.pickled_slowly
        body = b"".join(
            (
                _DATA_BEGINS,
                b"(",
                self._documents.pickled(begin, stop),
                b"t",
                self._pickled_weights(block, begin, stop),
                b"(",
                values(begin, stop),
                _DATA_ENDS,
            )
        )
        compression = COMPRESSION if len(body) >= SMALL else 0
        if compression:
            body = zlib.compress(body, compression)
        summary = (stop - begin, self._last[block], float(self._greatest[block]), compression)
        info = dumps((*summary, self._shortest[block], self._longest[block]), 2)
        length = len(info) + len(body)
        return _BLOCK_LENGTH.pack(-length if last else length) + info + body

    def _pickled_weights(self, block: int, begin: int, stop: int) -> bytes:
        greatest = self._greatest[block]
        if self._is_even[block]:
            return _NONE if greatest == 1 else dumps(float(greatest), 3)[2:-1]
        if greatest > 255:
            floats = self._frequencies[begin:stop].astype(float).tolist()
            return b"(" + b"".join(dumps(weight, 3)[2:-1] for weight in floats) + b"t"
        return b"B" + _BYTES_LENGTH.pack(stop - begin) + self._weights[begin:stop].tobytes()


class _Integers:
    """Integers, each after its opcode, in one, two or four bytes."""

    def __init__(self, numbers: Numbers) -> None:
        sizes = np.full(len(numbers), 2, np.int64)
        sizes += numbers > 0xFF
        is_long = numbers > 0xFFFF
        sizes[is_long] = 5
        self._bounds = np.append(0, np.cumsum(sizes))
        begins = self._bounds[:-1]
        data: Bytes = np.empty(int(self._bounds[-1]), np.uint8)
        data[begins] = np.array([0, 0, ord("K"), ord("M"), 0, ord("J")], np.uint8).take(sizes)
        data[begins + 1] = numbers & 0xFF
        is_wide = sizes > 2
        begins, numbers = begins[is_wide], numbers[is_wide]
        data[begins + 2] = numbers >> 8 & 0xFF
        is_long = is_long[is_wide]
        begins, numbers = begins[is_long], numbers[is_long]
        data[begins + 3] = numbers >> 16 & 0xFF
        data[begins + 4] = numbers >> 24 & 0xFF
        self._data = data

    def pickled(self, begin: int, stop: int) -> bytes:
        return self._data[self._bounds[begin] : self._bounds[stop]].tobytes()


class _Values:
    """The values of all postings: each an opcode and its length, then a count and a pickle of bytes
    or, where a difference needs two bytes, of a tuple."""

    def __init__(self, lists: Lists) -> None:
        counts = lists.frequencies
        first = np.cumsum(counts) - counts
        self._bounds = np.append(first, len(lists.places))
        self._differences = np.diff(lists.places, prepend=0)
        self._differences[first] = lists.places[first]
        is_wide = self._differences > 0xFF
        has_wide = np.logical_or.reduceat(is_wide, first)

        place_sizes = np.ones(len(is_wide), np.int64)
        if has_wide.any():
            place_sizes += np.repeat(has_wide, counts)
            place_sizes += is_wide
        # the count, two bytes around the positions or before them, the positions, "stop"
        sizes = _COUNT.size + 2 + np.add.reduceat(place_sizes, first) + 1
        # whether the layout below is right for a posting
        self.is_plain = sizes <= _LONGEST_VALUE
        self.is_plain &= np.maximum.reduceat(self._differences, first) <= _LARGEST_DIFFERENCE

        begins = np.cumsum(sizes + 2) - (sizes + 2)
        self._stops = begins + sizes + 2
        self._begins = begins
        data: Bytes = np.zeros(int(self._stops[-1]), np.uint8)
        data[begins] = ord("C")
        data[begins + 1] = sizes  # if the posting is not plain this is never read
        data[begins + 5] = counts
        data[begins + 6] = np.where(has_wide, ord("("), ord("C"))
        data[begins + 7] = counts  # of a tuple: its first opcode is written over it
        self._fill_places(data, begins + 8 - has_wide, first, place_sizes, is_wide)
        data[self._stops[has_wide] - 2] = ord("t")
        data[self._stops - 1] = ord(".")
        self._data = data

    def _fill_places(
        self, data: Bytes, begins: Numbers, first: Numbers, sizes: Numbers, is_wide: Any
    ) -> None:
        """Write the differences of positions: one byte each; in a tuple one or two bytes, each
        after its opcode."""
        ends = np.cumsum(sizes)
        counts = np.diff(first, append=len(sizes))
        # the last byte of each difference
        addresses = ends + np.repeat(begins - (ends[first] - sizes[first]), counts) - 1
        low = self._differences & 0xFF
        is_single = sizes < 3
        data[addresses[is_single]] = low[is_single]
        data[addresses[sizes == 2] - 1] = ord("K")
        wide = addresses[is_wide]
        data[wide - 2] = ord("M")
        data[wide - 1] = low[is_wide]
        data[wide] = self._differences[is_wide] >> 8 & 0xFF

    def pickled(self, begin: int, stop: int) -> bytes:
        return self._data[self._begins[begin] : self._stops[stop - 1]].tobytes()

    def pickled_slowly(self, begin: int, stop: int) -> bytes:
        """Pickle values of any size."""
        values = []
        for low, high in pairwise(self._bounds[begin : stop + 1].tolist()):
            places = self._differences[low:high].tolist()
            values.append(_COUNT.pack(len(places)) + dumps(places, 2))
        # without the protocol, the tuple's mark, its end, its place in the memo, and the stop
        return b"".join(dumps(value, 3)[2:-3] for value in values)
