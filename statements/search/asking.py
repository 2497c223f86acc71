"""How the index is asked: with the newest that can be read, again with the one before where that
turns out to be damaged, and with the worker told of it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from statements.search import outbox, query
from statements.search.evaluate import Evaluator
from statements.search.facets import Selection
from statements.search.generations import IndexDamaged
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.query import Node, TooManyExpansions
from statements.search.snapshot import Mask, NoReadableIndex, Snapshot, current, distrust

logger = logging.getLogger(__name__)


class SearchUnavailable(Exception):
    """The index cannot be read; the message is a sentence for readers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query matched, and what of it passed the filters of its parameters."""

    evaluator: Evaluator
    tree: Node
    found: Mask  # bool[H]

    @property
    def snapshot(self) -> Snapshot:
        return self.evaluator.snapshot

    @property
    def total(self) -> int:
        return int(np.count_nonzero(self.found))


def on_index[Answer](work: Callable[[Snapshot], Answer]) -> Answer:
    """Raises SearchUnavailable where no index can be read."""
    while True:
        snapshot = readable_snapshot()
        try:
            return work(snapshot)
        except IndexDamaged as error:
            logger.warning("index %s is damaged: %s", snapshot.name, error)
            distrust(snapshot, str(error))
            outbox.wake_worker(outbox.DAMAGED)


def readable_snapshot() -> Snapshot:
    try:
        snapshot = current()
    except NoReadableIndex as error:
        logger.warning("no index can be read: %s", error)
        raise SearchUnavailable(
            "The search index is being built. Please try again in a few minutes."
        ) from error
    if not snapshot.count and not snapshot.record.get("complete"):
        raise SearchUnavailable("The search index was cleared and is not built anew yet.")
    return snapshot


def ask(snapshot: Snapshot, parameters: SearchParameters) -> Asked:
    """Match a query under its filters. Raises InvalidParameters for one that cannot be run."""
    try:
        tree = query.parse(parameters.q)
        evaluator = Evaluator(snapshot)
        match = evaluator.match(tree)
    except TooManyExpansions as error:
        repaired = query.without_star(parameters.q, error.prefix)
        raise InvalidParameters({"q": str(error)}, repaired) from error
    except query.QueryError as error:
        raise InvalidParameters({"q": str(error)}, error.repaired) from error
    return Asked(evaluator, tree, Selection(evaluator, match, parameters).found)
