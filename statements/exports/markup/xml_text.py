"""Writes XML 1.0 (https://www.w3.org/TR/xml/) in pieces, so that no document is held as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from statements.exports.interchange.xml import printable

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

type Attributes = Mapping[str, str | int | None]
_NONE: Attributes = {}


def escaped(text: str) -> str:
    """Return a text as content of an element."""
    # a reader of XML changes a bare carriage return to a line feed
    return escape(printable(text), {"\r": "&#13;"})


def start_tag(name: str, attributes: Attributes = _NONE, end: str = ">") -> str:
    """Return a start tag, without the attributes that are None."""
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            parts.append(f"{key}={quoteattr(printable(str(value)), {'\r': '&#13;'})}")
    return f"<{' '.join(parts)}{end}"


@dataclass(frozen=True, slots=True)
class Inline:
    """An element within a line of text."""

    name: str
    text: str
    attributes: Attributes = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{start_tag(self.name, self.attributes)}{escaped(self.text)}</{self.name}>"


class XmlWriter:
    """Writes elements, each on a line of its own; what is written is taken out in pieces."""

    def __init__(self) -> None:
        self._parts = [DECLARATION]
        self._open: list[str] = []

    def begin(self, name: str, attributes: Attributes = _NONE) -> None:
        """Begin an element that contains others."""
        self._parts.append(f"{start_tag(name, attributes)}\n")
        self._open.append(name)

    def end(self, name: str = "") -> None:
        """End the element begun last; with a name, also those around it, up to one of that name."""
        while self._open:
            ended = self._open.pop()
            self._parts.append(f"</{ended}>\n")
            if name in ("", ended):
                return

    def line(self, name: str, *content: str | Inline, attributes: Attributes = _NONE) -> None:
        """Write an element that contains text; without content, an empty element."""
        if not content:
            self._parts.append(f"{start_tag(name, attributes, '/>')}\n")
            return
        inner = "".join(escaped(part) if isinstance(part, str) else str(part) for part in content)
        self._parts.append(f"{start_tag(name, attributes)}{inner}</{name}>\n")

    def take(self) -> str:
        """Return what was written since the last call."""
        taken = "".join(self._parts)
        self._parts = []
        return taken
