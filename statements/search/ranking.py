"""The order of what was found: always total, so that pages joined are the whole result."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from statements.search.evaluate import Match
from statements.search.parameters import Sort
from statements.search.snapshot import Mask, Snapshot


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
        score = match.weighing.scores(found, stop)[speeches]
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
