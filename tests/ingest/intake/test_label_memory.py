"""A person decides which labels begin turns; that is remembered for files of the same series."""

from pathlib import Path

import pytest
from django.core.management import call_command

from statements import ingest
from statements.ingest import Draft, FolderSource, Intake, Metadata
from statements.ingest.drafts.label_memory import recall, series_of
from statements.ingest.intake.file_metadata import FileMetadata
from statements.ingest.intake.reading import read_delivered
from statements.models import LabelChoice, Speech, Transcript
from statements.transcripts.values.choices import LabelChoices, applied

pytestmark = pytest.mark.django_db

BOARD = Metadata(organ="Harbour Board")
DECIDED = LabelChoices.of(accepted=["Erik Vasseur"], rejected=["Mr. Speaker"])


def debate(answer: str) -> bytes:
    return (
        f"Mr. Lund (Harbour South): Will it open?\n\nMr. Speaker: Order.\n\n"
        f"Ms. Tarn (Quay): {answer}\n\nErik Vasseur: I was invited.\n"
    ).encode()


def take(folder: Path, name: str, metadata: Metadata = BOARD, *, dry_run: bool = False) -> None:
    path = folder / name
    path.write_bytes(debate(f"I speak of {path.stem}."))
    source = FolderSource(paths=[path], metadata=FileMetadata(defaults=metadata))
    list(Intake(dry_run=dry_run).run(source))


def speakers(name: str) -> list[str]:
    speeches = Speech.objects.filter(transcript__name=name).order_by("transcript_position")
    return [speech.speaker.name if speech.speaker else "" for speech in speeches]


def draft_of(name: str, metadata: Metadata) -> Draft:
    received = ingest.receive(name, debate(name), metadata=metadata)
    assert received.draft is not None
    return received.draft


def test_the_command_takes_choices_for_its_files_and_remembers_them(tmp_path: Path) -> None:
    path = tmp_path / "debate.txt"
    path.write_bytes(debate("It will."))
    table = tmp_path / "table.csv"
    table.write_text("file,organ\ndebate.txt,Harbour Board\n", encoding="utf-8")
    choices = ["--accept-label=Erik Vasseur", "--reject-label=Mr. Speaker"]
    call_command("ingest_transcripts", str(path), "--metadata", str(table), *choices)
    assert speakers("debate.txt") == ["Lund", "Tarn", "Erik Vasseur"]
    assert recall("organ:harbour board").choices == DECIDED


def test_the_next_file_of_the_organ_is_read_under_what_was_decided(tmp_path: Path) -> None:
    with applied(DECIDED):
        take(tmp_path, "first.txt")
    take(tmp_path, "second.txt")
    take(tmp_path, "other.txt", Metadata(organ="Weir Court"))
    take(tmp_path, "alone.txt", Metadata())
    assert speakers("first.txt") == speakers("second.txt") == ["Lund", "Tarn", "Erik Vasseur"]
    assert speakers("other.txt") == speakers("alone.txt") == ["Lund", "", "Tarn", ""]
    draft = draft_of("third.txt", BOARD)
    assert [label["remembered_from"] for label in draft.labels] == ["first.txt", "first.txt"]
    assert (draft.accepted_labels, draft.rejected_labels) == (["Erik Vasseur"], ["Mr. Speaker"])


def test_a_dry_run_shows_what_is_remembered_and_remembers_nothing(tmp_path: Path) -> None:
    with applied(DECIDED):
        take(tmp_path, "first.txt", dry_run=True)
    assert not LabelChoice.objects.exists()
    assert [speech.speaker for speech in draft_of("second.txt", BOARD).speeches][1] == ""


def test_a_later_decision_replaces_the_one_before(tmp_path: Path) -> None:
    with applied(DECIDED):
        take(tmp_path, "first.txt")
    with applied(LabelChoices.of(accepted=["Mr. Speaker"])):
        take(tmp_path, "second.txt")
    memory = recall("organ:harbour board")
    assert memory.choices == LabelChoices.of(accepted=["Erik Vasseur", "Mr. Speaker"])
    origins = {key: file for key, (_, file) in memory.decisions.items()}
    assert origins == {"erik vasseur": "first.txt", "mr speaker": "second.txt"}


def test_an_upload_is_read_under_what_was_decided() -> None:
    first = ingest.receive("first.txt", debate("one"), metadata=BOARD).transcript
    decide(first, accepted=["Erik Vasseur"], rejected=[])
    second = ingest.Incoming("second.txt", debate("two"), metadata=BOARD)
    read_delivered(ingest.deliver([second]))
    draft = ingest.draft_waiting(Transcript.objects.defer(None).get(name="second.txt"))
    assert [speech.speaker for speech in draft.speeches] == ["Lund", "", "Tarn", "Erik Vasseur"]
    assert [label["remembered_from"] for label in draft.labels] == ["", "first.txt"]


def test_a_decision_taken_back_is_forgotten_for_the_series() -> None:
    first = ingest.receive("first.txt", debate("one"), metadata=BOARD).transcript
    decide(first, accepted=["Erik Vasseur"], rejected=["Mr. Speaker"])
    second = ingest.receive("second.txt", debate("two"), metadata=BOARD).transcript
    draft = decide(second, accepted=["Erik Vasseur"], rejected=[])
    assert [label["remembered_from"] for label in draft.labels] == ["", "first.txt"]
    assert recall("organ:harbour board").choices == LabelChoices.of(accepted=["Erik Vasseur"])


def decide(transcript: Transcript, *, accepted: list[str], rejected: list[str]) -> Draft:
    transcript.refresh_from_db(fields=["revision"])
    return ingest.choose_labels(
        transcript, accepted=accepted, rejected=rejected, revision=transcript.revision
    )


@pytest.mark.parametrize(
    ("draft", "series"),
    [
        (Draft([], organ="HARBOUR Board"), "organ:harbour board"),
        (Draft([], symbol="X/PV.7"), "symbol:X/PV"),
        (Draft([], organ="Harbour Board", dataset="Weirs"), "dataset:Weirs"),
        (Draft([]), ""),
    ],
)
def test_a_series_is_a_data_set_an_organ_or_a_series_of_symbols(draft: Draft, series: str) -> None:
    assert series_of(draft) == series
