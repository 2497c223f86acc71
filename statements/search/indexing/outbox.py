"""The outbox: which speeches the index must follow, as triggers of the database noted them.

A row is removed when its speech is indexed; while a generation is built beside, it is kept and
bears the number of the generation that has it already, until the new one has it too.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum

from django.db import Error, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Count, F, Max, Q, QuerySet

from statements import revision
from statements.models import IndexOutbox
from statements.sql import fetch_all

CHANNEL = "statements_outbox"
DAMAGED = "damaged"  # what a reader tells the worker that met spoilt bytes
MAX_ATTEMPTS = 3

_LOCKS = 0x52_6F_73_74  # the advisory locks of the index are this class of numbers


class Lock(IntEnum):
    WORKER = 1  # held by the one worker for as long as it lives
    TURN = 2  # held while the index in use is written, or another is put in its place
    REBUILD = 3  # held while a generation is built beside


Priority = IndexOutbox.Priority
Change = IndexOutbox.Change
SETTING = "statements.priority"  # of the session: what the column's default reads


@dataclass(frozen=True, slots=True)
class Backlog:
    lag_s: float  # age of the oldest change that is not indexed
    waiting: int  # rows; 0 where they were not counted
    quarantined: int  # speeches that could not be indexed in MAX_ATTEMPTS attempts, or ended them
    deleted: Collection[int]  # ids of deleted and withdrawn speeches the index may still hold
    missing: int = 0  # speeches that the index may lack: new, or not indexed in two attempts
    revision: str = ""  # of the archive when this was read, see ``statements.revision``


NOTHING = Backlog(0.0, 0, 0, ())

# asked before every search: what is counted of thousands of rows comes from indexes
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
       -- an import does not withdraw speeches; what it removes bears that
       (SELECT array_agg(DISTINCT speech_id) FROM (
               SELECT speech_id FROM statements_indexoutbox
               WHERE priority = 0 AND indexed_in IS DISTINCT FROM %(generation)s
               UNION ALL
               SELECT speech_id FROM statements_indexoutbox
               WHERE (change > 0 OR attempts > 0)
               AND change = 2 AND indexed_in IS DISTINCT FROM %(generation)s) AS changed
           WHERE NOT EXISTS (
               SELECT FROM statements_speech
               WHERE statements_speech.id = speech_id AND withdrawal_id IS NULL))
"""  # noqa: S608 - nothing of a request


def backlog(generation: int | None, *, counted: bool = False) -> Backlog:
    """What a generation does not have yet. The rows that wait are ``counted`` for operators only:
    that takes longer than all else."""
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
    """Have the changes of this thread be those of an import: they are indexed after those of
    people, and many together. In a transaction, until its end at most; otherwise also after the
    connection was lost and made anew."""
    wrapper = connections[connection.alias]  # of this thread

    def set_on_connection(connection: BaseDatabaseWrapper, **_: object) -> None:
        if connection is wrapper:
            _set_priority(str(Priority.IMPORT.value))

    if wrapper.connection is not None:
        _set_priority(str(Priority.IMPORT.value))
    connection_created.connect(set_on_connection)
    try:
        yield
    finally:
        connection_created.disconnect(set_on_connection)
        # a transaction that failed and a connection that is lost end the setting themselves
        with suppress(Error):
            if wrapper.connection is not None:
                _set_priority("")


def _set_priority(value: str) -> None:
    with connection.cursor() as cursor:
        local = connection.in_atomic_block
        cursor.execute("SELECT set_config(%s, %s, %s)", [SETTING, value, local])


def due(generation: int) -> "QuerySet[IndexOutbox]":
    """Rows to be applied to a generation, oldest first."""
    return IndexOutbox.objects.filter(
        Q(indexed_in__isnull=True) | ~Q(indexed_in=generation), attempts__lt=MAX_ATTEMPTS
    ).order_by("id")


def has_many(generation: int, rows: int, *, after: int = 0) -> bool:
    """Whether at least so many changes of people wait that were not tried yet, of those noted after
    a row."""
    of_people = due(generation).filter(priority=Priority.PERSON, attempts=0, pk__gt=after)
    return of_people[rows - 1 : rows].exists()


