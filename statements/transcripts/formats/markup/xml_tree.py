"""Parses untrusted XML within limits, and without ever fetching anything.

This uses expat directly, since it reports elements as it meets them and allows a document type to
be refused before it is processed.
"""

import codecs
import contextlib
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from statements.transcripts.formats.markup.document_types import CharacterNames
from statements.transcripts.values.parsed import UnreadableTranscript

MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 200
# encodings that a declaration may name; a reading process can load no codec later
for _charset in (*(f"iso-8859-{part}" for part in range(1, 17)), *(f"cp125{n}" for n in range(9))):
    with contextlib.suppress(LookupError):  # there is no part 12
        codecs.lookup(_charset)
for _charset in ("koi8-r", "koi8-u", "mac-roman", "utf-16", "ascii"):
    codecs.lookup(_charset)

FRAGMENTS = "fragments"  # name of the element put around a document without a single root


class Handler(Protocol):
    """Receives the parts of a document; names come without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


@dataclass(slots=True)
class Element:
    """An element with its content in document order, for documents needed as a whole."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list["Element | str"] = field(default_factory=list)
    line: int = 0  # 1-based, on which it begins

    @property
    def elements(self) -> list["Element"]:
        return [child for child in self.content if isinstance(child, Element)]

    def find(self, name: str) -> "Element | None":
        """Return the first element of this name at any depth, in document order."""
        pending = self.elements[::-1]
        while pending:
            element = pending.pop()
            if element.name == name:
                return element
            pending += element.elements[::-1]
        return None

    def find_all(self, *names: str) -> list["Element"]:
        """Return the elements of these names at any depth, in document order."""
        matches, pending = [], self.elements[::-1]
        while pending:
            element = pending.pop()
            if element.name in names:
                matches.append(element)
            pending += element.elements[::-1]
        return matches

    def text_content(self) -> str:
        """Return all text in the element, with single spaces."""
        parts: list[str] = []
        pending: list[Element | str] = [self]
        while pending:
            node = pending.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                pending += node.content[::-1]
        return " ".join("".join(parts).split())


def parse(data: bytes, handler: Handler, *, character_names: bool = False) -> None:
    """Parse an XML document, calling ``handler`` for its parts.

    With ``character_names`` a document type may name characters ("&eacute;"), and those of HTML are
    known; without, any document type is refused. Raises UnreadableTranscript if the document is not
    well-formed, has another document type, or is larger or deeper than any transcript.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    limits = _Limits(handler)
    parser.StartElementHandler = limits.start
    parser.EndElementHandler = limits.end
    parser.CharacterDataHandler = handler.text
    if isinstance(handler, _Tree):
        handler.parser = parser
    if character_names:
        CharacterNames(parser).allow()
    else:
        parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(data, True)
    except UnreadableTranscript:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: bad encodings
        raise UnreadableTranscript(
            "broken-markup", f"The document is not well-formed XML ({error})."
        ) from error


@dataclass(slots=True)
class _Limits:
    """Passes elements on with names without namespaces, as long as there are not too many."""

    handler: Handler
    count: int = 0
    depth: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.depth += 1
        if self.count > MAX_ELEMENTS or self.depth > MAX_DEPTH:
            raise UnreadableTranscript(
                "too-large", "The document has too many elements, or they are nested too deeply."
            )
        bare = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self.handler.start(name.rpartition(" ")[2], bare)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.handler.end(name.rpartition(" ")[2])


def _refuse_document_type(*_: object) -> None:
    raise UnreadableTranscript(
        "document-type",
        "The document has a document type declaration (<!DOCTYPE>), which is not allowed. "
        "Remove it.",
    )


def parse_tree(data: bytes) -> Element:
    """Parse a whole document into a tree; raises like ``parse``.

    A document without prolog may be a sequence of fragments: then the root is FRAGMENTS.
    """
    tree = _Tree()
    parse(_with_one_root(data), tree, character_names=True)
    root = tree.root.elements[0]
    if root.name == FRAGMENTS and len(root.elements) == 1:
        return root.elements[0]
    return root


def _with_one_root(data: bytes) -> bytes:
    """Return a document without prolog in one element; expat then needs no declaration."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                return data  # which the parser refuses
            return (
                data if text.lstrip().startswith(("<?xml", "<!DOCTYPE")) else _wrap(text.encode())
            )
    bare = data.removeprefix(codecs.BOM_UTF8)
    head = bare[:200_000].lstrip()
    if head.startswith(b"<?xml") or b"<!DOCTYPE" in head[:20_000] or b"<!doctype" in head[:20_000]:
        return data
    return _wrap(bare)


def _wrap(data: bytes) -> bytes:
    # on the first line, so that the numbers of lines stay right
    return b"<%b>%b</%b>" % (FRAGMENTS.encode(), data, FRAGMENTS.encode())


class _Tree:
    def __init__(self) -> None:
        self.root = Element("")
        self.parser: expat.XMLParserType | None = None
        self._open = [self.root]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber if self.parser else 0
        element = Element(name, attributes, line=line)
        self._open[-1].content.append(element)
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].content.append(data)
