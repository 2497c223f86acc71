"""The responses of the API, read from the attributes of the values that searches return. They are
its documentation as well.
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.urls import reverse
from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from statements.exports.records import record
from statements.search import Hit, Period, SearchParameters

Day = date  # for models in which a field has the name


class Output(BaseModel):
    model_config = ConfigDict(from_attributes=True)


def _search_address(parameters: SearchParameters | None) -> str | None:
    return f"{reverse('api-v1:search')}?{parameters.to_query()}" if parameters else None


def _concordance_address(query: str | None) -> str | None:
    return f"{reverse('api-v1:key_words')}?{query}" if query else None


SearchAddress = Annotated[str | None, BeforeValidator(_search_address)]
ConcordanceAddress = Annotated[str | None, BeforeValidator(_concordance_address)]


class CountryOut(Output):
    code: str
    name: str


class ExtractOut(Output):
    paragraph: int = Field(description="Position in the speech, from 1.")
    url: str = Field(description="The paragraph's own address.")
    html: str = Field(description="Escaped text; the words found stand in <mark>.")


class TopicOut(Output):
    slug: str
    title: str


class NameOut(Output):
    """Of the speech's head."""

    kind: str = Field(description="speaker, country, topic, meeting or role.")
    html: str = Field(description="Escaped text; the words found stand in <mark>.")


class SpeechOut(Output):
    id: str = Field(description="Never changes.")
    url: str = Field(description="Relative to the archive's address.")
    title: str
    speaker: str = Field(description="As printed.")
    speaker_url: str | None
    affiliation: str = Field(description="As printed.")
    role: str
    on_behalf_of: str
    country: CountryOut | None = Field(description="Null where it is not certain.")
    language: str = Field(description="ISO 639 code of delivery, or empty.")
    is_national: bool = Field(description="Announced as made in a national capacity.")
    date: date | None
    year: int | None = Field(description="Known for some speeches whose day is not.")
    meeting: str | None = Field(description="The symbol of its record.")
    meeting_url: str | None
    organ: str
    topics: list[TopicOut]
    position: int


class ReferenceOut(Output):
    start: int = Field(description="Of the span in the text, in characters from 0.")
    end: int
    symbol: str = Field(description="In its usual form, such as S/RES/1325 (2000).")
    page: str = Field(description="As printed, or empty.")


class LanguageChangeOut(Output):
    start: int
    end: int
    language: str = Field(description="ISO 639 code, or empty where it is on no list.")
    language_printed: str


class VoteOut(Output):
    ballot: str = Field(description="“in favour”, “against”, “abstaining” or “absent”.")
    delegation: str = Field(description="As printed.")
    country: CountryOut | None = Field(description="Null where it is not certain.")


class ParagraphOut(Output):
    position: int = Field(description="In the speech, from 1.")
    kind: str = Field(description="“speech”, or “narrative” for what nobody spoke.")
    number: int | None = Field(description="Printed, of records that number their paragraphs.")
    text: str
    references: list[ReferenceOut]
    language_changes: list[LanguageChangeOut]
    votes: list[VoteOut]


class FullSpeechOut(SpeechOut):
    paragraphs: list[ParagraphOut]


