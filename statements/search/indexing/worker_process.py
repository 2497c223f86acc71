"""What every worker does that writes an index: it holds the lock of the one worker, waits for
notifications of changes, and stops when it is asked to or its parent has ended.
"""

import logging
import os
import signal
import time
from types import FrameType

from django.db import InterfaceError, OperationalError, connection
from psycopg import errors

from statements.search.indexing import outbox
from statements.search.indexing.outbox import Lock

logger = logging.getLogger(__name__)

TICK_S = 0.5  # how long a signal may wait to be noticed
POLL_S = 3.0  # after which the outbox is read without a notification
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # between attempts while the database or the index fails


class Stopped(Exception):
    """The worker was asked to stop during work that can be abandoned."""


class WorkerProcess:
    """A worker; subclasses say what a turn of its work is."""

    passing_errors: tuple[type[Exception], ...] = (OperationalError, InterfaceError, OSError)

    def __init__(self) -> None:
        self._stopping = False
        self._parent = os.getppid()
        self._failures = 0
        self._is_damage_reported = False  # by a reader

    def run(self) -> None:
        """Work until SIGTERM, SIGINT, or the end of the process that started this one."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_on_signal)
        while not self._must_stop():
            try:
                self._work()
            except Stopped:
                break
            except self.passing_errors as error:
                # the database restarts or the disk is full: changes stay in the outbox
                delay = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
                self._failures += 1
                logger.warning("%s; trying again in %s s", error, delay)
                connection.close()
                self._sleep(delay)
        self.abandon_work()
        connection.close()
        logger.info("worker stopped")

    def begin_work(self) -> None:
        """Prepare for work, after this process became the one worker."""

    def work(self) -> None:
        """Do what is to be done, and wait for more."""
        raise NotImplementedError

    def abandon_work(self) -> None:
        """End what this process has begun and cannot go on with."""

    def _work(self) -> None:
        self.abandon_work()  # the lock was lost: another worker may write by now
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(f"LISTEN {outbox.CHANNEL}")
        is_idle = False
        while not outbox.try_lock(Lock.WORKER):
            if not is_idle:
                logger.info("another worker is running; this one waits")
            is_idle = True
            self._sleep(POLL_S)
        logger.info("worker at work")
        self.begin_work()
        while not self._must_stop():
            self.work()

    def _listen(self, seconds: float) -> bool:
        """Wait at most this long for a notification. Return whether one arrived."""
        is_notified = False
        try:
            # the connection accepts no query until all notifications have been read
            for notice in connection.connection.notifies(timeout=seconds, stop_after=1):
                is_notified = True
                if notice.payload == outbox.DAMAGED:
                    self._is_damage_reported = True
        except errors.Error as error:
            raise OperationalError(str(error)) from error
        return is_notified

    def _must_stop(self) -> bool:
        return self._stopping or os.getppid() != self._parent

    def _sleep(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._must_stop():
                raise Stopped
            time.sleep(min(TICK_S, seconds))

    def _stop_on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
