"""Answers one question as a whole: hits, groups, facet counts, histogram and suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from statements.search.features.did_you_mean import suggestion
from statements.search.features.query_relaxation import (
    match_related_forms,
    matched_variants,
    relax_query,
)
from statements.search.matching.best_paragraphs import best_paragraphs
from statements.search.matching.canonical_values import canonical_filters
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.facet_counts import Selection
from statements.search.matching.grouping import group_speeches
from statements.search.matching.histogram import histogram
from statements.search.matching.ordering import rank
from statements.search.matching.session import QueryMatch, match_question
from statements.search.parameters import Sort
from statements.search.protocol import (
    Answer,
    FacetCounts,
    GroupHits,
    Groups,
    Histogram,
    IndexState,
    Period,
    RelatedHits,
    RelaxedQuery,
    SpeechHit,
    Suggestion,
)
from statements.search.query import Leaf, positive_leaves


def answer_question(match: QueryMatch, index: IndexState) -> Answer:
    """Answer a question that was matched; where no speech matches, relax it if that is wanted."""
    question, relaxed = match.question, None
    if question.relax and not match.result.matched.any():
        relaxed = relax_query(match.evaluator, question.tree, match.live_mask)
    if relaxed:
        relaxed_question = replace(question, tree=relaxed.tree)
        match = match_question(match.evaluator, relaxed_question, match.live_mask)
    leaves = positive_leaves(match.tree)
    filters, unknown_values = canonical_filters(match.snapshot, question.filters)
    page = _select(match, by_score=bool(leaves))
    hits = _hits(match.evaluator, page.order, leaves, question.paragraphs, relaxed)
    return Answer(
        index=index,
        total=match.total,
        hits=() if question.group else hits,
        groups=page.groups(hits) if question.group else None,
        facets={
            name: _facet_counts(match.selection, name, limit, filters.of(name))
            for name, limit in question.facets.items()
        },
        histogram=_histogram(match, question.histogram) if question.histogram else None,
        filters=filters,
        unknown_values=unknown_values,
        relaxed=relaxed,
        related=_related_hits(match, page.order) if question.related and not relaxed else None,
        suggestion=_suggestion(match, relaxed) if question.spelling and leaves else None,
    )


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


def _select(match: QueryMatch, *, by_score: bool) -> _Page:
    question, snapshot, mask = match.question, match.snapshot, match.mask
    sort, start = question.sort, question.start
    if sort in (Sort.RELEVANCE, Sort.RECENT) and not by_score:
        sort = Sort.NEWEST
    if not question.size:
        return _Page([])
    if not question.group:
        stop = start + question.size
        return _Page(rank(snapshot, match.result, mask, sort, start, stop).tolist())
    groups = group_speeches(
        snapshot, match.result, mask, question.group, sort,
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


def _histogram(match: QueryMatch, period: Period) -> Histogram:
    """Count over time; by year, years that are not selected are counted as well."""
    selection, filters = match.selection, match.question.filters
    mask = np.zeros_like(selection.mask)
    is_by_year = period is Period.YEAR
    mask[selection.without_filter("year") if is_by_year else selection.speeches] = True
    return histogram(match.snapshot, mask, period, filters.date_from, filters.date_to)


def _related_hits(match: QueryMatch, shown: Sequence[int]) -> RelatedHits | None:
    question, evaluator = match.question, match.evaluator
    shown_mask = np.zeros_like(match.live_mask)
    shown_mask[shown] = True
    forms = match_related_forms(evaluator, question.tree, match.result.matched, shown_mask)
    if forms is None:
        return None
    others = forms.match.matched & match.live_mask & ~match.result.matched
    selection = Selection(evaluator, replace(forms.match, matched=others), question.filters)
    total = len(selection.speeches)
    if not total:
        return None
    sort, most = question.sort, question.related
    order = rank(match.snapshot, forms.match, selection.mask, sort, 0, most).tolist()
    variants = matched_variants(evaluator, forms.leaves, selection.mask)
    hits = _hits(evaluator, order, forms.leaves, question.paragraphs)
    return RelatedHits(forms.leaves, variants, total, hits)


def _suggestion(match: QueryMatch, relaxed: RelaxedQuery | None) -> Suggestion | None:
    question = match.question
    assert question.spelling is not None  # noqa: S101
    return suggestion(
        match.snapshot,
        question.spelling,
        0 if relaxed else match.total,
        filters=question.filters,
        live_mask=match.live_mask,
    )
