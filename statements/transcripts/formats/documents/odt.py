"""Reader for OpenDocument text (.odt, .ott), with bold type and headings.

Elements and styles are those of the OpenDocument format 1.3 (OASIS), part 3. Deleted text and
fields are ignored; notes, comments, running heads and tables of contents are listed as dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from statements.transcripts.formats.containers.packages import Package, open_package
from statements.transcripts.formats.markup.xml_tree import Element, parse_tree
from statements.transcripts.formats.pages.speeches import read_passages
from statements.transcripts.layout.passages import (
    Passage,
    Run,
    split_at_breaks,
    to_passage,
)
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)

_UNSEEN = frozenset(
    """
    tracked-changes change change-start change-end page-number page-count title desc ruby-text
    sequence-decls variable-decls user-field-decls forms bookmark bookmark-start bookmark-end
    annotation-end image object plugin script event-listeners soft-page-break
    """.split()
)
_DROPPED = {
    "note": "note",
    "annotation": "comment",
    "table-of-content": "table of contents",
    "alphabetical-index": "index",
}
_SIGNS = {"tab": " ", "line-break": "\n"}
_MOST_SPACES = 100
_HEADING_STYLES = ("heading", "title", "subtitle")
_DEEPEST = 20  # styles that inherit from each other


def read_odt(name: str, data: bytes) -> ParsedTranscript:
    """Read an OpenDocument text.

    Raises UnreadableTranscript if it is damaged, encrypted, too large or empty.
    """
    with open_package(data, "OpenDocument text") as package:
        content = parse_tree(package.part("content.xml"))
        styles_part = _optional(package, "styles.xml")
        meta = _optional(package, "meta.xml")
    walker = _Walker(_Styles.of(*(part for part in (styles_part, content) if part)))
    body = content.find("text")
    if body is not None:
        walker.walk(body)
    if not walker.passages:
        raise UnreadableTranscript("empty", "The OpenDocument text contains no text.")
    title = meta.find("title") if meta else None
    heads = list(_running_heads(styles_part)) if styles_part else []
    return read_passages(
        name,
        walker.passages,
        meeting=ParsedMeeting(first_page=(title.text_content(),) if title else ()),
        encoding="utf-8",
        dropped=[*walker.dropped, *heads],
    )


def _optional(package: Package, part: str) -> Element | None:
    return parse_tree(package.part(part)) if part in package.names else None


def _running_heads(styles: Element) -> Iterator[DroppedText]:
    for name, reason in (("header", "running head"), ("footer", "running foot")):
        for element in styles.find_all(name):
            if text := element.text_content():
                yield DroppedText(text, reason, 0)


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    bold: bool | None  # None if it is inherited
    name: str = ""  # as shown to people


@dataclass(frozen=True, slots=True)
class _Styles:
    """The styles of a document, by their names."""

    by_name: dict[str, _Style]

    @classmethod
    def of(cls, *parts: Element) -> "_Styles":
        by_name = {}
        for part in parts:
            for element in part.find_all("style"):
                values = element.attributes
                weights = [
                    properties.attributes.get("font-weight")
                    for properties in element.elements
                    if properties.name == "text-properties"
                ]
                weight = next(filter(None, weights), None)
                by_name[values.get("name", "")] = _Style(
                    values.get("parent-style-name", ""),
                    None if weight is None else _is_bold(weight),
                    values.get("display-name", values.get("name", "")),
                )
        return cls(by_name)

    def bold(self, name: str, inherited: bool) -> bool:
        """Return whether text of a style is bold; ``inherited`` is that of the text around it."""
        return next(
            (style.bold for style in self._chain(name) if style.bold is not None), inherited
        )

    def is_heading(self, name: str) -> bool:
        names = (style.name.replace("_20_", " ").lower() for style in self._chain(name))
        return any(each.startswith(_HEADING_STYLES) for each in names)

    def _chain(self, name: str) -> Iterator[_Style]:
        for _ in range(_DEEPEST):
            style = self.by_name.get(name)
            if style is None:
                return
            yield style
            name = style.parent


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (weight.isdecimal() and int(weight) >= 600)


@dataclass(slots=True)
class _Walker:
    """Collects the paragraphs of a document."""

    styles: _Styles
    passages: list[Passage] = field(default_factory=list)
    dropped: list[DroppedText] = field(default_factory=list)

    def walk(self, element: Element) -> None:
        """Add the paragraphs in an element, such as a section, a list or a table."""
        for child in element.elements:
            if child.name in _DROPPED:
                self._drop(child)
            elif child.name in {"p", "h"}:
                self._add(child)
            elif child.name not in _UNSEEN:
                self.walk(child)

    def _add(self, paragraph: Element) -> None:
        style = paragraph.attributes.get("style-name", "")
        is_heading = paragraph.name == "h" or self.styles.is_heading(style)
        boxes: list[Element] = []
        runs = list(self._runs(paragraph, self.styles.bold(style, inherited=False), boxes))
        for part in split_at_breaks(runs):
            passage = to_passage(part, len(self.passages) + 1, is_heading=is_heading)
            if passage:
                self.passages.append(passage)
        for box in boxes:
            self.walk(box)

    def _runs(self, element: Element, bold: bool, boxes: list[Element]) -> Iterator[Run]:
        for node in element.content:
            if isinstance(node, str):
                yield Run(" ".join(node.split("\n")), bold)
            elif node.name == "s":
                count = node.attributes.get("c", "1")
                yield Run(" " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1), bold)
            elif node.name in _SIGNS:
                yield Run(_SIGNS[node.name], bold and node.name != "line-break")
            elif node.name in _DROPPED:
                self._drop(node)
            elif node.name in {"frame", "custom-shape", "text-box", "p", "h"}:
                boxes.append(node)
            elif node.name not in _UNSEEN:
                style = node.attributes.get("style-name", "")
                is_bold = self.styles.bold(style, bold) if node.name == "span" else bold
                yield from self._runs(node, is_bold, boxes)

    def _drop(self, element: Element) -> None:
        if text := element.text_content():
            self.dropped.append(DroppedText(text, _DROPPED[element.name], len(self.passages)))
