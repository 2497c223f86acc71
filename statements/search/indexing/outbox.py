"""The outbox: changes of speeches that the index does not have yet, recorded by database triggers.

A row is removed when its speech has been indexed. While a new generation is being built the row is
kept, marked with the number of the generation that has the change, until the new one has it too.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

from django.db import Error, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Count, Max, Q, QuerySet

from statements.models import IndexOutbox, revision
from statements.models.sql import fetch_all
from statements.search.operations import Backlog

CHANNEL = "statements_outbox"
DAMAGED = "damaged"  # notification of a reader that found the index damaged
MAX_ATTEMPTS = 3

_LOCKS = 0x52_6F_73_74  # the advisory locks of the index are this class of numbers


class Lock(IntEnum):
    WORKER = 1  # held by the one worker for as long as it runs
    WRITE = 2  # held while the index in use is written or replaced
    REBUILD = 3  # held while a new generation is built
    IMPORT = 4  # shared by the import commands that run


Priority = IndexOutbox.Priority
Change = IndexOutbox.Change
SETTING = "statements.priority"  # of the session; the default of the column reads it


NOTHING = Backlog(0.0, 0, 0, ())

# runs before every search: reads no rows of changes that wait for their first attempt, of which
# there may be as many as speeches, but those of added and removed speeches, in an index
_BACKLOG = f"""
SELECT {revision.TOKENS},
       coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT created_at FROM statements_indexoutbox
           WHERE attempts < %(most)s AND indexed_in IS DISTINCT FROM %(generation)s
           ORDER BY id LIMIT 1)), 0),
       CASE WHEN %(counted)s THEN (
           SELECT count(*) FROM statements_indexoutbox
           WHERE attempts < %(most)s AND indexed_in IS DISTINCT FROM %(generation)s) ELSE 0 END,
       (SELECT count(*) FROM statements_indexoutbox
           WHERE (change > 0 OR attempts > 0)
           AND attempts >= %(most)s AND indexed_in IS DISTINCT FROM %(generation)s),
       (SELECT count(*) FROM statements_indexoutbox
           WHERE (change > 0 OR attempts > 0)
           AND change = 1 AND indexed_in IS DISTINCT FROM %(generation)s)
       + (SELECT count(DISTINCT speech_id) FROM statements_indexoutbox AS tried
           -- of a change that is tried for the first time the index has the state before
           WHERE (change > 0 OR attempts > 0)
           AND attempts > 1 AND indexed_in IS DISTINCT FROM %(generation)s
           AND NOT EXISTS (SELECT FROM statements_indexoutbox AS added
               WHERE added.speech_id = tried.speech_id AND added.change = 1
               AND added.indexed_in IS DISTINCT FROM %(generation)s)),
       (SELECT array_agg(DISTINCT speech_id) FROM statements_indexoutbox AS removed
           WHERE (change > 0 OR attempts > 0)
           AND change = 2 AND indexed_in IS DISTINCT FROM %(generation)s
           -- a withdrawn speech may have been reinstated since
           AND NOT EXISTS (
               SELECT FROM statements_speech
               WHERE statements_speech.id = removed.speech_id AND withdrawal_id IS NULL))
