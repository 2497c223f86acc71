"""The search backend over an OpenSearch cluster."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext

from statements.search.fields import TEXT_FIELD
from statements.search.indexing import outbox
from statements.search.opensearch.client import search
from statements.search.opensearch.concordance import concordance
from statements.search.opensearch.counting import (
    count_terms,
    count_trends,
    cross_facets,
    list_speeches,
)
from statements.search.opensearch.requesting.requests import SearchRequest, all_values
from statements.search.opensearch.requesting.vocabulary import Vocabulary
from statements.search.opensearch.storage import consistency, indexing, state
from statements.search.opensearch.storage.state import Generation
from statements.search.opensearch.storage.worker import ClusterWorker
from statements.search.opensearch.storage.writing import Writer
from statements.search.opensearch.whole_answers import answer_with_alternatives
from statements.search.operations import Backlog, Drift, IndexReport, Rebuilt
from statements.search.parameters import Filters
from statements.search.protocol import (
    ALL_LINES,
    Answer,
    Collocates,
    Concordance,
    Crosstab,
    IndexState,
    Keyness,
    LineOrder,
    LineSelection,
    Listing,
    Period,
    PinnedState,
    PrefixTerms,
    Progress,
    Question,
    RelatedSpeeches,
    SearchUnavailable,
    TermStatistics,
    Trends,
    no_progress,
    noticeable_minutes,
)
from statements.search.word_measures import CollocateMeasure, KeynessMeasure

_pinned: ContextVar[Backlog | None] = ContextVar("pinned", default=None)


class OpenSearchBackend:
    """See ``protocol.SearchBackend``."""

    # -- reading ----------------------------------------------------------------------------------

    def search(self, questions: Sequence[Question]) -> Sequence[Answer]:
        requests, index = _requests(questions)
        return [answer_with_alternatives(request, index) for request in requests]

    def listing(self, question: Question) -> Listing:
        [request], index = _requests([question])
        return Listing(index, list(list_speeches(request)), question.filters)

    def term_statistics(self, question: Question) -> TermStatistics:
        [request], index = _requests([question])
        return count_terms(request, index)

    def trends(self, questions: Sequence[Question], period: Period) -> Trends:
        requests, index = _requests(questions)
        return count_trends(requests, period, index)

    def crosstab(self, question: Question, rows: str, columns: str) -> Crosstab:
        [request], index = _requests([question])
        return cross_facets(request, rows, columns, index)

    def concordance(
        self,
        question: Question,
        order: LineOrder,
        values: Sequence[str] = (),
        lines: LineSelection = ALL_LINES,
    ) -> Concordance:
        [request], index = _requests([question])
        return concordance(request, order, values, lines, index)

    def keyness(
        self,
        question: Question,
        reference: Question,
        measure: KeynessMeasure,
        *,
        is_reversed: bool = False,
        function_words: bool = True,
    ) -> Keyness:
        raise _unanswered()

    def collocates(
        self,
        question: Question,
        measure: CollocateMeasure,
        *,
        window: int,
        function_words: bool = True,
    ) -> Collocates:
        raise _unanswered()

    def related(self, speech: int, *, similar: int, passages: int) -> RelatedSpeeches:
        return RelatedSpeeches()  # similar speeches and shared passages are not indexed yet

    # -- vocabulary -------------------------------------------------------------------------------

    def prefix_terms(self, prefix: str, size: int) -> PrefixTerms:
        [request], index = _requests([Question()])
        terms = request.vocabulary.frequent_terms(prefix, size) if prefix else []
        return PrefixTerms(index, terms, index.generation)

    def forms(self, term: str) -> Sequence[str]:
        return _vocabulary(_readable()).forms(term)

    def similar_terms(self, term: str, edits: int) -> Sequence[tuple[str, int, int]]:
        vocabulary = _vocabulary(_readable())
        similar = vocabulary.similar(term, edits, [TEXT_FIELD])
        counts = vocabulary.paragraph_counts(similar)
        return [
            (other, counts[other], distance) for other, distance in similar.items() if counts[other]
        ]

    def paragraph_counts(self, terms: Sequence[str]) -> Sequence[int]:
        counts = _vocabulary(_readable()).paragraph_counts(terms)
        return [counts[term] for term in terms]

    def word_count(self) -> int:
        [request], _ = _requests([Question()])
        body = {"size": 0, "query": request.living, "aggs": {"words": {"sum": {"field": "words"}}}}
        [response] = search(request.index, [body])
        return int(response["aggregations"]["words"]["value"])

    def value_counts(self, facets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        [request], _ = _requests([Question()])
        counted = {facet: all_values(facet) for facet in facets}
        [response] = search(request.index, [{"size": 0, "query": request.living, "aggs": counted}])
        return {
            facet: {
                str(bucket["key"]): bucket["doc_count"]
                for bucket in response["aggregations"][facet]["buckets"]
                if bucket["key"]
            }
            for facet in facets
        }

    def canonical_value(self, facet: str, value: str) -> str | None:
        if facet == "year":
            return value
        question = Question(filters=Filters({facet: (value,)}), size=0)
        [answer] = self.search([question])
        return None if answer.unknown_values else answer.filters.of(facet)[0]

    # -- writing ----------------------------------------------------------------------------------

    def apply(self, speeches: Collection[int]) -> None:
        generation = indexing.writable()
        indexing.apply_speeches(Writer(generation), generation, sorted(speeches))

    def rebuild(self, progress: Progress = no_progress) -> Rebuilt:
        return indexing.rebuild(progress)

    def clear(self) -> None:
        indexing.clear()

    def run_worker(self) -> None:
        ClusterWorker().run()

    def check(self, progress: Progress = no_progress) -> Drift:
        return consistency.check(progress)

    def repair(self, drift: Drift) -> None:
        consistency.repair(drift)

    # -- state ------------------------------------------------------------------------------------

    def report(self) -> IndexReport:
        has_worker = outbox.is_locked(outbox.Lock.WORKER)
        try:
            backlog, generation = _backlog(counted=True), _readable()
            body = {"size": 0, "track_total_hits": True}
            [response] = search(generation.speeches, [body])
            name = _name(generation)
        except SearchUnavailable:
            return IndexReport(None, None, False, has_worker, outbox.backlog(None, counted=True))
        speeches = response["hits"]["total"]["value"]
        return IndexReport(name, speeches, generation.is_complete, has_worker, backlog)

    @contextmanager
    def pin(self) -> Iterator[PinnedState]:
        backlog = _backlog()
        token = _pinned.set(backlog)
        try:
            counts = backlog.missing, backlog.quarantined, sorted(backlog.deleted)
            key = repr((counts, noticeable_minutes(backlog.lag_s)))
            yield PinnedState(backlog.revision, key)
        finally:
            _pinned.reset(token)

    def version(self) -> str:
        try:
            generation = state.in_use()
            return _name(generation) if generation else ""
        except SearchUnavailable:
            return ""


def _unanswered() -> SearchUnavailable:
    return SearchUnavailable(
        gettext("The search cluster of this archive does not compare the use of words yet.")
    )


def _requests(questions: Sequence[Question]) -> tuple[list[SearchRequest], IndexState]:
    """Return the requests of questions over the generation in use, and its state."""
    backlog = _pinned.get() or _backlog()  # before the index: a change is in one of the two
    generation = _readable()
    vocabulary = _vocabulary(generation)
    requests = [
        SearchRequest(vocabulary, question, {*backlog.deleted, *question.excluded_ids})
        for question in questions
    ]
    return requests, _index_state(generation, backlog)


def _backlog(*, counted: bool = False) -> Backlog:
    generation = state.last_known()
    return outbox.backlog(generation.number if generation else None, counted=counted)


def _readable() -> Generation:
    """Return the generation in use. Raises SearchUnavailable."""
    if (generation := state.in_use()) is None:
        raise SearchUnavailable(
            gettext("The search index is being built. Please try again in a few minutes.")
        )
    return generation


def _vocabulary(generation: Generation) -> Vocabulary:
    return Vocabulary(generation.speeches, generation.terms)


def _index_state(generation: Generation, backlog: Backlog) -> IndexState:
    complete = generation.is_complete and not backlog.missing
    return IndexState(_name(generation), backlog.lag_s, complete, backlog.missing)


def _name(generation: Generation) -> str:
    return f"{generation.number}.{generation.commits()}"
