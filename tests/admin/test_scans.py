"""Scans: stored, listed, recognised or given a text, compared with it, offered for download."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from support import documents, hocr
from support.pdf_printer import Sheet, to_pdf
from support.uploads import Person, file_of, hand_in, statement, url

from statements import ingest
from statements.ingest.recognitions import recognize_waiting
from statements.ingest.waiting import jobs
from statements.models import DeliveredFile, Delivery, Recognition, Speech, Transcript

pytestmark = pytest.mark.django_db

LINES = ["Ms. Okafor (Nigeria): The gauges along the border", "must be read by both sides."]


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


@pytest.fixture
def kept(archivist: Client) -> Transcript:
    hand_in(archivist, [file_of(scan(), "old.pdf")])
    return Transcript.objects.get()


@pytest.fixture
def switched_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    hocr.install(tmp_path, monkeypatch, hocr.saying(hocr.of_text(LINES, doubted=["border"])))
    settings.OCR = True


def test_from_the_request_to_the_page_beside_the_text(
    kept: Transcript, switched_on: None, archivist: Client
) -> None:
    address = url("transcript_review", kept.pk)
    assert "Recognize text" in archivist.get(address).content.decode()
    answer = archivist.post(url("transcript_recognize", kept.pk), follow=True).content.decode()
    assert "The worker will recognize the text" in answer
    Recognition.objects.update(pages=3)
    assert "0 of 3 pages recognized" in archivist.get(address).content.decode()
    Recognition.objects.update(pages=1)  # one is enough
    recognize_waiting()
    text = Transcript.objects.get(name="old.hocr")
    page = archivist.get(address).content.decode()
    assert url("transcript_review", text.pk) in page
    assert "Recognize text" not in page
    page = archivist.get(url("transcript_review", text.pk)).content.decode()
    assert '<u class="uncertain">border</u>' in page
    assert "was not certain of “border”" in page
    assert url("transcript_page", kept.pk, 1) in page


def test_staff_alone_see_a_page(kept: Transcript, archivist: Client, client: Client) -> None:
    address = url("transcript_page", kept.pk, 1)
    assert client.get(address).status_code == 302
    answer = archivist.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "no-store" in answer.headers["Cache-Control"]
    assert archivist.get(url("transcript_page", kept.pk, 4)).status_code == 404
    assert archivist.get(url("transcript_page", 9**9, 1)).status_code == 404


def test_an_image_is_a_scan_and_is_shown(archivist: Client) -> None:
    page = hand_in(archivist, [file_of(documents.png(), "page.png")]).content.decode()
    assert "1</strong> scan without text" in page
    picture = Transcript.objects.get()
    answer = archivist.get(url("transcript_page", picture.pk, 1))
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content == documents.png()
    assert archivist.get(url("transcript_page", picture.pk, 2)).status_code == 404


def test_an_image_that_browsers_do_not_show_is_offered_for_download(archivist: Client) -> None:
    hand_in(archivist, [file_of(documents.tiff(), "page.tif")])
    kept = Transcript.objects.get()
    archivist.post(
        url("transcript_text", kept.pk), {"transcripts": [file_of(statement(), "old.txt")]}
    )
    text = Transcript.objects.get(name="old.txt")
    page = archivist.get(url("transcript_review", text.pk)).content.decode()
    assert "Browsers cannot show this kind of image" in page
    assert url("transcript_page", kept.pk, 1) not in page
    assert archivist.get(url("transcript_page", kept.pk, 1)).status_code == 404


def test_pages_without_text_are_offered_for_recognition(
    switched_on: None, archivist: Client, settings: Any
) -> None:
    typed = Sheet()
    lines = ["Mr. Abel (Malta): I call", *["on all who wish to speak,"] * 4, "and on others."]
    for row, text in enumerate(lines):
        typed.write(72, 100 + 14 * row, ("roman", text))
    data = to_pdf([typed, Sheet(content=[b"0 0 200 200 re f"]), typed])
    hand_in(archivist, [file_of(data, "old.pdf")])
    kept = Transcript.objects.get()
    address = url("transcript_review", kept.pk)
    settings.OCR = False
    page = archivist.get(address).content.decode()
    assert "Pages without text" in page
    assert "Text recognition (OCR) is off" in page
    settings.OCR = True
    assert url("transcript_recognize", kept.pk) in archivist.get(address).content.decode()
    answer = archivist.post(url("transcript_recognize", kept.pk), follow=True).content.decode()
    assert "The worker will recognize the text" in answer


def test_who_may_do_neither_is_refused(kept: Transcript, person: Person) -> None:
    stranger = person("change_speech", name="stranger")
    assert stranger.get(url("transcript_page", kept.pk, 1)).status_code == 403
    assert stranger.post(url("transcript_recognize", kept.pk)).status_code == 403


def test_a_text_has_no_pages(archivist: Client) -> None:
    text = ingest.receive("a.txt", b"Ms. Okafor (Nigeria): Yes.").transcript
    assert archivist.get(url("transcript_page", text.pk, 1)).status_code == 404


def test_the_page_says_why_text_is_not_recognised(
    kept: Transcript,
    archivist: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = url("transcript_review", kept.pk)
    page = archivist.get(address).content.decode()
    assert "Text recognition (OCR) is off" in page
    assert "Recognize text" not in page
    settings.OCR = True
    monkeypatch.setenv("PATH", "")
    assert "Tesseract, the program for text" in archivist.get(address).content.decode()
    answer = archivist.post(url("transcript_recognize", kept.pk), follow=True)
    assert "is not installed" in answer.content.decode()
    assert not Recognition.objects.exists()


def test_the_page_says_why_it_failed(
    kept: Transcript, switched_on: None, archivist: Client
) -> None:
    Recognition.objects.create(transcript=kept, outcome="failed", message="It was too dark.")
    page = archivist.get(url("transcript_review", kept.pk)).content.decode()
    assert "It was too dark." in page
    assert "Recognize text" in page