"""  # noqa: S608 - nothing of a request


def backlog(generation: int | None, *, counted: bool = False) -> Backlog:
    """Return what a generation lacks. Waiting rows are ``counted`` for operators only, because that
    takes longer than everything else."""
    values = {"most": MAX_ATTEMPTS, "generation": generation, "counted": counted}
    ((tokens, lag, waiting, quarantined, missing, deleted),) = fetch_all(_BACKLOG, values)
    return Backlog(
        max(0.0, float(lag)),
        waiting,
        quarantined,
        deleted or (),
        missing,
        revision.name_of(tokens),
    )


@contextmanager
def importing() -> Iterator[None]:
    """Mark the changes of this thread as those of an import command, which are indexed after
    people's edits. While a command runs, the worker gathers its changes to index many at once.
    Within a transaction this lasts until its end at most; otherwise it survives a reconnection."""

    def begin() -> None:
        _set_priority(str(Priority.IMPORT.value))
        scope = "xact_lock" if connection.in_atomic_block else "lock"
        _call(f"pg_advisory_{scope}_shared", Lock.IMPORT)

    def end() -> None:
        _set_priority("")
        if not connection.in_atomic_block:
            _call("pg_advisory_unlock_shared", Lock.IMPORT)

    with _on_each_connection(begin, end):
        yield


@contextmanager
def low_priority() -> Iterator[None]:
    """Have the changes of this thread indexed after people's edits, as those of an import, but
    without waiting for more of them."""
    with _on_each_connection(
        lambda: _set_priority(str(Priority.IMPORT.value)), lambda: _set_priority("")
    ):
        yield


@contextmanager
def _on_each_connection(begin: Callable[[], None], end: Callable[[], None]) -> Iterator[None]:
    """Call ``begin`` now and after every reconnection of this thread, and ``end`` at the end."""
    wrapper = connections[connection.alias]  # of this thread

    def set_on_connection(connection: BaseDatabaseWrapper, **_: object) -> None:
        if connection is wrapper:
            begin()

    if wrapper.connection is not None:
        begin()
    connection_created.connect(set_on_connection)
    try:
        yield
    finally:
        connection_created.disconnect(set_on_connection)
        # a failed transaction and a lost connection end the settings by themselves
        with suppress(Error):
            if wrapper.connection is not None:
                end()


def _set_priority(value: str) -> None:
    with connection.cursor() as cursor:
        local = connection.in_atomic_block
        cursor.execute("SELECT set_config(%s, %s, %s)", [SETTING, value, local])


def due_rows(generation: int) -> "QuerySet[IndexOutbox]":
    """Return the rows to be applied to a generation, the oldest first."""
    return IndexOutbox.objects.filter(
        Q(indexed_in__isnull=True) | ~Q(indexed_in=generation), attempts__lt=MAX_ATTEMPTS
    ).order_by("id")


def has_pending_edits(generation: int, rows: int, *, after: int = 0) -> bool:
    """Return whether at least this many rows of people's edits, later than the row ``after``, wait
    for their first attempt."""
    edits = due_rows(generation).filter(priority=Priority.PERSON, attempts=0, pk__gt=after)
    return edits[rows - 1 : rows].exists()


def pending_import(generation: int) -> tuple[int, int]:
    """Return how many rows of imports wait for their first attempt, and the newest of them."""
    rows = due_rows(generation).filter(priority=Priority.IMPORT, attempts=0).order_by()
    totals = rows.aggregate(rows=Count("pk"), newest=Max("pk"))
    return totals["rows"], totals["newest"] or 0


def waiting_speeches() -> set[int]:
    """Return the speeches with a change that waits, and may be applied."""
    rows = IndexOutbox.objects.filter(attempts__lt=MAX_ATTEMPTS, indexed_in__isnull=True)
    return set(rows.values_list("speech_id", flat=True))


def newest_row() -> int:
    """Return the newest row, or 0 if there is none."""
    return IndexOutbox.objects.aggregate(newest=Max("pk"))["newest"] or 0


def mark_covered(generation: int, *, except_for: Collection[int]) -> None:
    """Record that a generation has all present changes but those of some speeches, because it is
    about to be built from the present content of the database."""
    IndexOutbox.objects.exclude(speech_id__in=except_for).update(indexed_in=generation)
    IndexOutbox.objects.filter(speech_id__in=except_for).update(indexed_in=None)


def acknowledge(rows: Iterable[int], generation: int) -> None:
    """Record that a generation has the changes of these rows."""
    outbox_rows = IndexOutbox.objects.filter(pk__in=list(rows))
    # a generation that is being built now may have read these speeches before they changed
    if is_locked(Lock.REBUILD):
        outbox_rows.update(indexed_in=generation)
    else:
        outbox_rows.delete()


def enqueue(speeches: Collection[int]) -> None:
    """Have speeches indexed again, after people's edits."""
    IndexOutbox.objects.bulk_create(
        (IndexOutbox(speech_id=speech, priority=Priority.IMPORT) for speech in speeches),
        batch_size=5000,
    )
    wake_worker()


def wake_worker(message: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])


# -- advisory locks, which the database releases when the connection of their holder ends ------


def try_lock(lock: Lock) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, lock])
        return bool(cursor.fetchone()[0])


def unlock(lock: Lock) -> None:
    _call("pg_advisory_unlock", lock)


def _call(function: str, lock: Lock) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCKS, lock])


def is_locked(lock: Lock) -> bool:
    """Return whether any process holds a lock of this archive's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
                   AND classid = %s AND objid = %s AND objsubid = 2
                   AND database = (SELECT oid FROM pg_database
                                   WHERE datname = current_database()))""",
            [_LOCKS, lock],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def write_lock() -> Iterator[None]:
    """Hold the lock for writing or replacing the index in use, after waiting for it."""
    _call("pg_advisory_lock", Lock.WRITE)
    try:
        yield
    finally:
        unlock(Lock.WRITE)
