"""What a search engine must offer: questions and answers as plain values, and the protocol between
them.

A page asks everything at once: one ``Question`` states the conditions, order, page, facets, counts
over time, groups and extracts, and its ``Answer`` has them all. ``SearchBackend.search`` takes
several questions, so that an engine on another machine is called once. Speeches are named by their
primary keys; texts, names and labels come from the database.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar, Protocol

from statements.search.operations import Drift, IndexReport, Rebuilt
from statements.search.parameters import NO_FILTERS, Filters, Sort
from statements.search.query import MatchAll, Node, ParsedQuery, StemExpansion, Word
from statements.search.word_measures import CollocateMeasure, KeynessMeasure

NOTICEABLE_LAG_S = 300


class SearchUnavailable(Exception):
    """No index can be read, or it is not ready for the question. The message is a sentence for
    readers."""

    RETRY_AFTER_S: ClassVar = 30  # how long a client should wait
    # the fields of IndexState in answers for programs
    NO_INDEX: ClassVar = {"generation": None, "lag_s": None, "complete": False, "waiting": None}


# -- the state of the index -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndexState:
    """How current and complete the index was that gave an answer."""

    generation: str
    lag_s: float  # age in seconds of the oldest change that is not indexed, 0.0 if there is none
    complete: bool  # False while speeches are known to be missing
    waiting: int = 0  # number of speeches known to be missing

    @property
    def lag_minutes(self) -> int:
        """The lag in minutes; 0 if it is not worth mentioning."""
        return noticeable_minutes(self.lag_s)


def noticeable_minutes(lag_s: float) -> int:
    return round(lag_s / 60) if lag_s > NOTICEABLE_LAG_S else 0


@dataclass(frozen=True, slots=True)
class PinnedState:
    """The state of the database that a request sees throughout."""

    revision: str  # of the archive
    changes: str  # equal where readers are told the same about changes that are not indexed


# -- questions ------------------------------------------------------------------------------------


class Period(StrEnum):
    YEAR = "year"
    MONTH = "month"
    DECADE = "decade"


MAX_LINES = 10_000  # of a concordance, in one answer


class LineOrder(StrEnum):
    """Orders of a concordance."""

    LEFT = "left"  # by the words before the match
    RIGHT = "right"  # by the words after it
    NEWEST = "newest"
    OLDEST = "oldest"
    SPEAKER = "speaker"  # by this facet, speeches without a value last
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class LineSelection:
    """Which lines a concordance has."""

    words: Node | None = None  # the words that are lines; None for those of the query
    beside: str = ""  # a word, folded, that must stand near them; "" for any
    window: int = 0  # how many words from them at most


ALL_LINES = LineSelection()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One search as a whole."""

    tree: Node = field(default_factory=MatchAll)
    filters: Filters = NO_FILTERS
    excluded_ids: frozenset[int] = frozenset()  # speeches to leave out
    sort: Sort = Sort.RELEVANCE  # without words to search for, the newest come first
    start: int = 0
    size: int = 20  # 0 for counts alone
    group: str = ""  # a facet; ``start`` and ``size`` then count groups
    group_size: int = 3  # hits of each group
    paragraphs: int = 0  # best paragraphs of each hit
    # facets whose values are counted, and how many of these; None for all. The values of filters
    # are always among them. A facet is counted under all filters but its own.
    facets: Mapping[str, int | None] = field(default_factory=dict)
    # by facet: values that are counted and grouped as one, that of each list which most speeches
    # have; for facets with one value a speech
    counted_together: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    histogram: Period | None = None
    partial: int = 0  # hits with some of the words if few speeches have all
    related: int = 0  # hits by related word forms if no paragraph has all words
    related_terms: int = 0  # terms of the archive that are related to the words
    spelling: ParsedQuery | None = None  # the query to correct if it finds next to nothing


# -- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechHit:
    speech: int  # primary key
    paragraphs: Sequence[int] = ()  # positions, best first
    missing: Sequence[str] = ()  # words that a partial match does not have


