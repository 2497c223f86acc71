"""Reader for Akoma Ntoso debates: speeches with their speakers and roles, narrative, sections.

The printed attribution (``from``) goes through the same grammar as in other forms. The persons and
roles in the document's references become the ``source_metadata`` of the speech.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from statements.transcripts.checks.problems import (
    check_meeting,
    check_speech,
    check_speeches,
    limit_problems,
)
from statements.transcripts.formats.markup.xml_tree import Element, parse_tree
from statements.transcripts.languages.titles import office_in
from statements.transcripts.record.narrative import is_narrative
from statements.transcripts.speakers.attribution import read_attribution, split_name
from statements.transcripts.values.dates import read_date
from statements.transcripts.values.parsed import (
    DroppedText,
    ParagraphKind,
    ParsedMeeting,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
    SourceMetadata,
    UnreadableTranscript,
)
from statements.transcripts.values.symbols import Symbol

_SPEECHES = frozenset({"speech", "question", "answer", "speechGroup"})
_SECTIONS = frozenset(
    {
        "debateSection",
        "administrationOfOath",
        "rollCall",
        "prayers",
        "oralStatements",
        "writtenStatements",
        "personalStatements",
        "ministerialStatements",
        "resolutions",
        "nationalInterest",
        "declarationOfVote",
        "communication",
        "petitions",
        "papers",
        "noticesOfMotion",
        "questions",
        "address",
        "proceduralMotions",
        "pointOfOrder",
        "adjournment",
        "debateBody",
        "body",
        "container",
        "speechGroup",
    }
)
_TITLES = frozenset({"num", "heading", "subheading"})
_NARRATIVE = frozenset({"narrative", "scene", "summary", "recordedTime", "other", "adjournment"})
_REFERENCES = frozenset({"TLCPerson", "TLCRole", "TLCOrganization"})
_SYMBOL_ELEMENTS = ("docNumber", "FRBRnumber", "FRBRalias")
_TRAILING_PARTS = frozenset({"conclusions", "attachments", "components"})


def is_akn(data: bytes) -> bool:
    """Return whether a file begins like an Akoma Ntoso document."""
    return re.search(rb"<(?:\w+:)?akomaNtoso\b", data[:20_000]) is not None


def read_akn(name: str, data: bytes) -> ParsedTranscript:
    """Read the debate in an Akoma Ntoso document.

    Raises UnreadableTranscript if there is none or the XML is refused.
    """
    root = parse_tree(data)
    debate = root if root.name == "debate" else root.find("debate")
    body = debate.find("debateBody") if debate else None
    if debate is None or body is None:
        raise UnreadableTranscript(
            "no-debate", "This Akoma Ntoso document is not a debate; only debates can be read."
        )
    references = _reference_names(debate)
    builder = _SpeechBuilder(references)
    builder.walk(body, ())
    speeches = builder.speeches()
    meeting = _meeting(debate, references)
    problems = check_meeting(meeting) + check_speeches(speeches)
    return ParsedTranscript(
        name=name,
        form="record" if meeting.symbol else "statement",
        encoding="utf-8",
        speeches=tuple(speeches),
        meeting=meeting,
        dropped=tuple(_trailing_parts(debate)),
        problems=limit_problems(problems),
    )


@dataclass(slots=True)
class _Turn:
    element: Element | None
    sections: tuple[str, ...]
    line: str
    paragraphs: list[ParsedParagraph] = field(default_factory=list)


@dataclass(slots=True)
class _SpeechBuilder:
    """Walks through the body of a debate and builds its speeches."""

    references: Mapping[str, str]
    turns: list[_Turn] = field(default_factory=list)
    leading: list[ParsedParagraph] = field(default_factory=list)  # narrative before a speech

    def walk(self, element: Element, sections: tuple[str, ...]) -> None:
        """Add the content of an element; ``sections`` are the headings of those around it."""
        heading = _child_text(element, "heading")
        inner_sections = (*sections, heading) if heading else sections
        for node in element.content:
            if isinstance(node, str):
                self._add_narrative(node)
            elif node.name in _SPEECHES and node.name not in _SECTIONS:
                self._add_speech(node, inner_sections)
            elif node.name in _SECTIONS:
                self.walk(node, inner_sections)
            else:
                self._add_narrative(node.text_content())

    def speeches(self) -> list[ParsedSpeech]:
        if self.leading:
            self.turns.append(_Turn(None, (), "", self.leading))
        return [self._speech(turn, position) for position, turn in enumerate(self.turns, start=1)]

    def _add_narrative(self, printed: str) -> None:
        text = " ".join(printed.split())
        if text:
            paragraphs = self.turns[-1].paragraphs if self.turns else self.leading
            paragraphs.append(ParsedParagraph(text, ParagraphKind.NARRATIVE))

    def _add_speech(self, element: Element, sections: tuple[str, ...]) -> None:
        line = _child_text(element, "from")
        turn = _Turn(element, sections, line.rstrip(" :"), self.leading)
        self.leading = []
        self.turns.append(turn)
        for node in element.content:
            name = node.name if isinstance(node, Element) else ""
            content = node.text_content() if isinstance(node, Element) else node
            text = " ".join(content.split())
            if not text or name in {"from", "num"}:
                continue
            unspoken = name in _NARRATIVE or name in _TITLES or is_narrative(text)
            kind = ParagraphKind.NARRATIVE if unspoken else ParagraphKind.SPEECH
            turn.paragraphs.append(ParsedParagraph(text, kind))

    def _speech(self, turn: _Turn, position: int) -> ParsedSpeech:
        paragraphs = tuple(turn.paragraphs)
        has_speaker = turn.element is not None and bool(
            turn.line or turn.element.attributes.get("by")
        )
        speech = ParsedSpeech(
            position=position,
            speaker_line=turn.line,
            paragraphs=paragraphs,
            problems=limit_problems(check_speech(paragraphs, has_speaker=has_speaker, line=None)),
            source_metadata=self._source_metadata(turn),
        )
        attribution = read_attribution(f"{turn.line}:") if turn.line else None
        if attribution is None:
            honorific, name = split_name(turn.line) if turn.line else ("", "")
            return replace(speech, honorific=honorific, speaker=name)
        return replace(
            speech,
            speaker=attribution.speaker,
            honorific=attribution.honorific,
            affiliation=attribution.affiliation,
            role=attribution.role or office_in(attribution.honorific),
            language=attribution.language,
            language_printed=attribution.language_printed,
            on_behalf_of=attribution.on_behalf_of,
        )

    def _source_metadata(self, turn: _Turn) -> SourceMetadata:
        attributes = turn.element.attributes if turn.element else {}
        person = self.references.get(attributes.get("by", "")[1:], "")
        role = self.references.get(attributes.get("as", "")[1:], "")
        honorific, name = split_name(person) if person else ("", "")
        return SourceMetadata(
            source="The document's list of persons",
            topics=turn.sections[-1:],
            speaker=name,
            honorific=honorific,
            role=role,
        )


def _child_text(element: Element, name: str) -> str:
    children = (child for child in element.elements if child.name == name)
    first = next(children, None)
    return first.text_content() if first else ""


def _reference_names(debate: Element) -> dict[str, str]:
    """Map the identifiers of persons, roles and organizations to the names to be shown."""
    names = {}
    for reference in debate.find_all(*_REFERENCES):
        attributes = reference.attributes
        identifier = attributes.get("eId", attributes.get("id", ""))
        names[identifier] = attributes.get("showAs", "")
    return names


def _meeting(debate: Element, references: Mapping[str, str]) -> ParsedMeeting:
    symbol, printed = None, ""
    for element in debate.find_all(*_SYMBOL_ELEMENTS):
        for text in (element.attributes.get("value", ""), element.text_content()):
            try:
                symbol, printed = symbol or Symbol.parse(text), printed or text
            except ValueError:
                continue
    author = debate.find("FRBRauthor")
    organ = references.get((author.attributes.get("href", "") if author else "").lstrip("#"), "")
    dated_elements = [*debate.find_all("docDate"), *debate.find_all("FRBRdate")[:1]]
    dates = [element.attributes.get("date", "") for element in dated_elements]
    doc_date = debate.find("docDate")
    preface = debate.find("preface") or debate.find("coverPage")
    preface_text = preface.text_content() if preface else ""
    headings = filter(None, (heading.text_content() for heading in debate.find_all("heading")))
    meeting = ParsedMeeting(
        symbol=symbol,
        symbol_printed=printed,
        organ=organ,
        number=symbol.number if symbol else None,
        date_printed=doc_date.text_content() if doc_date else "",
        first_page=(preface_text,) if preface_text else (),
        agenda_items=tuple(dict.fromkeys(headings)) if symbol else (),
    )
    for printed_date in dates:
        try:
            return replace(meeting, date=read_date(printed_date[:10]))
        except ValueError:
            continue
    return meeting


def _trailing_parts(debate: Element) -> Iterator[DroppedText]:
    """Yield the text outside preface and body: conclusions, attachments."""
    for element in debate.elements:
        if element.name in _TRAILING_PARTS and (text := element.text_content()):
            yield DroppedText(text, element.name, 0)
