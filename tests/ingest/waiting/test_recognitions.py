"""Text recognition (OCR) of scans: by the worker page by page, and by the command at once."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from support import hocr
from support.pdf_printer import Sheet, to_pdf
from support.uploads import statement

from statements import ingest
from statements.ingest import recognitions
from statements.ingest.intake import intake
from statements.ingest.recognitions import recognize_waiting
from statements.ingest.waiting.attempts import MAX_ATTEMPTS
from statements.models import Recognition, RecognizedPage, Speech, Transcript
from statements.transcripts import UnreadableTranscript

pytestmark = pytest.mark.django_db

LINES = [
    "Ms. Okafor (Nigeria): The water was low this year,",
    "and the gauges along the border must be read by both",
    "sides on the same day.",
]


def scan(pages: int = 1) -> bytes:
    return to_pdf([Sheet(content=[b"0 0 200 200 re f"])] * pages)


@pytest.fixture
def recognizing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Switch recognition on, by a program that finds the same lines on every page."""
    folder = tmp_path / "programs"
    folder.mkdir()
    found = hocr.of_text(LINES, doubted=["border"])
    hocr.install(folder, monkeypatch, hocr.saying(found))
    settings.OCR = True


def deliver(data: bytes, name: str = "old.pdf", **metadata: str) -> Transcript:
    given = ingest.Incoming(name, data, metadata=ingest.Metadata(**metadata))
    ingest.deliver([given])
    ingest.read_delivered()
    return Transcript.objects.get(name=name)


@pytest.mark.usefixtures("recognizing")
def test_a_delivered_scan_is_recognised_page_by_page() -> None:
    kept = deliver(scan(), symbol="S/PV.9001")
    assert kept.state == "scan"
    assert "its text is being recognized" in kept.deliveries.get().message
    assert recognize_waiting() == 1
    text = Transcript.objects.defer(None).get(name="old.hocr")
    assert (text.state, text.scan_id, text.encoding) == ("received", kept.pk, "hocr")
    draft = ingest.draft_waiting(text)
    assert draft.symbol == "S/PV.9001"
    assert draft.speeches[0].paragraphs[0].page == 1
    assert [problem["code"] for problem in draft.problems].count("uncertain-words") == 1
    assert kept.recognition.outcome == "done"
    assert not RecognizedPage.objects.exists()
    assert recognize_waiting() == 0


@pytest.mark.usefixtures("recognizing")
def test_pages_that_are_done_are_not_recognised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = deliver(scan(2))
    stop = iter([False, False, False, True, True, True])
    assert recognize_waiting(stop=lambda: next(stop)) == 0
    before = list(RecognizedPage.objects.values_list("number", flat=True))
    assert before == [1]
    numbers: list[int] = []
    real = recognitions.recognize_page

    def noted(data: bytes, number: int, tesseract: object) -> bytes:
        numbers.append(number)
        return real(data, number, tesseract)  # type: ignore[arg-type]

    monkeypatch.setattr(recognitions, "recognize_page", noted)
    assert recognize_waiting() == 1
    assert numbers == [2]
    kept.recognition.refresh_from_db()
    assert kept.recognition.outcome == "done"


def partly_scanned() -> bytes:
    """Return a PDF of three pages, the second of which is an image."""
    typed = Sheet()
    lines = ["Mr. Abel (Malta): I call", *["on all who wish to speak,"] * 4, "and on others."]
    for row, text in enumerate(lines):
        typed.write(72, 100 + 14 * row, ("roman", text))
    other = Sheet(content=[each.replace(b"Mr. Abel", b"Ms. Tarn") for each in typed.content])
    return to_pdf([typed, Sheet(content=[b"0 0 200 200 re f"]), other])


@pytest.mark.usefixtures("recognizing")
def test_pages_without_text_are_recognised_on_request() -> None:
    kept = deliver(partly_scanned(), symbol="S/PV.9001")
    assert kept.state == "received"
    assert ingest.lacks_pages(kept)
    assert ingest.request_missing_pages(kept)
    assert not ingest.request_missing_pages(kept)
    kept.refresh_from_db()
    assert (kept.state, kept.draft) == ("scan", None)
    assert recognize_waiting() == 1
    text = Transcript.objects.defer(None).get(name="old.hocr")
    assert (text.state, text.scan_id) == ("received", kept.pk)
    draft = ingest.draft_waiting(text)
    assert draft.symbol == "S/PV.9001"
    assert [speech.speaker for speech in draft.speeches] == ["Abel", "Okafor", "Tarn"]
    assert [speech.paragraphs[0].page for speech in draft.speeches] == [1, 2, 3]
    assert not ingest.lacks_pages(text)


