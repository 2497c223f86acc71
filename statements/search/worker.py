"""The one writer's life: waits for the database to tell of changes, applies them, and keeps the
index whole. A second worker idles until the first has gone.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from django.db import InterfaceError, OperationalError, connection
from psycopg import errors

from statements.search import indexing, memory, outbox, upkeep
from statements.search.generations import IndexDamaged
from statements.search.outbox import Lock

logger = logging.getLogger(__name__)

TICK_S = 0.5  # how long a signal may wait to be noticed
POLL_S = 3.0  # after which the outbox is looked at though nothing was told
VERIFY_S = 300.0  # after which every byte of the index is read again
PATIENCE_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # between attempts while database or disk fail


class Stopped(Exception):
    """Asked to stop, in the middle of something that can be left."""


class Worker:
    def __init__(self) -> None:
        self._stopping = False
        self._parent = os.getppid()
        self._failures = 0
        self._verified_at = 0.0
        self._damage_told = False  # by a reader, since the index was last read
        self._verifying = False

    def run(self) -> None:
        """Work until SIGTERM, SIGINT, or the end of the process that started this one."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        while not self._must_stop():
            try:
                self._work()
            except Stopped:
                break
            except (OperationalError, InterfaceError, OSError) as error:
                # the database restarts, the disk is full: what is due stays in the outbox
                delay = PATIENCE_S[min(self._failures, len(PATIENCE_S) - 1)]
                self._failures += 1
                logger.warning("%s; trying again in %s s", error, delay)
                connection.close()
                self._sleep(delay)
        connection.close()
        logger.info("worker stopped")

    def _work(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(f"LISTEN {outbox.CHANNEL}")
        idle = False
        while not outbox.try_lock(Lock.WORKER):
            if not idle:
                logger.info("another worker is at work; this one waits")
            idle = True
            self._sleep(POLL_S)
        logger.info("worker at work")
        while not self._must_stop():
            try:
                self._look()
            except IndexDamaged as error:
                self._rebuild(error)
            self._failures = 0
            memory.give_back()
            self._wait()

    def _look(self) -> None:
        """Apply what is due; then, with nothing left to do, care for the index. Where a reader met
        damage, the index is read first."""
        if self._damage_told:
            self._verify()
        self._apply()
        upkeep.clean()
        upkeep.glance()
        while indexing.settle_suspects(self._must_stop):
            self._apply()
        if not indexing.is_complete():
            raise IndexDamaged("it is known not to be complete")
        if time.monotonic() - self._verified_at > VERIFY_S or not self._verified_at:
            self._verify()
        while upkeep.merge(self._attend):
            self._attend()
        upkeep.restore_side_cars(self._attend)
        upkeep.add_sequences(self._attend)

    def _apply(self) -> None:
        while not self._must_stop() and indexing.apply_batch(fresh=True) is not None:
            # of thousands of changes the commits would pile up
            quick = upkeep.merge(self._attend_to_new(), most=upkeep.QUICK_MERGE)
            if not quick and upkeep.are_too_many():
                upkeep.merge(self._attend)

    def _rebuild(self, error: IndexDamaged) -> None:
        logger.warning("the index is built anew: %s", error)

        def meanwhile() -> None:
            if self._must_stop():
                raise Stopped
            try:
                self._drain()
            except IndexDamaged:
                pass  # the very reason for building

        try:
            built = indexing.rebuild(meanwhile=meanwhile)
        except indexing.AlreadyRebuilding:
            logger.info("another process builds the index; waiting for it")
            self._sleep(POLL_S)
        else:
            logger.info("%s", indexing.sentence(built))

    def _drain(self) -> None:
        while not self._must_stop() and indexing.apply_batch(fresh=True) is not None:
            pass

    def _verify(self) -> None:
        self._damage_told = False
        self._verifying = True
        try:
            upkeep.verify(self._attend)
        finally:
            self._verifying = False
        self._verified_at = time.monotonic()

    def _wait(self) -> None:
        """Wait to be told of a change or of damage, or for POLL_S."""
        until = time.monotonic() + POLL_S
        while not self._must_stop() and time.monotonic() < until:
            if self._listen(TICK_S):
                return

    def _listen(self, seconds: float) -> bool:
        """Take a notice, if one comes within so many seconds; yields whether one came."""
        told = False
        try:
            for notice in connection.connection.notifies(timeout=seconds, stop_after=1):
                told = True
                self._damage_told = self._damage_told or notice.payload == outbox.DAMAGED
        except errors.Error as error:
            raise OperationalError(str(error)) from error
        return told

    def _attend(self) -> None:
        """Apply what came while the index was cared for."""
        self._heed()
        if indexing.is_due():
            indexing.apply_batch(fresh=True)

    def _attend_to_new(self) -> Callable[[], None]:
        """Apply what comes from now on. What waits already would keep a quick merge from its end,
        and segments would pile up all the same."""
        known = outbox.newest()

        def attend() -> None:
            self._heed()
            if outbox.newest() > known:
                indexing.apply_batch(fresh=True, after=known)

        return attend

    def _heed(self) -> None:
        if self._must_stop():
            raise Stopped
        memory.give_back()
        while self._listen(0):
            pass  # what is due is looked for in any case
        if self._damage_told and not self._verifying:
            self._verify()

    def _must_stop(self) -> bool:
        return self._stopping or os.getppid() != self._parent

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._must_stop():
                raise Stopped
            time.sleep(min(TICK_S, seconds))

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
