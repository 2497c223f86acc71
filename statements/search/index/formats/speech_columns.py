"""The columns of a segment in one file of plain arrays, ``<segment>.speeches``, which is read when
the index is opened.

Whoosh stores a number for each document in each of its columns, although all columns but one have
values only for heads. When a segment is sealed they are gathered into one file, a tenth as large:
for D documents in H speeches

    paragraph  [D]  the position of each in its speech, 0 for heads
    codes      [D]  uint8, one array for each searched field that has words: the length norms of its
                    texts (``similarity``)
    numbers    [H]  one array for each of ``ORDER_FIELDS``
    facets     [H]  one array for each facet: the number of the speech's value among ``values``

each of the smallest type for its numbers. The first line of the file is JSON: where each array is
after that line, and the values of each facet, of which the first is "", no value.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.fields import FACET_FIELDS, MANY_VALUED, ORDER_FIELDS, SEARCHED
from statements.search.index.schema import SCHEMA

EXTENSION = ".speeches"
_ALIGNMENT = 8
# types of Whoosh's columns, by their codes in the module array
_NUMBERS = {"B": ">u1", "H": ">u2", "I": ">u4", "Q": ">u8"}

Numbers = npt.NDArray[np.integer[Any]]
Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class SpeechColumns:
    heads: npt.NDArray[np.int32]  # [H], the first document of each speech
    paragraph: Numbers
    norms: dict[str, npt.NDArray[np.uint8]]
    numbers: dict[str, npt.NDArray[np.int64]]
    facets: dict[str, tuple[npt.NDArray[np.int32], list[str]]]


def write(folder: Path, segment_id: str, size: int) -> None:
    """Gather the columns of a segment of ``size`` documents."""

    def column(name: str) -> bytes | None:
        try:
            return (folder / f"{segment_id}.{name}.col").read_bytes()
        except FileNotFoundError:
            return None  # no document of the segment has a value

    paragraph = _numbers(column, "paragraph", size)
    heads = np.flatnonzero(paragraph == 0)
    facets = {name: _ordinals(column, name, heads, size) for name in (*FACET_FIELDS, *MANY_VALUED)}
    arrays = {
        "paragraph": paragraph,
        **{f"codes/{name}": _norms(column, name, size) for name in SEARCHED},
        **{f"numbers/{name}": _numbers(column, name, size)[heads] for name in ORDER_FIELDS},
        **{f"facets/{name}": ordinals for name, (ordinals, _) in facets.items()},
    }
    path = folder / f"{segment_id}{EXTENSION}"
    path.write_bytes(_pack(arrays, {name: values for name, (_, values) in facets.items()}))


def read(data: bytes, size: int) -> SpeechColumns:
    """Return the columns of a segment of ``size`` documents. Raises ValueError, KeyError or
    TypeError if the data are not those of such a file."""
    begin = data.index(b"\n") + 1
    header = json.loads(data[:begin])

    def array(name: str) -> Numbers:
        offset, dtype, count = header["arrays"][name]
        return np.frombuffer(data, dtype, count, begin + offset)

    paragraph = array("paragraph")
    heads = np.flatnonzero(paragraph == 0).astype(np.int32)
    if len(paragraph) != size or (size and (not len(heads) or heads[0])):
        raise ValueError("it does not begin with a speech")
    norms = {name: array(f"codes/{name}").astype(np.uint8, copy=False) for name in SEARCHED}
    return SpeechColumns(
        heads,
        paragraph,
        {name: norm if len(norm) else np.zeros(size, np.uint8) for name, norm in norms.items()},
        {name: array(f"numbers/{name}").astype(np.int64) for name in ORDER_FIELDS},
        {
            name: (array(f"facets/{name}").astype(np.int32), values)
            for name, values in header["values"].items()
        },
    )


def _pack(arrays: dict[str, Numbers], values: dict[str, list[str]]) -> bytes:
    places, parts, offset = {}, [], 0
    for name, array in arrays.items():
        packed = array.astype(np.min_scalar_type(int(array.max(initial=0))).newbyteorder("<"))
        part = packed.tobytes()
        places[name] = (offset, packed.dtype.str, len(packed))
        parts.append(part + bytes(-len(part) % _ALIGNMENT))
        offset += len(parts[-1])
    header = json.dumps({"arrays": places, "values": values}).encode()
    return b"".join([header, b" " * (-(len(header) + 1) % _ALIGNMENT), b"\n", *parts])


# -- Whoosh's columns --------------------------------------------------------------------------


def _numbers(column: Read, field: str, size: int) -> Numbers:
    """Read a NUMERIC column: numbers in network order, cut after the last that is not 0."""
    dtype = np.dtype(_NUMBERS[SCHEMA[field].column_type._typecode])
    numbers = np.zeros(size, dtype.newbyteorder("="))
    if data := column(field):
        stored = np.frombuffer(data, dtype, count=min(len(data) // dtype.itemsize, size))
        numbers[: len(stored)] = stored
    return numbers


def _norms(column: Read, field: str, size: int) -> npt.NDArray[np.uint8]:
    """Read the length norms of a field's texts, none if it has no texts."""
    data = column(f"_{field}_len")
    if not data:
        return np.empty(0, np.uint8)
    norms = np.zeros(size, np.uint8)
    stored = np.frombuffer(data, np.uint8, count=min(len(data), size))
    norms[: len(stored)] = stored
    return norms


def _ordinals(column: Read, field: str, heads: Numbers, size: int) -> tuple[Numbers, list[str]]:
    """Read the values of heads from a column of references: one for each document, then the values
    that they refer to. Return ordinals and values."""
    data = column(field)
    if data is None:
        return np.zeros(len(heads), np.uint8), [""]
    dtype = np.dtype({"B": ">u1", "H": ">u2"}[chr(data[-1])])
    ordinals = np.frombuffer(data, dtype, count=size)[heads]
    count, place = _varint(data, size * dtype.itemsize)
    values = []
    for _ in range(count):
        length, place = _varint(data, place)
        values.append(data[place : place + length].decode())
        place += length
    return ordinals, values


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
        shift += 7
