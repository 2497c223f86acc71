"""The order of what was found: always total, so that pages joined are the whole result."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Match
from statements.search.parameters import Sort

HALF_LIFE = 10 * 365.25  # days in which a speech loses half of its score, where newer ones lead


def ranked(
    snapshot: Snapshot, match: Match, found: Mask, sort: Sort, start: int, stop: int
) -> npt.NDArray[np.int64]:
    """The speeches found from ``start`` to ``stop`` of their order. Equal scores are ordered as
    the newest first; see ``Snapshot.newest`` for what follows the date."""
    speeches = np.flatnonzero(found)
    if sort is Sort.OLDEST:
        places = snapshot.oldest[speeches]
    elif sort is Sort.NEWEST:
        places = snapshot.newest[speeches]
    else:
        factor = freshness(snapshot) if sort is Sort.RECENT else None
        score = match.weighing.scores(found, stop, factor)[speeches]
        if stop < len(score):
            # only those that can be on the page need to be ordered
            least = np.partition(score, len(score) - stop)[len(score) - stop]
            chosen = score >= least
            speeches, score = speeches[chosen], score[chosen]
        return speeches[np.lexsort((snapshot.newest[speeches], -score))][start:stop]
    return speeches[np.argsort(places)][start:stop]


def scores_of(match: Match, speeches: Sequence[int]) -> list[float]:
    """What some speeches score, by relevance."""
    wanted = np.zeros_like(match.matched)
    wanted[np.asarray(speeches, np.int64)] = True
    scores: list[float] = match.weighing.scores(wanted, len(speeches))[speeches].tolist()
    return scores


def freshness(snapshot: Snapshot) -> npt.NDArray[np.float32]:
    """float32[H]: what is left of a speech's score for its age. That is counted from the newest of
    the archive, so that no answer depends on the day; the undated are as old as the oldest."""
    days = snapshot.days.astype(np.float64)
    dated = days[days > 0]
    if not len(dated):
        return np.ones(len(days), np.float32)
    age = dated.max() - np.where(days > 0, days, dated.min())
    return np.exp2(-age / HALF_LIFE).astype(np.float32)
