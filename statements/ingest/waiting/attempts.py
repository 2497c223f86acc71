"""Work that may end its process: attempts are counted before they begin, so that a kill counts.

An attempt that comes to any end in a process that lives on is taken back. What remains counted
are attempts whose process was killed, or ran out of memory, in the middle of them.
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

from statements.models import DeliveredFile, ReviewTask

MOST = 3  # attempts after which a file or a task is set aside
HANGING_S = 180.0  # of one attempt in the worker, which ends itself then

_log = logging.getLogger(__name__)

Row = tuple[type[DeliveredFile] | type[ReviewTask], int]

_under_way: set[Row] = set()
_owed: set[Row] = set()  # to be taken back when the database can be reached again
_guard = threading.Lock()


class Kind(IntEnum):
    """The classes of advisory locks by which two processes never do the same work."""

    READING = 0x526F7375
    DECIDING = 0x526F7376


@contextmanager
def held(kind: Kind, pk: int) -> Iterator[bool]:
    """Whether this session alone works on a row; the lock ends with its database session."""
    numbers = [int(kind), pk % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
        [ours] = cursor.fetchone()
    try:
        yield ours
    finally:
        if ours:
            # a session that is lost has lost its locks as well
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


@contextmanager
def attempt(row: DeliveredFile | ReviewTask) -> Iterator[None]:
    """Count an attempt, and take it back when it ends, whichever way."""
    key: Row = (type(row), row.pk)
    _count(key, +1)
    with _guard:
        _under_way.add(key)
    try:
        yield
    finally:
        with _guard:
            _under_way.discard(key)
            _owed.add(key)
        take_back()


def take_back() -> None:
    """Take back attempts that came to an end, as far as the database can be reached."""
    with _guard:
        owed = list(_owed)
    for key in owed:
        with suppress(DatabaseError, InterfaceError):
            _count(key, -1)
            with _guard:
                _owed.discard(key)


def take_back_unfinished() -> None:
    """Take back what is under way: this process was asked to stop and waits for no attempt."""
    with _guard:
        _owed.update(_under_way)
        _under_way.clear()
    take_back()


def _count(key: Row, change: int) -> None:
    model, pk = key
    rows = model._default_manager.filter(pk=pk)
    if change < 0:
        rows = rows.filter(attempts__gt=0)
    rows.update(attempts=F("attempts") + change)


def repeat_until_stopped(
    work: Callable[[], object], stop: threading.Event, *, pause_s: float, name: str
) -> None:
    """Do work of the worker, pause, and do it again until told to stop.

    Neither a restart of the database nor an error ends it; both are logged under ``name``.
    """
    while not stop.is_set():
        try:
            take_back()
            work()
        except (OperationalError, InterfaceError, OSError) as error:
            _log.warning("%s; %s is tried again later", error, name)
            connection.close()
        except Exception:
            # such as a file handed in at the moment in which its bytes are refused
            _log.exception("%s is tried again later", name)
        stop.wait(pause_s)
    connection.close()


@contextmanager
def ended_if_hanging() -> Iterator[None]:
    """End this process where an attempt takes so long that it must be hanging; the timer runs
    apart from Python, so that an endless search in a text cannot keep it from ringing."""
    faulthandler.dump_traceback_later(HANGING_S, exit=True, file=sys.__stderr__ or sys.stderr)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
