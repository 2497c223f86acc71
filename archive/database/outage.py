"""An outage of the database, as seen by one web process.

The first request that cannot connect starts a probe in its own thread. Requests that need a
connection wait until the probe succeeds, but only during the first ``WAIT_S`` seconds of the outage
and of the request; after that, they fail at once. So a restart of the server only delays
readers, and a long outage never blocks the threads that answer.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from archive.database.errors import is_no_space

logger = logging.getLogger(__name__)

WAIT_S = 2.2  # a connection attempt takes 2 s at most, an answer less than 3 s
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 0.5  # between attempts of the probe


class Outage:
    """The state of the outage, shared by the threads of a process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._since: float | None = None
        self._request = threading.local()

    @contextmanager
    def bounded_request(self) -> Iterator[None]:
        """Limit how long the request of this thread waits for the database."""
        self._request.deadline = time.monotonic() + WAIT_S
        try:
            yield
        finally:
            self._request.deadline = None

    @property
    def request_deadline(self) -> float | None:
        """Return until when the request of this thread may wait, by ``time.monotonic()``.

        Returns None outside of requests.
        """
        return getattr(self._request, "deadline", None)

    @property
    def is_known(self) -> bool:
        """Return whether the database is known not to respond."""
        return self._since is not None

    def begin(self, probe: Callable[[], None], since: float) -> None:
        """Record that the database has not responded since a time, by ``time.monotonic()``.

        ``probe`` raises as long as it is down. The time is when the failed attempt began: requests
        that had to wait for a thread meanwhile must not wait as long again.
        """
        with self._changed:
            if self._since is not None:
                return
            self._since = since
        logger.warning("the database is not responding")
        threading.Thread(target=self._watch, args=[probe], name="probe", daemon=True).start()

    def end(self) -> None:
        """Record that the database responds."""
        with self._changed:
            since, self._since = self._since, None
            self._changed.notify_all()
        if since is not None:
            logger.warning("the database responds again after %.1f s", time.monotonic() - since)

    def wait_for_end(self, deadline: float) -> bool:
        """Wait for the end of an outage that has just begun; return whether there is none now."""
        with self._changed:
            while self._since is not None:
                left = min(deadline, self._since + WAIT_S) - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def _watch(self, probe: Callable[[], None]) -> None:
        pause = FIRST_PAUSE_S
        while self._since is not None:
            try:
                probe()
            except Exception as error:  # whatever the error is, the database cannot be used yet
                logger.debug("probe: %s", error)
                time.sleep(pause)
                pause = min(pause * 1.5, LONGEST_PAUSE_S)
            else:
                self.end()


def probe(parameters: dict[str, Any]) -> None:
    """Raise psycopg.OperationalError unless the server responds, even if its disk is full."""
    try:
        psycopg.connect(**parameters).close()
    except psycopg.OperationalError as error:
        if not is_no_space(error):
            raise


outage = Outage()
