"""Scans: stored, listed, given a text, and offered for download with it."""

import pytest
from django.test import Client
from support.pdf_printer import Sheet, to_pdf
from support.uploads import Person, file_of, hand_in, statement, url

from statements.ingest.waiting import jobs
from statements.models import DeliveredFile, Delivery, Speech, Transcript

pytestmark = pytest.mark.django_db


def scan() -> bytes:
    return to_pdf([Sheet(content=[b"0 0 200 200 re f"])] * 3)


def test_from_the_scan_to_the_public_page(archivist: Client, client: Client) -> None:
    page = hand_in(archivist, [file_of(scan(), "old.pdf")]).content.decode()
    assert "1</strong> scan without text" in page
    assert "The scan was kept." in page
    kept = Transcript.objects.get()
    assert client.get(kept.get_absolute_url()).status_code == 404
    assert "1 file without text" in archivist.get(url("transcript_waiting")).content.decode()
    assert "old.pdf" in archivist.get(url("transcript_kept")).content.decode()
    page = archivist.get(url("transcript_review", kept.pk)).content.decode()
    assert url("transcript_text", kept.pk) in page
    original = archivist.get(url("transcript_original", kept.pk))
    assert original.content == scan()
    form = archivist.get(url("transcript_text", kept.pk)).content.decode()
    assert "Add the text of “old.pdf”" in form
    answer = archivist.post(
        url("transcript_text", kept.pk), {"transcripts": [file_of(statement(), "old.txt")]}
    )
    text = Transcript.objects.get(name="old.txt")
    assert answer.headers["Location"] == url("transcript_review", text.pk)
    assert "old.pdf" in archivist.get(answer.headers["Location"]).content.decode()
    archivist.post(url("transcript_publish", text.pk), {"revision": text.revision})
    page = client.get(Speech.objects.get().get_absolute_url()).content.decode()
    assert "old.txt" in page
    assert "the text of a scan" in page
    assert kept.get_absolute_url() in page
    assert "old.pdf" in client.get(text.get_absolute_url()).content.decode()
    assert "old.txt" in client.get(kept.get_absolute_url()).content.decode()
    assert client.get(kept.get_absolute_url() + "original").content == scan()
    answer = archivist.get(url("transcript_text", kept.pk), follow=True)
    assert "is not waiting for its text" in answer.content.decode()


def test_a_scan_takes_one_text(archivist: Client) -> None:
    hand_in(archivist, [file_of(scan(), "old.pdf")])
    address = url("transcript_text", Transcript.objects.get().pk)
    files = [file_of(statement("A."), "a.txt"), file_of(statement("B."), "b.txt")]
    answer = archivist.post(address, {"transcripts": files})
    assert answer.status_code == 400
    assert "Choose only one file" in answer.content.decode()
    assert archivist.post(address, {}).status_code == 400
    assert archivist.get(url("transcript_text", 9**9)).status_code == 404


def test_who_may_not_upload_adds_no_text(person: Person, archivist: Client) -> None:
    hand_in(archivist, [file_of(scan(), "old.pdf")])
    kept = Transcript.objects.get()
    reader = person("view_transcript", name="reader")
    page = reader.get(url("transcript_review", kept.pk)).content.decode()
    assert url("transcript_text", kept.pk) not in page
    assert reader.get(url("transcript_text", kept.pk)).status_code == 403
    assert reader.post(url("transcript_retry", kept.pk)).status_code == 403


def test_a_scan_can_be_discarded(archivist: Client) -> None:
    hand_in(archivist, [file_of(scan(), "old.pdf")])
    kept = Transcript.objects.get()
    archivist.post(url("transcript_discard", kept.pk), {"revision": kept.revision})
    kept.refresh_from_db()
    assert kept.state == "discarded"


def test_what_was_set_aside_is_said_and_can_be_tried_again(archivist: Client) -> None:
    hand_in(archivist, [file_of(statement(), "a.txt"), file_of(statement("B."), "b.txt")])
    DeliveredFile.objects.filter(name="a.txt").update(outcome="aside", message="It failed.")
    Transcript.objects.filter(name="a.txt").update(state="aside", draft=None)
    delivery = url("transcript_delivery", Delivery.objects.get().pk)
    page = archivist.get(delivery).content.decode()
    assert "1</strong> set aside" in page
    assert "It failed." in page
    transcript = Transcript.objects.get(name="a.txt")
    page = archivist.get(url("transcript_review", transcript.pk)).content.decode()
    assert "Try again" in page
    assert archivist.post(url("transcript_retry", transcript.pk)).headers["Location"] == delivery
    transcript.refresh_from_db()
    assert transcript.state == "unread"
    assert archivist.post(url("transcript_retry", transcript.pk)).status_code == 302
    assert jobs.run_jobs() == 0
