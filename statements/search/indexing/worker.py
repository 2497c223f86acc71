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

from statements.search.index.generations import IndexDamaged
from statements.search.indexing import background, maintenance, malloc, outbox, sync
from statements.search.indexing.background import Build
from statements.search.indexing.outbox import Lock

logger = logging.getLogger(__name__)

TICK_S = 0.5  # how long a signal may wait to be noticed
POLL_S = 3.0  # after which the outbox is looked at though nothing was told
VERIFY_S = 300.0  # after which every byte of the index is read again
# An import is applied many speeches at a time, in the background (``background``): the first as
# they come, later ones when so many wait, when none came for a while, or after so long a time
MANY = 2_000  # rows
FEW = 4 * sync.BATCH  # rows that are applied in passing
PAUSE_S = 10.0
GATHERED_S = 60.0
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
        self._build: Build | None = None
        self._built_at = -GATHERED_S  # when the last one was started
        self._build_again_at = 0.0  # after one that failed
        self._newest_import = 0  # row, and when it was seen first
        self._newest_seen_at = 0.0

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
        self._end_build()
        connection.close()
        logger.info("worker stopped")

    def _work(self) -> None:
        self._end_build()  # the lock was lost: another may be the writer by now
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
        background.ended_in_a_row()  # charges what the worker before was reading
        while not self._must_stop():
            try:
                self._look()
                self._failures = 0
                malloc.give_back()
                self._wait()
            except IndexDamaged as error:
                self._end_build()
                self._rebuild(error)

    def _look(self) -> None:
        """Apply what is due; then, with nothing left to do, care for the index. Where a reader met
        damage, the index is read first."""
        if self._damage_told:
            self._verify()
        self._apply()
        if self._build is None:
            maintenance.clean()
        maintenance.glance()
        while sync.settle_suspects(self._must_stop):
            self._apply()
        if not sync.is_complete():
            raise IndexDamaged("it is known not to be complete")
        if time.monotonic() - self._verified_at > VERIFY_S or not self._verified_at:
            self._verify()
        while maintenance.merge(self._attend):
            self._attend()
        maintenance.add_sequences(self._attend)

    def _apply(self) -> None:
        """Apply what is due: the changes of people, then those of an import."""
        while not self._must_stop():
            self._finish_build()
            if not self._apply_people() and not self._apply_import():
                break
            # of thousands of changes the commits would pile up
            quick = maintenance.merge(self._attend_while_quick(), most=maintenance.QUICK_MERGE)
            if not quick and maintenance.are_too_many():
                maintenance.merge(self._attend)

    def _apply_people(self) -> bool:
        """Yields whether anything was due. Thousands of changes, as of a country that is renamed,
        are left to the background; what comes then is applied at once."""
        after = self._being_built()
        if self._build is None and outbox.has_many(sync.writable().number, MANY):
            after = self._start_build(outbox.Priority.PERSON)
        return sync.apply_batch(fresh=True, after=after, imports=False) is not None

    def _apply_import(self) -> bool:
        """Yields whether anything was applied; much is left to the background."""
        if self._build is not None:
            return False
        rows, newest = outbox.waiting_import(sync.writable().number)
        if not rows:
            return False
        now = time.monotonic()
        if newest != self._newest_import:
            self._newest_import, self._newest_seen_at = newest, now
        has_paused = now > self._newest_seen_at + PAUSE_S
        if rows < MANY and not has_paused and now < self._built_at + GATHERED_S:
            return False
        if rows <= FEW or background.ended_in_a_row() >= background.GIVEN_UP:
            if rows <= FEW:
                self._built_at = now
            return sync.apply_batch(fresh=True) is not None
        self._start_build(outbox.Priority.IMPORT)
        return False

    # -- builds in the background --------------------------------------------------------------

    def _start_build(self, priority: outbox.Priority) -> int:
        """Yields the newest row of people's changes that is taken care of."""
        if background.ended_in_a_row() >= background.GIVEN_UP:
            return 0
        if time.monotonic() < self._build_again_at or not (rows := background.rows_of(priority)):
            return 0
        self._built_at = time.monotonic()
        self._build = Build(rows)
        self._build_of = priority
        return self._being_built()

    def _being_built(self) -> int:
        """The newest of people's changes that a build in the background has; 0 where it has
        none."""
        if self._build is None or self._build_of is not outbox.Priority.PERSON:
            return 0
        return self._build.newest

    def _finish_build(self) -> None:
        if self._build is not None and self._build.has_ended():
            ended, self._build = self._build, None
            if not ended.finish():
                self._build_again_at = time.monotonic() + PAUSE_S

    def _end_build(self) -> None:
        if self._build is not None:
            ended, self._build = self._build, None
            ended.stop()

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
            built = sync.rebuild(meanwhile=meanwhile)
        except sync.AlreadyRebuilding:
            logger.info("another process builds the index; waiting for it")
            self._sleep(POLL_S)
        else:
            logger.info("%s", sync.sentence(built))

    def _drain(self) -> None:
        while not self._must_stop() and sync.apply_batch(fresh=True, imports=False) is not None:
            pass

    def _verify(self) -> None:
        self._damage_told = False
        self._verifying = True
        try:
            maintenance.verify(self._attend)
        finally:
            self._verifying = False
        self._verified_at = time.monotonic()

    def _wait(self) -> None:
        """Wait to be told of a person's change or of damage, for the end of a build, or for POLL_S.
        An import tells of changes all the time."""
        until = time.monotonic() + POLL_S
        while not self._must_stop() and time.monotonic() < until:
            if self._damage_told or sync.is_due(after=self._being_built()):
                return
            if self._build is not None and self._build.has_ended():
                return
            self._listen(TICK_S)

    def _listen(self, seconds: float) -> bool:
        """Take a notice, if one comes within so many seconds; yields whether one came."""
        told = False
        try:
            # nothing else can be asked of the connection until there is no more to be told
            for notice in connection.connection.notifies(timeout=seconds, stop_after=1):
                told = True
                self._damage_told = self._damage_told or notice.payload == outbox.DAMAGED
        except errors.Error as error:
            raise OperationalError(str(error)) from error
        return told

    def _attend(self) -> None:
        """Apply what came while the index was cared for."""
        self._heed()
        after = self._being_built()
        if sync.is_due(after=after):
            sync.apply_batch(fresh=True, after=after, imports=False)

    def _attend_while_quick(self) -> Callable[[], None]:
        """What a quick merge attends to. Of more changes than one batch those that wait already
        are left until after it: they would keep it from its end, and segments would pile up all
        the same. Fewer are applied meanwhile, for on a busy machine it may take long."""
        generation, after = sync.writable().number, self._being_built()
        if not outbox.has_many(generation, sync.BATCH, after=after):
            return self._attend
        known = outbox.newest()

        def attend() -> None:
            self._heed()
            if sync.is_due(after=known):
                sync.apply_batch(fresh=True, after=known, imports=False)

        return attend

    def _heed(self) -> None:
        if self._must_stop():
            raise Stopped
        malloc.give_back()
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
