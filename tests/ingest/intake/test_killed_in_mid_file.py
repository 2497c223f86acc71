"""The worker is killed while it reads a file: nothing is lost and nothing is read twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection
from support.archive_index import archive_index

from statements import ingest
from statements.ingest import Incoming
from statements.models import DeliveredFile, Transcript

pytestmark = pytest.mark.long

__all__ = ["archive_index"]

ROOT = Path(__file__).resolve().parents[3]
SLOW = "0-slow.txt"
SPEECHES = 4_000  # of the slow file, which takes seconds to read
QUICK = 8  # files behind it
PATIENCE_S = 180

Outcome = DeliveredFile.Outcome


def slow_text() -> bytes:
    """A text that takes seconds to read: many speeches, below the size limit."""
    lines = ("Ms. Okafor (Nigeria)", "Mr. Lindqvist (Sweden)")
    return "".join(
        f"{lines[number % 2]}: Gauge {number} stood low, and the one behind it lower still.\n\n"
        for number in range(SPEECHES)
    ).encode()


@pytest.fixture
def start(archive_index: object) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Return a function that starts a worker in a group of processes of its own."""
    of = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{of['USER']}:{of['PASSWORD']}@/{of['NAME']}",
        "PGHOST": str(of["HOST"]),
        "PGPORT": str(of["PORT"] or 5432),
        "SECRET_KEY": "of a test",
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "0",
    }
    started = []

    def start_one() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "run_worker"]
        started.append(
            subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        )
        return started[-1]

    yield start_one
    for worker in started:
        with suppress(ProcessLookupError):
            worker.kill()
        worker.wait()


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_file_loses_nothing_and_reads_nothing_twice(start) -> None:
    quick = [
        Incoming(f"{number}.txt", f"Ms. Okafor (Nigeria): Gauge {number}.\n".encode())
        for number in range(1, QUICK + 1)
    ]
    delivery = ingest.deliver([Incoming(SLOW, slow_text()), *quick])

    def of_slow(*values: str) -> tuple[object, ...]:
        return delivery.files.values_list(*values).get(name=SLOW)

    for kill in range(1, 3):
        worker = start()
        until(lambda kill=kill: of_slow("attempts") == (kill,))
        time.sleep(0.3)  # it is read now
        assert of_slow("outcome") == (Outcome.UNREAD,)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert of_slow("outcome", "attempts") == (Outcome.UNREAD, kill)
    start()
    until(lambda: not delivery.files.filter(outcome=Outcome.UNREAD).exists())
    assert set(delivery.files.values_list("outcome", flat=True)) == {Outcome.READ}
    names = list(Transcript.objects.order_by("pk").values_list("name", flat=True))
    assert sorted(names) == sorted([SLOW, *(one.name for one in quick)])
    draft = ingest.draft_waiting(Transcript.objects.defer(None).get(name=SLOW))
    assert len(draft.speeches) == SPEECHES
