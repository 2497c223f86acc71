"""Reads pickles without running anything.

Whoosh stores posting lists, stored fields and parts of its tables as pickles, and a pickle may name
any function to be called when it is read. Nothing in an index needs that: here a pickle may contain
numbers, strings, bytes, lists, tuples, sets and dictionaries, and one that names a class or a
function is refused. ``restrict_whoosh`` makes Whoosh read its files in this way.
"""

import pickle
from collections import defaultdict
from io import BufferedReader, BytesIO
from typing import IO, Any

import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.filedb.structfile
import whoosh.formats

# classes in Whoosh's own list of segments; their constructors only set attributes. The archive
# reads a list of its own (``commits``); Whoosh's is for other programs.
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


# bytes in pickles of protocol 2 and below, which Whoosh writes
_BYTES = {("_codecs", "encode"): _latin1, ("__builtin__", "bytes"): _no_bytes}


class PlainUnpickler(pickle.Unpickler):
    """Raises UnpicklingError for a pickle that names a class or a function."""

    def find_class(self, module: str, name: str) -> Any:
        if constructor := _BYTES.get((module, name)):
            return constructor
        raise pickle.UnpicklingError(f"a file of the index names {module}.{name}")


class _DescriptionUnpickler(PlainUnpickler):
    def find_class(self, module: str, name: str) -> Any:
        if description := _DESCRIPTIONS.get((module, name)):
            return description
        return super().find_class(module, name)


def loads(data: bytes) -> Any:
    """Return the value of a pickle of plain values. Raises UnpicklingError, and other errors for
    malformed bytes."""
    # with a buffer of all data the unpickler reads in place, which is quicker
    return PlainUnpickler(BufferedReader(BytesIO(data), max(len(data), 1))).load()


def restrict_whoosh() -> None:
    """Replace the unpickling functions of Whoosh's modules in this process."""
    for module in (whoosh.codec.whoosh3, whoosh.columns, whoosh.formats):
        module.loads = loads
    whoosh.filedb.structfile.load_pickle = _load_description


def _load_description(file: IO[bytes]) -> Any:
    return _DescriptionUnpickler(file).load()
