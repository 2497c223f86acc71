"""Answers one question as a whole: hits, groups, facet counts, histogram and suggestions."""

from collections.abc import Sequence
from itertools import islice

from statements.search.backends.spelling_index import SnapshotSpelling
from statements.search.features.did_you_mean import suggestion
from statements.search.features.partial_matches import partial_matches
from statements.search.features.related_forms import related_hits
from statements.search.features.vocabulary import related_terms
from statements.search.index.snapshot import Mask
from statements.search.matching.best_paragraphs import speech_hits
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.facet_counts import count_facet
from statements.search.matching.histogram import count_over_time
from statements.search.matching.ranking import RankedGroups, group_speeches, rank
from statements.search.matching.selection import Selection, canonical_filters
from statements.search.parameters import Sort
from statements.search.protocol import Answer, GroupHits, Groups, IndexState, Question, SpeechHit
from statements.search.query import positive_leaves


def answer_question(
    evaluator: Evaluator, question: Question, live_mask: Mask, index: IndexState
) -> Answer:
    """Answer a question about the speeches that were not deleted, bool[H]."""
    selection = Selection(evaluator, question, live_mask)
    snapshot, match, mask = selection.snapshot, selection.match, selection.mask
    filters, unknown_values = canonical_filters(snapshot, question.filters)
    leaves = positive_leaves(selection.tree)
    order: list[int] = []
    sort, groups = _sort(selection), None
    if question.group:
        groups = group_speeches(
            snapshot, match, mask, question.group, sort,
            start=question.start, groups=question.size, hits=question.group_size,
            together=question.counted_together.get(question.group, ()),
        )  # fmt: skip
        order = [number for group in groups.shown for number in group.speeches.tolist()]
    elif question.size:
        stop = question.start + question.size
        order = rank(snapshot, match, mask, sort, question.start, stop).tolist()
    hits = speech_hits(evaluator, order, leaves, question.paragraphs)
    related = related_hits(selection, order) if question.related else None
    partial = None
    if question.partial:
        partial = partial_matches(selection, question.partial, related.hits if related else ())
    return Answer(
        index=index,
        total=selection.total,
        hits=() if groups else hits,
        groups=_group_hits(groups, hits) if groups else None,
        facets={
            name: count_facet(
                selection, name, limit, filters.of(name), question.counted_together.get(name, ())
            )
            for name, limit in question.facets.items()
        },
        histogram=count_over_time(selection, question.histogram) if question.histogram else None,
        filters=filters,
        unknown_values=unknown_values,
        day_unknown=selection.day_unknown,
        related=related,
        partial=partial,
        related_terms=related_terms(snapshot, question.tree, question.related_terms)
        if question.related_terms
        else (),
        suggestion=suggestion(
            SnapshotSpelling(snapshot, question.filters, live_mask),
            question.spelling,
            selection.total,
        )
        if question.spelling and leaves
        else None,
    )


def list_speeches(evaluator: Evaluator, question: Question, live_mask: Mask) -> list[int]:
    """Return the primary keys of all speeches found that were not deleted, bool[H], in the order of
    the question."""
    selection = Selection(evaluator, question, live_mask)
    snapshot = selection.snapshot
    order = rank(
        snapshot, selection.match, selection.mask, _sort(selection), 0, len(selection.mask)
    )
    keys: list[int] = snapshot.numbers["speech"][order].tolist()
    return keys


def _sort(selection: Selection) -> Sort:
    """Return the order of the speeches; without words to score them by, the newest come first."""
    sort = selection.question.sort
    by_score = sort in (Sort.RELEVANCE, Sort.RECENT)
    return Sort.NEWEST if by_score and not positive_leaves(selection.tree) else sort


def _group_hits(groups: RankedGroups, hits: Sequence[SpeechHit]) -> Groups:
    """Return groups with their hits, which follow one another."""
    remaining = iter(hits)
    shown = [
        GroupHits(group.value, group.count, list(islice(remaining, len(group.speeches))))
        for group in groups.shown
    ]
    return Groups(groups.total, groups.ungrouped, shown)
