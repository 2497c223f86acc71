"""Ranks the speeches found: all in one order, or the best of each value of a facet.

    groups = group_speeches(snapshot, match, selection.mask, "country", Sort.RELEVANCE)
    ids = [snapshot.numbers["speech"][group.speeches] for group in groups.shown]

The order is total, so that the pages together are the whole result. A speech with several topics is
in the group of each. Speeches without a value are in no group and counted as ``ungrouped``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from statements.search.index import similarity
from statements.search.index.formats.postings import Documents
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import column
from statements.search.matching.evaluator import Match
from statements.search.matching.leaf_scoring import Scores
from statements.search.parameters import Sort

HALF_LIFE = 10 * 365.25  # days in which a speech loses half of its score, for Sort.RECENT
MAX_GROUPS = 50  # at a time
MAX_HITS = 10  # of each group


def rank(
    snapshot: Snapshot, match: Match, mask: Mask, sort: Sort, start: int, stop: int
) -> npt.NDArray[np.int64]:
    """Return the numbers, int64[<= stop - start], of the speeches of a mask, bool[H], from
    ``start`` to ``stop`` of their order. Equal scores are ordered newest first, see
    ``Snapshot.newest``."""
    speeches = np.flatnonzero(mask)
    if sort is Sort.OLDEST:
        places = snapshot.oldest[speeches]
    elif sort is Sort.NEWEST:
        places = snapshot.newest[speeches]
    else:
        factor = freshness(snapshot) if sort is Sort.RECENT else None
        score = in_steps(match.scorer.scores(mask, stop, factor)[speeches])
        if stop < len(score):
            # only speeches that can be on the page need to be ordered
            least = np.partition(score, len(score) - stop)[len(score) - stop]
            enough = score >= least
            speeches, score = speeches[enough], score[enough]
        return speeches[np.lexsort((snapshot.newest[speeches], -score))][start:stop]
    return speeches[np.argsort(places)][start:stop]


def in_steps(scores: Scores) -> npt.NDArray[np.float64]:
    """Return scores as they are compared, float64[N]: in ``similarity.STEPS`` of one."""
    steps: npt.NDArray[np.float64] = np.floor(scores.astype(np.float64) * similarity.STEPS + 0.5)
    return steps


def scores_of(match: Match, speeches: Sequence[int]) -> list[float]:
    """Return the relevance scores of speeches, given by their numbers."""
    mask = np.zeros_like(match.matched)
    mask[np.asarray(speeches, np.int64)] = True
    scores: list[float] = match.scorer.scores(mask, len(speeches))[speeches].tolist()
    return scores


def freshness(snapshot: Snapshot) -> npt.NDArray[np.float32]:
    """float32[H]: the factor of a speech's score for its age. Ages count from the newest speech, so
    that answers do not depend on the present day; undated speeches are as old as the oldest."""
    days = snapshot.days.astype(np.float64)
    dated = days[days > 0]
    if not len(dated):
        return np.ones(len(days), np.float32)
    age = dated.max() - np.where(days > 0, days, dated.min())
    return np.exp2(-age / HALF_LIFE).astype(np.float32)


# -- groups ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RankedGroup:
    value: str
    count: int  # speeches found that have it
    speeches: Documents  # numbers of the best in the snapshot, best first


@dataclass(frozen=True, slots=True)
class RankedGroups:
    total: int  # groups that have speeches
    ungrouped: int  # speeches found that are in none
    shown: Sequence[RankedGroup]


def group_speeches(
    snapshot: Snapshot,
    match: Match,
    mask: Mask,
    facet: str,
    sort: Sort,
    *,
    start: int = 0,
    groups: int = 10,
    hits: int = 3,
    together: Sequence[Sequence[str]] = (),
) -> RankedGroups:
    """Return the groups from ``start`` on, largest first, years newest first. ``mask``, bool[H],
    are the speeches found; ``facet`` is one of ``fields.FACETS``. Speeches with values of one list
    of ``together`` are one group, in a facet with one value a speech."""
    entries = column(snapshot, facet).restrict(mask)
    if together:
        joined = snapshot.facets[facet].join_values(together)
        entries = replace(entries, codes=joined[entries.codes])
    counts = entries.counts()
    occupied = np.flatnonzero(counts).tolist()
    if facet == "year":
        occupied.sort(key=lambda code: entries.values[code], reverse=True)
    else:
        occupied.sort(key=lambda code: (-counts[code], entries.values[code]))
    codes = np.array(occupied[start : start + min(groups, MAX_GROUPS)], np.int64)
    place = np.full(len(counts), -1)
    place[codes] = np.arange(len(codes))
    groups_of = place[entries.codes]
    speeches, groups_of = entries.speeches[groups_of >= 0], groups_of[groups_of >= 0]
    in_groups = np.zeros_like(mask)
    in_groups[speeches] = True
    order = rank(snapshot, match, in_groups, sort, 0, len(in_groups))
    ranks = np.empty(len(mask), np.int32)
    ranks[order] = np.arange(len(order))
    speeches = speeches[np.lexsort((ranks[speeches], groups_of))]
    hits = min(hits, MAX_HITS)
    ends = np.cumsum(counts[codes]).tolist()
    shown = [
        RankedGroup(
            entries.values[code], int(count), speeches[end - count : end][: min(hits, MAX_HITS)]
        )
        for code, count, end in zip(codes.tolist(), counts[codes].tolist(), ends, strict=True)
    ]
    missing = np.count_nonzero(mask) - np.count_nonzero(np.diff(entries.speeches, prepend=-1))
    return RankedGroups(len(occupied), int(missing), shown)
