"""A query of Whoosh's own, which a program gave and our evaluator does not know, is answered by
Whoosh: its matchers step through every document, without a limit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.index.snapshot import Snapshot
from statements.search.index.writer import Index


def by_whoosh(snapshot: Snapshot, asked: Any) -> npt.NDArray[np.float32]:
    """For each speech the score of its best document, float32[H], 0 where none is found."""
    best: dict[int, float] = {}
    index = Index(snapshot.generation.path)
    with index.searcher() as searcher:
        reader = searcher.reader()
        paragraph, speech = reader.column_reader("paragraph"), reader.column_reader("speech")
        for hit in searcher.search(asked, limit=None, optimize=False):
            head = hit.docnum
            while paragraph[head]:
                head -= 1
            # a match without a score is one all the same
            best[speech[head]] = max(best.get(speech[head], 0.0), hit.score, 1e-6)
    speeches = snapshot.numbers["speech"].tolist()
    scores = np.array([best.get(one, 0.0) for one in speeches], np.float32)
    return np.where(snapshot.alive, scores, np.float32(0))
