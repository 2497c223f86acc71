"""Counts how often words are used: in how many speeches and paragraphs, and how many times, by
year, month and country.

An occurrence is one place, in a paragraph of a speech found, of a word or phrase that the query
searches for; of ``dam OR "dam on the river"`` the phrase counts for both. Names in the head of a
speech are not counted, nor are excluded words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.forward_index import read_forward_index
from statements.search.index.similarity import LENGTH_OF_NORM
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import Counts, column
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.histogram import label, periods
from statements.search.matching.positions import Occurrences
from statements.search.protocol import Breakdown, Period
from statements.search.query import Node, positive_leaves

MAX_PERIODS = 1200  # the latest: a century of months
BREAKDOWNS = ("country", "year")


# -- one query --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermCounts:
    speeches: int
    paragraphs: int  # with at least one occurrence
    occurrences: int
    breakdowns: Mapping[str, Sequence[Breakdown]]  # country: most first; year: in order


def count_terms(
    evaluator: Evaluator, node: Node, mask: Mask, live_mask: Mask | None = None
) -> TermCounts:
    """Count the words of a query that the evaluator has matched. ``mask``, bool[H], are the
    speeches found, ``live_mask`` all speeches if not all of the index are."""
    snapshot = evaluator.snapshot
    by_leaf = [evaluator.occurrences(leaf) for leaf in positive_leaves(node)]
    by_speech = _sum_by_speech(snapshot, by_leaf, mask)
    has_occurrence = np.zeros(snapshot.size, bool)
    for occurrences in by_leaf:
        has_occurrence[occurrences.documents] = True
    paragraphs = np.flatnonzero(has_occurrence)
    return TermCounts(
        int(np.count_nonzero(mask)),
        int(np.count_nonzero(mask[snapshot.speech_of[paragraphs]])),
        int(by_speech.sum()),
        {name: _breakdown(snapshot, name, mask, by_speech, live_mask) for name in BREAKDOWNS},
    )


def occurrences_by_speech(evaluator: Evaluator, node: Node, mask: Mask) -> Counts:
    """int64[H]: how often the words of a query occur in each speech of a mask, bool[H]; 0 for
    other speeches."""
    by_leaf = [evaluator.occurrences(leaf) for leaf in positive_leaves(node)]
    return _sum_by_speech(evaluator.snapshot, by_leaf, mask)


def _sum_by_speech(snapshot: Snapshot, by_leaf: Sequence[Occurrences], mask: Mask) -> Counts:
    counts = np.zeros(len(mask))
    for occurrences in by_leaf:
        speeches = snapshot.speech_of[occurrences.documents]
        counts += np.bincount(speeches, weights=occurrences.frequencies, minlength=len(mask))
    return np.where(mask, counts, 0).astype(np.int64)


def _breakdown(
    snapshot: Snapshot, name: str, mask: Mask, by_speech: Counts, live_mask: Mask | None
) -> list[Breakdown]:
    entries = column(snapshot, name).restrict(snapshot.alive if live_mask is None else live_mask)
    matching = entries.restrict(mask)
    speeches, all_speeches = matching.counts(), entries.counts()
    weights = by_speech[matching.speeches]
    occurrences = np.bincount(matching.codes, weights=weights, minlength=len(all_speeches)).astype(
        np.int64
    )
    rows = [
        Breakdown(
            entries.values[code],
            int(speeches[code]),
            int(occurrences[code]),
            int(all_speeches[code]),
        )
        for code in np.flatnonzero(speeches).tolist()
    ]
    if name == "year":
        return sorted(rows, key=lambda row: int(row.value))
    return sorted(rows, key=lambda row: (-row.occurrences, -row.speeches, row.value))


# -- several queries over time ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrendArrays:
    speeches: Counts  # int64[P]: found in each period
    occurrences: Counts  # int64[P]
    of_speeches: Counts  # int64[P]: of the population, found or not
    of_words: Counts  # int64[P]: of the population


@dataclass(frozen=True, slots=True)
class TrendsArrays:
    periods: list[str]  # P of them, without gaps: 2014, 2014-12, or 2010s
    speeches: Counts  # int64[P]: all speeches of each period
    words: Counts  # int64[P]: all their words
    trends: list[TrendArrays]  # one for each query


def count_trends(
    snapshot: Snapshot,
    matches: Sequence[tuple[Evaluator, Node, Mask]],
    period: Period,
    live_mask: Mask | None = None,
    populations: Sequence[Mask] = (),
) -> TrendsArrays:
    """Count words over the periods that have speeches. Each query comes with the evaluator that
    matched it and the speeches found, bool[H]; ``live_mask`` are all speeches if not all of the
    index are. ``populations`` has for each query the speeches among which it searched, if not
    all."""
    live_mask = snapshot.alive if live_mask is None else live_mask
    period_of = np.where(live_mask, periods(snapshot, period), 0)
    dated = period_of[period_of > 0]
    last = int(dated.max(initial=0))
    first = max(int(dated.min(initial=last)), last - MAX_PERIODS + 1)
    width = last - first + 1 if last else 0
    bins = np.where(period_of >= first, period_of - first + 1, 0) if last else period_of

    def sums(weights: Counts) -> Counts:
        return np.bincount(bins, weights=weights, minlength=width + 1)[1:].astype(np.int64)

    words = spoken_words(snapshot)

    return TrendsArrays(
        [label(number, period) for number in range(first, first + width)],
        sums(live_mask.astype(np.int64)),
        sums(words),
        [
            TrendArrays(
                sums(mask.astype(np.int64)),
                sums(occurrences_by_speech(evaluator, node, mask)),
                sums(population.astype(np.int64)),
                sums(np.where(population, words, 0)),
            )
            for (evaluator, node, mask), population in zip(
                matches, populations or [live_mask] * len(matches), strict=True
            )
        ],
    )


def spoken_words(snapshot: Snapshot) -> Counts:
    """int64[H]: the number of words spoken in each speech; approximately while forward indexes are
    being written, which have the exact lengths of paragraphs."""
    exact = _exact_lengths(snapshot)
    return words_by_speech(snapshot) if exact is None else exact


def _exact_lengths(snapshot: Snapshot) -> Counts | None:
    sums = np.zeros(len(snapshot.heads), np.int64)
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        if (sequence := read_forward_index(segment)) is None:
            return None
        begins = sequence.begins.astype(np.int64)[: segment.size + 1]
        lengths = begins[1:] - begins[:-1]
        speeches = snapshot.speech_of[base : base + segment.size]
        sums += np.bincount(speeches, weights=lengths, minlength=len(sums)).astype(np.int64)
    return np.where(snapshot.alive, sums, 0)


@cached_per_snapshot
def words_by_speech(snapshot: Snapshot) -> Counts:
    """int64[H]: the number of words spoken in each speech, approximately: lengths of paragraphs
    are stored in one byte."""
    lengths = LENGTH_OF_NORM[snapshot.norms[TEXT_FIELD]]
    sums = np.bincount(snapshot.speech_of, weights=lengths, minlength=len(snapshot.heads))
    return np.where(snapshot.alive, sums, 0).astype(np.int64)
