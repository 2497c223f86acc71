"""The rows of lists. With the parameter “fields”, a row has only these."""

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict, Field

from statements.api.schemas import CountryOut, Output, SpeechOut

Day = date  # for models in which a field has the name


def _all_optional(schema: dict[str, Any]) -> None:
    schema.pop("required", None)


class Row(Output):
    model_config = ConfigDict(json_schema_extra=_all_optional)


class MeetingRow(Row):
    slug: str
    symbol: str
    url: str
    organ: str | None
    number: int | None
    date: Day | None
    place: str
    speeches: int


class SessionRow(Row):
    slug: str
    title: str
    url: str
    organ: str
    number: int
    debate: str = Field(description="Empty for a session as a whole.")
    year: int
    first_day: date | None
    last_day: date | None
    speeches: int


class OrganRow(Row):
    slug: str
    name: str
    url: str
    parent: str | None = Field(description="Slug of the organ that it is a part of.")
    meetings: int


class SpeakerRow(Row):
    slug: str
    name: str
    url: str
    country: CountryOut | None
    speeches: int


class CountryRow(Row):
    code: str
    name: str
    url: str
    kind: str
    speeches: int


class TopicRow(Row):
    slug: str
    title: str
    url: str
    speeches: int


class DocumentRow(Row):
    symbol: str
    title: str = Field(description="Empty if it is not known.")
    url: str
    speeches: int = Field(description="Number of speeches that cite it.")
    last_year: int | None = Field(description="Of the last speech that cites it.")


class VoteRow(Row):
    id: str
    url: str
    speech: str = Field(description="Identifier of the speech around the lists of delegations.")
    subject: str
    title: str
    motion: str = Field(description="The sentence that puts it to the vote, or empty.")
    outcome: str
    resolution: str
    topics: list[str]
    in_favour: int
    against: int
    abstaining: int


class TranscriptRow(Row):
    sha256: str
    name: str
    url: str
    size: int = Field(description="Bytes.")
    published_at: datetime | None
    series: str = Field(description="Title, or empty.")
    rights: str = Field(description="Of the file or its series, or empty.")
    source_url: str
    speeches: int


class SpeechRow(SpeechOut):
    """A speech without its text."""

    model_config = ConfigDict(json_schema_extra=_all_optional)

    changed_at: datetime = Field(description="The second in which anything of it changed last.")


class Tombstone(Output):
    """A speech that was withdrawn or deleted: copies of it are to be deleted, too."""

    id: str
    changed_at: datetime


class SpeechesOut(Output):
    """Speeches in the order of their last change."""

    rows: list[SpeechRow]
    gone: list[Tombstone]
    next: str | None = Field(description="Address of the next page.")
