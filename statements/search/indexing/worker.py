"""The worker, the only process that writes the index: it waits for notifications of changes,
applies them and maintains the index. A second worker idles until the first has ended.
"""

import logging
import time
from collections.abc import Callable

from statements.models.changes import assign as assign_datestamps
from statements.search.index.generations import IndexDamaged
from statements.search.indexing import background, maintenance, malloc, outbox, sync
from statements.search.indexing.background import Build
from statements.search.indexing.outbox import Lock
from statements.search.indexing.worker_process import POLL_S, TICK_S, Stopped, WorkerProcess
from statements.search.operations import AlreadyRebuilding

logger = logging.getLogger(__name__)

VERIFY_S = 300.0  # after which every byte of the index is read again
# An import is applied many speeches at a time (``background``): the first changes as they arrive;
# later ones, as long as the command runs, when MANY rows wait, when none arrived for PAUSE_S, or
# after GATHERED_S. What people publish in large jobs, and the rest of an import, is applied
# within POLL_S.
MANY = 2_000  # rows
FEW = 4 * sync.BATCH  # rows that are applied at once, without a background build
PAUSE_S = 10.0
GATHERED_S = 60.0


class Worker(WorkerProcess):
    def __init__(self) -> None:
        super().__init__()
        self._verified_at = 0.0
        self._is_verifying = False
        self._build: Build | None = None
        self._built_at = -GATHERED_S  # when the last build was started
        self._build_again_at = 0.0  # after a build that failed
        self._newest_import = 0  # row, and when it was first seen
        self._newest_seen_at = 0.0
        self._looked_for_jobs_at = 0.0

    def begin_work(self) -> None:
        """Record attempts for what the last worker was reading."""
        background.interrupted_in_a_row()

    def work(self) -> None:
        """Apply the outbox and maintain the index, or build it again if it is damaged."""
        try:
            self._work_once()
            self._failures = 0
            malloc.trim()
            self._wait()
        except IndexDamaged as error:
            self.abandon_work()
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

    def abandon_work(self) -> None:
        """End the build in the background."""
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
