"""Dialects of XML in which parliaments publish debates: what each element means, as data.

A dialect is a file in ``dialects/``; ``docs/transcript-formats.md`` says how to write one. The
files are loaded when this module is, since a reading process can open no file later.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from statements.transcripts.formats.markup.xml_tree import Element

_FOLDER = Path(__file__).with_name("dialects")
_SELECTOR = re.compile(
    r"(?:(?P<parent>[\w.-]+)/)?(?P<name>[\w.-]+)(?:\[@(?P<attribute>[\w.-]+)(?:=(?P<value>[^\]]*))?\])?"
)
# marks within a line of text; other elements without a rule end a word
_INLINE = frozenset(
    """
    a abbr b bold cite date del document em emphasis emphas expan font foreign forename hi i inline
    ins italic italique lang measure name num orgname pc persname phrase placename q quote ref
    rolename s small span strong sub sup surname time term title tt u underline w exposant
    """.split()
)


class Part(StrEnum):
    """What an element of a debate is."""

    TURN = "turn"  # holds the whole of what one person says
    GROUP = "group"  # holds turns; those of one speaker that follow each other in it are one turn
    NARRATION = "narration"  # holds what nobody says
    SPEAKER = "speaker"  # names who speaks from here on, or in the turn around it
    PARAGRAPH = "paragraph"  # of a turn; elsewhere of narrative
    SPOKEN = "spoken"  # a paragraph that somebody says even outside of a turn
    HEADING = "heading"
    NARRATIVE = "narrative"
    NOTE = "note"  # narrative if it stands in parentheses or brackets, else part of the text
    DROPPED = "dropped"  # kept with the lines that were left out


@dataclass(frozen=True, slots=True)
class Selector:
    """Chooses elements: "p", "sitting/p", "p[@class]" or "p[@class=note]"."""

    name: str
    parent: str = ""
    attribute: str = ""
    value: str | None = None  # None: any

    @classmethod
    def parse(cls, text: str) -> "Selector":
        """Raises ValueError if the text is not a selector."""
        match = _SELECTOR.fullmatch(text)
        if match is None:
            raise ValueError(f"“{text}” is not a selector such as p, sitting/p or p[@class=note]")
        return cls(match["name"], match["parent"] or "", match["attribute"] or "", match["value"])

    @property
    def weight(self) -> int:
        """How specific the selector is; the most specific one decides."""
        return 2 * bool(self.attribute) + (self.value is not None) + 2 * bool(self.parent)

    def matches(self, element: Element, parent: str) -> bool:
        if self.parent and self.parent != parent:
            return False
        if not self.attribute:
            return True
        value = element.attributes.get(self.attribute)
        return value is not None and self.value in (None, value)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of XML prints a debate."""

    key: str
    title: str
    roots: frozenset[str]
    rules: Mapping[str, Sequence[tuple[Selector, Part]]]
    speaker: Mapping[str, Sequence[str]]  # field of a speaker -> places where it may stand
    meeting: Mapping[str, Sequence[str]]  # field of a meeting -> places
    inline: frozenset[str] = _INLINE
    required: frozenset[str] = field(default_factory=frozenset)  # one of these must occur

    @classmethod
    def of(cls, key: str, data: Mapping[str, Any]) -> "Dialect":
        """Build a dialect from the content of its file; raises ValueError or KeyError."""
        parts = data["parts"]
        rules = [(Selector.parse(text), Part(part)) for part in parts for text in parts[part]]
        return cls(
            key=key,
            title=data["title"],
            roots=frozenset(data["roots"]),
            rules=_by_name(rules),
            speaker=data.get("speaker", {}),
            meeting=data.get("meeting", {}),
            inline=_INLINE | {name.lower() for name in data.get("inline", ())},
            required=frozenset(data.get("required", ())),
        )

    def part_of(self, element: Element, parent: str) -> Part | None:
        """Return what an element is; None if it only groups others."""
        for selector, part in self.rules.get(element.name, ()):
            if selector.matches(element, parent):
                return part
        return None

    def is_inline(self, element: Element) -> bool:
        return element.name.lower() in self.inline


def _by_name(
    rules: Iterable[tuple[Selector, Part]],
) -> Mapping[str, Sequence[tuple[Selector, Part]]]:
    grouped: dict[str, list[tuple[Selector, Part]]] = {}
    for selector, part in sorted(rules, key=lambda rule: -rule[0].weight):
        grouped.setdefault(selector.name, []).append((selector, part))
    return grouped


def value_at(element: Element, places: Iterable[str]) -> str:
    """Return the first value at one of the places.

    A place is "@attribute" of the element itself, "child" (its text, at any depth) or
    "child@attribute"; "child[@attribute=value]" chooses among children.
    """
    for place in places:
        if value := next(values_at(element, place), ""):
            return value
    return ""


def values_at(element: Element, place: str) -> Iterator[str]:
    """Yield all values at a place, in document order."""
    path, _, attribute = place.rpartition("@") if _names_attribute(place) else (place, "", "")
    if not path:
        yield from filter(None, [element.attributes.get(attribute, "").strip()])
        return
    selector = Selector.parse(path)
    candidates = [element, *element.find_all(selector.name)]
    for candidate in candidates:
        if candidate.name == selector.name and selector.matches(candidate, selector.parent):
            value = (
                candidate.attributes.get(attribute, "") if attribute else candidate.text_content()
            )
            yield from filter(None, [value.strip()])


def _names_attribute(place: str) -> bool:
    return "@" in place and not place.endswith("]")


def _load() -> Mapping[str, Dialect]:
    return {
        path.stem: Dialect.of(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(_FOLDER.glob("*.toml"))
    }


DIALECTS = _load()
# "rede" alone may be a fragment of a record
BY_ROOT = {root: dialect for dialect in DIALECTS.values() for root in dialect.roots}
