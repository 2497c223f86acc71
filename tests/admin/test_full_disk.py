"""Uploads to a full disk: a stored file is never reported as refused, nor the reverse."""

import tempfile
from typing import IO

import pytest
from django.test import Client
from support.uploads import file_of, statement, url

from statements import ingest
from statements.models import DeliveredFile, Transcript
from statements.transcripts.sandbox import client

pytestmark = pytest.mark.django_db

Outcome = DeliveredFile.Outcome


def full_file() -> IO[bytes]:
    return open("/dev/full", "r+b")


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every temporary file of a reader lies on a disk that is full."""
    monkeypatch.setattr(tempfile, "TemporaryFile", full_file)
    return monkeypatch


def test_a_file_that_cannot_be_read_for_want_of_space_is_stored_and_read_later(
    archivist: Client, full_disk: pytest.MonkeyPatch
) -> None:
    answer = archivist.post(
        url("transcript_upload"), {"transcripts": [file_of(statement())]}, follow=False
    )
    assert answer.status_code == 302
    file = DeliveredFile.objects.get()
    assert file.outcome == Outcome.UNREAD
    assert file.attempts == 0
    page = archivist.get(answer.headers["Location"]).content.decode()
    assert "waiting to be read" in page
    full_disk.undo()
    assert ingest.read_delivered() == 1
    file.refresh_from_db()
    assert file.outcome == Outcome.READ
    assert Transcript.objects.get().state == Transcript.State.RECEIVED


def test_an_answer_that_does_not_fit_on_the_disk_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original, made = tempfile.TemporaryFile, list[IO[bytes]]()

    def second_is_full() -> IO[bytes]:
        made.append(full_file() if len(made) == 1 else original())
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", second_is_full)
    with pytest.raises(OSError, match="No space left on device"):
        client.read_in_sandbox("text", "okafor.txt", statement())
    monkeypatch.undo()
    assert len(client.read_in_sandbox("text", "okafor.txt", statement()).speeches) == 1
