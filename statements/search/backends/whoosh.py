"""The search backend over the archive's own index, in Whoosh's format with side-car files."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

from statements.models import Speech
from statements.search.backends.answers import answer_question, list_speeches
from statements.search.features.collocates import collocates
from statements.search.features.crosstab import crosstab
from statements.search.features.keyness import keyness
from statements.search.features.kwic import concordance
from statements.search.features.related_speeches import related_speeches
from statements.search.features.term_statistics import count_terms, count_trends, spoken_words
from statements.search.features.vocabulary import prefix_terms, value_counts
from statements.search.fields import TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.indexing import consistency, outbox, sync
from statements.search.indexing.worker import Worker
from statements.search.matching import session
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.fuzzy_terms import lexicon, similar_words
from statements.search.matching.selection import Selection, canonical_filters, canonical_value
from statements.search.matching.session import (
    deleted_ids,
    exclude_ids,
    index_state,
    read_backlog,
    with_index_retry,
)
from statements.search.operations import Drift, IndexReport, Rebuilt
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
    Trend,
    Trends,
    no_progress,
)
from statements.search.query import MatchAll
from statements.search.word_measures import CollocateMeasure, KeynessMeasure


class WhooshBackend:
    """See ``protocol.SearchBackend``."""

    # -- reading ----------------------------------------------------------------------------------

    def search(self, questions: Sequence[Question]) -> Sequence[Answer]:
        def answers(evaluator: Evaluator, live: Sequence[Mask], index: IndexState) -> list[Answer]:
            return [
                answer_question(evaluator, question, live_mask, index)
                for question, live_mask in zip(questions, live, strict=True)
            ]

        return _with_evaluator(questions, answers)

    def listing(self, question: Question) -> Listing:
        def read(evaluator: Evaluator, live: Sequence[Mask], index: IndexState) -> Listing:
            filters, _ = canonical_filters(evaluator.snapshot, question.filters)
            return Listing(index, list_speeches(evaluator, question, live[0]), filters)

        return _with_evaluator([question], read)

    def term_statistics(self, question: Question) -> TermStatistics:
        def count(selections: Sequence[Selection], index: IndexState) -> TermStatistics:
            [selection] = selections
            counts = count_terms(
                selection.evaluator, selection.tree, selection.mask, selection.live_mask
            )
            return TermStatistics(
                index,
                counts.speeches,
                counts.paragraphs,
                counts.occurrences,
                counts.breakdowns,
            )

        return _with_selections([question], count)

    def trends(self, questions: Sequence[Question], period: Period) -> Trends:
        def count(selections: Sequence[Selection], index: IndexState) -> Trends:
            snapshot = selections[0].snapshot
            by_query = [
                (selection.evaluator, selection.tree, selection.mask) for selection in selections
            ]
            populations = [selection.population for selection in selections]
            arrays = count_trends(snapshot, by_query, period, selections[0].live_mask, populations)
            return Trends(
                index,
                arrays.periods,
                arrays.speeches.tolist(),
                arrays.words.tolist(),
                [
                    Trend(
                        trend.speeches.tolist(),
                        trend.occurrences.tolist(),
                        trend.of_speeches.tolist(),
                        trend.of_words.tolist(),
                    )
                    for trend in arrays.trends
                ],
            )

        return _with_selections(questions, count)

    def crosstab(self, question: Question, rows: str, columns: str) -> Crosstab:
        def cross(selections: Sequence[Selection], index: IndexState) -> Crosstab:
            [selection] = selections
            table = crosstab(selection.snapshot, selection.mask, rows, columns)
            return Crosstab(
                index,
                selection.total,
                table.rows,
                table.columns,
                table.row_counts.tolist(),
                table.column_counts.tolist(),
                table.counts.tolist(),
            )

        return _with_selections([question], cross)

    def concordance(
        self,
        question: Question,
        order: LineOrder,
        values: Sequence[str] = (),
        lines: LineSelection = ALL_LINES,
    ) -> Concordance:
        def read(selections: Sequence[Selection], index: IndexState) -> Concordance:
            [selection] = selections
            if lines.words is not None:
                selection.evaluator.match(lines.words)  # finds the terms of its patterns
            start, stop = question.start, question.start + question.size
            page = concordance(
                selection.evaluator,
                selection.tree,
                selection.mask,
                order,
                values,
                lines,
                start=start,
                stop=stop,
            )
            return Concordance(index, page.total, page.speeches, page.shown)

        return _with_selections([question], read)

    def keyness(
        self,
        question: Question,
        reference: Question,
        measure: KeynessMeasure,
        *,
        is_reversed: bool = False,
        function_words: bool = True,
    ) -> Keyness:
        def compare(selections: Sequence[Selection], index: IndexState) -> Keyness:
            search, other = (selection.mask for selection in selections)
            return keyness(
                selections[0].snapshot,
                search,
                other & ~search,
                measure,
                index=index,
                shared_speeches=int((search & other).sum()),
                limit=question.size,
                is_reversed=is_reversed,
                function_words=function_words,
            )

        return _with_selections([question, reference], compare)

    def collocates(
        self,
        question: Question,
        measure: CollocateMeasure,
        *,
        window: int,
        function_words: bool = True,
    ) -> Collocates:
        def count(selections: Sequence[Selection], index: IndexState) -> Collocates:
            filtered, matching = selections  # the evaluator knows the patterns of the last
            return collocates(
                matching.evaluator,
                matching.tree,
                matching.mask,
                filtered.mask,
                measure,
                index=index,
                window=window,
                limit=question.size,
                function_words=function_words,
            )

        return _with_selections([replace(question, tree=MatchAll()), question], count)

    def related(self, speech: int, *, similar: int, passages: int) -> RelatedSpeeches:
        return with_index_retry(
            lambda snapshot: related_speeches(snapshot, speech, similar, passages)
        )

    # -- vocabulary -------------------------------------------------------------------------------

    def prefix_terms(self, prefix: str, size: int) -> PrefixTerms:
        backlog = read_backlog()

        def terms(snapshot: Snapshot) -> PrefixTerms:
            deleted = deleted_ids(snapshot, backlog)
            live_mask = exclude_ids(snapshot, snapshot.alive, deleted)
            matching = prefix_terms(snapshot, live_mask, prefix, size) if prefix else []
            key = sha256(repr(sorted(deleted)).encode()).hexdigest() if deleted else ""
            index = index_state(snapshot, backlog)
            return PrefixTerms(index, matching, f"{snapshot.name} {key}".strip())

        return with_index_retry(terms)

    def forms(self, term: str) -> Sequence[str]:
        return with_index_retry(lambda snapshot: snapshot.forms(term))

    def similar_terms(self, term: str, edits: int) -> Sequence[tuple[str, int, int]]:
        def terms(snapshot: Snapshot) -> list[tuple[str, int, int]]:
            lexicons = [lexicon(segment, TEXT_FIELD) for segment in snapshot.segments]
            frequencies: dict[tuple[str, int], int] = {}
            for word, frequency, distance in similar_words(lexicons, term, edits):
                key = word, distance
                frequencies[key] = frequencies.get(key, 0) + frequency
            return [(word, count, distance) for (word, distance), count in frequencies.items()]

        return with_index_retry(terms)

    def paragraph_counts(self, terms: Sequence[str]) -> Sequence[int]:
        return with_index_retry(
            lambda snapshot: [snapshot.speech_postings(TEXT_FIELD, term).count for term in terms]
        )

    def word_count(self) -> int:
        backlog = read_backlog()

        def count(snapshot: Snapshot) -> int:
            live_mask = exclude_ids(snapshot, snapshot.alive, deleted_ids(snapshot, backlog))
            return int(spoken_words(snapshot)[live_mask].sum())

        return with_index_retry(count)

    def value_counts(self, facets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        backlog = read_backlog()

        def counts(snapshot: Snapshot) -> dict[str, dict[str, int]]:
            live_mask = exclude_ids(snapshot, snapshot.alive, deleted_ids(snapshot, backlog))
            return {facet: value_counts(snapshot, facet, live_mask) for facet in facets}

        return with_index_retry(counts)

    def canonical_value(self, facet: str, value: str) -> str | None:
        return with_index_retry(lambda snapshot: canonical_value(snapshot, facet, value))

    # -- writing ----------------------------------------------------------------------------------

    def run_worker(self) -> None:
        Worker().run()

    def apply(self, speeches: Collection[int]) -> None:
        stored = set(Speech.objects.filter(pk__in=speeches).values_list("pk", flat=True))
        sync.update(sorted(stored))
        for speech in sorted(set(speeches) - stored):
            sync.remove(speech)

    def rebuild(self, progress: Progress = no_progress) -> Rebuilt:
        return sync.rebuild(progress)

    def clear(self) -> None:
        sync.clear()

    def check(self, progress: Progress = no_progress) -> Drift:
        return consistency.check(progress)

    def repair(self, drift: Drift) -> None:
        consistency.repair(drift)

    # -- state ------------------------------------------------------------------------------------

    def report(self) -> IndexReport:
        backlog = session.count_backlog()
        has_worker = outbox.is_locked(outbox.Lock.WORKER)
        try:
            snapshot = session.readable_snapshot()
        except SearchUnavailable:
            return IndexReport(None, None, False, has_worker, backlog)
        is_complete = session.is_whole(snapshot)
        return IndexReport(snapshot.name, snapshot.count, is_complete, has_worker, backlog)

    @contextmanager
    def pin(self) -> Iterator[PinnedState]:
        with session.pinned_backlog() as backlog:
            yield PinnedState(backlog.revision, session.backlog_key(backlog))

    def version(self) -> str:
        return session.index_key()


def _with_selections[Result](
    questions: Sequence[Question], work: Callable[[Sequence[Selection], IndexState], Result]
) -> Result:
    """Return what ``work`` returns for the selections of questions in one snapshot."""

    def select(evaluator: Evaluator, live: Sequence[Mask], index: IndexState) -> Result:
        pairs = zip(questions, live, strict=True)
        return work([Selection(evaluator, *pair) for pair in pairs], index)

    return _with_evaluator(questions, select)


def _with_evaluator[Result](
    questions: Sequence[Question],
    work: Callable[[Evaluator, Sequence[Mask], IndexState], Result],
) -> Result:
    """Return what ``work`` returns for one snapshot, and for each question the speeches, bool[H],
    that were not deleted."""
    backlog = read_backlog()  # before the index: a change is in one of the two

    def evaluate(snapshot: Snapshot) -> Result:
        deleted = deleted_ids(snapshot, backlog)
        live_masks = [
            exclude_ids(snapshot, snapshot.alive, deleted | question.excluded_ids)
            for question in questions
        ]
        return work(Evaluator(snapshot), live_masks, index_state(snapshot, backlog))

    return with_index_retry(evaluate)
