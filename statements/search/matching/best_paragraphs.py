"""Finds the paragraphs of speeches that match a query best, for extracts."""

from collections.abc import Sequence

import numpy as np

from statements.search.matching.evaluator import Evaluator
from statements.search.protocol import SpeechHit
from statements.search.query import Leaf


def speech_hits(
    evaluator: Evaluator, speeches: Sequence[int], leaves: Sequence[Leaf], limit: int
) -> list[SpeechHit]:
    """Return speeches, given by their numbers in the snapshot, as hits of an answer."""
    ids = evaluator.snapshot.numbers["speech"][speeches].tolist() if speeches else []
    best = best_paragraphs(evaluator, speeches, leaves, limit)
    return [SpeechHit(pk, positions) for pk, positions in zip(ids, best, strict=True)]


def best_paragraphs(
    evaluator: Evaluator, speeches: Sequence[int], leaves: Sequence[Leaf], limit: int
) -> list[list[int]]:
    """Return for each speech, given by its number in the snapshot, the positions of at most so many
    paragraphs: those with most of the words first, then those with the highest scores."""
    snapshot = evaluator.snapshot
    if not leaves or not limit:
        return [[] for _ in speeches]
    mask = np.zeros(len(snapshot.alive), bool)
    mask[speeches] = True
    lists = [evaluator.leaf(leaf).paragraphs(mask) for leaf in leaves]
    documents, entries = np.unique(
        np.concatenate([documents for documents, _ in lists]), return_inverse=True
    )
    words = np.bincount(entries, minlength=len(documents))
    scores = np.concatenate([scores for _, scores in lists])
    sums = np.bincount(entries, scores, minlength=len(documents))
    best = documents[np.lexsort((documents, -sums, -words))]
    positions: dict[int, list[int]] = {number: [] for number in speeches}
    owners = snapshot.speech_of[best].tolist()
    for number, position in zip(owners, snapshot.paragraph[best].tolist(), strict=True):
        if len(positions[number]) < limit:
            positions[number].append(position)
    return [positions[number] for number in speeches]
