"""Importing a PDF record by command: page numbers and omitted lines are stored, and importing it
again changes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from support.pdf_printer import Layout, Sheet, print_record, to_pdf

from statements.models import Meeting, Member, Paragraph, Speech, Transcript
from statements.transcripts import read

pytestmark = pytest.mark.django_db

SAMPLE = next((Path(__file__).parents[3] / "samples" / "records").glob("*.txt"))
HELD = (Meeting, Member, Paragraph, Speech, Transcript)


def ingest(path: Path) -> str:
    told = StringIO()
    call_command("ingest_transcripts", str(path), stdout=told)
    return told.getvalue()


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.pdf"
    path.write_bytes(print_record(read(SAMPLE.name, SAMPLE.read_bytes()), Layout()))
    return path


def test_a_record_as_pdf_is_stored_once_however_often_it_is_brought(record: Path) -> None:
    source = read(SAMPLE.name, SAMPLE.read_bytes())
    assert f"1 stored ({len(source.speeches)} new speeches" in ingest(record)
    meeting = Meeting.objects.get()
    assert meeting.symbol == str(source.meeting.symbol)
    assert meeting.date == source.meeting.date
    lines = Speech.objects.order_by("position").values_list("speaker_line", flat=True)
    assert list(lines) == [speech.speaker_line for speech in source.speeches]
    spoken = Paragraph.objects.order_by("speech__position", "position")
    assert [text for text in spoken.values_list("text", flat=True)] == [
        paragraph.text for speech in source.speeches for paragraph in speech.paragraphs
    ]
    held = {model: list(model.objects.order_by("pk").values()) for model in HELD}
    assert "Nothing changed." in ingest(record)
    assert {model: list(model.objects.order_by("pk").values()) for model in HELD} == held


def test_what_is_left_out_is_listed_after_publication_with_its_page(
    client: Client, record: Path
) -> None:
    ingest(record)
    transcript = Transcript.objects.defer(None).get()
    assert transcript.draft is None
    parsed = read(record.name, record.read_bytes())
    assert [(each["text"], each["reason"]) for each in transcript.dropped] == [
        (each.text, each.reason) for each in parsed.dropped
    ]
    pages = {each["page"] for each in transcript.dropped}
    assert pages == set(range(2, len(parsed.page_starts) + 1))  # each but the first has a head
    page = client.get(transcript.get_absolute_url()).content.decode()
    for each in transcript.dropped:
        assert each["text"] in page
        assert each["reason"].capitalize() in page
    assert f"page {max(pages)}</span>" in page


def test_a_problem_is_told_with_its_page(client: Client, tmp_path: Path) -> None:
    words = ("The rivers of our countries rise in others. " * 2).split()
    sheets = []
    for number in (1, 2, 3):
        sheet = Sheet()
        if number == 1:
            sheet.write(60, 60, ("bold", "Mr. Lund"), ("roman", " (Norway): We begin."))
        for row in range(20):
            sheet.write(60, 90 + 14 * row, ("roman", " ".join(words)[:70]))
        if number == 3:
            sheet.write(60, 400, ("bold", "Ms. Ito"), ("roman", " (Atlantis): 1 thank you."))
        sheets.append(sheet)
    path = tmp_path / "pages.pdf"
    path.write_bytes(to_pdf(sheets))
    ingest(path)
    transcript = Transcript.objects.get()
    (problem,) = (each for each in transcript.problems if each["code"] == "ocr-i")
    assert problem["page"] == 3
    page = client.get(transcript.get_absolute_url()).content.decode()
    assert "<span>page 3</span>" in page
    assert f"line {problem['line']}<" not in page
