"""How the index is asked: with the newest that can be read, again with the one before where that
turns out to be damaged, and with the worker told of it; without speeches that were deleted since,
and with word of how far the answer can be trusted.

    backlog = read_backlog()  # before the index: what is not in the one is in the other
    on_index(lambda snapshot: … ask(snapshot, parameters, backlog) … state(snapshot, backlog) …)
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

import numpy as np

from statements.models import Speech
from statements.search import query
from statements.search.index import generations
from statements.search.index.generations import IndexDamaged
from statements.search.index.inspection import SUSPICIOUS, is_sound
from statements.search.index.snapshot import Mask, NoReadableIndex, Snapshot, current, distrust
from statements.search.indexing import outbox
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.facets import Selection
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.query import Node, TooManyExpansions

logger = logging.getLogger(__name__)

MOST_SNAPSHOTS = 4  # that one request is answered from, one after the other
# what answers for programs say of the index where it cannot be read: the fields of IndexState
NO_INDEX = {"generation": None, "lag_s": None, "complete": False, "waiting": None}
RETRY_AFTER_S = 30  # when to ask again where the search is not available
NOTICEABLE_LAG_S = 300

_of_request: ContextVar[outbox.Backlog | None] = ContextVar("backlog", default=None)


class SearchUnavailable(Exception):
    """The index cannot be read; the message is a sentence for readers."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index that answered can be trusted."""

    generation: str
    lag_s: float  # age of the oldest change not yet indexed, 0.0 where there is none
    complete: bool  # False while the index is known to miss speeches
    waiting: int = 0  # how many it is known to miss

    @property
    def lag_minutes(self) -> int:
        """The lag as readers are told of it, 0 where it is not worth mentioning."""
        return noticeable_minutes(self.lag_s)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query matched, and what of it passed the filters of its parameters."""

    evaluator: Evaluator
    tree: Node
    found: Mask  # bool[H]
    living: Mask  # bool[H]: all speeches of the archive, found or not

    @property
    def snapshot(self) -> Snapshot:
        return self.evaluator.snapshot

    @property
    def total(self) -> int:
        return int(np.count_nonzero(self.found))


def on_index[Answer](work: Callable[[Snapshot], Answer]) -> Answer:
    """Return what ``work`` answers on the newest snapshot that can be read.

    Where the index turns out to be damaged, the worker is told and the snapshot before is asked.
    An error of another kind is let through only when the files of the index were read again and are
    as they were written (``inspection``). Raises SearchUnavailable where no index can be read.
    """
    for _ in range(MOST_SNAPSHOTS):
        snapshot = readable_snapshot()
        try:
            return work(snapshot)
        except (InvalidParameters, query.QueryError):
            raise  # an answer to whoever asked
        except IndexDamaged as error:
            logger.warning("index %s is damaged: %s", snapshot.name, error)
            reason = str(error)
        except SUSPICIOUS as error:
            sound = is_sound(snapshot)
            if sound and not isinstance(error, MemoryError | OSError):
                raise
            logger.exception("index %s could not answer", snapshot.name)
            if sound:
                raise SearchUnavailable("The archive is too busy to search just now.") from error
            reason = repr(error)
        distrust(snapshot, reason)
        outbox.wake_worker(outbox.DAMAGED)
    raise SearchUnavailable("The search index is being repaired. Please try again in a minute.")


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


def ask(
    snapshot: Snapshot, parameters: SearchParameters, backlog: outbox.Backlog = outbox.NOTHING
) -> Asked:
    """Match a query under its filters. Raises InvalidParameters for one that cannot be run."""
    evaluator = Evaluator(snapshot)
    with runnable(parameters.q):
        tree = query.parse(parameters.q)
        match = evaluator.match(tree)
    living = without(snapshot, snapshot.alive, gone(snapshot, backlog))
    match = replace(match, matched=match.matched & living)
    return Asked(evaluator, tree, Selection(evaluator, match, parameters).found, living)


@contextmanager
def runnable(q: str) -> Iterator[None]:
    """Say of a query that cannot be run why, by InvalidParameters, and how it could be."""
    try:
        yield
    except TooManyExpansions as error:
        raise InvalidParameters({"q": str(error)}, query.without_star(q, error.prefix)) from error
    except query.QueryError as error:
        raise InvalidParameters({"q": str(error)}, error.repaired) from error


# -- what has changed since ---------------------------------------------------------------------


def read_backlog() -> outbox.Backlog:
    """What the generation in use lacks; during a request, as it was when that began."""
    if (known := _of_request.get()) is not None:
        return known
    return _backlog()


def count_backlog() -> outbox.Backlog:
    """The same now, with the number of rows that wait."""
    return _backlog(counted=True)


def _backlog(*, counted: bool = False) -> outbox.Backlog:
    generation = generations.in_use()
    return outbox.backlog(generation.number if generation else None, counted=counted)


@contextmanager
def one_backlog() -> Iterator[outbox.Backlog]:
    """Have one request see one backlog."""
    backlog = read_backlog()
    token = _of_request.set(backlog)
    try:
        yield backlog
    finally:
        _of_request.reset(token)


def name_of_backlog(backlog: outbox.Backlog) -> str:
    """A name of a backlog: where that is equal, readers are told the same of what is lacking."""
    lacking = backlog.missing, backlog.quarantined, sorted(backlog.deleted)
    return repr((lacking, noticeable_minutes(backlog.lag_s)))


def name_of_index() -> str:
    """A name of what this process would answer from now, "" where no index can be read."""
    try:
        snapshot = current()
    except NoReadableIndex:
        return ""
    return repr((*snapshot.identity[1:], snapshot.record.get("built_at"), is_whole(snapshot)))


def noticeable_minutes(lag_s: float) -> int:
    return round(lag_s / 60) if lag_s > NOTICEABLE_LAG_S else 0


def state(snapshot: Snapshot, backlog: outbox.Backlog) -> IndexState:
    complete = is_whole(snapshot) and not backlog.missing
    return IndexState(snapshot.name, backlog.lag_s, complete, backlog.missing)


def is_whole(snapshot: Snapshot) -> bool:
    """Whether it is of the generation in use, and that was built to its end."""
    return bool(snapshot.record.get("complete")) and snapshot.generation == generations.in_use()


def gone(snapshot: Snapshot, backlog: outbox.Backlog) -> set[int]:
    """Speeches that the snapshot may hold and the database does not."""
    if snapshot.generation == generations.in_use():
        return set(backlog.deleted)
    # deleted since a generation was in use: of these no outbox speaks any more
    living = Speech.objects.values_list("pk", flat=True)
    return set(snapshot.numbers["speech"].tolist()).difference(living).union(backlog.deleted)


def without(snapshot: Snapshot, speeches: Mask, ids: Collection[int]) -> Mask:
    """Some speeches, bool[H], but for those of these ids."""
    if not ids:
        return speeches
    kept: Mask = speeches & ~np.isin(snapshot.numbers["speech"], list(ids))
    return kept
