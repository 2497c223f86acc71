"""Reads a debate in XML by its dialect: turns with their speakers, narrative, headings.

What an element is, the dialect says. Text inside a turn is speech and text outside of one is
narrative, so that no words are attributed to anyone whom the file does not name as their speaker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.formats.markup.dialects import Dialect, Part, value_at
from statements.transcripts.formats.markup.named_speakers import (
    Named,
    Person,
    split_label,
    to_attribution,
)
from statements.transcripts.formats.markup.xml_tree import Element
from statements.transcripts.languages.notes import language_code
from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.speakers.grammar.person_names import split_name
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line
from statements.transcripts.values.affiliations import (
    AffiliationKind,
    ParsedAffiliation,
    stated_affiliations,
)
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    SourceMetadata,
    UnreadableTranscript,
)

_NO_PEOPLE: Mapping[str, Person] = {}
_FIELDS = ("role", "identifier", "turn", "language", *AffiliationKind)
_UNKNOWN = frozenset({"", "null", "none", "unknown", "0"})  # values that say nothing
# a word is an element of its own here, and "join" says that no space follows
_WORDS = frozenset({"w", "pc"})


@dataclass(slots=True)
class _Turn:
    """What is known of a turn before its first paragraph."""

    line: int
    printed: str = ""
    values: dict[str, str] = field(default_factory=dict)  # by the names in _FIELDS, and "name"
    is_container: bool = True  # an element holds the whole turn
    has_block: bool = False
    group: Element | None = None  # of turns, in which it stands
    continues: bool = False  # it goes on with the turn before it

    def add(self, values: Mapping[str, str]) -> None:
        """Add values, of which those of the outer element come first and stay."""
        for name, value in values.items():
            if value.lstrip("#").casefold() not in _UNKNOWN:
                self.values.setdefault(name, value)


class DebateReader:
    """Walks through a debate and collects its blocks and what it leaves out."""

    def __init__(
        self,
        dialect: Dialect,
        *,
        people: Mapping[str, Person] = _NO_PEOPLE,
        roles: Mapping[str, str] | None = None,
        source: str = "The file",
        language: str = "",
    ) -> None:
        self._dialect = dialect
        self._people = people
        self._roles = roles or {}
        self._source = source
        self._turn: _Turn | None = None  # to which the place belongs that is being read
        self._last_turn: _Turn | None = None  # to which the last block belongs
        self._group: Element | None = None  # of turns, around this place
        self._text: list[str] = []  # of the paragraph that is being read
        self._line = 0  # on which it begins; 0 before its first word
        self._heading = ""
        self._language = language
        self._narrating = 0  # elements of narration around this place
        self.blocks: list[Block] = []
        self.dropped: list[DroppedText] = []

    @property
    def has_turns(self) -> bool:
        return any(block.given for block in self.blocks)

    def read(self, element: Element, parent: str = "") -> None:
        """Add what an element holds; call ``finish`` after the last one."""
        part = self._dialect.part_of(element, parent)
        if part is Part.NOTE:
            part = Part.NARRATIVE if _in_parentheses(element.text_content()) else None
        language = self._language
        self._language = element.attributes.get("lang", language)
        if part is not None:
            self._flush()
            self._read_part(part, element)
            self._flush()
        elif self._dialect.is_inline(element):
            self._read_inline(element)
        else:
            self._text.append(" ")
            self._read_content(element)
            self._text.append(" ")
        self._language = language

    def finish(self) -> None:
        self._flush()
        self._begin_pending()

    # -- parts ---------------------------------------------------------------------------------

    def _read_part(self, part: Part, element: Element) -> None:
        match part:
            case Part.TURN:
                self._read_turn(element)
            case Part.GROUP:
                outer, self._group = self._group, element
                self._read_content(element)
                self._group = outer
            case Part.NARRATION | Part.NARRATIVE:
                self._read_narration(element)
            case Part.SPEAKER:
                self._read_speaker(element)
            case Part.SPOKEN:
                self._read_spoken(element)
            case Part.HEADING:
                self._read_heading(element)
            case Part.DROPPED:
                self._drop(element)
            case _:
                self._read_content(element)

    def _read_content(self, element: Element) -> None:
        """Read the content of an element; a speaker or heading in it counts until it ends."""
        turn, heading = self._turn, self._heading
        for node in element.content:
            if isinstance(node, str):
                self._add_text(node, element)
            else:
                self.read(node, element.name)
        if self._turn is not turn:
            self._flush()
            self._begin_pending()
        self._turn, self._heading = turn, heading

    def _read_inline(self, element: Element) -> None:
        if element.name in _WORDS:
            self._add_text(element.text_content(), element)
            if element.attributes.get("join") not in {"right", "both"}:
                self._text.append(" ")
            return
        spaced = any(child.name in _WORDS for child in element.elements)
        for node in element.content:
            if not isinstance(node, str):
                self.read(node, element.name)
            elif not (spaced and node.isspace()):
                self._add_text(node, element)

    def _read_turn(self, element: Element) -> None:
        outer = self._turn
        label = outer if outer and not (outer.is_container or outer.has_block) else None
        self._turn = _Turn(element.line, label.printed if label else "", group=self._group)
        if label:
            self._turn.add(label.values)
            label.has_block = True  # as a part of this turn
        self._turn.add(self._values(element, within=False))
        self._turn.printed = self._turn.printed or value_at(
            element, self._places("line", within=False)
        )
        if self._group is not None:
            places = self._places("turn", within=False)
            self._turn.add({"turn": value_at(self._group, places)})
        self._turn.continues = self._goes_on(self._turn, element)
        narrating, self._narrating = self._narrating, 0
        self._read_content(element)
        self._flush()
        self._begin_pending()
        self._narrating = narrating
        # what follows inside an outer turn goes on with that; elsewhere it is nobody's
        self._turn = outer if outer and outer.is_container else None

    def _goes_on(self, turn: _Turn, element: Element) -> bool:
        """Return whether a turn goes on with the one before it: it refers to it, or both are of the
        same speaker in a group of turns."""
        last = self._last_turn
        if last is None:
            return False
        previous = value_at(element, self._places("previous", within=False)).lstrip("#")
        if previous:
            return previous == last.values.get("turn")
        who = [each.values.get("identifier", "") for each in (last, turn)]
        return turn.group is not None and last.group is turn.group and who[0] == who[1]

    def _read_narration(self, element: Element) -> None:
        self._narrating += 1
        self._read_content(element)
        self._flush()
        self._narrating -= 1

    def _read_speaker(self, element: Element) -> None:
        printed = self._printed_label(element)
        values = self._values(element, within=True)
        if self._turn is None or self._turn.has_block or not self._turn.is_container:
            self._begin_pending()
            is_inside = self._turn is not None and self._turn.is_container
            self._turn = _Turn(element.line, is_container=is_inside)
        label, speech = split_label(printed or value_at(element, self._places("line")))
        self._turn.printed = label or self._turn.printed
        self._turn.add(values)
        self._add_text(speech, element)

    def _read_spoken(self, element: Element) -> None:
        if self._turn is None and not self._narrating:
            self._turn = _Turn(element.line, is_container=False)
        self._read_content(element)

    def _read_heading(self, element: Element) -> None:
        if text := element.text_content():
            self._heading = text
            self._emit(text, element.line, narrative=True)

    def _drop(self, element: Element) -> None:
        if text := element.text_content():
            self.dropped.append(DroppedText(text, element.name, element.line))

    # -- blocks --------------------------------------------------------------------------------

    def _add_text(self, text: str, element: Element) -> None:
        if not self._line and text and not text.isspace():
            self._line = element.line
        self._text.append(text)

    def _flush(self) -> None:
        """Make a paragraph of the text read so far."""
        text = " ".join("".join(self._text).split())
        line, self._line = self._line, 0
        self._text.clear()
        if text:
            self._emit(text, line, narrative=self._turn is None or self._narrating > 0)

    def _emit(self, text: str, line: int, *, narrative: bool) -> None:
        block, turn = Block([Line(line, text)], narrative=narrative), self._turn
        # a turn that another one interrupted begins again with the next words
        is_open = turn is self._last_turn or narrative
        if turn is not None and not (turn.has_block and is_open):
            self._begin(turn, block)
        self.blocks.append(block)

    def _begin_pending(self) -> None:
        """Keep a turn in which nothing was said, or a speaker who said nothing."""
        if self._turn is not None and not self._turn.has_block:
            block = Block([Line(self._turn.line, "")])
            self._begin(self._turn, block)
            self.blocks.append(block)

    def _begin(self, turn: _Turn, block: Block) -> None:
        turn.has_block, self._last_turn = True, turn
        if turn.continues and not turn.printed:
            return
        identifier = turn.values.get("identifier", "")
        person = self._people.get(identifier.lstrip("#"), Person())
        person = replace(person, name=turn.values.get("name", "") or person.name)
        role = turn.values.get("role", "")
        is_reference = role.startswith("#")
        values: dict[str, str] = {kind: turn.values.get(kind, "") for kind in AffiliationKind}
        values[AffiliationKind.PARTY] = values[AffiliationKind.PARTY] or person.party
        stated = stated_affiliations(values)
        affiliation = stated[0].name if stated else ""
        named = Named(turn.printed, person, identifier, "" if is_reference else role, affiliation)
        role = self._roles.get(role.lstrip("#"), "") if is_reference else role
        block.given = to_attribution(named)
        block.separate = not turn.continues
        block.metadata = self._metadata(turn, person, role or person.role, stated)

    def _metadata(
        self,
        turn: _Turn,
        person: Person,
        role: str,
        stated: tuple[ParsedAffiliation, ...],
    ) -> SourceMetadata:
        honorific, name = split_name(person.name) if person.name else ("", "")
        return SourceMetadata(
            source=self._source,
            topics=(self._heading,) if self._heading else (),
            speaker=name,
            honorific=honorific,
            affiliation=stated[0].name if stated else "",
            affiliations=stated,
            role=role,
            language=language_code(turn.values.get("language", "") or self._language),
            person=turn.values.get("identifier", "").lstrip("#"),
            identifier=turn.values.get("turn", ""),
        )

    # -- values --------------------------------------------------------------------------------

    def _places(self, name: str, *, within: bool = True) -> list[str]:
        places = self._dialect.speaker.get(name, ())
        return [place for place in places if within or place.startswith("@")]

    def _values(self, element: Element, *, within: bool) -> dict[str, str]:
        """Return what an element says about its speaker; with ``within``, also what its content
        says."""
        values = {name: value_at(element, self._places(name, within=within)) for name in _FIELDS}
        parts = (value_at(element, [place]) for place in self._places("name", within=within))
        name = " ".join(filter(None, parts)).replace("|", " ")
        return values | {"name": " ".join(name.split())}

    def _printed_label(self, element: Element) -> str:
        return " ".join("".join(self._label_parts(element)).split())

    def _label_parts(self, element: Element) -> Iterator[str]:
        """Yield the printed text of an element for a speaker, without the data it hides."""
        hidden = self._dialect.speaker.get("hidden", ())
        for node in element.content:
            if isinstance(node, str):
                yield node
            elif node.name in hidden:
                # the printed name may stand after the data, but inside of the same element
                if node.elements:
                    yield from (child for child in node.content if isinstance(child, str))
            else:
                space = "" if self._dialect.is_inline(node) else " "
                yield space
                yield from self._label_parts(node)
                yield space


def _in_parentheses(text: str) -> bool:
    return text.startswith(("(", "[")) and text.rstrip(".").endswith((")", "]"))


def assemble(
    name: str, reader: DebateReader, meeting: ParsedMeeting, dropped: list[DroppedText]
) -> ParsedTranscript:
    """Assemble what a reader collected.

    Raises UnreadableTranscript if nobody says anything in the document.
    """
    if not reader.has_turns:
        raise UnreadableTranscript(
            "no-debate",
            "This document contains no speeches; it may be a list or an index of debates. Choose "
            "the file with the debate itself.",
        )
    text = "\n".join(line.text for block in reader.blocks for line in block.lines)
    return to_transcript(
        name,
        reader.blocks,
        Evidence(text),
        encoding="utf-8",
        is_record=False,
        meeting=meeting,
        dropped=[*reader.dropped, *dropped],
        problems=[],
    )
