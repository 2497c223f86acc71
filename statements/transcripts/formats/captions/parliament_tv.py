"""Reader for sessions of Open Parliament TV: the proceedings of a debate aligned with its video.

The format is described at https://github.com/OpenParliamentTV/OpenParliamentTV-Architecture. Each
item is one video, and times are seconds from the beginning of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.formats.markup.named_speakers import Named, Person, to_attribution
from statements.transcripts.formats.pages.json_records import load_json
from statements.transcripts.languages.notes import language_code
from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.speakers.attribution import NOBODY
from statements.transcripts.text.decoding import check_characters, decode
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line, split_lines
from statements.transcripts.values.affiliations import stated_affiliations
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    SourceMetadata,
    UnreadableTranscript,
)
from statements.transcripts.values.recording_times import LONGEST_RECORDING

_CHAIRS = frozenset({"president", "vice-president", "interim-president", "chair"})
_SPOKEN = "speech"
_PROCEEDINGS = "proceedings"


def read_parliament_tv(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read a session; raises UnreadableTranscript if it is damaged or nobody speaks in it."""
    decoded = decode(data, encoding)
    document = load_json(decoded.text)
    items = [item for item in _items(document) if isinstance(item, dict)]
    session = _Session()
    for item in items:
        session.add(item)
    if not any(block.given for block in session.blocks):
        raise UnreadableTranscript(
            "no-debate",
            "This session of Open Parliament TV has no proceedings, so it has no text. Use the "
            "file of a later stage, in which “textContents” is filled.",
        )
    text = "\n".join(line.text for block in session.blocks for line in block.lines)
    return to_transcript(
        name,
        session.blocks,
        Evidence(text),
        encoding=decoded.encoding,
        is_record=False,
        meeting=_meeting(document, items),
        dropped=session.dropped,
        problems=check_characters(text),
    )


def _items(document: Any) -> list[Any]:
    items = document.get("data", document) if isinstance(document, dict) else document
    if isinstance(items, dict):
        items = items.get("data", [items])  # one speech, as the platform's API gives it
    return items if isinstance(items, list) else []


class _Session:
    """Collects the blocks of a session."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.dropped: list[DroppedText] = []
        self._heading = ""
        self._number = 0  # of the last block, since the file has no lines

    def add(self, item: Mapping[str, Any]) -> None:
        heading = _heading(item)
        if heading and heading != self._heading:
            self._append(Block(self._lines(heading), narrative=True))
        self._heading = heading
        texts = [text for text in _list(item, "textContents") if isinstance(text, dict)]
        texts.sort(key=lambda text: text.get("type") != _PROCEEDINGS)
        for text in texts[1:]:
            for part in _list(text, "textBody"):
                self._drop(part)
        for is_first, part in _with_first(_list(texts[0], "textBody") if texts else []):
            if isinstance(part, dict):
                self._add_part(part, item, texts[0], is_first=is_first)

    def _add_part(
        self,
        part: Mapping[str, Any],
        item: Mapping[str, Any],
        text: Mapping[str, Any],
        *,
        is_first: bool,
    ) -> None:
        lines = self._lines(_string(part, "text"))
        if not lines:
            return
        if part.get("type") != _SPOKEN:
            self._append(Block(lines, narrative=True))
            return
        person = _person(item, _string(part, "speaker"))
        block = Block(lines, time_s=_start(part))
        block.given = _speaker(part, person)
        block.separate = is_first or block.given == NOBODY
        block.metadata = SourceMetadata(
            source="Open Parliament TV",
            topics=(self._heading,) if self._heading else (),
            affiliation=_label(person, "faction"),
            affiliations=stated_affiliations({"party": _label(person, "faction")}),
            language=language_code(_string(text, "language")),
            person=_string(person, "wid"),
            identifier=_string(item, "id") or _string(item, "originID"),
        )
        self._append(block)

    def _append(self, block: Block) -> None:
        self.blocks.append(block)

    def _lines(self, text: str) -> list[Line]:
        self._number += 1
        return [Line(self._number, part.text) for part in split_lines(text) if part.text.strip()]

    def _drop(self, part: Any) -> None:
        if isinstance(part, dict) and (text := _string(part, "text")):
            self.dropped.append(DroppedText(text, "another version of the text", self._number))


def _speaker(part: Mapping[str, Any], person: Mapping[str, Any]) -> Any:
    printed = _string(part, "speaker")
    if not printed:
        return NOBODY
    is_chair = _string(part, "speakerstatus") in _CHAIRS
    role = _string(person, "role") if is_chair else ""
    status = _string(part, "speakerstatus").replace("-", " ").title() if is_chair else ""
    return to_attribution(
        Named(
            printed=printed,
            person=Person(name=_string(person, "label")),
            role=role or status,
            affiliation=_label(person, "faction"),
        )
    )


def _person(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the entry of the person with this name."""
    people = [person for person in _list(item, "people") if isinstance(person, dict)]
    return next((person for person in people if name and _string(person, "label") == name), {})


def _start(part: Mapping[str, Any]) -> float | None:
    """Return the time at which the first sentence begins that has one."""
    for sentence in _list(part, "sentences"):
        if isinstance(sentence, dict) and _string(sentence, "timeStart"):
            try:
                seconds = float(_string(sentence, "timeStart"))
            except ValueError:
                return None
            return seconds if 0 <= seconds <= LONGEST_RECORDING else None
    return None


def _heading(item: Mapping[str, Any]) -> str:
    agenda = item.get("agendaItem")
    if not isinstance(agenda, dict):
        return ""
    titles = (_string(agenda, "officialTitle"), _string(agenda, "title"))
    return ": ".join(dict.fromkeys(filter(None, titles)))


def _meeting(document: Any, items: list[Any]) -> ParsedMeeting:
    """Return the date of the session, and its parliament, period and number as the first page."""
    meta = document.get("meta") if isinstance(document, dict) else None
    first = items[0] if items else {}
    session = first.get("session")
    dated = [value for value in (session, meta, first) if isinstance(value, dict)]
    date = first_date(_string(value, "dateStart").partition("T")[0] for value in dated)
    lines = [
        _string(first, "parliament"),
        _named("Electoral period", first.get("electoralPeriod")),
        _named("Session", session),
    ]
    return ParsedMeeting(date=date, first_page=tuple(filter(None, lines)))


def _named(name: str, value: Any) -> str:
    number = _string(value, "number") if isinstance(value, dict) else ""
    return f"{name} {number}" if number else ""


def _with_first(parts: list[Any]) -> Iterator[tuple[bool, Any]]:
    return ((index == 0, part) for index, part in enumerate(parts))


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _string(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    is_text = isinstance(found, str | int | float) and not isinstance(found, bool)
    return " ".join(str(found).split()) if is_text else ""


def _label(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return _string(found, "label") if isinstance(found, dict) else ""
