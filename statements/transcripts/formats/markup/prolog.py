"""Looks at the beginning of a file for markup: what the outermost element is called.

Files in UTF-16 must have passed ``as_ascii``. Nothing is parsed here. Comments, processing
instructions and the document type are skipped, in time linear in their length.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

_SPACE = b" \t\r\n"
_NAME_ENDS = b" \t\r\n/>"
_MOST_SKIPPED = 1000  # comments and instructions before the first element


@dataclass(frozen=True, slots=True)
class Prolog:
    """The beginning of a file with markup."""

    root: str  # name of the first element without its prefix; "" if none was found
    declared: bool  # an XML declaration or a document type says that this is markup
    html: bool  # the document type is that of a web page

    @property
    def folded(self) -> str:
        return self.root.lower()


def read_prolog(data: bytes) -> Prolog | None:
    """Return what a file begins with if it is a tag or a declaration; None for any other text."""
    position = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    declared, html = False, False
    for _ in range(_MOST_SKIPPED):
        position = _skip_space(data, position)
        if not data.startswith(b"<", position):
            return Prolog("", declared, html) if declared else None
        if data.startswith(b"<!--", position):
            end = data.find(b"-->", position + 4)
            length = 3
        elif data.startswith(b"<?", position):
            declared = declared or data.startswith(b"<?xml", position)
            end = data.find(b"?>", position + 2)
            length = 2
        elif data[position : position + 9].lower() == b"<!doctype":
            declared = True
            html = data[position + 9 : position + 40].lower().lstrip().startswith(b"html")
            end = _end_of_document_type(data, position)
            length = 1
        else:
            name = _name(data, position + 1)
            return Prolog(name, declared, html) if name or declared else None
        if end < 0:
            return Prolog("", declared, html) if declared else None
        position = end + length
    return Prolog("", declared, html) if declared else None


def is_closed(data: bytes, root: str) -> bool:
    """Return whether an element of this name ends somewhere: "<inaudible>" in a text never does."""
    return names_any(data, [f"</{root}", f":{root}>"])


def names_any(data: bytes, names: Iterable[str]) -> bool:
    """Return whether a file contains any of these ASCII strings."""
    return any(name.encode() in data for name in names)


def as_ascii(data: bytes) -> bytes:
    """Return a text in UTF-16 with one byte per character, and any other file unchanged."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("ascii", "replace")
    return data


def _skip_space(data: bytes, position: int) -> int:
    end = position
    while end < len(data) and data[end] in _SPACE:
        end += 1
    return end


def _end_of_document_type(data: bytes, start: int) -> int:
    """Return the index of the ">" that ends a document type, after its declarations."""
    close = data.find(b">", start)
    bracket = data.find(b"[", start, close if close >= 0 else len(data))
    if bracket < 0:
        return close
    inside = data.find(b"]", bracket)
    while inside >= 0:
        after = _skip_space(data, inside + 1)
        if data.startswith(b">", after):
            return after
        inside = data.find(b"]", inside + 1)
    return -1


def _name(data: bytes, start: int) -> str:
    """Return the name of the element whose tag begins here, without its prefix."""
    end = start
    while end < len(data) and end - start < 100 and data[end] not in _NAME_ENDS:
        end += 1
    name = data[start:end].decode("ascii", "replace").rpartition(":")[2]
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    return name if plain.isalnum() and plain[:1].isalpha() else ""
