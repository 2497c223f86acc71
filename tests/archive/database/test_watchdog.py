"""A query that a frozen server will not answer ends; one that is only slow goes on."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from archive.database.outage import Outage
from archive.database.watchdog import Watchdog


@pytest.fixture
def silent_server() -> Iterator[dict[str, Any]]:
    """Parameters of a server that takes connections and says nothing, as a frozen one does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        host, port = listener.getsockname()
        yield {"host": host, "port": port, "user": "nobody", "dbname": "nothing"}


class Database:
    """Django's wrapper, but new connections lead to another server."""

    def __init__(self, parameters: dict[str, Any] | None = None) -> None:
        self._wrapper = connections["default"]
        self._parameters = parameters

    @property
    def connection(self) -> Any:
        return self._wrapper.connection

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = self._wrapper.get_connection_params()
        return self._parameters or parameters


@pytest.fixture
def outage() -> Iterator[Outage]:
    outage = Outage()
    yield outage
    outage.end()


def sleep_in_a_query(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_a_query_to_a_frozen_server_ends(
    transactional_db: None, silent_server: dict[str, Any], outage: Outage
) -> None:
    connection.ensure_connection()
    started = time.monotonic()
    with Watchdog(outage).watched(Database(silent_server)):
        with pytest.raises(OperationalError):
            sleep_in_a_query(60)
    assert time.monotonic() - started < 30
    assert outage.is_known
    connection.close()
    sleep_in_a_query(0)


def test_a_slow_query_goes_on(transactional_db: None, outage: Outage) -> None:
    connection.ensure_connection()
    with Watchdog(outage).watched(Database()):
        sleep_in_a_query(2.5)
    assert not outage.is_known


def test_a_request_outside_a_query_is_left_alone(
    transactional_db: None, silent_server: dict[str, Any], outage: Outage
) -> None:
    connection.ensure_connection()
    with Watchdog(outage).watched(Database(silent_server)):
        time.sleep(1.0)
    assert not outage.is_known
    sleep_in_a_query(0)


def test_one_thread_watches_every_request(outage: Outage, silent_server: dict[str, Any]) -> None:
    watchdog = Watchdog(outage)
    before = threading.active_count()
    for _ in range(5):
        with watchdog.watched(Database(silent_server)):
            pass
    assert threading.active_count() <= before + 1
