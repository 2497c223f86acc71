"""The database engine that ``DATABASES`` names."""

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from archive.database.outage import outage

ANSWERS_WITHIN_S = 1.0  # a server that is up answers "SELECT 1" much faster


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
    """

    _prepared_cursor: Any = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection. Raises psycopg.OperationalError if the database is down."""
        deadline = outage.request_deadline
        if deadline is None:
            return super().get_new_connection(conn_params)
        if not outage.wait_for_end(deadline):
            raise psycopg.OperationalError("the database is not responding")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            self._begin_outage(conn_params)
            if not outage.wait_for_end(deadline):
                raise
            return super().get_new_connection(conn_params)

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
        if self.connection is None:
            return False
        try:
            answers = _answers(self.connection.pgconn, ANSWERS_WITHIN_S)
        except psycopg.Error:
            return False
        if not answers:
            self._begin_outage(self.get_connection_params())
        return answers

    def _begin_outage(self, conn_params: dict[str, Any]) -> None:
        outage.begin(lambda: psycopg.connect(**conn_params).close())


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
