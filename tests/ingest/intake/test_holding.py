"""Files that the import command keeps for review: repeated words, and much to check."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from statements.ingest import Draft, preview, publish
from statements.models import Speech, Transcript

pytestmark = pytest.mark.django_db

RECORD = """\
{symbol}                                Security Council
                                         9907th meeting
Monday, 23 February 2015, 3 p.m.         New York
President: Mr. Lin Bai . . . . (China)

The meeting was called to order at 3.05 p.m.

Mr. Tarn (Chad): The beaver came up the river and has built its dam by the mill.

Ms. Hale (Canada): The beaver is welcome at our mill as well.

The meeting rose at 4 p.m.
"""


def ingest(*arguments: object) -> str:
    told = StringIO()
    call_command("ingest_transcripts", *map(str, arguments), stdout=told)
    return told.getvalue()


@pytest.fixture
def copies(tmp_path: Path) -> list[Path]:
    """The files of a stored record: without a symbol, and with a mistyped one."""
    paths = []
    for name, symbol in (("first", "S/PV.9907"), ("none", " " * 9), ("mistyped", "S/PV.9970")):
        paths.append(tmp_path / f"{name}.txt")
        paths[-1].write_text(RECORD.format(symbol=symbol))
    assert "1 stored (2 new speeches" in ingest(paths[0])
    return paths[1:]


def test_a_dry_run_tells_which_words_are_there(copies: list[Path]) -> None:
    told = ingest("--dry-run", *copies)
    message = "waiting for review: 2 of 2 speeches have the same words"
    assert told.count(message) == 2
    assert told.count("in S/PV.9907.") == 2
    assert "2 files would be kept for review." in told
    assert Transcript.objects.count() == 1


def test_files_with_words_that_are_there_wait_for_a_decision(copies: list[Path]) -> None:
    assert "2 files were kept for review." in ingest(*copies)
    assert Speech.objects.count() == 2
    waiting = Transcript.objects.defer(None).filter(state=Transcript.State.RECEIVED)
    assert sorted(transcript.name for transcript in waiting) == ["mistyped.txt", "none.txt"]
    assert [transcript.doubts for transcript in waiting if not transcript.doubts] == []
    assert ingest(*copies).count("waiting for review, left unchanged") == 2
    for transcript in waiting:
        draft = Draft.from_json(transcript.draft)
        codes = [problem["code"] for problem in preview(draft, transcript).problems]
        assert codes.count("same-words") == 1
    published = publish(waiting[0], Draft.from_json(waiting[0].draft))
    assert published.stored == 2  # a person may decide otherwise


def test_another_record_is_stored(copies: list[Path]) -> None:
    path = copies[0]
    other = RECORD.format(symbol="S/PV.9908").replace("beaver", "otter")
    path.write_text(other)
    assert "1 stored (2 new speeches" in ingest(path)


def test_a_file_with_an_impossible_date_waits(tmp_path: Path) -> None:
    path = tmp_path / "future.txt"
    path.write_text(RECORD.format(symbol="S/PV.9907").replace("2015", "2951"))
    assert "1 file was kept for review." in ingest(path)
    assert not Speech.objects.exists()


def test_a_doubtful_file_waits_where_that_is_asked_for(tmp_path: Path) -> None:
    plain, doubtful = tmp_path / "plain.txt", tmp_path / "doubtful.txt"
    plain.write_text(RECORD.format(symbol="S/PV.9907"))
    doubtful.write_text("Mr. Nobody (Nowhere): The otter is back.\n")
    told = ingest("--max-doubts", 20, "--dry-run", doubtful)
    assert "1 would be stored" in told
    told = ingest("--max-doubts", 0, plain, doubtful)
    assert "1 file was kept for review." in told
    assert "issues to review." in told
    assert {transcript.name: transcript.state for transcript in Transcript.objects.all()} == {
        "plain.txt": "published",
        "doubtful.txt": "received",
    }
