"""The sample archive is loaded once, whole or not at all."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from statements.ingest import receive
from statements.models import Meeting, Presidency, Speech, Topic, Transcript

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]


def load(**options: object) -> str:
    out = StringIO()
    call_command("load_samples", stdout=out, **options)
    return out.getvalue()


def test_samples_fill_an_empty_archive() -> None:
    files = len(list((ROOT / "samples").rglob("*/*.txt")))
    out = load()
    assert f"Loaded {files} sample transcripts with {Speech.objects.count()} speeches" in out
    assert Speech.objects.count() >= 40
    assert set(Transcript.objects.values_list("state", flat=True)) == {"published"}
    assert Meeting.objects.filter(resumption=1).exists()
    assert Speech.objects.undated().count() == 2
    assert Speech.objects.filter(country=None, speaker__isnull=False).exists()  # briefers
    assert Speech.objects.exclude(language="").exists()
    assert Topic.objects.filter(kind="agenda-item").exists()


def test_every_affiliation_of_the_samples_is_known() -> None:
    load()
    unknown = Speech.objects.filter(country=None).exclude(affiliation="")
    assert list(unknown.values_list("speaker_line", flat=True)) == []


def test_president_is_known_where_one_presided() -> None:
    load()
    one, several = [], []
    for speech in Speech.objects.filter(role="President").select_related("meeting"):
        assert speech.meeting is not None
        count = Presidency.objects.filter(meeting=speech.meeting).count()
        (one if count == 1 else several).append(speech)
    assert one
    assert all(speech.speaker and speech.country for speech in one)
    known = [speech for speech in several if speech.speaker or speech.country]
    assert len(known) < len(several)
    # where two presided, only after the record says who took the chair
    assert {str(speech.speaker) for speech in known} == {"Ms. Brekkeland"}


def test_samples_are_loaded_once() -> None:
    load()
    before = Speech.objects.count()
    assert "were not loaded" in load()
    assert Speech.objects.count() == before


def test_archive_that_ever_received_anything_is_left_alone() -> None:
    receive("a.txt", b"Ms. Okafor (Nigeria): Rivers join us.\n")
    assert "were not loaded" in load()
    assert Transcript.objects.count() == 1
    load(force=True)
    assert Transcript.objects.count() > 1


def test_broken_sample_leaves_the_archive_empty(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "statements").mkdir()
    (tmp_path / "statements.csv").write_text("file\n")
    (tmp_path / "statements" / "a.txt").write_text("Ms. Okafor (Nigeria): Rivers join us.\n")
    (tmp_path / "statements" / "b.txt").touch()
    with pytest.raises(CommandError, match=r"b\.txt"):
        load(folder=tmp_path)
    assert not Transcript.objects.exists()
