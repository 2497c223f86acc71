"""Posting lists in the format of Whoosh's codec ``whoosh.codec.whoosh3`` (W3), many at a time.

A list is cut into blocks of 128 postings. A block is a pickle of what it holds (how many, the last
document, the heaviest weight, whether compressed, the shortest and longest text), then one of
``(distances of documents, weights, values)``, where a value is four bytes of count and a pickle
of the distances of places. Pickling each value is what makes Whoosh's own writer slow; here the
opcodes of all values of many terms are laid out by numpy in one array of bytes.
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

BLOCK = 128  # postings
COMPRESSION = 3  # both as Whoosh's own writer has them
SMALL = 64  # bytes of a block that are not worth compressing

_COUNT = struct.Struct("!I")
_BLOCK_LENGTH = struct.Struct("!i")
# opcodes of pickle protocols 2 and 3; what is pickled in 2 here equals what Whoosh pickles
_TUPLES_BEGIN, _TUPLES_END = b"\x80\x03(", b"t\x87."
_NONE = b"N"
_INT = np.dtype([("opcode", "S1"), ("number", "<i4")])
_FLOAT = np.dtype([("opcode", "S1"), ("number", ">f8")])
_LIST_BEGINS = b"\x80\x02]q\x00"
_LONGEST_VALUE = 255  # bytes: a longer one is pickled in another way
_LARGEST_PLACE = 65_535  # likewise

_CODES = np.array([length_to_byte(length) for length in range(4096)], np.uint8)
_LENGTHS = np.array([byte_to_length(code) for code in range(256)], np.int64)


def length_codes(lengths: Numbers) -> Bytes:
    """Lengths of texts as the codec keeps them, in one byte each."""
    codes = _CODES[np.minimum(lengths, len(_CODES) - 1)]
    for long in np.flatnonzero(lengths >= len(_CODES)).tolist():
        codes[long] = length_to_byte(int(lengths[long]))
    return codes


def rounded(lengths: Numbers) -> Numbers:
    """Lengths of texts as they are read again from one byte each."""
    return _LENGTHS[length_codes(lengths)]


@dataclass(frozen=True, slots=True)
class Lists:
    """Posting lists of T terms, one after the other: P postings with O places in all.

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
    """Write whole terms of the field that the writer is in."""
    blocks = _Blocks(lists)
    file, index = writer._postfile, writer._tindex
    field = pack_ushort(writer._fieldid)
    block = 0
    for number, (term, info) in enumerate(zip(lists.terms, _infos(lists), strict=True)):
        stop = block + int(blocks.of_term[number])
        begun = file.tell()
        written = WHOOSH3_HEADER_MAGIC + b"".join(
            blocks.encoded(one, last=one == stop - 1) for one in range(block, stop)
        )
        file.write(written)
        info.set_extent(begun, len(written))
        index.add(field + term, info.to_bytes())
        block = stop


def _infos(lists: Lists) -> list[W3TermInfo]:
    """The statistics of each term."""
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

        heaviest = np.maximum.reduceat(lists.frequencies, begins)
        self._heaviest = heaviest.astype(float).tolist()
        # weights are left out where all are 1, and told once where all are equal
        self._even = (np.minimum.reduceat(lists.frequencies, begins) == heaviest).tolist()
        self._last = lists.documents[stops - 1].tolist()
        self._shortest = _codes(np.minimum.reduceat(lists.lengths, begins))
        self._longest = _codes(np.maximum.reduceat(lists.lengths, begins))

        distances = np.diff(lists.documents, prepend=0)
        distances[begins] = lists.documents[begins]
        self._documents = _opcodes(_INT, b"J", distances)
        self._weights = _opcodes(_FLOAT, b"G", lists.frequencies)
        self._values = _Values(lists)
        self._plain = np.logical_and.reduceat(self._values.plain, begins).tolist()

    def encoded(self, block: int, *, last: bool) -> bytes:
        begin, stop = self._begins[block], self._stops[block]
        heaviest = self._heaviest[block]
        if not self._even[block]:
            weights = b"(" + self._weights[begin:stop].tobytes() + b"t"
        elif heaviest == 1.0:
            weights = _NONE
        else:
            weights = self._weights[begin : begin + 1].tobytes()
        values = self._values.pickled if self._plain[block] else self._values.pickled_slowly
        documents = self._documents[begin:stop].tobytes()
        body = b"".join(
            (_TUPLES_BEGIN, documents, b"t", weights, b"(", values(begin, stop), _TUPLES_END)
        )
        compression = COMPRESSION if len(body) >= SMALL else 0
        if compression:
            body = zlib.compress(body, compression)
        counted = (stop - begin, self._last[block], heaviest, compression)
        info = dumps((*counted, self._shortest[block], self._longest[block]), 2)
        length = len(info) + len(body)
        return _BLOCK_LENGTH.pack(-length if last else length) + info + body