class HitOut(SpeechOut):
    extracts: list[ExtractOut]
    missing: list[str] = Field(description="Words it does not have, where these were relaxed.")
    names: list[NameOut] = Field(
        description="Topics that match; where no extract does, also other names of its head."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_hit(cls, hit: Hit) -> dict[str, Any]:
        """Put the fields of the speech beside those of the hit."""
        own = {"extracts": hit.extracts, "missing": hit.missing, "names": hit.names}
        return record(hit.speech) | own


class FacetValueOut(Output):
    value: str = Field(description="What the parameter of the same name takes.")
    label: str
    count: int = Field(description="Speeches under every filter but this facet's own.")
    selected: bool


class GroupOut(Output):
    value: str = Field(description="What the parameter of the facet takes.")
    label: str
    count: int = Field(description="Speeches found that are of the group.")
    results: list[HitOut] = Field(validation_alias="hits", description="The best of them.")


class BarOut(Output):
    """A year or a month in which something was found, or those days of it that are chosen."""

    first: date = Field(
        description="With “last”, what “from” and “to” take in the place of “year”."
    )
    last: date
    count: int = Field(validation_alias="speeches")


class SuggestionOut(Output):
    q: str
    total: int = Field(description="Speeches that it finds under the same filters.")


class RemarkOut(Output):
    sentence: str
    label: str = Field(description="Of the search that may have been meant, or empty.")
    instead: SearchAddress = Field(
        validation_alias="alternative", description="The address of that search."
    )


class RelaxedOut(Output):
    words: list[str] = Field(description="That were asked for, folded.")
    least: int = Field(description="How many of them every speech has that is found.")
    unknown: list[str] = Field(description="That no speech has.")


class KindredOut(Output):
    words: dict[str, list[str]] = Field(
        description="For each word asked for, folded, those of the same stem in its place."
    )
    total: int = Field(description="None of them is counted by “total” of the search.")
    results: list[HitOut] = Field(validation_alias="hits", description="The best three.")
    q: str | None = Field(description="The query that asks for these words outright.")


class IndexOut(Output):
    generation: str | None
    lag_s: float | None = Field(description="Age of the oldest change not yet found.")
    complete: bool = Field(description="False while speeches are missing from the index.")
    waiting: int | None = Field(description="How many speeches cannot be found yet.")


class SearchOut(Output):
    total: int
    page: int = Field(validation_alias=AliasPath("parameters", "page"))
    pages: int = Field(description="That can be asked for, at most 100: narrow to see the rest.")
    page_size: int
    previous: SearchAddress = Field(
        validation_alias="previous_parameters", description="The address of the page before."
    )
    next: SearchAddress = Field(
        validation_alias="next_parameters", description="The address of the page after."
    )
    results: list[HitOut] = Field(
        validation_alias="hits", description="None where they stand in groups."
    )
    groups: list[GroupOut]
    ungrouped: int = Field(description="Speeches in no group, where groups are asked for.")
    facets: dict[str, list[FacetValueOut]] = Field(
        description="At most 200 values each (years: the newest), and those chosen."
    )
    histogram: list[BarOut] = Field(
        validation_alias=AliasPath("histogram", "bars"),
        description="By month where one year or up to three years are chosen, else by year; then "
        "years that were not chosen stand beside those that were.",
    )
    histogram_period: Period = Field(validation_alias=AliasPath("histogram", "period"))
    histogram_without: int = Field(
        validation_alias=AliasPath("histogram", "undated"),
        description="Speeches in no bar, for nobody knows their year, or of months their day.",
    )
    suggestion: SuggestionOut | None = Field(description="Where next to nothing is found.")
    remarks: list[RemarkOut] = Field(
        validation_alias="notices",
        description="On words that were passed over, and on values that no speech has.",
    )
    relaxed: RelaxedOut | None = Field(
        description="Where no speech has all words, whatever the filters: those with the most of "
        "them are found instead, also by other words of the same stem."
    )
    kindred: KindredOut | None = Field(
        validation_alias="related_forms",
        description="Where speeches have all words, but none in one paragraph: others that have "
        "them so by other words of the same stem. On the first page of the best matches only.",
    )
    index: IndexOut


class Refused(Output):
    errors: dict[str, str] = Field(description="A sentence for each parameter at fault.")


class Withdrawn(Refused):
    """Of a speech that was there and is not given out any more."""

    since: datetime
    reason: str = Field(description="Why it was withdrawn or deleted; empty where none is kept.")


class NotRunnable(Refused):
    repaired: str | None = Field(description="“q” as it could be run, where that can be told.")


class Unavailable(Refused):
    index: IndexOut


class CompletionOut(Output):
    kind: str = Field(description="word, country, speaker, topic or symbol.")
    label: str
    q: str = Field(description="The whole query.")


class CompletionsOut(Output):
    completions: list[CompletionOut]
    index: IndexOut


class LineOut(Output):
    left: str
    word: str
    right: str
    url: str = Field(description="The paragraph's own address.")
    title: str = Field(validation_alias=AliasPath("speech", "byline"))
    date: Day | None = Field(validation_alias=AliasPath("speech", "date"))
    year: int | None = Field(validation_alias=AliasPath("speech", "year"))


class ConcordanceOut(Output):
    lines: int = Field(
        validation_alias="total", description="Places where the words stand, on all pages."
    )
    speeches: int
    page: int
    pages: int = Field(description="That can be asked for.")
    page_size: int
    previous: ConcordanceAddress = Field(
        validation_alias="previous_query", description="The address of the page before."
    )
    next: ConcordanceAddress = Field(
        validation_alias="next_query", description="The address of the page after."
    )
    results: list[LineOut] = Field(validation_alias="lines")
    index: IndexOut


class ShareOut(Output):
    value: str
    label: str
    speeches: int
    mentions: int = Field(validation_alias="occurrences")
    of: int = Field(description="All speeches that have the value, found or not.")


class UsageOut(Output):
    speeches: int
    paragraphs: int
    mentions: int = Field(validation_alias="occurrences")
    shares: dict[str, list[ShareOut]] = Field(validation_alias="breakdowns")
    index: IndexOut


class TrendOut(Output):
    q: str
    speeches: list[int]
    mentions: list[int] = Field(validation_alias="occurrences")


class TrendsOut(Output):
    periods: list[str] = Field(description="Without gaps: 2014, or 2014-12.")
    speeches: list[int] = Field(description="All of each period.")
    words: list[int] = Field(description="All of each period, about.")
    trends: list[TrendOut]
    index: IndexOut


class MatrixOut(Output):
    total: int = Field(validation_alias=AliasPath("table", "total"), description="Speeches found.")
    rows: list[str] = Field(
        validation_alias=AliasPath("table", "rows"),
        description="At most 200 values, as the facets' parameters take them.",
    )
    columns: list[str] = Field(validation_alias=AliasPath("table", "columns"))
    row_labels: list[str] = Field(description="What readers see of the values.")
    column_labels: list[str]
    row_counts: list[int] = Field(validation_alias=AliasPath("table", "row_counts"))
    column_counts: list[int] = Field(validation_alias=AliasPath("table", "column_counts"))
    counts: list[list[int]] = Field(
        validation_alias=AliasPath("table", "counts"), description="A list for each row."
    )
    index: IndexOut
