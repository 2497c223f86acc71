"""The order of what was found: always total, so that pages joined are the whole result."""

import numpy as np
import numpy.typing as npt

from statements.search.evaluate import Match
from statements.search.parameters import Sort
from statements.search.snapshot import Mask, Snapshot

# more than any sum of scores: what stands together in a paragraph comes first
_TOGETHER = 1e9


def ranked(
    snapshot: Snapshot, match: Match, found: Mask, sort: Sort, start: int, stop: int
) -> npt.NDArray[np.int64]:
    """The speeches found from ``start`` to ``stop`` of their order. Equal scores are ordered as
    the newest first; see ``Snapshot.newest`` for what follows the date."""
    speeches = np.flatnonzero(found)
    if sort is Sort.OLDEST:
        keys = [snapshot.oldest[speeches]]
    elif sort is Sort.NEWEST:
        keys = [snapshot.newest[speeches]]
    else:
        score = match.scores[speeches] + _TOGETHER * match.together[speeches]
        if stop < len(score):
            # only those that can be on the page need to be ordered
            least = np.partition(score, len(score) - stop)[len(score) - stop]
            chosen = score >= least
            speeches, score = speeches[chosen], score[chosen]
        keys = [snapshot.newest[speeches], -score]
    return speeches[np.lexsort(keys)][start:stop]
