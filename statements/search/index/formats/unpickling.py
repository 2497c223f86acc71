"""Reading pickles that can run nothing.

Whoosh keeps posting lists, stored fields and parts of its tables as pickles, and a pickle may name
any function to be called as it is read. Nothing in an index needs that, so here a pickle yields
numbers, strings, bytes, lists, tuples, sets and dictionaries, and one that names a class or a
function is refused. ``restrict_whoosh`` has Whoosh read its files in this way too.
"""

import pickle
from collections import defaultdict
from io import BufferedReader, BytesIO
from typing import IO, Any

import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.filedb.structfile
import whoosh.formats

# What Whoosh's own list of segments names; their constructors set attributes and do nothing else.
# The archive reads a list of its own (``commits``), and this one is for programs that use Whoosh.
_DESCRIPTIONS: dict[tuple[str, str], Any] = {
    ("whoosh.codec.whoosh3", "W3Segment"): whoosh.codec.whoosh3.W3Segment,
    ("whoosh.codec.whoosh3", "W3Codec"): whoosh.codec.whoosh3.W3Codec,
    ("collections", "defaultdict"): defaultdict,
    ("__builtin__", "int"): int,
    ("builtins", "int"): int,
}


def _latin1(text: str, encoding: str) -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise pickle.UnpicklingError("a file of the index asks for another encoding")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


# how pickles of protocol 2 and below, which Whoosh writes, hold bytes
_BYTES = {("_codecs", "encode"): _latin1, ("__builtin__", "bytes"): _no_bytes}


class PlainUnpickler(pickle.Unpickler):
    """Raises UnpicklingError for a pickle that names a class or a function."""

    def find_class(self, module: str, name: str) -> Any:
        if made := _BYTES.get((module, name)):
            return made
        raise pickle.UnpicklingError(f"a file of the index names {module}.{name}")


class _DescriptionUnpickler(PlainUnpickler):
    def find_class(self, module: str, name: str) -> Any:
        if description := _DESCRIPTIONS.get((module, name)):
            return description
        return super().find_class(module, name)


def loads(data: bytes) -> Any:
    """Return the value of a pickle of plain values. Raises UnpicklingError, and whatever else
    malformed bytes lead to."""
    return PlainUnpickler(buffered(data)).load()


def buffered(data: bytes) -> BufferedReader:
    """Return bytes as a file that pickles are read from quickly: they are looked at in place."""
    return BufferedReader(BytesIO(data), max(len(data), 1))


def restrict_whoosh() -> None:
    """Replace the unpickling functions of Whoosh's modules in this process."""
    for module in (whoosh.codec.whoosh3, whoosh.columns, whoosh.formats):
        module.loads = loads
    whoosh.filedb.structfile.load_pickle = _load_description


def _load_description(file: IO[bytes]) -> Any:
    return _DescriptionUnpickler(file).load()
