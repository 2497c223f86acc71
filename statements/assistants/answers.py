"""What the tools return: schemas for clients, read from the values of searches and exports.

Texts are plain, and every address is absolute. Both are made by validators, to which the call
passes the beginning of addresses as the ``origin`` of the context.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AliasPath, BeforeValidator, ConfigDict, Field, ValidationInfo

from statements.api import schemas
from statements.api.schemas import IndexOut, Output

Day = date  # for models in which a field has the name
FACET_VALUES = 5  # of each facet of a search
_MARK = re.compile("</?mark>")


def _absolute(value: Any, info: ValidationInfo) -> str:
    """Return the absolute address of a path, or of something that has one."""
    path = value if isinstance(value, str) else value.get_absolute_url()
    return f"{(info.context or {}).get('origin', '')}{path}"


def _plain(value: str) -> str:
    """Return escaped text without its marks as it is printed."""
    return html.unescape(_MARK.sub("", value))


def _most_frequent(values: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    return {name: counted[:FACET_VALUES] for name, counted in values.items() if counted}


Address = Annotated[str, BeforeValidator(_absolute)]
PlainText = Annotated[str, BeforeValidator(_plain)]


class Answer(Output):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    answered_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class IndexedAnswer(Answer):
    index: IndexOut = Field(description="How complete and current the index is.")


class ListedSpeech(Output):
    """The speech that a quotation is from."""

    id: str = Field(
        validation_alias=AliasPath("speech", "public_id"),
        description="For the tools “speech” and “paragraph”.",
    )
    url: Address = Field(validation_alias="speech")
    title: str = Field(validation_alias=AliasPath("speech", "heading", "title"))
    date: Day | None = Field(validation_alias=AliasPath("speech", "date"))
    year: int | None = Field(validation_alias=AliasPath("speech", "year"))


class Extract(Output):
    paragraph: int
    url: Address = Field(
        description="Address of the sentence with the first match, or of the paragraph."
    )
    text: PlainText = Field(
        validation_alias="html",
        description="Words of the paragraph. “…” stands where they are cut; the tool “paragraph” "
        "returns all of it.",
    )


class FoundSpeech(ListedSpeech):
    extracts: list[Extract] = Field(
        description="The beginning of the speech if only its heading matches."
    )
    missing: list[str] = Field(
        description="Words that the speech does not contain, in “partial_matches”."
    )


class FacetValue(Output):
    value: str = Field(description="Value of the argument of the same name.")
    label: str
    count: int


class Remark(Output):
    sentence: str


class Alternative(Output):
    label: str
    total: int


class PartialMatches(Output):
    unknown: list[str] = Field(description="Words that no speech contains in any form.")
    results: list[FoundSpeech] = Field(validation_alias="hits")


class SearchAnswer(IndexedAnswer):
    total: int = Field(description="Number of speeches that match, exact.")
    page: int = Field(validation_alias=AliasPath("parameters", "page"))
    pages: int
    results: list[FoundSpeech] = Field(validation_alias="hits")
    facets: Annotated[dict[str, list[FacetValue]], BeforeValidator(_most_frequent)] = Field(
        description=f"On the first page, the {FACET_VALUES} most frequent values of each filter."
    )
    suggestion: schemas.SuggestionOut | None = Field(
        description="Another query, if there are few or no results."
    )
    remarks: list[Remark] = Field(validation_alias="notices")
    alternatives: list[Alternative] = Field(
        description="If the search finds nothing: changes of it that find something."
    )
    partial_matches: PartialMatches | None = Field(
        description="If few speeches match: speeches with some of the words, not in the total."
    )


class Quotation(Output):
    """Words as they were spoken."""

    quotation: str
    citation: str = Field(description="It ends in the address of the words.")
    url: Address
    title: str
    id: str = Field(description="Of the speech.")
    date: Day | None
    year: int | None


class FirstUseAnswer(IndexedAnswer):
    mentions: int = Field(description="Number of occurrences.")
    speeches: int = Field(description="Number of speeches with occurrences.")
    word: str = Field(description="The first occurrence, as printed; empty if there is none.")
    first: Quotation | None = Field(
        description="The sentence with the earliest occurrence. Of several in one year without "
        "known days, it is any of them."
    )


class Sentence(Output):
    url: Address
    text: str


class ParagraphAnswer(Answer, Quotation):
    sentences: list[Sentence] = Field(
        description="The sentences of a whole paragraph, each with its address."
    )
    previous: Address | None = Field(description="Address of the spoken paragraph before it.")
    next: Address | None = Field(description="Address of the spoken paragraph after it.")


class SpeechParagraph(Output):
    paragraph: int
    url: Address
    is_spoken: bool = Field(
        description="False for text of the record that is not to be cited as words of the speaker."
    )
    text: str


class Source(Output):
    """The file that a speech was read from."""

    url: Address
    file: str
    rights: str = Field(description="Rights statement, or empty.")
    source_url: str = Field(description="Where the file comes from, or empty.")


class SpeechAnswer(Answer):
    id: str
    url: Address
    title: str
    citation: str = Field(description="It ends in the absolute address of the speech.")
    date: Day | None
    year: int | None
    language: str = Field(description="ISO 639 code of the language of delivery, or empty.")
    source: Source
    total: int = Field(description="Number of paragraphs of the speech.")
    paragraphs: list[SpeechParagraph]
    next_paragraph: int | None = Field(
        description="Value of “first_paragraph” for the rest, or null at the end."
    )


class ContextLine(schemas.LineOut):
    url: Address = Field(description="Address of the sentence.")


class ConcordanceAnswer(IndexedAnswer):
    total: int = Field(description="Number of occurrences on all pages.")
    speeches: int
    page: int
    pages: int
    lines: list[ContextLine]


class Trend(schemas.TrendOut):
    first: ContextLine | None = Field(
        description="The earliest mention; of several in one year without known days, any of them."
    )


class TrendAnswer(schemas.TrendsOut, IndexedAnswer):
    trends: Sequence[Trend]
    page: int
    pages: int = Field(description="The periods of the last page are the latest.")


class Side(Output):
    speeches: int
    best: FoundSpeech | None = Field(description="The most relevant speech, with its best passage.")


class SideRow(Output):
    value: str = Field(
        description="The year, the slug of the session, or the symbol of the meeting."
    )
    label: str
    sides: list[Side] = Field(validation_alias="cells", description="One for each series.")


class CompareAnswer(IndexedAnswer):
    index: IndexOut = Field(validation_alias=AliasPath("table", "index"))
    series: list[schemas.SeriesOut] = Field(validation_alias=AliasPath("table", "series"))
    totals: list[int] = Field(
        validation_alias=AliasPath("table", "totals"), description="Speeches of each series."
    )
    common: int = Field(
        validation_alias=AliasPath("table", "common"),
        description="Number of rows in which both series have speeches.",
    )
    page: int
    pages: int
    rows: list[SideRow] = Field(
        validation_alias=AliasPath("table", "rows"), description="The latest first."
    )


class RecordedVote(Output):
    name: str = Field(description="What was voted on, in the most exact words of the record.")
    title: str = Field(validation_alias="context", description="Of the draft, or of the item.")
    motion: str = Field(description="The sentence that puts it to the vote, or empty.")
    outcome: str = Field(description="“adopted”, “rejected”, “retained”, “deleted” or empty.")
    resolution: str = Field(description="Number of the resolution adopted, or empty.")
    in_favour: int = Field(
        validation_alias=AliasPath("tally", "in_favour"),
        description="Total in the record; without one, delegations listed.",
    )
    against: int = Field(validation_alias=AliasPath("tally", "against"))
    abstaining: int = Field(validation_alias=AliasPath("tally", "abstaining"))


class VoteRow(Output):
    vote: RecordedVote
    url: Address = Field(
        validation_alias="vote", description="Address of the paragraph that begins the lists."
    )
    meeting: str = Field(description="Symbol of the meeting, or empty.")
    date: Day | None
    delegations: dict[str, list[str]] = Field(
        description="By ballot, as printed; with “country”, only that country."
    )


class VoteAnswer(Answer):
    total: int = Field(description="Number of recorded votes.")
    page: int
    pages: int
    votes: list[VoteRow]
