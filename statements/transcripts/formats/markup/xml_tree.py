"""Parses untrusted XML: within limits, without document types, and so without entities or requests.

This uses expat directly, since it reports elements as it meets them and allows a document type to
be refused before it is processed.
"""

from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from statements.transcripts.values.parsed import UnreadableTranscript

MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 200


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


def parse(data: bytes, handler: Handler) -> None:
    """Parse an XML document, calling ``handler`` for its parts.

    Raises UnreadableTranscript if the document is not well-formed, has a document type, or is
    larger or deeper than any transcript.
    """
    count = depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise UnreadableTranscript(
                "too-large", "The document has more or deeper elements than any transcript."
            )
        bare = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        handler.start(name.rpartition(" ")[2], bare)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        raise UnreadableTranscript(
            "document-type",
            "The document has a document type declaration (<!DOCTYPE>), which is not allowed. "
            "Remove it.",
        )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except UnreadableTranscript:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: bad encodings
        raise UnreadableTranscript(
            "broken-markup", f"The document is not well-formed XML ({error})."
        ) from error


def parse_tree(data: bytes) -> Element:
    """Parse a whole document into a tree; raises like ``parse``."""
    tree = _Tree()
    parse(data, tree)
    return tree.root.elements[0]


class _Tree:
    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes)
        self._open[-1].content.append(element)
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].content.append(data)
