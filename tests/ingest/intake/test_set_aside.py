"""Files that crash their readers are set aside; scans are stored and wait for their text."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from support.pdf_printer import Sheet, to_pdf

from statements import ingest
from statements.ingest import Incoming
from statements.ingest.intake import reading
from statements.ingest.intake.uploads import Outcome
from statements.ingest.waiting import attempts
from statements.models import DeliveredFile, Transcript

ROOT = Path(__file__).resolve().parents[3]


def incoming(*numbers: int) -> list[Incoming]:
    return [
        Incoming(f"{number}.txt", f"Ms. Okafor (Nigeria): Gauge {number}.\n".encode())
        for number in numbers
    ]


DIE = """
import os, signal
import django
django.setup()
from statements.ingest.intake import reading
def read_file(name, *args, **kwargs):
    if name == "1.txt" and not kwargs["isolated"]:
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "2.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return original(name, *args, **kwargs)
original, reading.read_file = reading.read_file, read_file
reading.read_delivered()
"""


def reader(program: str) -> int:
    """Run a reader in a process of its own, on the database of this test."""
    settings = connection.settings_dict
    address = "postgres://{}@/{}?host={}&port={}".format(
        settings["USER"], settings["NAME"], settings["HOST"], settings["PORT"]
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "DATABASE_URL": address,
        "SECRET_KEY": "a key that is long enough for the settings of this one test alone",
        "ALLOWED_HOSTS": "localhost",
        "PGPASSWORD": settings["PASSWORD"],
    }
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, timeout=120, check=False
    ).returncode


@pytest.mark.django_db(transaction=True)
def test_a_file_that_kills_its_reader_is_read_apart_and_then_set_aside() -> None:
    delivery = ingest.deliver(incoming(1, 2, 3))
    ends = [reader(DIE) for _ in range(5)]
    # the first is read by a process of its own at its second attempt; the second kills thrice
    assert ends == [-signal.SIGKILL, -signal.SIGKILL, -signal.SIGKILL, -signal.SIGKILL, 0]
    outcomes = {file.name: file.outcome for file in delivery.files.all()}
    assert outcomes == {"1.txt": Outcome.READ, "2.txt": Outcome.ASIDE, "3.txt": Outcome.READ}
    file = delivery.files.get(name="2.txt")
    assert "The reader crashed 3 times" in file.message
    assert Transcript.objects.get(name="2.txt").state == Transcript.State.ASIDE
    assert reading.try_again(file)
    assert not reading.try_again(file)
    assert ingest.read_delivered() == 1
    assert Transcript.objects.get(name="2.txt").state == Transcript.State.RECEIVED


@pytest.mark.django_db
def test_an_attempt_that_ends_in_whichever_way_is_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ingest.deliver(incoming(1))

    def unfinished(*args: Any, **kwargs: Any) -> Any:
        assert DeliveredFile.objects.get().attempts == 1
        raise reading.ReadingTimeout

    monkeypatch.setattr(reading, "read_file", unfinished)
    for _ in range(5):
        assert ingest.read_delivered() == 0
    assert DeliveredFile.objects.get().attempts == 0
    assert DeliveredFile.objects.get().outcome == Outcome.UNREAD


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_asked_to_stop_takes_its_attempts_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ingest.deliver(incoming(1))
    begun, over = threading.Event(), threading.Event()

    def slow(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        over.wait(30)
        raise reading.ReadingTimeout

    monkeypatch.setattr(reading, "read_file", slow)

    def work() -> None:
        ingest.read_delivered()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(30)
    assert DeliveredFile.objects.get().attempts == 1
    attempts.uncount_running()
    assert DeliveredFile.objects.get().attempts == 0
    over.set()
    thread.join()


@pytest.mark.django_db
def test_handing_in_a_file_that_was_set_aside_reopens_it() -> None:
    delivery = ingest.deliver(incoming(1))
    DeliveredFile.objects.update(attempts=3)
    assert ingest.read_delivered() == 1
    assert delivery.files.get().outcome == Outcome.ASIDE
    again = ingest.deliver(incoming(1))
    ingest.read_delivered()
    assert again.files.get().outcome == Outcome.READ


@pytest.mark.django_db
def test_in_a_request_every_file_is_read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()

    def refuse(*args: Any, **kwargs: Any) -> Any:
        assert os.getpid() != here

    monkeypatch.setattr("statements.transcripts.formats.text.read_text", refuse)
    delivery = ingest.deliver(incoming(1))
    begun = time.monotonic()
    assert ingest.read_delivered(delivery, isolated=True) == 1
    assert time.monotonic() - begun < 60
    assert delivery.files.get().outcome == Outcome.READ


# -- scans ---------------------------------------------------------------------------------------


def scan() -> bytes:
    return to_pdf([Sheet(content=[b"0 0 200 200 re f"])] * 3)


TEXT = b"Ms. Okafor (Nigeria): The water was low this year, as the old record says.\n"


@pytest.fixture
def kept(db: None) -> Transcript:
    delivery = ingest.deliver([Incoming("old.pdf", scan())])
    ingest.read_delivered()
    file = delivery.files.get()
    assert file.outcome == Outcome.SCAN
    assert "The scan was kept." in file.message
    return Transcript.objects.get()


def test_a_scan_is_kept_and_is_not_public(kept: Transcript) -> None:
    assert kept.state == Transcript.State.SCAN
    assert kept.size == len(scan())
    assert not Transcript.objects.public().exists()
    again = ingest.deliver([Incoming("old.pdf", scan())])
    ingest.read_delivered()
    assert again.files.get().outcome == Outcome.KNOWN


def test_a_scan_counts_towards_what_a_person_has_waiting(
    django_user_model: Any, settings: Any
) -> None:
    settings.UPLOAD_MAX_WAITING_FILES = 1
    ama = django_user_model.objects.create_user("ama")
    ingest.deliver([Incoming("old.pdf", scan())], sender=ama)
    ingest.read_delivered()
    with pytest.raises(ingest.TooMuchWaiting):
        ingest.check_quota(ama)
    ingest.discard(Transcript.objects.get())
    ingest.check_quota(ama)


def test_a_scan_gets_its_text_and_is_public_with_it(kept: Transcript) -> None:
    ingest.deliver([Incoming("old.txt", TEXT)], scan=kept)
    ingest.read_delivered()
    text = Transcript.objects.defer(None).get(name="old.txt")
    assert text.scan == kept
    assert not kept.is_public
    ingest.publish(text, ingest.draft_waiting(text))
    kept.refresh_from_db()
    assert kept.is_public
    assert list(kept.texts.all()) == [text]


def test_a_text_that_is_discarded_leaves_the_scan_waiting(kept: Transcript) -> None:
    ingest.deliver([Incoming("old.txt", TEXT)], scan=kept)
    ingest.read_delivered()
    ingest.discard(Transcript.objects.get(name="old.txt"))
    kept.refresh_from_db()
    assert kept.state == Transcript.State.SCAN


def test_a_text_that_waits_already_can_be_given_to_its_scan(kept: Transcript) -> None:
    ingest.receive("old.txt", TEXT)
    delivery = ingest.deliver([Incoming("old.txt", TEXT)], scan=kept)
    ingest.read_delivered()
    assert delivery.files.get().outcome == Outcome.KNOWN
    assert Transcript.objects.get(name="old.txt").scan == kept


def test_a_text_that_is_public_is_not_given_to_a_scan(kept: Transcript) -> None:
    received = ingest.receive("old.txt", TEXT)
    assert received.draft
    ingest.publish(received.transcript, received.draft)
    delivery = ingest.deliver([Incoming("old.txt", TEXT)], scan=kept)
    ingest.read_delivered()
    assert "already public" in delivery.files.get().message
    kept.refresh_from_db()
    assert kept.state == Transcript.State.SCAN


def test_another_scan_is_no_text(kept: Transcript) -> None:
    other = to_pdf([Sheet(content=[b"0 0 100 100 re f"])] * 2)
    delivery = ingest.deliver([Incoming("other.pdf", other)], scan=kept)
    ingest.read_delivered()
    assert delivery.files.get().outcome == Outcome.REFUSED
    assert Transcript.objects.count() == 1


@pytest.mark.django_db
def test_the_command_keeps_a_scan_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old.pdf").write_bytes(scan())
    call_command("ingest_transcripts", tmp_path, "--dry-run")
    assert "would be kept" in capsys.readouterr().out
    assert not Transcript.objects.exists()
    call_command("ingest_transcripts", tmp_path)
    said = capsys.readouterr().out
    assert "kept: " in said
    assert "1 file without text was kept." in said
    assert Transcript.objects.get().state == Transcript.State.SCAN
    call_command("ingest_transcripts", tmp_path)
    assert "1 already in the archive" in capsys.readouterr().out


def test_a_scan_is_withheld_with_the_words_of_its_text(kept: Transcript, client: Client) -> None:
    ingest.deliver([Incoming("old.txt", TEXT)], scan=kept)
    ingest.read_delivered()
    text = Transcript.objects.defer(None).get(name="old.txt")
    ingest.publish(text, ingest.draft_waiting(text))
    original = kept.get_absolute_url() + "original"
    assert client.get(original).status_code == 200
    ingest.withdraw([text.speeches.get().pk], "It was a mistake.")
    assert client.get(original).status_code == 410
