"""Ends queries that a server which has frozen, or can no longer be reached, will not answer.

A thread that waits in the driver notices neither. So one thread in each web process looks at the
requests that have been running for a while and are inside a query: if a new connection gets no
answer either, it shuts their sockets down. The driver then raises OperationalError, and the request
fails like any other in an outage. A query that is only slow goes on, because a server that runs
answers the new connection.
"""

import logging
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from archive.database.outage import Outage, outage, probe

logger = logging.getLogger(__name__)

SUSPECT_S = 0.5  # a request that is older, and inside a query, is a reason to probe
ANSWERS_WITHIN_S = 1.5  # a server that runs answers a new connection much faster
TICK_S = 0.1  # between two looks at the requests
PAUSE_S = 1.0  # between two probes
_NOT_OF_LIBPQ = ("context", "cursor_factory", "prepare_threshold", "server_side_binding")


class Database(Protocol):
    """What the watchdog uses of Django's database wrapper."""

    connection: Any  # psycopg's, None while there is none

    def get_connection_params(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class _Request:
    database: Database
    started: float  # time.monotonic()


class Watchdog:
    """Watches the requests of one process."""

    def __init__(self, outage: Outage) -> None:
        self._outage = outage
        self._changed = threading.Condition()
        self._requests: dict[int, _Request] = {}  # by thread
        self._thread: threading.Thread | None = None

    @contextmanager
    def watched(self, database: Database) -> Iterator[None]:
        """Watch the request of this thread, which uses a database wrapper of its own."""
        thread = threading.get_ident()
        with self._changed:
            self._requests[thread] = _Request(database, time.monotonic())
            if self._thread is None or not self._thread.is_alive():  # none survives a fork
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._requests.pop(thread, None)

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._requests:
                    self._changed.wait()
            time.sleep(TICK_S)
            try:
                self._look()
            except Exception:  # the next look may succeed
                logger.exception("the database could not be probed")
                time.sleep(PAUSE_S)

    def _look(self) -> None:
        suspects = self._suspects()
        if not suspects:
            return
        started = time.monotonic()
        parameters = suspects[0].database.get_connection_params()
        if _answers(parameters):
            time.sleep(PAUSE_S)
            return
        self._outage.begin(lambda: probe(parameters), started)
        for request in self._suspects():
            _shut_down(request.database.connection)

    def _suspects(self) -> list[_Request]:
        """Return the requests that have run for ``SUSPECT_S`` and are inside a query."""
        latest = time.monotonic() - SUSPECT_S
        with self._changed:
            return [
                request
                for request in self._requests.values()
                if request.started < latest and _is_in_query(request.database.connection)
            ]


def _is_in_query(connection: Any) -> bool:
    """Return whether a thread waits in the driver, which then holds the lock of the connection."""
    return connection is not None and not connection.closed and connection.lock.locked()


def _shut_down(connection: Any) -> None:
    """End the wait of another thread. Its connection stays open until that thread closes it."""
    if not _is_in_query(connection):
        return
    with suppress(OSError, psycopg.Error):
        shared = socket.socket(fileno=connection.pgconn.socket)
        try:
            shared.shutdown(socket.SHUT_RDWR)
        finally:
            shared.detach()  # it belongs to the driver


def _answers(parameters: dict[str, Any]) -> bool:
    """Return whether the server answers a new connection in time, if only by refusing it.

    The timeout of ``psycopg.connect`` is two seconds at least.
    """
    options = {name: value for name, value in parameters.items() if name not in _NOT_OF_LIBPQ}
    until = time.monotonic() + ANSWERS_WITHIN_S
    connection = pq.PGconn.connect_start(make_conninfo(**options).encode())
    try:
        while (status := connection.connect_poll()) in _EVENTS:
            left = until - time.monotonic()
            poll = select.poll()  # a new one, since libpq may try another socket
            poll.register(connection.socket, _EVENTS[status])
            if left <= 0 or not poll.poll(left * 1000):
                return False
        return True
    finally:
        connection.finish()


_EVENTS: dict[int, int] = {
    pq.PollingStatus.READING: select.POLLIN,
    pq.PollingStatus.WRITING: select.POLLOUT,
}

watchdog = Watchdog(outage)