@pytest.mark.usefixtures("recognizing")
def test_a_scan_that_crashes_the_worker_is_given_up() -> None:
    kept = deliver(scan())
    Recognition.objects.update(attempts=MAX_ATTEMPTS)
    assert recognize_waiting() == 1
    recognition = Recognition.objects.get()
    assert (recognition.outcome, kept.texts.count()) == ("failed", 0)
    assert "crashed 3 times" in recognition.message
    assert ingest.request_recognition(kept)
    assert recognize_waiting() == 1
    assert kept.texts.count() == 1


@pytest.mark.usefixtures("recognizing")
def test_a_scan_that_was_discarded_meanwhile_gets_no_text() -> None:
    kept = deliver(scan())
    ingest.discard(kept)
    assert recognize_waiting() == 1
    assert Recognition.objects.get().outcome == "failed"
    assert Transcript.objects.count() == 1
    assert not ingest.request_recognition(kept)


@pytest.mark.usefixtures("recognizing")
def test_pages_without_words_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hocr.install(tmp_path, monkeypatch, hocr.saying(hocr.document([hocr.page([])])))
    kept = deliver(scan())
    assert recognize_waiting() == 1
    recognition = Recognition.objects.get(transcript=kept)
    assert recognition.outcome == "failed"
    assert "found no words" in recognition.message
    assert Transcript.objects.get().state == "scan"


def test_without_recognition_a_scan_waits_for_its_text() -> None:
    kept = deliver(scan())
    assert kept.deliveries.get().message.endswith("The scan was kept.")
    assert not Recognition.objects.exists()


def run(path: Path, *options: str) -> str:
    told = StringIO()
    call_command("ingest_transcripts", str(path), *options, stdout=told, stderr=told)
    return told.getvalue()


def test_the_command_recognises_at_once(tmp_path: Path, recognizing: None, settings: Any) -> None:
    path = tmp_path / "old.pdf"
    path.write_bytes(scan())
    settings.OCR = False
    assert "1 file without text was kept" in run(path)
    settings.OCR = True
    assert "1 stored (1 new speeches" in run(path, "--date", "1950-02-03")
    text = Transcript.objects.get(name="old.hocr")
    assert Speech.objects.get().transcript == text
    assert text.scan is not None
    assert (text.scan.name, text.scan.state) == ("old.pdf", "published")
    assert "Nothing changed." in run(path)


def test_the_command_recognises_missing_pages(
    tmp_path: Path, recognizing: None, settings: Any
) -> None:
    path = tmp_path / "partly.pdf"
    path.write_bytes(partly_scanned())
    assert "1 stored (3 new speeches" in run(path, "--date", "1950-02-03")
    assert Transcript.objects.get(name="partly.hocr").scan == Transcript.objects.get(
        name="partly.pdf"
    )


def test_a_file_is_stored_without_its_missing_pages_if_recognition_fails(
    tmp_path: Path, recognizing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "recognize_scan", _refuse)
    path = tmp_path / "partly.pdf"
    path.write_bytes(partly_scanned())
    assert "1 stored (2 new speeches" in run(path, "--date", "1950-02-03")
    assert Transcript.objects.get().state == "published"


def _refuse(*_arguments: object, **_options: object) -> bytes:
    raise UnreadableTranscript("too-large", "It is too large.")


def test_the_command_keeps_doubtful_texts_for_review(tmp_path: Path, recognizing: None) -> None:
    path = tmp_path / "old.pdf"
    path.write_bytes(scan())
    assert "1 file was kept for review" in run(path, "--max-doubts", "0")
    text = Transcript.objects.get(name="old.hocr")
    assert (text.state, text.scan) == ("received", Transcript.objects.get(name="old.pdf"))


def test_the_command_says_what_is_missing(tmp_path: Path, recognizing: None, settings: Any) -> None:
    (tmp_path / "a.txt").write_bytes(statement())
    settings.OCR_LANGUAGES = ["eng", "fra"]
    said = run(tmp_path / "a.txt")
    assert "lacks the language “fra”" in said
    assert "1 stored" in said
