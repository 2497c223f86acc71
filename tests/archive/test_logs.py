"""The log: one line per event, whatever a client sends."""

import logging

import pytest
from django.contrib.auth.models import User
from django.test import Client

from archive.logs import LineFormatter, RejectionFilter


def written(record: logging.LogRecord) -> str:
    RejectionFilter().filter(record)
    return LineFormatter("%(levelname)s %(name)s: %(message)s").format(record)


@pytest.fixture
def archivist(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("ama", is_staff=True))
    return client


REJECTED = {
    "no permission": ("/admin/statements/speech/", {}, 403),
    "foreign host": ("/", {"host": "evil.example"}, 400),
    "not found": ("/nowhere/", {}, 404),
}


@pytest.mark.parametrize("kind", list(REJECTED))
def test_a_rejected_request_is_one_line(
    archivist: Client, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    address, headers, status = REJECTED[kind]
    assert archivist.get(address, headers=headers).status_code == status
    assert caplog.records
    for record in caplog.records:
        assert "\n" not in written(record)


def test_no_line_can_be_forged(caplog: pytest.LogCaptureFixture, db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    address = "/admin/statements/country/?_to_field=a%0d%0aINFO%20archive.accounts:%20signed%20in"
    caplog.clear()
    assert client.get(address).status_code == 400
    [line] = [written(record) for record in caplog.records]
    assert r"The field a\r\nINFO archive.accounts" in line
    assert len(line.splitlines()) == 1


def test_a_failure_of_the_program_keeps_its_traceback() -> None:
    record = logging.makeLogRecord(
        {
            "name": "django.request",
            "levelname": "ERROR",
            "msg": "x\ny",
            "exc_info": (RuntimeError, RuntimeError("a\nb"), None),
            "status_code": 500,
        }
    )
    assert written(record).splitlines() == [r"ERROR django.request: x\ny", "RuntimeError: a", "b"]


def test_the_settings_use_both() -> None:
    [handler] = [
        each for each in logging.root.handlers if isinstance(each.formatter, LineFormatter)
    ]
    assert any(isinstance(each, RejectionFilter) for each in handler.filters)