def waiting_import(generation: int) -> tuple[int, int]:
    """How many changes of imports wait that were not tried yet, and the newest row of these."""
    rows = due(generation).filter(priority=Priority.IMPORT, attempts=0).order_by()
    found = rows.aggregate(rows=Count("pk"), newest=Max("pk"))
    return found["rows"], found["newest"] or 0


def newest() -> int:
    """The row that was noted last; 0 where there is none."""
    return IndexOutbox.objects.aggregate(newest=Max("pk"))["newest"] or 0


def cover(generation: int, *, but: Collection[int]) -> None:
    """Note that a generation has all changes there are now, but of some speeches: it is about to
    be read from what the database holds."""
    IndexOutbox.objects.exclude(speech_id__in=but).update(indexed_in=generation)
    IndexOutbox.objects.filter(speech_id__in=but).update(indexed_in=None)


def settle(rows: Iterable[int], generation: int) -> None:
    """Note that a generation has what these rows stand for."""
    chosen = IndexOutbox.objects.filter(pk__in=list(rows))
    # a generation that is being built now may have read these speeches before they changed
    if held(Lock.REBUILD):
        chosen.update(indexed_in=generation)
    else:
        chosen.delete()


@contextmanager
def charged(rows: Collection[int]) -> Iterator[None]:
    """Charge rows with an attempt for as long as they are tried: should that end the process, the
    charge stays, and they are tried again with care (``isolation``)."""
    chosen = IndexOutbox.objects.filter(pk__in=rows)
    chosen.update(attempts=F("attempts") + 1)
    try:
        yield
    finally:
        chosen.update(attempts=F("attempts") - 1)


def charge(speech: int) -> None:
    """Note that an attempt to index a speech failed."""
    IndexOutbox.objects.filter(speech_id=speech).update(attempts=F("attempts") + 1)


def accuse(speeches: Collection[int]) -> None:
    """Note that one of these may have ended the process that indexed them."""
    IndexOutbox.objects.bulk_create(
        IndexOutbox(speech_id=one, change=Change.ADDED, attempts=1) for one in speeches
    )


def leave_alone(speech: int) -> None:
    """Note that a speech is not to be tried until it changes."""
    IndexOutbox.objects.create(speech_id=speech, attempts=MAX_ATTEMPTS)


def acquit(speech: int) -> None:
    """Note that a speech does not end the process that indexes it."""
    charged = IndexOutbox.objects.filter(speech_id=speech, attempts__gt=0)
    charged.filter(attempts__lt=MAX_ATTEMPTS).update(attempts=0)


def accused() -> set[int]:
    """Speeches that failed, or may have ended a process: those that are left alone and suspects."""
    return set(IndexOutbox.objects.filter(attempts__gt=0).values_list("speech_id", flat=True))


def suspects(generation: int) -> list[int]:
    """Speeches whose indexing failed, or was going on when a process ended; not those that are
    left alone by now."""
    rows = due(generation).filter(attempts__gt=0).order_by("attempts", "id")
    return list(dict.fromkeys(rows.values_list("speech_id", flat=True)))


def quarantined() -> set[int]:
    """Speeches that are left alone until they change."""
    rows = IndexOutbox.objects.filter(attempts__gte=MAX_ATTEMPTS)
    return set(rows.values_list("speech_id", flat=True))


def pardon(speeches: Collection[int]) -> None:
    """Forget that speeches could not be indexed once: now they were."""
    IndexOutbox.objects.filter(speech_id__in=speeches, attempts__gte=MAX_ATTEMPTS).delete()


def enqueue(speeches: Collection[int]) -> None:
    """Have speeches indexed anew, after what people change."""
    IndexOutbox.objects.bulk_create(
        (IndexOutbox(speech_id=speech, priority=Priority.IMPORT) for speech in speeches),
        batch_size=5000,
    )
    wake_worker()


def wake_worker(message: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])


# -- locks of the database: gone with the connection of the process that held them ------------


def try_lock(lock: Lock) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, lock])
        return bool(cursor.fetchone()[0])


def unlock(lock: Lock) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, lock])


def held(lock: Lock) -> bool:
    """Whether any process holds a lock of this database's archive."""
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
def turn() -> Iterator[None]:
    """Wait until nobody else writes the index in use or replaces it, and be the one who does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCKS, Lock.TURN])
    try:
        yield
    finally:
        unlock(Lock.TURN)
