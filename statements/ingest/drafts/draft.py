"""A transcript between reading and storing, with additions and corrections by an archivist.

Drafts are kept as JSON on the Transcript row until they are published.
"""

import datetime
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from statements.transcripts.values.choices import LabelChoices
from statements.transcripts.values.parsed import ParagraphKind

# the fields that a person can correct, of each speech and of the whole transcript
SPEECH_FIELDS = [
    "speaker",
    "honorific",
    "country",
    "affiliations",
    "role",
    "language",
    "on_behalf_of",
]
RECORD_FIELDS = ["date", "symbol", "first_position", "organ", "agenda_items", "topics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about a transcript apart from its text.

    These values take precedence over the text, except that the speaker is used only for speeches
    that print none.
    """

    date: datetime.date | None = None
    date_printed: str = ""
    year: int | None = None  # counts only where no date is known
    symbol: str = ""
    position: int | None = None  # in the meeting, of the first speech
    topics: tuple[str, ...] = ()
    organ: str = ""
    session: int | None = None  # its number
    debate: str = ""  # of the session
    speaker: str = ""
    affiliation: str = ""
    country: str = ""  # its code


@dataclass(slots=True)
class DraftParagraph:
    text: str
    kind: str = ParagraphKind.SPEECH.value
    line: int | None = None
    number: int | None = None  # as printed
    time_s: float | None = None  # seconds from the start of a recording
    turn_line: str = ""  # the speaker line above it, if that continues the speech
    page: int | None = None  # of a file with pages, on which it begins
    # places of words, from 0, that text recognition was not certain of
    uncertain_words: list[int] = field(default_factory=list)
    is_divided: bool = False  # the source has no paragraphs: the archive began one here


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
    """Where and when one speech of a table was made; blank values are those of the whole draft."""

    date: datetime.date | None = None
    year: int | None = None  # if only the year is known
    around: datetime.date | None = None  # approximate; used only to look up names
    symbol: str = ""
    position: int | None = None  # in the meeting; without a meeting, in the transcript
    organ: str = ""
    session: int | None = None  # its number
    debate: str = ""  # of the session
    topics: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        days = {name: _day(data[name]) for name in ("date", "around")}
        return cls(**{**data, **days})


@dataclass(slots=True)
class DraftSpeech:
    """One speech as it would be stored.

    ``country`` is a code and ``speaker`` a name without honorific; both are "" if unknown.
    """

    position: int  # in the transcript
    speaker_line: str = ""
    speaker: str = ""
    honorific: str = ""
    affiliation: str = ""
    affiliations: str = ""  # party, ward …, as ``format_affiliations`` writes them
    country: str = ""
    role: str = ""
    language: str = ""
    language_printed: str = ""
    on_behalf_of: str = ""
    paragraphs: list[DraftParagraph] = field(default_factory=list)
    place: DraftPlace | None = None  # if it differs from the rest of the transcript
    source_metadata: dict[str, str] = field(default_factory=dict)  # the speaker in a data set

    @property
    def heading(self) -> str:
        """The speaker line, or who speaks if the file has no such lines; "" if unknown."""
        name = f"{self.honorific} {self.speaker}".strip() if self.speaker else self.role
        return self.speaker_line or name

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        data = dict(data)
        if "given" in data:  # the name of the field in drafts of earlier releases
            data["source_metadata"] = data.pop("given")
        place = data.get("place")
        data["paragraphs"] = [DraftParagraph(**paragraph) for paragraph in data["paragraphs"]]
        data["place"] = DraftPlace.from_json(place) if place else None
        return cls(**data)


@dataclass(slots=True)
class Draft:
    """One transcript as it would be stored."""

    speeches: list[DraftSpeech]
    date: datetime.date | None = None
    date_printed: str = ""
    symbol: str = ""  # normalized; "" if unknown
    symbol_printed: str = ""
    first_position: int | None = None  # in the meeting; None for the next free one
    organ: str = ""
    number: int | None = None
    place: str = ""
    presidents: list[DraftPresident] = field(default_factory=list)
    members: list[DraftMember] = field(default_factory=list)
    first_page: list[str] = field(default_factory=list)  # its lines as printed
    agenda_items: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)  # added by a person to the agenda items
    problems: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    # text, use, count and line; "remembered_from" is the name of the file of an earlier decision
    labels: list[dict[str, Any]] = field(default_factory=list)
    accepted_labels: list[str] = field(default_factory=list)  # as a person decided
    rejected_labels: list[str] = field(default_factory=list)
    # codes of the languages of the left and the right column, if pages print two
    column_languages: list[str] = field(default_factory=list)
    column: str = ""  # "left" or "right", as a person decided
    dataset: str = ""  # title of the data set that the file belongs to

    @property
    def label_choices(self) -> LabelChoices:
        return LabelChoices.of(self.accepted_labels, self.rejected_labels, self.column)

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
        # drafts of earlier releases have no members
        data["members"] = [DraftMember(**member) for member in data.get("members", [])]
        data["speeches"] = [DraftSpeech.from_json(speech) for speech in data["speeches"]]
        return cls(**data)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
