"""Runs queries of Whoosh's own classes, which the evaluator does not know, by Whoosh itself: its
matchers step through every document, without a limit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from statements.search.index.snapshot import Snapshot
from statements.search.index.writer import Index


def whoosh_scores(snapshot: Snapshot, query: Any) -> npt.NDArray[np.float32]:
    """float32[H]: the score of the best document of each speech, 0 if none matches."""
    best: dict[int, float] = {}
    index = Index(snapshot.generation.path)
    with index.searcher() as searcher:
        reader = searcher.reader()
        paragraph, speech = reader.column_reader("paragraph"), reader.column_reader("speech")
        for hit in searcher.search(query, limit=None, optimize=False):
            head = hit.docnum
            while paragraph[head]:
                head -= 1
            # a match without a score is a match as well
            best[speech[head]] = max(best.get(speech[head], 0.0), hit.score, 1e-6)
    speeches = snapshot.numbers["speech"].tolist()
    scores = np.array([best.get(pk, 0.0) for pk in speeches], np.float32)
    return np.where(snapshot.alive, scores, np.float32(0))
