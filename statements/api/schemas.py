"""The responses of the API, read from the attributes of the values that searches return. They are
its documentation as well.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from django.urls import reverse
from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from statements.addresses import query_string
from statements.exports.records import record
from statements.search import Hit, Period, SearchParameters
from statements.transcripts.record.speaking_capacity import Capacity

Day = date  # for models in which a field has the name


class Output(BaseModel):
    model_config = ConfigDict(from_attributes=True)


def _search_address(parameters: SearchParameters | None) -> str | None:
    return f"{reverse('api-v1:search')}?{parameters.to_query()}" if parameters else None


def _lines_address(pairs: Sequence[tuple[str, str]]) -> str:
    return f"{reverse('api-v1:key_words')}?{query_string(pairs)}"


def _concordance_address(query: str | None) -> str | None:
    return f"{reverse('api-v1:key_words')}?{query}" if query else None


SearchAddress = Annotated[str | None, BeforeValidator(_search_address)]
ConcordanceAddress = Annotated[str | None, BeforeValidator(_concordance_address)]
LinesAddress = Annotated[str, BeforeValidator(_lines_address)]


class CountryOut(Output):
    code: str
    name: str


class ExtractOut(Output):
    paragraph: int = Field(description="Position in the speech, from 1.")
    url: str = Field(
        description="Address of the sentence with the first match, or of the paragraph."
    )
    html: str = Field(description="Escaped text with the matching words in <mark>.")


class AffiliationOut(Output):
    """A party, ward or constituency, ministry or body, as the source states it."""

    kind: str = Field(description="“body”, “ministry”, “party” or “ward”.")
    name: str
    slug: str = Field(description="Value of the parameter “party”, “ward” or “body”.")
    url: str


class TopicOut(Output):
    slug: str
    title: str


class NameOut(Output):
    """A name in the heading of the speech that matches."""

    kind: str = Field(description="“speaker”, “country”, “topic”, “meeting” or “role”.")
    html: str = Field(description="Escaped text with the matching words in <mark>.")


class SessionOut(Output):
    """A debate of one session of an organ, such as a general debate."""

    title: str
    organ: str
    number: int
    debate: str = Field(description="Empty for a session as a whole.")
    year: int
    url: str


class SpeechOut(Output):
    id: str = Field(description="Permanent identifier.")
    url: str = Field(description="Relative to the address of the archive.")
    title: str
    speaker: str = Field(description="As printed.")
    speaker_url: str | None
    affiliation: str = Field(description="As printed.")
    role: str
    on_behalf_of: str
    country: CountryOut | None = Field(description="Null if it is not certain.")
    affiliations: list[AffiliationOut]
    language: str = Field(description="ISO 639 code of the language of delivery, or empty.")
    is_national: bool = Field(description="True if announced as made in a national capacity.")
    capacity: Capacity | None = Field(
        description="In what capacity it was made, as in the parameter of a search; null if "
        "nothing tells."
    )
    date: date | None
    year: int | None = Field(description="Also given for some speeches without a full date.")
    meeting: str | None = Field(description="Symbol of the meeting record.")
    meeting_url: str | None
    session: SessionOut | None = Field(
        description="Also given for speeches whose meeting is not known."
    )
    organ: str = Field(description="Of the meeting, or else of the session.")
    topics: list[TopicOut]
    position: int


class ReferenceOut(Output):
    start: int = Field(description="Start of the span in the text, in characters from 0.")
    end: int
    symbol: str = Field(description="Canonical symbol, such as S/RES/1325 (2000).")
    page: str = Field(description="As printed, or empty.")


class LanguageChangeOut(Output):
    start: int
    end: int
    language: str = Field(description="ISO 639 code, or empty if the language is not recognised.")
    language_printed: str


class VoteOut(Output):
    ballot: str = Field(description="“in favour”, “against”, “abstaining” or “absent”.")
    delegation: str = Field(description="As printed.")
    country: CountryOut | None = Field(description="Null if it is not certain.")


class ParagraphOut(Output):
    position: int = Field(description="Position in the speech, from 1.")
    kind: str = Field(
        description="“speech”, or “narrative” for text of the record that was not spoken."
    )
    number: int | None = Field(
        description="Printed number, in records that number their paragraphs."
    )
    time_s: float | None = Field(
        description="Seconds from the start of a recording, in transcripts that state times."
    )
    turn_line: str = Field(
        description="Printed speaker line above the paragraph, where a turn begins that continues "
        "the speech, such as after a vote; otherwise empty."
    )
    page: int | None = Field(
        description="Page of the original file on which it begins, in files with pages."
    )
    is_divided: bool = Field(
        description="Whether the archive began the paragraph, because the source has none."
    )
    text: str
    sentence_starts: list[int] = Field(
        description="Where each sentence begins in the text, in characters. The second sentence of "
        "the fourth paragraph has the anchor #p4s2. Never changes while the text does not."
    )
    citation: str | None = Field(
        description="It ends in the absolute address of the paragraph; null for narrative, which "
        "is not to be cited as the words of the speaker."
    )
    references: list[ReferenceOut]
    language_changes: list[LanguageChangeOut]
    votes: list[VoteOut]


class VoteTotalOut(Output):
    ballot: str = Field(description="“in favour”, “against” or “abstaining”.")
    printed: int | None = Field(description="Total in the record; null if it prints none.")
    listed: int = Field(description="Number of delegations in the list.")


class VotedOut(Output):
    """What a record prints about a vote."""

    subject: str = Field(description="What was voted on, as printed, or empty.")
    title: str = Field(description="Title of the draft, or empty.")
    motion: str = Field(description="The sentence that puts it to the vote, or empty.")
    outcome: str = Field(description="“adopted”, “rejected”, “retained”, “deleted” or empty.")
    resolution: str = Field(description="Number of the resolution adopted, or empty.")


class RecordedVoteOut(VotedOut):
    """A vote with lists of delegations, which are the “votes” of its paragraphs."""

    first_paragraph: int = Field(description="Position of the first paragraph with a list.")
    last_paragraph: int
    totals: list[VoteTotalOut]


class SourceOut(Output):
    """The file that a speech was read from."""

    file: str = Field(description="Its name.")
    url: str
    sha256: str
    series: str = Field(description="Title of the series that the file belongs to, or empty.")
    rights: str = Field(description="Rights statement of the file or its series, or empty.")
    source_url: str = Field(description="Where the file or its series comes from, or empty.")


class FullSpeechOut(SpeechOut):
    citation: str = Field(description="It ends in the absolute address of the speech.")
    csl: dict[str, Any] = Field(
        description="The speech as an item of CSL-JSON, which reference managers import."
    )
    source: SourceOut
    paragraphs: list[ParagraphOut]
    recorded_votes: list[RecordedVoteOut]


class HitOut(SpeechOut):
    extracts: list[ExtractOut]
    missing: list[str] = Field(
        description="Words that the speech does not contain, in “partial_matches”."
    )
    names: list[NameOut] = Field(
        description="Topics that match; without matching extracts, also other names of the heading."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_hit(cls, hit: Hit) -> dict[str, Any]:
        """Add the fields of the speech to those of the hit."""
        own = {"extracts": hit.extracts, "missing": hit.missing, "names": hit.names}
        return record(hit.speech) | own


class RoleOut(Output):
    role: str = Field(description="As printed.")
    country: str | None = Field(description="Code of the country in whose name it was exercised.")
    first: int | None = Field(description="Year of the first speech in this role.")
    last: int | None
    first_day: date | None = Field(description="Only if the day of every speech is known.")
    last_day: date | None
    count: int = Field(description="Number of speeches in this role.")


class ChairedOut(Output):
    organ: str = Field(description="Name of the organ, or empty.")
    first_day: date | None = Field(description="Day of the first meeting, where known.")
    last_day: date | None
    meetings: int


class CountedOut(Output):
    value: str = Field(description="Value of the filter of this name, or empty.")
    label: str
    count: int = Field(description="Number of speeches.")


class OpenedSpeechOut(Output):
    id: str
    url: str
    date: Day | None
    year: int | None
    opening: str = Field(description="The first words.")


class SpeakerPageOut(Output):
    slug: str = Field(description="Value for the parameter “speaker” of a search.")
    url: str = Field(description="Relative to the address of the archive.")
    name: str = Field(description="With capitals in usual case.")


class SpeakerOut(SpeakerPageOut):
    printed: list[str] = Field(description="All printed forms of the name.")
    country: CountryOut | None
    speeches: int
    words: int | None = Field(description="Of all speeches; null until they are counted.")
    roles: list[RoleOut] = Field(description="The latest first.")
    presided: list[ChairedOut] = Field(description="Meetings over which the person presided.")
    first_speech: OpenedSpeechOut | None = Field(description="Of those with a known year.")
    last_speech: OpenedSpeechOut | None
    delegations: list[CountedOut] = Field(
        description="Countries with values for “country”; bodies as printed, without."
    )
    on_behalf_of: list[CountedOut] = Field(description="Groups, as printed.")
    languages: list[CountedOut] = Field(description="Values for “language”.")
    topics: list[CountedOut] = Field(description="Values for “topic”, the most frequent first.")
    perhaps_the_same: list[SpeakerPageOut] = Field(
        description="Pages of whom no archivist has decided yet whether they are this person."
    )


class AgendaItemOut(Output):
    number: str = Field(description="As printed, or empty.")
    title: str
    slug: str = Field(description="Value for the parameter “topic” of a search.")
    url: str


class ListedSpeechOut(Output):
    id: str
    url: str
    speaker: str = Field(description="Country or body, then speaker.")
    is_chair: bool = Field(description="True if it was made to conduct the meeting.")
    words: int | None = Field(
        description="Number of words; null if it has none, or they are not counted yet."
    )
    language: str = Field(description="ISO 639 code of the language of delivery, or empty.")


class BallotingOut(VotedOut):
    """One recorded vote of a meeting."""

    url: str = Field(description="Address of the paragraph that begins the lists.")
    in_favour: int = Field(description="Total in the record; without one, delegations listed.")
    against: int
    abstaining: int


class MeetingOut(Output):
    symbol: str
    url: str = Field(description="Relative to the address of the archive.")
    organ: str = Field(description="Empty if it is not known.")
    organ_url: str | None
    number: int | None
    date: date | None
    place: str
    agenda: list[AgendaItemOut] = Field(description="In the order printed.")
    speeches: list[ListedSpeechOut] = Field(description="In the order of speaking.")
    recorded_votes: list[BallotingOut] = Field(description="In the order taken.")


class FacetValueOut(Output):
    value: str = Field(description="Value for the parameter of the same name.")
    label: str
    count: int = Field(description="Speeches that match all filters except those of this facet.")
    selected: bool
    perhaps_the_same: list[str] = Field(
        description="Other values of speakers, counted apart, of whom no archivist has decided yet "
        "whether they are this person."
    )


class GroupOut(Output):
    value: str = Field(description="Value for the parameter of the facet.")
    label: str
    count: int = Field(description="Matching speeches in this group.")
    results: list[HitOut] = Field(validation_alias="hits", description="The best matches.")


class BarOut(Output):
    """A year or month with matching speeches, limited to the selected days."""

    first: date = Field(
        description="Together with “last”, values for “from” and “to” in place of “year”."
    )
    last: date
    count: int = Field(validation_alias="speeches")


class SuggestionOut(Output):
    q: str
    total: int = Field(description="Speeches that match it with the same filters.")


class RemarkOut(Output):
    sentence: str
    label: str = Field(description="Label of the search that may have been intended, or empty.")
    instead: SearchAddress = Field(
        validation_alias="alternative", description="Address of that search."
    )


class KindredOut(Output):
    words: dict[str, list[str]] = Field(
        description="For each word of the query, folded, the related forms that were found."
    )
    total: int = Field(description="Not included in the “total” of the search.")
    results: list[HitOut] = Field(validation_alias="hits", description="The three best matches.")
    q: str | None = Field(description="A query that searches for these forms explicitly.")


class AlternativeOut(Output):
    """Another search."""

    label: str
    total: int = Field(description="Speeches that it finds.")
    search: SearchAddress = Field(
        validation_alias="parameters", description="Address of that search."
    )


class PartialMatchesOut(Output):
    words: list[str] = Field(description="The words of the query, folded.")
    unknown: list[str] = Field(description="Words that no speech contains in any form.")
    results: list[HitOut] = Field(
        validation_alias="hits",
        description="The ten best matches by their best paragraph; not included in the “total” of "
        "the search. Rare words count most.",
    )


class IndexOut(Output):
    generation: str | None
    lag_s: float | None = Field(
        description="Age of the oldest change that is not in the index, in seconds."
    )
    complete: bool = Field(description="False while the index is incomplete.")
    waiting: int | None = Field(description="Number of speeches that cannot be found yet.")


class SearchOut(Output):
    total: int
    page: int = Field(validation_alias=AliasPath("parameters", "page"))
    pages: int = Field(description="Number of pages available, at most 100.")
    page_size: int
    previous: SearchAddress = Field(
        validation_alias="previous_parameters", description="Address of the previous page."
    )
    next: SearchAddress = Field(
        validation_alias="next_parameters", description="Address of the next page."
    )
    results: list[HitOut] = Field(
        validation_alias="hits", description="Empty if results are grouped."
    )
    groups: list[GroupOut]
    ungrouped: int = Field(description="Number of speeches in no group, if results are grouped.")
    facets: dict[str, list[FacetValueOut]] = Field(
        description="At most 200 values each (years: the newest), and the selected ones."
    )
    histogram: list[BarOut] = Field(
        validation_alias=AliasPath("histogram", "bars"),
        description="By month if the search covers at most three years, else by year, including "
        "years that are not selected.",
    )
    histogram_period: Period = Field(validation_alias=AliasPath("histogram", "period"))
    histogram_without: int = Field(
        validation_alias=AliasPath("histogram", "undated"),
        description=(
            "Speeches that are not counted, because their year or (by month) their day is not "
            "known."
        ),
    )
    suggestion: SuggestionOut | None = Field(
        description="Another query, if there are few or no results."
    )
    remarks: list[RemarkOut] = Field(
        validation_alias="notices",
        description="Notices about ignored words, values that no speech has, and speeches that "
        "“from” or “to” leave out because their day is not known.",
    )
    kindred: KindredOut | None = Field(
        validation_alias="related_forms",
        description="Set if no speech contains all words in one paragraph: other speeches that "
        "contain related forms in one paragraph. Only on the first page, sorted by relevance.",
    )
    related_terms: list[str] = Field(
        description="Terms that the archive uses like the words of a short query, most related "
        "first. They are not searched. Only on the first page, and in archives of a million words."
    )
    partial_matches: PartialMatchesOut | None = Field(
        description="Set if fewer than ten speeches, with or without filters, contain all words: "
        "other speeches with some of the words, or related forms of them. Only on the first page."
    )
    alternatives: list[AlternativeOut] = Field(
        description="If the search finds nothing: searches that find something, without a filter "
        "or quotation marks, in the nearest years, or for the nearest spelling of a word."
    )
    index: IndexOut


class Refused(Output):
    errors: dict[str, str] = Field(
        description="An error message for each parameter that is not valid."
    )


class Withdrawn(Refused):
    """A speech that was withdrawn or deleted."""

    since: datetime
    reason: str = Field(
        description="Why it was withdrawn or deleted; empty if no reason was recorded."
    )


class NotRunnable(Refused):
    repaired: str | None = Field(description="A corrected “q”, if there is one.")


class Unavailable(Refused):
    index: IndexOut


class CompletionOut(Output):
    kind: str = Field(description="“word”, “country”, “speaker”, “topic” or “symbol”.")
    label: str
    q: str = Field(description="The complete query.")


class CompletionsOut(Output):
    completions: list[CompletionOut]
    index: IndexOut


class LineOut(Output):
    left: str
    word: str
    right: str
    url: str = Field(description="Address of the sentence.")
    title: str = Field(validation_alias=AliasPath("speech", "heading", "title"))
    date: Day | None = Field(validation_alias=AliasPath("speech", "date"))
    year: int | None = Field(validation_alias=AliasPath("speech", "year"))


class ConcordanceOut(Output):
    lines: int = Field(validation_alias="total", description="Number of occurrences on all pages.")
    speeches: int
    page: int
    pages: int = Field(description="Number of pages available.")
    page_size: int
    previous: ConcordanceAddress = Field(
        validation_alias="previous_query", description="Address of the previous page."
    )
    next: ConcordanceAddress = Field(
        validation_alias="next_query", description="Address of the next page."
    )
    results: list[LineOut] = Field(validation_alias="lines")
    index: IndexOut


class ShareOut(Output):
    value: str
    label: str
    speeches: int
    mentions: int = Field(validation_alias="occurrences")
    of: int = Field(description="All speeches with this value, matching or not.")


class UsageOut(Output):
    speeches: int
    paragraphs: int
    mentions: int = Field(validation_alias="occurrences")
    shares: dict[str, list[ShareOut]] = Field(validation_alias="breakdowns")
    index: IndexOut


class SeriesOut(Output):
    """A query, or a value of the facet that distinguishes the series."""

    value: str
    label: str


class TrendOut(Output):
    q: str
    series: SeriesOut
    speeches: list[int] = Field(validation_alias=AliasPath("trend", "speeches"))
    mentions: list[int] = Field(validation_alias=AliasPath("trend", "occurrences"))
    of_speeches: list[int] = Field(
        validation_alias=AliasPath("trend", "of_speeches"),
        description="All speeches that pass the filters of the series, matching or not.",
    )
    of_words: list[int] = Field(
        validation_alias=AliasPath("trend", "of_words"), description="All words of these speeches."
    )
    first: LineOut | None = Field(
        description="The earliest mention; of several in one year without known days, any of them."
    )


class TrendsOut(Output):
    periods: list[str] = Field(description="Without gaps, such as 2014, 2014-12 or 2010s.")
    speeches: list[int] = Field(description="All speeches of each period.")
    words: list[int] = Field(description="All words of each period.")
    trends: Sequence[TrendOut]
    index: IndexOut


class SideOut(Output):
    speeches: int
    best: HitOut | None = Field(description="The most relevant speech, with its best passage.")


class SideRowOut(Output):
    value: str = Field(
        description="The year, the slug of the session, or the symbol of the meeting."
    )
    label: str
    sides: list[SideOut] = Field(validation_alias="cells", description="One for each series.")


class SidesOut(Output):
    series: list[SeriesOut] = Field(validation_alias=AliasPath("table", "series"))
    totals: list[int] = Field(
        validation_alias=AliasPath("table", "totals"), description="Speeches of each series."
    )
    rows: list[SideRowOut] = Field(
        validation_alias=AliasPath("table", "rows"), description="The latest first."
    )
    size: int = Field(
        validation_alias=AliasPath("table", "size"), description="Number of rows on all pages."
    )
    common: int = Field(
        validation_alias=AliasPath("table", "common"),
        description="Number of rows in which both series have speeches.",
    )
    page: int
    pages: int = Field(description="Number of pages available.")
    index: IndexOut = Field(validation_alias=AliasPath("table", "index"))


class MatrixOut(Output):
    total: int = Field(
        validation_alias=AliasPath("table", "total"), description="Matching speeches."
    )
    rows: list[str] = Field(
        validation_alias=AliasPath("table", "rows"),
        description="At most 200 values, as in the facets.",
    )
    columns: list[str] = Field(validation_alias=AliasPath("table", "columns"))
    row_labels: list[str] = Field(description="Labels of the values.")
    column_labels: list[str]
    row_counts: list[int] = Field(validation_alias=AliasPath("table", "row_counts"))
    column_counts: list[int] = Field(validation_alias=AliasPath("table", "column_counts"))
    counts: list[list[int]] = Field(
        validation_alias=AliasPath("table", "counts"), description="One list per row."
    )
    index: IndexOut


class CorpusOut(Output):
    speeches: int
    words: int = Field(description="All occurrences of all words.")


class WordListOut(Output):
    """What two lists of words have in common."""

    compared: int = Field(
        validation_alias=AliasPath("answer", "compared"),
        description="Different words that are not too rare to be compared.",
    )
    withheld: int = Field(
        validation_alias=AliasPath("answer", "withheld"), description="Different words that are."
    )
    critical: float = Field(
        validation_alias=AliasPath("answer", "critical"),
        description="Log-likelihood that a word must have to be listed: chance alone exceeds it in "
        "one of a hundred lists of so many words.",
    )
    total: int = Field(
        validation_alias=AliasPath("answer", "total"),
        description="Words that have it, including those withheld because too few speeches do.",
    )
    shortfall: int = Field(
        validation_alias=AliasPath("answer", "shortfall"),
        description="How much too low any count may be; 0 if all are exact.",
    )
    index: IndexOut


class KeyWordOut(Output):
    word: str = Field(
        validation_alias=AliasPath("figures", "word"),
        description="Folded: without capitals and accents.",
    )
    occurrences: int = Field(validation_alias=AliasPath("figures", "occurrences"))
    speeches: int = Field(validation_alias=AliasPath("figures", "speeches"))
    reference_occurrences: int = Field(
        validation_alias=AliasPath("figures", "reference_occurrences")
    )
    reference_speeches: int = Field(validation_alias=AliasPath("figures", "reference_speeches"))
    log_likelihood: float = Field(
        validation_alias=AliasPath("figures", "log_likelihood"),
        description="How sure it is that there is a difference (Dunning 1993).",
    )
    log_ratio: float = Field(
        validation_alias=AliasPath("figures", "log_ratio"),
        description="How often the relative frequency must be doubled (Hardie 2014); negative for "
        "a word that the reference uses more.",
    )
    lines: LinesAddress = Field(description="Address of its concordance.")


class KeynessOut(WordListOut):
    search: CorpusOut = Field(validation_alias=AliasPath("answer", "search"))
    reference: CorpusOut = Field(
        validation_alias=AliasPath("answer", "reference"),
        description="Without the speeches of the search.",
    )
    shared_speeches: int = Field(
        validation_alias=AliasPath("answer", "shared_speeches"),
        description="Speeches of the search that were left out of the reference.",
    )
    results: list[KeyWordOut] = Field(validation_alias="rows")


class CollocateOut(Output):
    word: str = Field(
        validation_alias=AliasPath("figures", "word"),
        description="Folded: without capitals and accents.",
    )
    beside: int = Field(
        validation_alias=AliasPath("figures", "beside"), description="Occurrences in the windows."
    )
    speeches: int = Field(
        validation_alias=AliasPath("figures", "speeches"),
        description="Speeches in which it stands there.",
    )
    occurrences: int = Field(
        validation_alias=AliasPath("figures", "occurrences"),
        description="In all speeches under the filters, except words of the query.",
    )
    expected: float = Field(
        validation_alias=AliasPath("figures", "expected"),
        description="Occurrences in the windows if words were spread evenly (Evert 2008).",
    )
    log_dice: float = Field(
        validation_alias=AliasPath("figures", "log_dice"), description="Rychlý 2008."
    )
    log_likelihood: float = Field(
        validation_alias=AliasPath("figures", "log_likelihood"), description="Dunning 1993."
    )
    log_ratio: float = Field(
        validation_alias=AliasPath("figures", "log_ratio"), description="Hardie 2014."
    )
    mutual_information: float = Field(
        validation_alias=AliasPath("figures", "mutual_information"),
        description="Church and Hanks 1990.",
    )
    t_score: float = Field(
        validation_alias=AliasPath("figures", "t_score"), description="Church and others 1991."
    )
    lines: LinesAddress = Field(description="Address of the lines that it stands in.")


class CollocatesOut(WordListOut):
    search: CorpusOut = Field(
        validation_alias=AliasPath("answer", "search"), description="The speeches found."
    )
    occurrences: int = Field(
        validation_alias=AliasPath("answer", "occurrences"),
        description="Of the words of the query in these speeches.",
    )
    window_words: int = Field(
        validation_alias=AliasPath("answer", "window_words"),
        description="Words in all windows together, each counted once.",
    )
    filtered: CorpusOut = Field(
        validation_alias=AliasPath("answer", "filtered"),
        description="All speeches under the filters, found or not.",
    )
    results: list[CollocateOut] = Field(validation_alias="rows")
