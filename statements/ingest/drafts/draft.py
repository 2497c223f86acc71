"""A transcript between reading and storing: what was read, with what a librarian or a metadata
table added or corrected. Kept as JSON on the Transcript row until it is published."""

import datetime
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from statements.transcripts.parsed import ParagraphKind

# what a person can correct, of each speech and of the transcript as a whole
SPEECH_FIELDS = ["speaker", "honorific", "country", "role", "language", "on_behalf_of"]
RECORD_FIELDS = ["date", "symbol", "first_position", "organ", "agenda_items", "topics"]


@dataclass(slots=True)
class DraftParagraph:
    text: str
    kind: str = ParagraphKind.SPEECH.value
    line: int | None = None
    number: int | None = None  # as printed


@dataclass(slots=True)
class DraftPresident:
    name: str
    honorific: str = ""
    affiliation: str = ""


@dataclass(slots=True)
class DraftMember:
    affiliation: str
    name: str = ""
    honorific: str = ""


@dataclass(slots=True)
class DraftPlace:
    """Where one speech of a table was made; what it leaves open is as for the whole draft."""

    date: datetime.date | None = None
    year: int | None = None  # where no day is known
    around: datetime.date | None = None  # only to tell who bore a name
    symbol: str = ""
    position: int | None = None  # in the meeting, or else in the transcript
    organ: str = ""
    topics: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        days = {name: _day(data[name]) for name in ("date", "around")}
        return cls(**{**data, **days})


@dataclass(slots=True)
class DraftSpeech:
    """One speech as it would be stored. ``country`` is a code, or "" for unknown; ``speaker``
    is the name without honorific, or "" where none is known."""

    position: int  # in the transcript
    speaker_line: str = ""
    speaker: str = ""
    honorific: str = ""
    affiliation: str = ""
    country: str = ""
    role: str = ""
    language: str = ""
    language_printed: str = ""
    on_behalf_of: str = ""
    paragraphs: list[DraftParagraph] = field(default_factory=list)
    place: DraftPlace | None = None  # where it differs from the rest of the transcript
    given: dict[str, str] = field(default_factory=dict)  # who, as a data set says

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        place = data.get("place")
        return cls(
            **{
                **data,
                "paragraphs": [DraftParagraph(**item) for item in data["paragraphs"]],
                "place": DraftPlace.from_json(place) if place else None,
            }
        )


@dataclass(slots=True)
class Draft:
    """One transcript as it would be stored."""

    speeches: list[DraftSpeech]
    date: datetime.date | None = None
    date_printed: str = ""
    symbol: str = ""  # normalised, "" where unknown
    symbol_printed: str = ""
    first_position: int | None = None  # in the meeting, of the first speech; None: next free
    organ: str = ""
    number: int | None = None
    place: str = ""
    presidents: list[DraftPresident] = field(default_factory=list)
    members: list[DraftMember] = field(default_factory=list)
    first_page: list[str] = field(default_factory=list)  # its lines as printed
    agenda_items: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)  # given by a person, beside the agenda
    problems: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["date"] = self.date.isoformat() if self.date else None
        for speech in data["speeches"]:
            if place := speech["place"]:
                for name in ("date", "around"):
                    place[name] = place[name].isoformat() if place[name] else None
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        data = dict(data)
        data["date"] = _day(data["date"])
        data["presidents"] = [DraftPresident(**president) for president in data["presidents"]]
        # drafts that waited before members were kept have none
        data["members"] = [DraftMember(**member) for member in data.get("members", [])]
        data["speeches"] = [DraftSpeech.from_json(speech) for speech in data["speeches"]]
        return cls(**data)


def _day(printed: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(printed) if printed else None
