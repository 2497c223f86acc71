"""The worker of an index in a cluster: it applies changes as they come, and builds the index if
there is none of this version or it is incomplete."""

import logging
import time

from statements.search.indexing import outbox, quarantine
from statements.search.indexing.worker_process import POLL_S, TICK_S, Stopped, WorkerProcess
from statements.search.opensearch.client import ERRORS
from statements.search.opensearch.storage import indexing, state
from statements.search.opensearch.storage.state import Generation
from statements.search.opensearch.storage.writing import Writer
from statements.search.operations import AlreadyRebuilding
from statements.search.protocol import SearchUnavailable

logger = logging.getLogger(__name__)


class ClusterWorker(WorkerProcess):
    passing_errors = (*WorkerProcess.passing_errors, *ERRORS, SearchUnavailable)

    def __init__(self) -> None:
        super().__init__()
        self._writer: tuple[int, Writer] | None = None  # of a generation

    def work(self) -> None:
        """Apply the outbox, try again what failed, and wait for more."""
        generation = state.in_use(fresh=True)
        if generation is None or not generation.is_complete:
            self._rebuild()
            return
        while not self._must_stop() and self._apply(generation) is not None:
            pass
        candidates = quarantine.retry_candidates(generation.number)
        if candidates and not self._must_stop():
            quarantine.run_each(candidates, indexing.apply_speech, self._must_stop)
        self._failures = 0
        self._wait(generation)

    def _apply(self, generation: Generation) -> int | None:
        if self._writer is None or self._writer[0] != generation.number:
            self._writer = generation.number, Writer(generation)
        return indexing.apply_batch(self._writer[1], generation, fresh=True)

    def _rebuild(self) -> None:
        def yield_to() -> None:
            if self._must_stop():
                raise Stopped

        try:
            logger.info("%s", indexing.rebuild(yield_to=yield_to))
        except AlreadyRebuilding:
            logger.info("another process builds the index; waiting for it")
            self._sleep(POLL_S)

    def _wait(self, generation: Generation) -> None:
        deadline = time.monotonic() + POLL_S
        while not self._must_stop() and time.monotonic() < deadline:
            if outbox.has_pending_edits(generation.number, 1):
                return
            self._listen(TICK_S)
