"""Runs questions against the newest readable snapshot of the index.

If the snapshot turns out to be damaged, the worker is told and the snapshot before is used.
Speeches deleted since the snapshot was written are left out.

    backlog = read_backlog()  # before the index: a change is in one of the two
    with_index_retry(lambda snapshot: … Selection(Evaluator(snapshot), question) …)
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
from django.utils.translation import gettext

from statements.models import Speech
from statements.search.index import generations
from statements.search.index.generations import IndexDamaged
from statements.search.index.inspection import SUSPICIOUS, is_sound
from statements.search.index.snapshot import Mask, NoReadableIndex, Snapshot, current, distrust
from statements.search.indexing import outbox
from statements.search.operations import Backlog
from statements.search.protocol import (
    IndexState,
    SearchUnavailable,
    noticeable_minutes,
)
from statements.search.query import QueryError

logger = logging.getLogger(__name__)

MAX_SNAPSHOTS = 4  # that one request tries, one after the other

_pinned: ContextVar[Backlog | None] = ContextVar("backlog", default=None)


def with_index_retry[Answer](work: Callable[[Snapshot], Answer]) -> Answer:
    """Return what ``work`` returns for the newest readable snapshot.

    If the snapshot is damaged, the worker is told and the snapshot before is tried. An error of
    another kind is raised only after the files of the index were read again and found intact
    (``inspection``). Raises SearchUnavailable if no index can be read.
    """
    for _ in range(MAX_SNAPSHOTS):
        snapshot = readable_snapshot()
        try:
            return work(snapshot)
        except QueryError:
            raise  # an answer for the reader
        except IndexDamaged as error:
            logger.warning("index %s is damaged: %s", snapshot.name, error)
            reason = str(error)
        except SUSPICIOUS as error:
            sound = is_sound(snapshot)
            if sound and not isinstance(error, MemoryError | OSError):
                raise
            logger.exception("index %s could not answer", snapshot.name)
            if sound:
                raise SearchUnavailable(
                    gettext("The archive is too busy to search. Please try again in a minute.")
                ) from error
            reason = repr(error)
        distrust(snapshot, reason)
        outbox.wake_worker(outbox.DAMAGED)
    raise SearchUnavailable(
        gettext("The search index is being repaired. Please try again in a minute.")
    )


def readable_snapshot() -> Snapshot:
    try:
        snapshot = current(lambda: outbox.wake_worker(outbox.DAMAGED))
    except NoReadableIndex as error:
        logger.warning("no index can be read: %s", error)
        raise SearchUnavailable(
            gettext("The search index is being built. Please try again in a few minutes.")
        ) from error
    if not snapshot.count and not snapshot.record.get("complete"):
        raise SearchUnavailable(
            gettext("The search index was cleared and has not been rebuilt yet.")
        )
    return snapshot


# -- changes since the snapshot was written -------------------------------------------------------


def read_backlog() -> Backlog:
    """Return the changes that the generation in use lacks; within ``pinned_backlog``, as they were
    when it began."""
    if (pinned := _pinned.get()) is not None:
        return pinned
    return _backlog()


def count_backlog() -> Backlog:
    """Return the same as of now, with the number of waiting rows."""
    return _backlog(counted=True)


def _backlog(*, counted: bool = False) -> Backlog:
    generation = generations.in_use()
    return outbox.backlog(generation.number if generation else None, counted=counted)


@contextmanager
def pinned_backlog() -> Iterator[Backlog]:
    """Have one request see one backlog."""
    backlog = read_backlog()
    token = _pinned.set(backlog)
    try:
        yield backlog
    finally:
        _pinned.reset(token)


def backlog_key(backlog: Backlog) -> str:
    """Return a key that is equal for backlogs of which readers see the same notice."""
    counts = backlog.missing, backlog.quarantined, sorted(backlog.deleted)
    return repr((counts, noticeable_minutes(backlog.lag_s)))


def index_key() -> str:
    """Return a key of the index that this process would answer from; "" if none can be read."""
    try:
        snapshot = current()
    except NoReadableIndex:
        return ""
    return repr((*snapshot.identity[1:], snapshot.record.get("built_at"), is_whole(snapshot)))


def index_state(snapshot: Snapshot, backlog: Backlog) -> IndexState:
    complete = is_whole(snapshot) and not backlog.missing
    return IndexState(snapshot.name, backlog.lag_s, complete, backlog.missing)


def is_whole(snapshot: Snapshot) -> bool:
    """Return whether the snapshot is of the generation in use and that generation is complete."""
    return bool(snapshot.record.get("complete")) and snapshot.generation == generations.in_use()


def deleted_ids(snapshot: Snapshot, backlog: Backlog) -> set[int]:
    """Return the ids of speeches that the snapshot may have and the database does not."""
    if snapshot.generation == generations.in_use():
        return set(backlog.deleted)
    # the outbox no longer lists what was deleted before the present generation came into use
    stored = Speech.objects.values_list("pk", flat=True)
    return set(snapshot.numbers["speech"].tolist()).difference(stored).union(backlog.deleted)


def exclude_ids(snapshot: Snapshot, mask: Mask, ids: Collection[int]) -> Mask:
    """Return a mask of speeches, bool[H], without those of these ids."""
    if not ids:
        return mask
    remaining: Mask = mask & ~np.isin(snapshot.numbers["speech"], list(ids))
    return remaining
