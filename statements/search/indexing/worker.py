"""The worker, the only process that writes the index: it waits for notifications of changes,
applies them and maintains the index. A second worker idles until the first has ended.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from django.db import InterfaceError, OperationalError, connection
from psycopg import errors

from statements.models.changes import assign as assign_datestamps
from statements.search.index.generations import IndexDamaged
from statements.search.indexing import background, maintenance, malloc, outbox, sync
from statements.search.indexing.background import Build
from statements.search.indexing.outbox import Lock
from statements.search.operations import AlreadyRebuilding

logger = logging.getLogger(__name__)

TICK_S = 0.5  # how long a signal may wait to be noticed
POLL_S = 3.0  # after which the outbox is read without a notification
VERIFY_S = 300.0  # after which every byte of the index is read again
# An import is applied many speeches at a time (``background``): the first changes as they arrive;
# later ones, as long as the command runs, when MANY rows wait, when none arrived for PAUSE_S, or
# after GATHERED_S. What people publish in large jobs, and the rest of an import, is applied
# within POLL_S.
MANY = 2_000  # rows
FEW = 4 * sync.BATCH  # rows that are applied at once, without a background build
PAUSE_S = 10.0
GATHERED_S = 60.0
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # between attempts while the database or the disk fails


class Stopped(Exception):
    """The worker was asked to stop during work that can be abandoned."""


class Worker:
    def __init__(self) -> None:
        self._stopping = False
        self._parent = os.getppid()
        self._failures = 0
        self._verified_at = 0.0
        self._is_damage_reported = False  # by a reader, since the index was last verified
        self._is_verifying = False
        self._build: Build | None = None
        self._built_at = -GATHERED_S  # when the last build was started
        self._build_again_at = 0.0  # after a build that failed
        self._newest_import = 0  # row, and when it was first seen
        self._newest_seen_at = 0.0
        self._looked_for_jobs_at = 0.0

    def run(self) -> None:
        """Work until SIGTERM, SIGINT, or the end of the process that started this one."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_on_signal)
        while not self._must_stop():
            try:
                self._work()
            except Stopped:
                break
            except (OperationalError, InterfaceError, OSError) as error:
                # the database restarts or the disk is full: changes stay in the outbox
                delay = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
                self._failures += 1
                logger.warning("%s; trying again in %s s", error, delay)
                connection.close()
                self._sleep(delay)
        self._end_build()
        connection.close()
        logger.info("worker stopped")

    def _work(self) -> None:
        self._end_build()  # the lock was lost: another worker may write by now
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
        background.interrupted_in_a_row()  # records attempts for what the last worker was reading
        while not self._must_stop():
            try:
                self._work_once()
                self._failures = 0
                malloc.trim()
                self._wait()
            except IndexDamaged as error:
                self._end_build()
                self._rebuild(error)

    def _work_once(self) -> None:
        """Apply the outbox; then, with nothing left to apply, maintain the index. If a reader found
        damage, the index is verified first."""
        if self._is_damage_reported:
            self._verify()
        self._apply()
        assign_datestamps()
        if self._build is None:
            maintenance.clean()
        maintenance.check_current_index()
        while sync.retry_failed(self._must_stop):
            self._apply()
        if not sync.is_complete():
            raise IndexDamaged("it is known not to be complete")
        if time.monotonic() - self._verified_at > VERIFY_S or not self._verified_at:
            self._verify()
        while maintenance.merge(self._apply_pending):
            self._apply_pending()
        maintenance.add_forward_indexes(self._apply_pending)
        if self._build is None:
            maintenance.learn_related_terms(self._apply_pending)

    def _apply(self) -> None:
        """Apply the outbox: people's edits, then the changes of an import."""
        while not self._must_stop():
            self._finish_build()
            if not self._apply_edits() and not self._apply_import():
                break
            # the segments of thousands of changes would pile up
            is_merged = maintenance.merge(
                self._yield_during_quick_merge(), max_documents=maintenance.QUICK_MERGE
            )
            if not is_merged and maintenance.are_too_many():
                maintenance.merge(self._apply_pending)

    def _apply_edits(self) -> bool:
        """Apply people's edits. Return whether any were due. Thousands of changes, such as those of
        a renamed country, are left to a background build; later ones are applied at once."""
        after = self._being_built()
        if self._build is None and outbox.has_pending_edits(sync.writable().number, MANY):
            after = self._start_build(outbox.Priority.PERSON)
        return sync.apply_batch(fresh=True, after=after, imports=False) is not None

    def _apply_import(self) -> bool:
        """Apply the changes of an import, or start a background build for many of them. Return
        whether anything was applied."""
        if self._build is not None:
            return False
        rows, newest = outbox.pending_import(sync.writable().number)
        if not rows:
            return False
        now = time.monotonic()
        if newest != self._newest_import:
            self._newest_import, self._newest_seen_at = newest, now
        has_paused = now > self._newest_seen_at + PAUSE_S
        if (
            rows < MANY
            and not has_paused
            and now < self._built_at + GATHERED_S
            and outbox.is_locked(Lock.IMPORT)
        ):
            return False
        if rows <= FEW or background.interrupted_in_a_row() >= background.GIVEN_UP:
            if rows <= FEW:
                self._built_at = now
            return sync.apply_batch(fresh=True) is not None
        self._start_build(outbox.Priority.IMPORT)
        return False

    # -- builds in the background --------------------------------------------------------------

    def _start_build(self, priority: outbox.Priority) -> int:
        """Start a build if possible. Return the newest row of people's edits that it covers."""
        if background.interrupted_in_a_row() >= background.GIVEN_UP:
            return 0
        if time.monotonic() < self._build_again_at or not (rows := background.rows_of(priority)):
            return 0
        self._built_at = time.monotonic()
        self._build = Build(rows)
        self._build_of = priority
        return self._being_built()

    def _being_built(self) -> int:
        """Return the newest row of people's edits that the background build covers, or 0."""
        if self._build is None or self._build_of is not outbox.Priority.PERSON:
            return 0
        return self._build.newest

    def _finish_build(self) -> None:
        if self._build is not None and self._build.has_ended():
            build, self._build = self._build, None
            if not build.finish():
                self._build_again_at = time.monotonic() + PAUSE_S

    def _end_build(self) -> None:
        if self._build is not None:
            build, self._build = self._build, None
            build.stop()

    def _rebuild(self, error: IndexDamaged) -> None:
        logger.warning("the index is rebuilt: %s", error)

        def yield_to() -> None:
            if self._must_stop():
                raise Stopped
            try:
                self._drain()
            except IndexDamaged:
                pass  # the reason for the rebuild

        try:
            built = sync.rebuild(yield_to=yield_to)
        except AlreadyRebuilding:
            logger.info("another process builds the index; waiting for it")
            self._sleep(POLL_S)
        else:
            logger.info("%s", built)

    def _drain(self) -> None:
        while not self._must_stop() and sync.apply_batch(fresh=True, imports=False) is not None:
            pass

    def _verify(self) -> None:
        self._is_damage_reported = False
        self._is_verifying = True
        try:
            maintenance.verify(self._apply_pending)
        finally:
            self._is_verifying = False
        self._verified_at = time.monotonic()

    def _wait(self) -> None:
        """Wait for an edit by a person, a report of damage, the end of a build, or POLL_S.
        (Imports notify all the time.)"""
        deadline = time.monotonic() + POLL_S
        while not self._must_stop() and time.monotonic() < deadline:
            if self._is_damage_reported or sync.is_due(after=self._being_built()):
                return
            if self._build is not None and self._build.has_ended():
                return
            self._listen(TICK_S)

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

    def _apply_pending(self) -> None:
        """Apply the edits that arrived during maintenance."""
        self._check_signals()
        after = self._being_built()
        if sync.is_due(after=after):
            sync.apply_batch(fresh=True, after=after, imports=False)
        elif self._is_job_due():
            sync.apply_batch(fresh=True)

    def _is_job_due(self) -> bool:
        """Return whether changes of a large job have waited for POLL_S during maintenance."""
        now = time.monotonic()
        if self._build is not None or now < self._looked_for_jobs_at + POLL_S:
            return False
        self._looked_for_jobs_at = now
        rows, _ = outbox.pending_import(sync.writable().number)
        return rows > 0 and not outbox.is_locked(Lock.IMPORT)

    def _yield_during_quick_merge(self) -> Callable[[], None]:
        """Return the function that a quick merge calls to apply edits. If more than one batch waits
        already, these edits are left until after the merge: they would delay its end, and segments
        would pile up all the same. Fewer are applied meanwhile, because the merge may take long on
        a busy machine."""
        generation, after = sync.writable().number, self._being_built()
        if not outbox.has_pending_edits(generation, sync.BATCH, after=after):
            return self._apply_pending
        newest = outbox.newest_row()

        def apply_later() -> None:
            self._check_signals()
            if sync.is_due(after=newest):
                sync.apply_batch(fresh=True, after=newest, imports=False)

        return apply_later

    def _check_signals(self) -> None:
        """Stop if asked to, and verify the index if a reader found damage."""
        if self._must_stop():
            raise Stopped
        malloc.trim()
        while self._listen(0):
            pass  # the caller reads the outbox in any case
        if self._is_damage_reported and not self._is_verifying:
            self._verify()

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