@dataclass(frozen=True, slots=True)
class FacetCounts:
    values: Sequence[tuple[str, int]]  # most frequent first, years newest first
    size: int  # number of values, listed or not


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """A year or month. The search with these dates, in place of a selected year, finds as many
    speeches."""

    first: date
    last: date
    speeches: int


@dataclass(frozen=True, slots=True)
class Histogram:
    period: Period
    bars: Sequence[HistogramBar]  # periods that have speeches, earliest first
    undated: int  # speeches whose period is unknown


@dataclass(frozen=True, slots=True)
class GroupHits:
    value: str
    count: int  # speeches
    hits: Sequence[SpeechHit]  # the best of them


@dataclass(frozen=True, slots=True)
class Groups:
    total: int  # number of groups
    ungrouped: int  # speeches without a value
    shown: Sequence[GroupHits]  # largest first, years newest first


@dataclass(frozen=True, slots=True)
class RelatedHits:
    """Speeches that have all words in one paragraph, some of them in related forms. None of them
    is among the hits of the answer or in its counts."""

    leaves: tuple[Word | StemExpansion, ...]
    variants: Mapping[str, Sequence[str]]  # for each word, the forms found in its place
    total: int
    hits: Sequence[SpeechHit]


@dataclass(frozen=True, slots=True)
class PartialHits:
    """Speeches that have some of the words, or related forms of them. None of them is among the
    hits of the answer or in its counts."""

    words: tuple[str, ...]  # as typed, folded
    leaves: tuple[Word | StemExpansion, ...]  # those that any speech has
    unknown: tuple[str, ...]  # words that no speech has
    hits: Sequence[SpeechHit]  # best first


@dataclass(frozen=True, slots=True)
class Suggestion:
    q: str
    total: int  # speeches that it finds under the same filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    index: IndexState
    total: int  # speeches, exact
    hits: Sequence[SpeechHit] = ()  # those of groups stand there
    groups: Groups | None = None
    facets: Mapping[str, FacetCounts] = field(default_factory=dict)
    histogram: Histogram | None = None
    filters: Filters = NO_FILTERS  # with values as the index spells them
    unknown_values: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of filters
    # by year, speeches that are left out only because their day is not known
    day_unknown: Mapping[int, int] = field(default_factory=dict)
    related: RelatedHits | None = None
    partial: PartialHits | None = None
    related_terms: Sequence[str] = ()  # most related first
    suggestion: Suggestion | None = None

    @property
    def all_hits(self) -> Iterator[SpeechHit]:
        """The hits of the list and of all groups, by related forms, and with some of the words."""
        yield from self.hits
        for group in self.groups.shown if self.groups else ():
            yield from group.hits
        if self.related:
            yield from self.related.hits
        if self.partial:
            yield from self.partial.hits


