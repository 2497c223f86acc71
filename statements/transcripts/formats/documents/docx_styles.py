"""Styles of Word documents: which are bold, and which are headings."""

from collections.abc import Iterator
from dataclasses import dataclass

from statements.transcripts.formats.markup.xml_tree import Element, parse_tree

_DEEPEST = 20  # styles that are based on each other
_HEADINGS = ("heading", "title", "subtitle")
_OFF = frozenset({"0", "false", "off"})


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    bold: bool | None  # None if it is that of the style below


def is_on(attributes: dict[str, str]) -> bool:
    """Return whether a property such as "b" is set; without a value it is."""
    return attributes.get("val", "1") not in _OFF


class Styles:
    """The styles of a document, by their identifiers."""

    def __init__(self, part: bytes | None) -> None:
        self._styles: dict[str, _Style] = {}
        for element in parse_tree(part).find_all("style") if part else ():
            identifier = element.attributes.get("styleId", "")
            self._styles[identifier] = _Style(
                _value(element, "name").lower(), _value(element, "basedOn"), _bold(element)
            )

    def is_bold(self, identifier: str) -> bool | None:
        """Return whether text in a style is bold; None if the style does not say."""
        chain = self._chain(identifier)
        return next((style.bold for style in chain if style.bold is not None), None)

    def is_heading(self, identifier: str) -> bool:
        return any(style.name.startswith(_HEADINGS) for style in self._chain(identifier))

    def _chain(self, identifier: str) -> Iterator[_Style]:
        for _ in range(_DEEPEST):
            style = self._styles.get(identifier)
            if style is None:
                return
            yield style
            identifier = style.based_on


def _value(style: Element, name: str) -> str:
    child = _child(style, name)
    return child.attributes.get("val", "") if child else ""


def _bold(style: Element) -> bool | None:
    properties = _child(style, "rPr")
    bold = _child(properties, "b") if properties else None
    return is_on(bold.attributes) if bold else None


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element.elements if child.name == name), None)
