"""Connections that break during a request, and the response to it."""

import errno
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import DataError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from support.sites.processes import wait_until

from archive.database.outage import WAIT_S, Outage, outage
from archive.middleware.fault_kinds import BUSY, FULL, INVALID, UNREACHABLE, kind_of
from archive.urls import (  # noqa: F401 - this module stands in for the addresses of the site
    handler400,
    handler403,
    handler404,
    handler500,
)
from archive.urls import urlpatterns as _addresses

REFUSED = (
    'connection failed: connection to server on socket ".s.PGSQL.5432" failed: '
    "FATAL:  could not write init file: No space left on device"
)
_calls: list[str] = []


def end_own_connection() -> None:
    """Have the server end the connection of this test, as its shutdown does."""
    pid = connection.connection.info.backend_pid
    settings = connection.get_connection_params()
    with psycopg.connect(**settings, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def breaking(request: HttpRequest) -> HttpResponse:
    _calls.append(request.method or "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if len(_calls) <= int(request.GET["times"]):
        end_own_connection()
    return HttpResponse(str(User.objects.count()))


def full(request: HttpRequest) -> HttpResponse:
    _calls.append(request.method or "")
    raise OSError(errno.ENOSPC, "No space left on device")


def refused(request: HttpRequest) -> HttpResponse:
    raise OperationalError(REFUSED)


def unsigned(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 99999999999::integer")
    return HttpResponse()


urlpatterns = [
    path("breaking", breaking),
    path("api/breaking", breaking),
    path("full", full),
    path("api/full", full),
    path("refused", refused),
    path("api/refused", refused),
    path("api/unsigned", unsigned),
    *_addresses,
]
here = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def calls() -> list[str]:
    _calls.clear()
    return _calls


@pytest.fixture
def own_connection(transactional_db: None) -> Iterator[None]:
    """Leave no broken connection to the clearing of the tables."""
    yield
    connection.close()


@here
@pytest.mark.usefixtures("own_connection")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_whose_connection_is_ended_is_asked_once_more(client, calls, method):
    response = client.generic(method, "/breaking", QUERY_STRING="times=1")
    assert response.status_code == 200
    assert calls == [method, method]


@here
@pytest.mark.usefixtures("own_connection")
def test_it_is_asked_once_more_and_not_again(client, calls):
    response = client.get("/breaking?times=5")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "is temporarily unavailable" in response.text
    assert calls == ["GET", "GET"]
    response = client.get("/api/breaking?times=9")
    assert response.status_code == 503
    assert "database" in response.json()["errors"]


@here
@pytest.mark.usefixtures("own_connection")
@pytest.mark.parametrize("path", ["/breaking", "/api/breaking"])
def test_a_fault_is_one_line_of_the_log(client, caplog, path):
    assert client.get(f"{path}?times=5").status_code == 503
    assert sum(path in record.getMessage() for record in caplog.records) == 1


@here
@pytest.mark.usefixtures("own_connection")
def test_what_may_have_changed_something_is_never_repeated(client, calls):
    response = client.post("/breaking?times=1", {"text": "<typed> words"})
    assert response.status_code == 503
    assert calls == ["POST"]


@here
@pytest.mark.usefixtures("own_connection")
def test_what_was_typed_is_offered_to_be_sent_again(client):
    response = client.post(
        "/breaking?times=1",
        "text=%3Ctyped%3E+words&text=more",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 503
    assert '<input type="hidden" name="text" value="&lt;typed&gt; words">' in response.text
    assert '<input type="hidden" name="text" value="more">' in response.text
    assert 'action="/breaking?times=1"' in response.text


@here
@pytest.mark.django_db
def test_within_a_transaction_nothing_is_repeated(client, calls):
    # the test's own transaction: the connection must not be replaced behind its back
    assert connection.in_atomic_block
    response = client.get("/api/unsigned")
    assert response.status_code == 400
    assert response.json() == {"errors": {"request": INVALID.sentence}}
    connection.needs_rollback = True


@here
def test_a_full_disk_is_told_in_a_sentence(client):
    for address in ("/full", "/refused"):
        response = client.post(address)
        assert response.status_code == 507
        assert "The disk is full" in response.text
        response = client.post(f"/api{address}")
        assert response.status_code == 507
        assert "disk of this archive is full" in response.json()["errors"]["storage"]


@here
def test_a_read_that_needs_space_is_to_be_tried_again(client, calls):
    for address in ("/full", "/refused"):
        response = client.get(address)
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert "The disk is full" in response.text
        response = client.get(f"/api{address}")
        assert response.status_code == 503
        assert "disk of this archive is full" in response.json()["errors"]["storage"]
    assert calls == ["GET"] * 2  # a second attempt would be refused, too


@pytest.fixture
def no_connection(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Have psycopg refuse every new connection with the last of some messages, if there is one."""
    messages: list[str] = []
    connect = psycopg.connect

    def refuse(**parameters: Any) -> Any:
        if messages:
            raise psycopg.OperationalError(messages[-1])
        return connect(**parameters)

    monkeypatch.setattr(psycopg, "connect", refuse)
    monkeypatch.setattr("django.db.backends.postgresql.base.Database.connect", refuse)
    yield messages
    messages.clear()
    outage.end()
    connection.close()


def test_a_connection_that_a_full_disk_prevents_begins_no_outage(no_connection):
    connection.close()
    no_connection.append(REFUSED)
    with outage.bounded_request():
        with pytest.raises(OperationalError, match="No space left"):
            connection.ensure_connection()
        assert outage.wait_for_end(0)
    no_connection.append("connection refused")
    with outage.bounded_request(), pytest.raises(OperationalError):
        connection.ensure_connection()
    assert not outage.wait_for_end(0)
    no_connection.append(REFUSED)  # a server that refuses responds
    assert wait_until(lambda: outage.wait_for_end(0), 10)


def test_an_old_connection_is_kept_while_a_full_disk_prevents_a_new_one(no_connection):
    connection.ensure_connection()
    old = connection.connection
    connection.close_at = 0
    no_connection.append(REFUSED)
    connection.close_if_unusable_or_obsolete()
    assert connection.connection is old
    no_connection.clear()
    connection.close_if_unusable_or_obsolete()
    assert connection.connection is old  # until it has grown old again
    connection.close_at = 0
    connection.close_if_unusable_or_obsolete()
    assert connection.connection is None


def test_health_names_the_full_disk_of_a_database_that_refuses(client, no_connection):
    connection.close()
    no_connection.append(REFUSED)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "refuses connections, its disk is full"
    status = client.get("/status")
    assert status.status_code == 503
    assert status.json()["checks"]["database"] == "refuses connections, its disk is full"


@pytest.mark.django_db
def test_addresses_for_programs_that_lead_nowhere_say_so_in_json(client):
    for address in ("/api/v1/nothing", "/api/", "/api/v2/search", "/api/v1/speeches/a b"):
        response = client.get(address)
        assert response.status_code == 404, address
        assert list(response.json()) == ["errors"], address
        assert response["Access-Control-Allow-Origin"] == "*"
    assert "<html" in client.get("/nothing").text


def test_every_failure_of_a_mistake_stays_a_failure():
    assert kind_of(OperationalError("x")) is UNREACHABLE
    assert kind_of(ValueError("x"), is_staff_address=True) is None
    assert kind_of(RuntimeError("x")) is None
    assert kind_of(DataError("x")) is INVALID
    assert kind_of(OSError(errno.EACCES, "x")) is None
    wrapped = OperationalError("disk")
    wrapped.__cause__ = psycopg.errors.DiskFull("disk")
    assert kind_of(wrapped) is FULL
    wrapped = OperationalError("deadlock")
    wrapped.__cause__ = psycopg.errors.DeadlockDetected("deadlock")
    assert kind_of(wrapped) is BUSY
    wrapped = OperationalError("?")
    wrapped.__cause__ = psycopg.errors.InvalidPassword("?")
    assert kind_of(wrapped) is None


class TestOutage:
    def test_nobody_waits_while_none_is_known(self):
        assert Outage().wait_for_end(deadline=0)

    def test_requests_wait_for_the_end_of_a_young_one(self, monkeypatch):
        monkeypatch.setattr("archive.database.outage.WAIT_S", 20)
        attempts = []

        def probe() -> None:
            attempts.append(1)
            if len(attempts) < 3:
                raise OSError

        outage = Outage()
        outage.begin(probe, time.monotonic())
        assert outage.is_known
        with outage.bounded_request():
            assert outage.wait_for_end(outage.request_deadline)
        assert len(attempts) == 3

    def test_of_an_old_one_nobody_waits_for_the_end(self, monkeypatch):
        outage = Outage()

        def probe() -> None:
            raise OSError

        monkeypatch.setattr("archive.database.outage.WAIT_S", 0.01)
        outage.begin(probe, time.monotonic())
        try:
            assert not outage.wait_for_end(deadline=float("inf"))
            monkeypatch.setattr("archive.database.outage.WAIT_S", 100)
            assert not outage.wait_for_end(deadline=0)
        finally:
            outage.end()
        assert outage.wait_for_end(deadline=0)

    def test_the_time_of_the_failed_attempt_counts(self):
        outage = Outage()

        def probe() -> None:
            raise OSError

        outage.begin(probe, time.monotonic() - WAIT_S)
        try:
            started = time.monotonic()
            assert not outage.wait_for_end(deadline=float("inf"))
            assert time.monotonic() - started < WAIT_S
        finally:
            outage.end()
