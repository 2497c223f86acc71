"""Answers one question as a whole: hits, groups, facet counts, histogram and suggestions."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from statements.search.features.did_you_mean import suggestion
from statements.search.features.query_relaxation import missing_words, related_hits, relax_query
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
    """Answer a question about the speeches that were not deleted, bool[H]. If none matches, relax
    the question if that is wanted."""
    selection, relaxed = Selection(evaluator, question, live_mask), None
    if question.relax and not selection.match.matched.any():
        relaxed = relax_query(evaluator, question.tree, live_mask)
    if relaxed:
        selection = Selection(evaluator, replace(question, tree=relaxed.tree), live_mask)
    snapshot, match, mask = selection.snapshot, selection.match, selection.mask
    filters, unknown_values = canonical_filters(snapshot, question.filters)
    leaves = positive_leaves(selection.tree)
    order: list[int] = []
    sort, groups = question.sort, None
    if sort in (Sort.RELEVANCE, Sort.RECENT) and not leaves:
        sort = Sort.NEWEST
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
    if relaxed:
        missing = missing_words(evaluator, relaxed, order)
        hits = [replace(hit, missing=words) for hit, words in zip(hits, missing, strict=True)]
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
        relaxed=relaxed,
        related=related_hits(selection, order) if question.related and not relaxed else None,
        suggestion=suggestion(
            snapshot,
            question.spelling,
            0 if relaxed else selection.total,
            filters=question.filters,
            live_mask=live_mask,
        )
        if question.spelling and leaves
        else None,
    )


def _group_hits(groups: RankedGroups, hits: Sequence[SpeechHit]) -> Groups:
    """Return groups with their hits, which follow one another."""
    remaining = iter(hits)
    shown = [
        GroupHits(group.value, group.count, list(islice(remaining, len(group.speeches))))
        for group in groups.shown
    ]
    return Groups(groups.total, groups.ungrouped, shown)
