"""The outbox: which speeches the index must follow, as triggers of the database noted them.

A row is removed when its speech is indexed; while a generation is built beside, it is kept and
bears the number of the generation that has it already, until the new one has it too.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

from django.db import connection
from django.db.models import F, Max, Q, QuerySet

from statements.models import IndexOutbox

CHANNEL = "statements_outbox"
DAMAGED = "damaged"  # what a reader tells the worker that met spoilt bytes
MAX_ATTEMPTS = 3

_LOCKS = 0x52_6F_73_74  # the advisory locks of the index are this class of numbers


class Lock(IntEnum):
    WORKER = 1  # held by the one worker for as long as it lives
    TURN = 2  # held while the index in use is written, or another is put in its place
    REBUILD = 3  # held while a generation is built beside


@dataclass(frozen=True, slots=True)
class Backlog:
    lag_s: float  # age of the oldest change that is not indexed
    waiting: int
    quarantined: int  # speeches that could not be indexed in MAX_ATTEMPTS attempts, or ended them
    deleted: Collection[int]  # ids of deleted and withdrawn speeches the index may still hold


NOTHING = Backlog(0.0, 0, 0, ())

_BACKLOG = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)
                        FILTER (WHERE attempts < %(most)s)), 0),
       count(*) FILTER (WHERE attempts < %(most)s),
       count(*) FILTER (WHERE attempts >= %(most)s),
       array_agg(DISTINCT speech_id) FILTER (WHERE NOT EXISTS (
           SELECT FROM statements_speech
           WHERE statements_speech.id = speech_id AND withdrawal_id IS NULL))
FROM statements_indexoutbox WHERE indexed_in IS DISTINCT FROM %(generation)s
"""


def backlog(generation: int | None) -> Backlog:
    """What a generation does not have yet."""
    with connection.cursor() as cursor:
        cursor.execute(_BACKLOG, {"most": MAX_ATTEMPTS, "generation": generation})
        lag, waiting, quarantined, deleted = cursor.fetchone()
    if not waiting and not quarantined and not deleted:
        return NOTHING
    return Backlog(max(0.0, float(lag)), waiting, quarantined, deleted or ())


def due(generation: int) -> "QuerySet[IndexOutbox]":
    """Rows to be applied to a generation, oldest first."""
    return IndexOutbox.objects.filter(
        Q(indexed_in__isnull=True) | ~Q(indexed_in=generation), attempts__lt=MAX_ATTEMPTS
    ).order_by("id")


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
    charge stays, and they are tried again with care (``apart``)."""
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
    IndexOutbox.objects.bulk_create(IndexOutbox(speech_id=one, attempts=1) for one in speeches)


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
    """Have speeches indexed anew."""
    IndexOutbox.objects.bulk_create(
        (IndexOutbox(speech_id=speech) for speech in speeches), batch_size=5000
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
