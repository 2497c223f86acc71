"""The search backend over the archive's own index, in Whoosh's format with side-car files."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from statements.models import Speech
from statements.search.features.crosstab import crosstab
from statements.search.features.did_you_mean import suggestion
from statements.search.features.fuzzy_terms import lexicon, similar_words
from statements.search.features.kwic import concordance
from statements.search.features.more_like_this import similar_to
from statements.search.features.query_relaxation import (
    match_related_forms,
    matched_variants,
    relax_query,
)
from statements.search.features.shared_passages import is_whole as has_sequences
from statements.search.features.shared_passages import shared_passages
from statements.search.features.term_statistics import count_terms, count_trends
from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.indexing import consistency, outbox, sync
from statements.search.indexing.worker import Worker
from statements.search.matching import session
from statements.search.matching.best_paragraphs import best_paragraphs
from statements.search.matching.canonical_values import canonical_filters, canonical_value
from statements.search.matching.columns import column
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.matching.facet_counts import Selection
from statements.search.matching.grouping import group_speeches
from statements.search.matching.histogram import histogram
from statements.search.matching.ordering import rank
from statements.search.matching.session import (
    QueryMatch,
    deleted_ids,
    exclude_ids,
    index_state,
    match_question,
    read_backlog,
    with_index_retry,
)
from statements.search.operations import Backlog, Drift, IndexReport, Rebuilt
from statements.search.parameters import Sort
from statements.search.protocol import (
    Answer,
    Concordance,
    Crosstab,
    FacetCounts,
    GroupHits,
    Groups,
    Histogram,
    LineOrder,
    Period,
    PinnedState,
    PrefixTerms,
    Progress,
    Question,
    RelatedHits,
    RelatedSpeeches,
    RelaxedQuery,
    SearchUnavailable,
    SimilarSpeech,
    SpeechHit,
    Suggestion,
    TermStatistics,
    Trend,
    Trends,
    no_progress,
)
from statements.search.query import Leaf, MatchAll, positive_leaves

MAX_SPEECHES_CACHED = 2_000  # whose related speeches are known, a few hundred bytes each


class WhooshBackend:
    """See ``protocol.SearchBackend``."""

    # -- reading ----------------------------------------------------------------------------------

    def search(self, questions: Sequence[Question]) -> Sequence[Answer]:
        backlog = read_backlog()  # before the index: a change is in one of the two

        def answers(snapshot: Snapshot) -> list[Answer]:
            evaluator = Evaluator(snapshot)
            deleted = deleted_ids(snapshot, backlog)
            return [_answer(evaluator, question, deleted, backlog) for question in questions]

        return with_index_retry(answers)

    def term_statistics(self, question: Question) -> TermStatistics:
        def count(matches: Sequence[QueryMatch], backlog: Backlog) -> TermStatistics:
            [match] = matches
            counts = count_terms(match.evaluator, match.tree, match.mask, match.live_mask)
            return TermStatistics(
                index_state(match.snapshot, backlog),
                counts.speeches,
                counts.paragraphs,
                counts.occurrences,
                counts.breakdowns,
            )

        return _with_matches([question], count)

    def trends(self, questions: Sequence[Question], period: Period) -> Trends:
        def count(matches: Sequence[QueryMatch], backlog: Backlog) -> Trends:
            snapshot = matches[0].snapshot
            by_query = [(match.evaluator, match.tree, match.mask) for match in matches]
            arrays = count_trends(snapshot, by_query, period, matches[0].live_mask)
            return Trends(
                index_state(snapshot, backlog),
                arrays.periods,
                arrays.speeches.tolist(),
                arrays.words.tolist(),
                [
                    Trend(trend.speeches.tolist(), trend.occurrences.tolist())
                    for trend in arrays.trends
                ],
            )

        return _with_matches(questions, count)

    def crosstab(self, question: Question, rows: str, columns: str) -> Crosstab:
        def cross(matches: Sequence[QueryMatch], backlog: Backlog) -> Crosstab:
            [match] = matches
            table = crosstab(match.snapshot, match.mask, rows, columns)
            return Crosstab(
                index_state(match.snapshot, backlog),
                match.total,
                table.rows,
                table.columns,
                table.row_counts.tolist(),
                table.column_counts.tolist(),
                table.counts.tolist(),
            )

        return _with_matches([question], cross)

    def concordance(self, question: Question, order: LineOrder) -> Concordance:
        def lines(matches: Sequence[QueryMatch], backlog: Backlog) -> Concordance:
            [match] = matches
            start, stop = question.start, question.start + question.size
            lines_found = concordance(
                match.evaluator, match.tree, match.mask, order, start=start, stop=stop
            )
            index = index_state(match.snapshot, backlog)
            return Concordance(index, lines_found.total, lines_found.speeches, lines_found.shown)

        return _with_matches([question], lines)

    def related(self, speech: int, *, similar: int, passages: int) -> RelatedSpeeches:
        return with_index_retry(lambda snapshot: _related(snapshot, speech, similar, passages))

    # -- vocabulary -------------------------------------------------------------------------------

    def prefix_terms(self, prefix: str, size: int) -> PrefixTerms:
        backlog = read_backlog()

        def terms(snapshot: Snapshot) -> PrefixTerms:
            deleted = deleted_ids(snapshot, backlog)
            live_mask = exclude_ids(snapshot, snapshot.alive, deleted)
            matching = _prefix_terms(snapshot, live_mask, prefix, size) if prefix else []
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

    def value_counts(self, facets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        backlog = read_backlog()

        def counts(snapshot: Snapshot) -> dict[str, dict[str, int]]:
            live_mask = exclude_ids(snapshot, snapshot.alive, deleted_ids(snapshot, backlog))
            return {facet: _value_counts(snapshot, facet, live_mask) for facet in facets}

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


def _with_matches[Result](
    questions: Sequence[Question], work: Callable[[Sequence[QueryMatch], Backlog], Result]
) -> Result:
    """Return what ``work`` returns for the matches of questions in one snapshot."""
    backlog = read_backlog()  # before the index: a change is in one of the two

    def match(snapshot: Snapshot) -> Result:
        evaluator = Evaluator(snapshot)
        deleted = deleted_ids(snapshot, backlog)
        matches = [match_question(evaluator, question, deleted) for question in questions]
        return work(matches, backlog)

    return with_index_retry(match)


# -- search -----------------------------------------------------------------------------------


def _answer(
    evaluator: Evaluator, question: Question, deleted: set[int], backlog: Backlog
) -> Answer:
    snapshot = evaluator.snapshot
    filters, unknown_values = canonical_filters(snapshot, question.filters)
    question = replace(question, filters=filters)
    excluded = deleted | question.excluded_ids
    match, relaxed = _match(evaluator, question, excluded)
    tree = relaxed.tree if relaxed else question.tree
    leaves = positive_leaves(tree)
    selection = Selection(evaluator, match, filters)
    page = _select(selection, match, question, by_score=bool(leaves))
    hits = _hits(evaluator, page.order, leaves, question.paragraphs, relaxed)
    total = len(selection.speeches)

    def count(match: Match) -> int:
        match = _exclude(snapshot, match, excluded)
        return len(Selection(evaluator, match, filters).speeches)

    return Answer(
        index=index_state(snapshot, backlog),
        total=total,
        hits=() if question.group else hits,
        groups=page.groups(hits) if question.group else None,
        facets={
            name: _facet_counts(selection, name, most, filters.of(name))
            for name, most in question.facets.items()
        },
        histogram=_histogram(selection, question) if question.histogram else None,
        filters=filters,
        unknown_values=unknown_values,
        relaxed=relaxed,
        related=_related_hits(evaluator, question, match, page.order, excluded)
        if question.related and not relaxed
        else None,
        suggestion=_suggestion(snapshot, question, 0 if relaxed else total, count)
        if leaves
        else None,
    )


def _match(
    evaluator: Evaluator, question: Question, excluded: Collection[int]
) -> tuple[Match, RelaxedQuery | None]:
    """Match the query; if no speech matches and relaxing is wanted, a relaxed query."""
    snapshot = evaluator.snapshot
    match = _exclude(snapshot, evaluator.match(question.tree), excluded)
    if not question.relax or match.matched.any():
        return match, None
    live_mask = exclude_ids(snapshot, evaluator.match(MatchAll()).matched, excluded)
    relaxed = relax_query(evaluator, question.tree, live_mask)
    if relaxed is None:
        return match, None
    return _exclude(snapshot, evaluator.match(relaxed.tree), excluded), relaxed


def _exclude(snapshot: Snapshot, match: Match, ids: Collection[int]) -> Match:
    return replace(match, matched=exclude_ids(snapshot, match.matched, ids)) if ids else match


@dataclass(frozen=True, slots=True)
class _Page:
    """The speeches of a page, as numbers in the snapshot."""

    order: Sequence[int]
    total: int = 0  # of groups
    ungrouped: int = 0
    sizes: Sequence[tuple[str, int, int]] = ()  # of groups: value, speeches, and hits shown

    def groups(self, hits: Sequence[SpeechHit]) -> Groups:
        remaining = iter(hits)
        shown = [
            GroupHits(value, count, [next(remaining) for _ in range(size)])
            for value, count, size in self.sizes
        ]
        return Groups(self.total, self.ungrouped, shown)


def _select(selection: Selection, match: Match, question: Question, *, by_score: bool) -> _Page:
    sort = question.sort
    if sort in (Sort.RELEVANCE, Sort.RECENT) and not by_score:
        sort = Sort.NEWEST
    snapshot, mask, start = selection.snapshot, selection.mask, question.start
    if not question.size:
        return _Page([])
    if not question.group:
        stop = start + question.size
        return _Page(rank(snapshot, match, mask, sort, start, stop).tolist())
    groups = group_speeches(
        snapshot, match, mask, question.group, sort,
        start=start, groups=question.size, hits=question.group_size,
    )  # fmt: skip
    return _Page(
        [number for group in groups.shown for number in group.speeches.tolist()],
        groups.total,
        groups.ungrouped,
        [(group.value, group.count, len(group.speeches)) for group in groups.shown],
    )


def _hits(
    evaluator: Evaluator,
    order: Sequence[int],
    leaves: Sequence[Leaf],
    paragraphs: int,
    relaxed: RelaxedQuery | None = None,
) -> list[SpeechHit]:
    best = best_paragraphs(evaluator, order, leaves, paragraphs)
    ids = evaluator.snapshot.numbers["speech"][order].tolist() if order else []
    if relaxed is None:
        return [SpeechHit(pk, positions) for pk, positions in zip(ids, best, strict=True)]
    matches = {leaf.term: evaluator.leaf(leaf).matches for leaf in relaxed.known}
    return [
        SpeechHit(
            pk,
            positions,
            # in the order in which they were typed
            [word for word in relaxed.words if word not in matches or not matches[word][number]],
        )
        for number, pk, positions in zip(order, ids, best, strict=True)
    ]


def _facet_counts(
    selection: Selection, name: str, limit: int | None, selected: Sequence[str]
) -> FacetCounts:
    counts = selection.counts(name)
    values = (counts.newest if name == "year" else counts.top)(limit)
    missing = set(selected) - {value for value, _ in values}
    values += [(value, counts.count(value)) for value in selected if value in missing]
    return FacetCounts(values, len(counts))


def _histogram(selection: Selection, question: Question) -> Histogram:
    """Count over time; by year, years that are not selected are counted as well."""
    assert question.histogram is not None  # noqa: S101
    is_by_year = question.histogram is Period.YEAR
    speeches = selection.without_filter("year") if is_by_year else selection.speeches
    mask = np.zeros_like(selection.mask)
    mask[speeches] = True
    first, last = question.filters.date_from, question.filters.date_to
    return histogram(selection.snapshot, mask, question.histogram, first, last)


def _related_hits(
    evaluator: Evaluator,
    question: Question,
    match: Match,
    shown: Sequence[int],
    excluded: Collection[int],
) -> RelatedHits | None:
    snapshot = evaluator.snapshot
    shown_mask = np.zeros_like(match.matched)
    shown_mask[shown] = True
    forms = match_related_forms(evaluator, question.tree, match.matched, shown_mask)
    if forms is None:
        return None
    others = replace(forms.match, matched=forms.match.matched & ~match.matched)
    selection = Selection(evaluator, _exclude(snapshot, others, excluded), question.filters)
    if not len(selection.speeches):
        return None
    order = rank(snapshot, forms.match, selection.mask, question.sort, 0, question.related)
    return RelatedHits(
        forms.leaves,
        matched_variants(evaluator, forms.leaves, selection.mask),
        len(selection.speeches),
        _hits(evaluator, order.tolist(), forms.leaves, question.paragraphs),
    )


def _suggestion(
    snapshot: Snapshot, question: Question, total: int, count: Callable[[Match], int]
) -> Suggestion | None:
    if question.spelling is None:
        return None
    return suggestion(snapshot, question.spelling, total, count)


# -- vocabulary -------------------------------------------------------------------------------


def _prefix_terms(snapshot: Snapshot, live_mask: Mask, prefix: str, size: int) -> list[str]:
    frequencies: dict[str, int] = {}
    for segment in snapshot.segments:
        for term, frequency in segment.most_frequent(TEXT_FIELD, prefix, 2 * size):
            frequencies[term] = frequencies.get(term, 0) + frequency
    frequencies.pop(prefix, None)  # nothing to complete
    # a segment also has the terms of deleted speeches, until it is merged
    deleted = np.count_nonzero(~live_mask[snapshot.speech_of]) if not live_mask.all() else 0
    terms: list[str] = []
    for term in sorted(frequencies, key=lambda term: (-frequencies[term], term)):
        if len(terms) == size:
            break
        if frequencies[term] > deleted or _occurs(snapshot, term, live_mask):
            terms.append(term)
    return terms


def _occurs(snapshot: Snapshot, term: str, live_mask: Mask) -> bool:
    return bool(live_mask[snapshot.speech_postings(TEXT_FIELD, term).speeches].any())


def _value_counts(snapshot: Snapshot, facet: str, live_mask: Mask) -> dict[str, int]:
    entries = column(snapshot, facet).restrict(live_mask)
    counts = zip(entries.values, entries.counts().tolist(), strict=True)
    return {value: count for value, count in counts if count}


# -- related speeches -------------------------------------------------------------------------


class _RelatedCache:
    """The related speeches of the speeches read most recently, least recent first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[int, int, int], RelatedSpeeches] = OrderedDict()

    def get(self, key: tuple[int, int, int]) -> RelatedSpeeches | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: tuple[int, int, int], answer: RelatedSpeeches) -> None:
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > MAX_SPEECHES_CACHED:
                self._answers.popitem(last=False)


@cached_per_snapshot
def _related_cache(snapshot: Snapshot) -> _RelatedCache:
    return _RelatedCache()


def _related(snapshot: Snapshot, speech: int, similar: int, passages: int) -> RelatedSpeeches:
    cache, key = _related_cache(snapshot), (speech, similar, passages)
    if (answer := cache.get(key)) is None:
        answer = _find_related(snapshot, speech, similar, passages)
        if answer.complete:
            cache.put(key, answer)
    return answer


def _find_related(snapshot: Snapshot, speech: int, similar: int, passages: int) -> RelatedSpeeches:
    number = snapshot.number_of(speech)
    if number is None:
        return RelatedSpeeches()
    alike = similar_to(snapshot, number, limit=similar) if similar else []
    shared = shared_passages(snapshot, number, limit=passages) if passages else []
    return RelatedSpeeches(
        [SimilarSpeech(hit.speech, hit.score) for hit in alike], shared, has_sequences(snapshot)
    )
