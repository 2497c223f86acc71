"""Orders the speeches found. The order is total, so that the pages together are the whole
result."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Match
from statements.search.parameters import Sort

HALF_LIFE = 10 * 365.25  # days in which a speech loses half of its score, for Sort.RECENT


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
        score = match.scorer.scores(mask, stop, factor)[speeches]
        if stop < len(score):
            # only speeches that can be on the page need to be ordered
            least = np.partition(score, len(score) - stop)[len(score) - stop]
            enough = score >= least
            speeches, score = speeches[enough], score[enough]
        return speeches[np.lexsort((snapshot.newest[speeches], -score))][start:stop]
    return speeches[np.argsort(places)][start:stop]


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
