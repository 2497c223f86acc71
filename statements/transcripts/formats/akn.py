"""Reader for Akoma Ntoso debates: speeches by whom, as what, to whom; narrative; sections.

The printed attribution (``from``) is read by the one grammar; the persons and roles that the
document's own list names stand beside it as given.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from statements.transcripts.checks.doubts import capped, check_meeting, check_speech, check_speeches
from statements.transcripts.dates import read_date
from statements.transcripts.formats.markup import Element, parse_tree
from statements.transcripts.parsed import (
    Dropped,
    Given,
    ParagraphKind,
    ParsedMeeting,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
    UnreadableTranscript,
)
from statements.transcripts.record.narrative import is_narrative
from statements.transcripts.speakers.attribution import read_attribution, split_name
from statements.transcripts.symbols import Symbol
from statements.transcripts.titles import office_in

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
_LISTED = frozenset({"TLCPerson", "TLCRole", "TLCOrganization"})
_SYMBOLIC = ("docNumber", "FRBRnumber", "FRBRalias")


def is_akn(data: bytes) -> bool:
    """Whether a file begins as an Akoma Ntoso document."""
    return re.search(rb"<(?:\w+:)?akomaNtoso\b", data[:20_000]) is not None


def read_akn(name: str, data: bytes) -> ParsedTranscript:
    """The debate in an Akoma Ntoso document; raises UnreadableTranscript where there is none."""
    root = parse_tree(data)
    debate = root if root.name == "debate" else root.first("debate")
    body = debate.first("debateBody") if debate else None
    if debate is None or body is None:
        raise UnreadableTranscript(
            "no-debate", "The document is Akoma Ntoso, but no debate; only debates are read."
        )
    record = _Record(_listed(debate))
    record.walk(body, ())
    speeches = record.finished()
    meeting = _meeting(debate, record.listed)
    problems = check_meeting(meeting) + check_speeches(speeches)
    return ParsedTranscript(
        name=name,
        form="record" if meeting.symbol else "statement",
        encoding="utf-8",
        speeches=tuple(speeches),
        meeting=meeting,
        dropped=tuple(_beside(debate)),
        problems=capped(problems),
    )


@dataclass(slots=True)
class _Turn:
    element: Element | None
    sections: tuple[str, ...]
    line: str
    paragraphs: list[ParsedParagraph] = field(default_factory=list)


@dataclass(slots=True)
class _Record:
    """Walks through the body and puts speeches together."""

    listed: Mapping[str, str]
    turns: list[_Turn] = field(default_factory=list)
    waiting: list[ParsedParagraph] = field(default_factory=list)

    def walk(self, element: Element, sections: tuple[str, ...]) -> None:
        heading = next((each.words() for each in element.elements if each.name == "heading"), "")
        below = (*sections, heading) if heading else sections
        for each in element.content:
            if isinstance(each, str):
                self._narrate(each)
            elif each.name in _TITLES:
                self._narrate(each.words())
            elif each.name in _SPEECHES and each.name not in _SECTIONS:
                self._speak(each, below)
            elif each.name in _SECTIONS:
                self.walk(each, below)
            else:
                self._narrate(each.words())

    def finished(self) -> list[ParsedSpeech]:
        if self.waiting:
            self.turns.append(_Turn(None, (), "", self.waiting))
        return [self._speech(turn, place) for place, turn in enumerate(self.turns, start=1)]

    def _narrate(self, printed: str) -> None:
        text = " ".join(printed.split())
        if text:
            paragraphs = self.turns[-1].paragraphs if self.turns else self.waiting
            paragraphs.append(ParsedParagraph(text, ParagraphKind.NARRATIVE))

    def _speak(self, element: Element, sections: tuple[str, ...]) -> None:
        line = next((each.words() for each in element.elements if each.name == "from"), "")
        turn = _Turn(element, sections, line.rstrip(" :"), self.waiting)
        self.waiting = []
        self.turns.append(turn)
        for each in element.content:
            text = " ".join((each if isinstance(each, str) else each.words()).split())
            if not text or (isinstance(each, Element) and each.name in {"from", "num"}):
                continue
            told = isinstance(each, Element) and (each.name in _NARRATIVE or each.name in _TITLES)
            kind = ParagraphKind.NARRATIVE if told or is_narrative(text) else ParagraphKind.SPEECH
            turn.paragraphs.append(ParsedParagraph(text, kind))

    def _speech(self, turn: _Turn, position: int) -> ParsedSpeech:
        paragraphs = tuple(turn.paragraphs)
        named = turn.element is not None and bool(turn.line or turn.element.attributes.get("by"))
        speech = ParsedSpeech(
            position=position,
            speaker_line=turn.line,
            paragraphs=paragraphs,
            problems=capped(check_speech(paragraphs, named=named, line=None)),
            given=self._given(turn),
        )
        found = read_attribution(f"{turn.line}:") if turn.line else None
        if found is None:
            honorific, name = split_name(turn.line) if turn.line else ("", "")
            return replace(speech, honorific=honorific, speaker=name)
        return replace(
            speech,
            speaker=found.speaker,
            honorific=found.honorific,
            affiliation=found.affiliation,
            role=found.role or office_in(found.honorific),
            language=found.language,
            language_printed=found.language_printed,
            on_behalf_of=found.on_behalf_of,
        )

    def _given(self, turn: _Turn) -> Given:
        by, role = (
            self.listed.get((turn.element.attributes.get(name, "") if turn.element else "")[1:], "")
            for name in ("by", "as")
        )
        honorific, name = split_name(by) if by else ("", "")
        return Given(
            source="The document's list of persons",
            topics=turn.sections[-1:],
            speaker=name,
            honorific=honorific,
            role=role,
        )


def _listed(debate: Element) -> dict[str, str]:
    """What the document's references show for each identifier."""
    return {
        each.attributes.get("eId", each.attributes.get("id", "")): each.attributes.get("showAs", "")
        for each in debate.all(*_LISTED)
    }


def _meeting(debate: Element, listed: Mapping[str, str]) -> ParsedMeeting:
    symbol, printed = None, ""
    for each in debate.all(*_SYMBOLIC):
        for text in (each.attributes.get("value", ""), each.words()):
            try:
                symbol, printed = symbol or Symbol.parse(text), printed or text
            except ValueError:
                continue
    author = debate.first("FRBRauthor")
    organ = listed.get((author.attributes.get("href", "") if author else "").lstrip("#"), "")
    days = [
        *(each.attributes.get("date", "") for each in debate.all("docDate")),
        *(each.attributes.get("date", "") for each in debate.all("FRBRdate")[:1]),
    ]
    dated = debate.first("docDate")
    preface = debate.first("preface") or debate.first("coverPage")
    meeting = ParsedMeeting(
        symbol=symbol,
        symbol_printed=printed,
        organ=organ,
        number=symbol.number if symbol else None,
        date_printed=dated.words() if dated else "",
        first_page=(preface.words(),) if preface and preface.words() else (),
        agenda_items=tuple(
            dict.fromkeys(section.words() for section in debate.all("heading") if section.words())
        )
        if symbol
        else (),
    )
    for day in days:
        try:
            return replace(meeting, date=read_date(day[:10]))
        except ValueError:
            continue
    return meeting


def _beside(debate: Element) -> Iterator[Dropped]:
    """What stands outside preface and body: conclusions, attachments."""
    for each in debate.elements:
        if each.name in {"conclusions", "attachments", "components"} and each.words():
            yield Dropped(each.words(), each.name, 0)
