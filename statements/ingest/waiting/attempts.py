"""Counts attempts at work that may crash its process, such as reading a hostile file.

An attempt is counted before it begins and uncounted when it ends, with or without an error. So
the count that remains is that of attempts whose process was killed or ran out of memory.
"""

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import F

from statements.models import DeliveredFile, Recognition, ReviewTask

MAX_ATTEMPTS = 3  # then a file or task is set aside
ATTEMPT_TIMEOUT_S = 180.0  # then the worker process ends itself

_log = logging.getLogger(__name__)

Work = DeliveredFile | ReviewTask | Recognition
Row = tuple[type[Work], int]

_running: set[Row] = set()
_ended: set[Row] = set()  # to be uncounted when the database can be reached
_lock = threading.Lock()


class Kind(IntEnum):
    """Classes of advisory locks that keep two processes from doing the same work."""

    READING = 0x526F7375
    DECIDING = 0x526F7376
    RECOGNIZING = 0x526F7377


@contextmanager
def work_lock(kind: Kind, pk: int) -> Iterator[bool]:
    """Lock the work on a row, and give whether that succeeded.

    The lock belongs to the database session and ends with it.
    """
    numbers = [int(kind), pk % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
        [is_locked] = cursor.fetchone()
    try:
        yield is_locked
    finally:
        if is_locked:
            # a lost session has lost its locks too
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


@contextmanager
def attempt(row: Work) -> Iterator[None]:
    """Count an attempt, and uncount it when it ends, with or without an error."""
    key: Row = (type(row), row.pk)
    _count(key, +1)
    with _lock:
        _running.add(key)
    try:
        yield
    finally:
        with _lock:
            _running.discard(key)
            _ended.add(key)
        uncount_ended()


def uncount_ended() -> None:
    """Uncount the attempts that ended, if the database can be reached."""
    with _lock:
        keys = list(_ended)
    for key in keys:
        with suppress(DatabaseError, InterfaceError):
            _count(key, -1)
            with _lock:
                _ended.discard(key)


def uncount_running() -> None:
    """Uncount the attempts that are running when the process is asked to stop."""
    with _lock:
        _ended.update(_running)
        _running.clear()
    uncount_ended()


def _count(key: Row, change: int) -> None:
    model, pk = key
    rows = model._default_manager.filter(pk=pk)
    if change < 0:
        rows = rows.filter(attempts__gt=0)
    rows.update(attempts=F("attempts") + change)


def repeat_until_stopped(
    work: Callable[[], object], stop: threading.Event, *, pause_s: float, name: str
) -> None:
    """Repeat some work of the worker, with pauses, until ``stop`` is set.

    Restarts of the database and errors are logged under ``name``, and the work continues.
    """
    while not stop.is_set():
        try:
            uncount_ended()
            work()
        except (OperationalError, InterfaceError, OSError) as error:
            _log.warning("%s; %s will be tried again", error, name)
            connection.close()
        except Exception:
            # such as an upload of bytes that are being refused at the same moment
            _log.exception("%s will be tried again", name)
        stop.wait(pause_s)
    connection.close()


@contextmanager
def process_timeout() -> Iterator[None]:
    """End this process if an attempt takes longer than ATTEMPT_TIMEOUT_S.

    The timer does not run in Python, so that even an endless regular expression cannot stop it.
    """
    faulthandler.dump_traceback_later(
        ATTEMPT_TIMEOUT_S, exit=True, file=sys.__stderr__ or sys.stderr
    )
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
