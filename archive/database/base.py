"""The database engine that ``DATABASES`` names."""

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from archive.database.errors import is_no_space
from archive.database.outage import outage, probe

ANSWERS_WITHIN_S = 1.0  # a server that is up answers "SELECT 1" much faster
EXTENDED_S = 10.0  # how much longer a connection is kept while the disk is full


class PreparedCursor(base.ServerBindingCursor):
    """A cursor whose statements PostgreSQL parses and plans once per connection.

    If the option ``prepare_threshold`` is None, they are not prepared, but the server still binds
    the values.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Execute a statement, prepared unless ``prepare`` is False."""
        options.setdefault("prepare", True)
        return super().execute(query, params, **options)  # type: ignore[misc]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper, aware of outages.

    In a web request, connecting fails at once while the database is known to be down, but waits for
    the end of an outage that has just begun.

    A server whose disk is full may refuse new connections and still answer on open ones. That is no
    outage, and open connections are kept until it ends.
    """

    _prepared_cursor: Any = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection. Raises psycopg.OperationalError if the database is down."""
        deadline = outage.request_deadline
        if deadline is None:
            return super().get_new_connection(conn_params)
        if not outage.wait_for_end(deadline):
            raise psycopg.OperationalError("the database is not responding")
        started = time.monotonic()
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            if is_no_space(error):
                raise
            self._begin_outage(conn_params, started)
            if not outage.wait_for_end(deadline):
                raise
            return super().get_new_connection(conn_params)

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection if it is broken, or older than ``CONN_MAX_AGE`` unless a full disk
        prevents a new one."""
        is_old = self.close_at is not None and time.monotonic() >= self.close_at
        if self.connection is not None and is_old and self._is_refused_for_space():
            self.close_at = time.monotonic() + EXTENDED_S
        super().close_if_unusable_or_obsolete()

    def _is_refused_for_space(self) -> bool:
        """Return whether a new connection is refused because the disk of the server is full."""
        try:
            psycopg.connect(**self.get_connection_params()).close()
        except psycopg.Error as error:
            return is_no_space(error)
        return False

    def prepared_cursor(self) -> Any:
        """Return a cursor for statements that many requests repeat with different values.

        The server binds the parameters, so it must be able to infer their types. Each connection
        has one such cursor, as creating it takes as long as a small statement: fetch the rows of
        one statement before executing the next, and do not close the cursor.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = self._prepared_cursor
            if cursor is None or cursor.connection is not self.connection or cursor.closed:
                cursor = self._prepared_cursor = self._create_prepared_cursor()
            return self._prepare_cursor(cursor)  # type: ignore[attr-defined]

    def _create_prepared_cursor(self) -> Any:
        factory, self.connection.cursor_factory = self.connection.cursor_factory, PreparedCursor
        try:
            return self.create_cursor()
        finally:
            self.connection.cursor_factory = factory

    def is_usable(self) -> bool:
        """Return whether the server responds, in a web request within ``ANSWERS_WITHIN_S``."""
        if outage.request_deadline is None:
            return bool(super().is_usable())
        if self.connection is None or outage.is_known:
            return False
        started = time.monotonic()
        try:
            answers = _answers(self.connection.pgconn, ANSWERS_WITHIN_S)
        except psycopg.Error:
            return False
        if not answers:
            self._begin_outage(self.get_connection_params(), started)
        return answers

    def _begin_outage(self, conn_params: dict[str, Any], since: float) -> None:
        outage.begin(lambda: probe(conn_params), since)


def _answers(connection: psycopg.pq.abc.PGconn, within: float) -> bool:
    """Return whether an empty query is answered within a number of seconds.

    Without the limit, a request would wait forever for a frozen server or a broken network.
    """
    until = time.monotonic() + within
    connection.send_query(b"SELECT 1")
    poll = select.poll()
    poll.register(connection.socket, select.POLLIN)
    while True:
        connection.flush()
        if not connection.is_busy():
            result = connection.get_result()
            if result is None:
                return True
            if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
                return False
            continue
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return False
        connection.consume_input()
