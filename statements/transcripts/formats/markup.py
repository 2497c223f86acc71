"""XML from strangers: no document types, so no entities of its own, nothing fetched, and limits.

The standard library's expat is asked directly, since it hands over elements as it meets them and
lets a document type be refused before anything of it is worked on.
"""

from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from statements.transcripts.parsed import UnreadableTranscript

MOST_ELEMENTS = 2_000_000
DEEPEST = 200


class Handler(Protocol):
    """What is told of each element; names come without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


@dataclass(slots=True)
class Element:
    """An element with its content in order; for documents that are needed as a whole."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list["Element | str"] = field(default_factory=list)

    @property
    def elements(self) -> list["Element"]:
        return [each for each in self.content if isinstance(each, Element)]

    def first(self, name: str) -> "Element | None":
        """The first element of this name at any depth, in the order of the document."""
        pending = self.elements[::-1]
        while pending:
            each = pending.pop()
            if each.name == name:
                return each
            pending += each.elements[::-1]
        return None

    def all(self, *names: str) -> list["Element"]:
        """The elements of these names at any depth, in the order of the document."""
        found, pending = [], self.elements[::-1]
        while pending:
            each = pending.pop()
            if each.name in names:
                found.append(each)
            pending += each.elements[::-1]
        return found

    def words(self) -> str:
        """All text in it, with single spaces."""
        parts: list[str] = []
        pending: list[Element | str] = [self]
        while pending:
            each = pending.pop()
            if isinstance(each, str):
                parts.append(each)
            else:
                pending += each.content[::-1]
        return " ".join("".join(parts).split())


def parse(data: bytes, handler: Handler) -> None:
    """Tell a handler what an XML document holds; raises UnreadableTranscript where it is none,
    has a document type, or is larger or deeper than any transcript."""
    count = depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise UnreadableTranscript(
                "too-large", "The document has more elements, or deeper ones, than a transcript."
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
            "The document has a document type (<!DOCTYPE>), which is not read. Remove it.",
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
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last: odd encodings
        raise UnreadableTranscript(
            "broken-markup", f"The document is not well-formed XML ({error})."
        ) from error


def parse_tree(data: bytes) -> Element:
    """A whole document as a tree; raises as ``parse`` does."""
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