def _opcodes(dtype: Any, opcode: bytes, numbers: Numbers) -> npt.NDArray[Any]:
    pickled = np.empty(len(numbers), dtype)
    pickled["opcode"] = opcode
    pickled["number"] = numbers
    return pickled


def _codes(lengths: Numbers) -> list[int]:
    return [length_to_byte(length) for length in lengths.tolist()]


class _Values:
    """The values of all postings, each an opcode for bytes, their count, and the bytes."""

    def __init__(self, lists: Lists) -> None:
        counts = lists.frequencies
        first = np.cumsum(counts) - counts
        self._bounds = np.append(first, len(lists.places))
        self._distances = np.diff(lists.places, prepend=0)
        self._distances[first] = lists.places[first]
        wide = self._distances > 255

        several = (counts > 1).astype(np.int64)
        of_places = np.add.reduceat(2 + wide.astype(np.int64), first)
        # count, list, a mark where several places follow, the places, "append", "stop"
        sizes = _COUNT.size + len(_LIST_BEGINS) + several + of_places + 2
        # which postings the layout below is right for
        self.plain = sizes <= _LONGEST_VALUE
        self.plain &= np.maximum.reduceat(self._distances, first) <= _LARGEST_PLACE

        begins = np.cumsum(sizes + 2) - (sizes + 2)
        self._stops = begins + sizes + 2
        self._begins = begins
        out: Bytes = np.zeros(int(self._stops[-1]), np.uint8)
        out[begins] = ord("C")
        out[begins + 1] = sizes  # of a posting that is not plain: never read
        out[begins + 5] = counts
        for offset, byte in enumerate(_LIST_BEGINS, 2 + _COUNT.size):
            out[begins + offset] = byte
        header = 2 + _COUNT.size + len(_LIST_BEGINS)
        out[(begins + header)[several == 1]] = ord("(")
        self._fill_places(out, begins + header + several, first, wide)
        out[self._stops - 2] = np.where(several, ord("e"), ord("a"))
        out[self._stops - 1] = ord(".")
        self._bytes = out

    def _fill_places(self, out: Bytes, begins: Numbers, first: Numbers, wide: Any) -> None:
        """Numbers of one byte or of two, each after its opcode."""
        sizes = 2 + wide.astype(np.int64)
        before = np.cumsum(sizes) - sizes
        counts = np.diff(first, append=len(sizes))
        at = before + np.repeat(begins - before[first], counts)
        out[at] = np.where(wide, ord("M"), ord("K"))
        out[at + 1] = self._distances & 255
        out[at[wide] + 2] = (self._distances[wide] >> 8) & 255

    def pickled(self, begin: int, stop: int) -> bytes:
        return self._bytes[self._begins[begin] : self._stops[stop - 1]].tobytes()

    def pickled_slowly(self, begin: int, stop: int) -> bytes:
        """As pickle writes it, whatever the places are."""
        values = []
        for low, high in pairwise(self._bounds[begin : stop + 1].tolist()):
            places = self._distances[low:high].tolist()
            values.append(_COUNT.pack(len(places)) + dumps(places, 2))
        # without the protocol, the tuple's mark, its end, its place in the memo, and the stop
        return b"".join(dumps(value, 3)[2:-3] for value in values)