@dataclass(frozen=True, slots=True)
class Listing:
    """All speeches that a question finds."""

    index: IndexState
    speeches: Sequence[int]  # primary keys, in the order of the question
    filters: Filters  # with values as the index spells them


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The counts of one facet value."""

    value: str
    speeches: int  # found
    occurrences: int  # in these speeches
    of: int  # speeches that have the value, found or not


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """How often the words of a query occur. An occurrence is one place in a paragraph."""

    index: IndexState
    speeches: int
    paragraphs: int  # with at least one occurrence
    occurrences: int
    breakdowns: Mapping[str, Sequence[Breakdown]]  # country: most first; year: earliest first


@dataclass(frozen=True, slots=True)
class Trend:
    """Divide by ``of_speeches`` or ``of_words`` to compare questions with different filters."""

    speeches: Sequence[int]  # found, for each period
    occurrences: Sequence[int]
    of_speeches: Sequence[int]  # that pass the filters of the question, found or not
    of_words: Sequence[int]  # of these speeches


@dataclass(frozen=True, slots=True)
class Trends:
    """Divide by ``speeches`` or ``words`` to compare periods."""

    index: IndexState
    periods: Sequence[str]  # without gaps: 2014, 2014-12, or 2010s
    speeches: Sequence[int]  # all of each period
    words: Sequence[int]  # all of each period
    trends: Sequence[Trend]  # one for each question


@dataclass(frozen=True, slots=True)
class Crosstab:
    """How many of the speeches found have a value of each of two facets.

    A speech with three topics is counted in three columns of the row of its country, so the sum of
    a row may exceed its ``row_counts``.
    """

    index: IndexState
    total: int
    rows: Sequence[str]  # R values, most frequent first, years in order
    columns: Sequence[str]  # C values
    row_counts: Sequence[int]  # R
    column_counts: Sequence[int]  # C
    counts: Sequence[Sequence[int]]  # R lists of C


@dataclass(frozen=True, slots=True)
class Line:
    """A place where words of the query occur."""

    speech: int
    paragraph: int  # position
    place: int  # of the first word in the paragraph, from 0
    length: int  # words


@dataclass(frozen=True, slots=True)
class Concordance:
    index: IndexState
    total: int  # lines
    speeches: int  # that have them
    lines: Sequence[Line]
    # lines that were put in order, if an engine orders no more than a part of many: ``total`` is
    # then an estimate, and ``speeches`` are those of these lines
    ordered: int | None = None


# Counts of words are of each form for itself. ``shortfall`` is how much too low any count of a list
# may be: 0 for an engine that counts every word, more for one of several machines that send only
# their most frequent words to be added up.


@dataclass(frozen=True, slots=True)
class KeyWord:
    word: str
    occurrences: int  # in the speeches found
    speeches: int  # of these
    reference_occurrences: int
    reference_speeches: int
    log_likelihood: float
    log_ratio: float  # negative for a word that the reference uses more


@dataclass(frozen=True, slots=True)
class Corpus:
    """Speeches that are counted."""

    speeches: int
    words: int  # all occurrences of all words


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyness:
    """The words that one search uses more, or less, than a reference, which has none of the
    speeches of the search."""

    index: IndexState
    search: Corpus
    reference: Corpus
    shared_speeches: int  # of the search that the reference would have had
    compared: int  # words that are not too rare
    withheld: int  # words that are
    critical: float  # log-likelihood that a difference must have to be listed
    total: int  # words with such a difference, before words of too few speeches are left out
    words: Sequence[KeyWord]  # of which these are the first by the measure
    shortfall: int = 0


@dataclass(frozen=True, slots=True)
class Collocate:
    word: str
    beside: int  # occurrences in the windows
    speeches: int  # in which it stands beside the words of the query
    occurrences: int  # in all speeches under the filters, but for words of the query
    expected: float  # occurrences in the windows if words were spread evenly
    log_dice: float
    log_likelihood: float
    log_ratio: float
    mutual_information: float
    t_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Collocates:
    """The words that stand beside those of a query more often than elsewhere."""

    index: IndexState
    search: Corpus  # speeches found
    occurrences: int  # of the words of the query in them
    window_words: int  # words in all windows together
    filtered: Corpus  # all speeches under the filters
    compared: int
    withheld: int
    critical: float
    total: int
    words: Sequence[Collocate]
    shortfall: int = 0


@dataclass(frozen=True, slots=True)
class SimilarSpeech:
    speech: int
    score: float


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """A paragraph, and one of another speech that contains most of its passages."""

    paragraph: int  # position in the speech asked about
    speech: int  # the other speech
    other: int  # position in that speech
    share: float  # of the distinct passages of the first paragraph


@dataclass(frozen=True, slots=True)
class RelatedSpeeches:
    similar: Sequence[SimilarSpeech] = ()  # most similar first
    passages: Sequence[SharedPassage] = ()  # in the order of the paragraphs
    complete: bool = True  # False if more will be known without a change of the index


@dataclass(frozen=True, slots=True)
class PrefixTerms:
    index: IndexState
    terms: Sequence[str]  # most frequent first
    version: str  # while it is equal, counts of values and terms are equal


# -- the protocol ---------------------------------------------------------------------------------

Progress = Callable[[int, int], None]  # called with the numbers of speeches processed and in all


def no_progress(processed: int, total: int) -> None:
    """Report nothing."""


class SearchBackend(Protocol):
    """A search engine. Calls that read raise SearchUnavailable where no index can be read, and
    TooManyExpansions for a prefix that matches too many terms."""

    # reading

    def search(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Answer several questions from one state of the index."""

    def listing(self, question: Question) -> Listing:
        """Return all speeches of a question in its order, whatever its ``start``, ``size`` and
        ``group``."""

    def term_statistics(self, question: Question) -> TermStatistics: ...

    def trends(self, questions: Sequence[Question], period: Period) -> Trends: ...

    def crosstab(self, question: Question, rows: str, columns: str) -> Crosstab: ...

    def concordance(
        self,
        question: Question,
        order: LineOrder,
        values: Sequence[str] = (),
        lines: LineSelection = ALL_LINES,
    ) -> Concordance:
        """Return the lines from ``start`` of the question on, ``size`` of them, in the speeches
        that it finds. ``values`` are those of the facet that orders them, in the order of their
        names."""

    def keyness(
        self,
        question: Question,
        reference: Question,
        measure: KeynessMeasure,
        *,
        is_reversed: bool = False,
        function_words: bool = True,
    ) -> Keyness:
        """Return the first words by a measure, ``size`` of the question, that its speeches use more
        than the other speeches of a reference; or that those use more, if reversed."""

    def collocates(
        self,
        question: Question,
        measure: CollocateMeasure,
        *,
        window: int,
        function_words: bool = True,
    ) -> Collocates:
        """Return the first words by a measure, ``size`` of the question, that stand so many words
        or fewer from those of its query."""

    def related(self, speech: int, *, similar: int, passages: int) -> RelatedSpeeches:
        """Return at most so many similar speeches and shared passages, both of which a page
        shows."""

    # vocabulary

    def prefix_terms(self, prefix: str, size: int) -> PrefixTerms:
        """Return terms of the texts that start with folded letters; none for ""."""

    def forms(self, term: str) -> Sequence[str]:
        """Return the forms of a term that occur, in alphabetical order."""

    def similar_terms(self, term: str, edits: int) -> Sequence[tuple[str, int, int]]:
        """Return terms of the texts at most so many edits away, each with the number of paragraphs
        that have it and its distance."""

    def paragraph_counts(self, terms: Sequence[str]) -> Sequence[int]:
        """Return how many paragraphs have each term."""

    def word_count(self) -> int:
        """Return how many words are spoken in all speeches."""

    def value_counts(self, facets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Return for each facet how many speeches have each of its values."""

    def canonical_value(self, facet: str, value: str) -> str | None:
        """Return a value of a facet as the index spells it; None if no speech has it."""

    # writing

    def run_worker(self) -> None:
        """Apply the changes of the outbox as they come, until SIGTERM, SIGINT or the end of the
        parent process. Of several workers, one writes and the others wait."""

    def apply(self, speeches: Collection[int]) -> None:
        """Have the index follow the database for these speeches, whether changed or deleted."""

    def rebuild(self, progress: Progress = no_progress) -> Rebuilt:
        """Build the index from the database and put it in use. Raises AlreadyRebuilding."""

    def clear(self) -> None:
        """Put an empty index in use. Raises AlreadyRebuilding."""

    def check(self, progress: Progress = no_progress) -> Drift:
        """Compare index and database."""

    def repair(self, drift: Drift) -> None:
        """Index again what differs, or build the index again if it is damaged."""

    # state

    def report(self) -> IndexReport:
        """Describe the index for operators. Raises django.db.Error."""

    def pin(self) -> AbstractContextManager[PinnedState]:
        """Have all calls within the context see one state of the database."""

    def version(self) -> str:
        """Return a name of the index that would answer now; "" if none can be read."""
