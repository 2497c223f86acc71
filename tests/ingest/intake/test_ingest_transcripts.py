"""The import command: files and folders, with one line and one transaction each."""

from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from statements.ingest import erase, files_under, withdraw
from statements.models import Country, Meeting, Paragraph, Speaker, Speech, Topic, Transcript

pytestmark = pytest.mark.django_db


def statement(speaker: str, words: str) -> str:
    return f"{speaker}: {words} I thank the delegation\nof Norway.\n\nWe shall plant trees.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    (made / "sub").mkdir(parents=True)
    (made / "s_10.txt").write_text(statement("Mr. Rask (Norway)", "Tenth words."))
    (made / "s_2.txt").write_text(statement("Ms. Okafor (Nigeria)", "Second words."))
    (made / "sub" / "s_1.txt").write_text(statement("Ms. Lima (Guinea)", "First words."))
    (made / ".notes.md").write_text("Not a transcript.")
    return made


def ingest(*arguments: Any, fails: bool = False) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) if fails else nullcontext() as refused:
        call_command("ingest_transcripts", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), f"{err.getvalue()}{refused.value if refused else ''}"


def everything() -> dict[str, list[Any]]:
    """All rows that an import can write, to check whether any changed."""
    models = (Country, Meeting, Paragraph, Speaker, Speech, Topic, Transcript)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_folders_are_read_at_any_depth_in_natural_order(folder: Path) -> None:
    names = [path.name for path in files_under([folder])]
    assert names == ["s_2.txt", "s_10.txt", "s_1.txt"]


def test_resumption_comes_after_its_meeting(tmp_path: Path) -> None:
    for name in ("PV.14(Resumption1).txt", "PV.14.txt", "PV.9.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in files_under([tmp_path])] == [
        "PV.9.txt",
        "PV.14.txt",
        "PV.14(Resumption1).txt",
    ]


def test_folder_is_stored_with_what_the_table_says(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        "file,symbol,position,date,topic,colour\n"
        "s_2.txt,S/PV.12,2,2025-03-04,Rivers;Seas,red\n"
        "sub/s_1.txt,S/PV.12,1,2025-03-04,,\n"
        "gone.txt,S/PV.12,9,,,\n"
        "other.txt,nonsense,,,,\n"
    )
    out, err = ingest(folder, "--metadata", table, "--date", "2025-03-05", "--topic", "Water")
    assert [
        (speech.public_id, speech.country_id, str(speech.date))
        for speech in Speech.objects.order_by("meeting", "position")
    ] == [
        ("s-pv-12-001", "GIN", "2025-03-04"),
        ("s-pv-12-002", "NGA", "2025-03-04"),
        (f"t-{Transcript.objects.get(name='s_10.txt').sha256[:10]}-001", "NOR", "2025-03-05"),
    ]
    topics = Speech.objects.get(position=2).topics.values_list("title", flat=True)
    assert set(topics) == {"Rivers", "Seas"}
    assert (
        "3 files: 3 stored (3 new speeches, 0 replaced), 0 already in the archive, 0 failed." in out
    )
    assert "no known speaker" in out
    assert "ignored unknown columns: “colour”" in err
    assert "line 4: the file “gone.txt” was not imported" in err
    assert "line 5: “nonsense” is not a symbol" in err


def test_running_twice_changes_nothing(folder: Path) -> None:
    ingest(folder)
    before = everything()
    out, _ = ingest(folder)
    assert everything() == before
    assert "Nothing changed." in out
    assert "3 already in the archive" in out


def test_dry_run_tells_and_writes_nothing(folder: Path) -> None:
    before = everything()
    with connection.execute_wrapper(_only_selects):
        out, _ = ingest(folder, "--dry-run", "--symbol", "S/PV.12")
    assert everything() == before
    assert "3 would be stored (3 new speeches" in out
    assert "nothing was written" in out


def _only_selects(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.lstrip().upper().startswith("SELECT"), sql
    return execute(sql, params, many, context)


def test_bad_file_is_reported_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "a_empty.txt").touch()
    (folder / "b_picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    out, err = ingest(folder, folder / "none.txt", fails=True)
    assert Speech.objects.count() == 3
    assert Transcript.objects.count() == 3
    rows = {line.split()[0]: line for line in out.splitlines() if "failed:" in line}
    assert set(rows) == {"a_empty.txt", "b_picture.txt", "none.txt"}
    assert "No such file" in rows["none.txt"]
    assert "3 of 6 files could not be stored." in err


def test_file_whose_row_is_bad_is_not_stored(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("file,date\ns_2.txt,31 April 2025\n")
    out, _ = ingest(folder, "--metadata", table, fails=True)
    assert "table.csv, line 2: “31 April 2025” is not a date" in out
    assert set(Transcript.objects.values_list("name", flat=True)) == {"s_10.txt", "s_1.txt"}


def test_file_over_the_limit_is_not_even_read(folder: Path, settings: Any) -> None:
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(30 * 1024**3)  # a hole: 30 GB that take no room
    out, _ = ingest(folder / "huge.txt", fails=True)
    assert "the limit is 25 MB per file" in out


@pytest.mark.parametrize(
    ("policy", "words", "states"),
    [
        ("refuse", "First words", {"published"}),
        ("skip", "First words", {"published", "discarded"}),
        ("replace", "Second words", {"published", "replaced"}),
    ],
)
def test_collision_does_what_was_said(
    folder: Path, policy: str, words: str, states: set[str]
) -> None:
    def at_one(name: str) -> Path:
        table = folder.parent / f"{name}.csv"
        table.write_text(f"file,symbol,position\n{name},S/PV.12,1\n")
        return table

    ingest(folder / "sub", "--metadata", at_one("s_1.txt"))
    dry, _ = ingest(
        folder / "s_2.txt",
        *("--metadata", at_one("s_2.txt"), "--on-collision", policy, "--dry-run"),
        fails=policy == "refuse",
    )
    out, _ = ingest(
        folder / "s_2.txt",
        *("--metadata", at_one("s_2.txt"), "--on-collision", policy),
        fails=policy == "refuse",
    )
    speech = Speech.objects.get()
    assert words in speech.paragraphs.all()[0].text
    assert set(Transcript.objects.values_list("state", flat=True)) == states
    assert (
        dry.splitlines()[1].split()[1:5] == out.splitlines()[1].split()[1:5] or policy == "refuse"
    )


def test_file_that_waits_or_was_discarded_is_left_to_its_librarian(folder: Path) -> None:
    from statements.ingest import discard, receive

    data = (folder / "s_2.txt").read_bytes()
    receive("s_2.txt", data)
    out, _ = ingest(folder / "s_2.txt")
    assert "waiting for review, left unchanged" in out
    discard(Transcript.objects.get())
    out, _ = ingest(folder / "s_2.txt")
    assert "discarded, left unchanged" in out
    assert "1 file was discarded earlier and left unchanged. Upload it in the administration" in out
    assert not Speech.objects.exists()


def test_same_bytes_under_another_name_are_stored_where_the_table_says(folder: Path) -> None:
    words = "The President: I now give the floor to the representative\nof Norway.\n"
    table = folder.parent / "table.csv"
    table.write_text("file,symbol,position\np_1.txt,S/PV.12,1\np_2.txt,S/PV.13,5\n")
    again = folder / "again"
    again.mkdir()
    for name in ("p_1.txt", "p_2.txt", "p_3.txt"):
        (again / name).write_text(words)
    out, _ = ingest(again, "--metadata", table)
    assert set(Speech.objects.values_list("public_id", flat=True)) == {
        "s-pv-12-001",
        "s-pv-13-005",
    }
    assert Transcript.objects.count() == 1
    assert "same content as p_1.txt" in out
    before = everything()
    out, _ = ingest(again, "--metadata", table)
    assert everything() == before
    assert "Nothing changed." in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--date", "yesterday"], "is not a date"),
        (["--symbol", "nonsense"], "is not a symbol"),
        (["--metadata", "/none.csv"], "cannot be read"),
        (["--on-collision", "guess"], "invalid choice"),
    ],
)
def test_option_that_cannot_be_used_is_told(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    _, err = ingest(folder, *arguments, fails=True)
    assert sentence in err
    assert not Transcript.objects.exists()


def test_folder_without_texts_is_told(tmp_path: Path) -> None:
    _, err = ingest(tmp_path, fails=True)
    assert "no file ends in .akn, .doc" in err


def test_each_file_of_a_folder_that_is_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(statement("Mr. Rask (Norway)", "First words."))
    (tmp_path / "photo.jpeg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / ".hidden").write_text("Nothing.")
    table = tmp_path / "table.csv"
    table.write_text("file,symbol,position\na.txt,S/PV.12,1\n")
    out, err = ingest(tmp_path, "--metadata", table, fails=True)
    assert "photo.jpeg" in out
    assert ".hidden" not in out
    assert "table.csv" not in out
    assert "1 of 2 files could not be stored" in err
    assert Speech.objects.count() == 1


def test_a_file_that_was_kept_out_can_replace_later(tmp_path: Path) -> None:
    there, late = tmp_path / "a.txt", tmp_path / "b.txt"
    there.write_text(statement("Mr. Rask (Norway)", "First words."))
    late.write_text(statement("Mr. Rask (Norway)", "Other words."))
    table = tmp_path / "table.csv"
    table.write_text("file,symbol,position\na.txt,S/PV.12,1\nb.txt,S/PV.12,1\n")
    ingest(there, "--metadata", table)
    ingest(late, "--metadata", table, "--on-collision", "skip")
    before = everything()
    out, _ = ingest(late, "--metadata", table, "--on-collision", "skip")
    assert "use --on-collision replace to store it" in out
    assert everything() == before
    ingest(late, "--metadata", table, "--on-collision", "replace")
    assert Speech.objects.get().transcript.name == "b.txt"
    states = {each.name: each.state for each in Transcript.objects.all()}
    assert states == {"a.txt": "replaced", "b.txt": "published"}
    after = everything()
    ingest(late, "--metadata", table, "--on-collision", "replace")
    assert everything() == after


def test_a_file_with_withdrawn_speeches_says_so_and_reinstates_them(folder: Path) -> None:
    ingest(folder)
    speech = Speech.objects.get(transcript__name="s_2.txt")
    withdraw([speech.pk], "A name was printed by mistake.")
    said, _ = ingest(folder)
    assert "archive: 1 of its speeches is withdrawn; use --reinstate to make them public" in said
    assert "1 speech already in the archive is withdrawn. Use --reinstate to make it" in said
    said, _ = ingest(folder, "--reinstate", "--dry-run")
    assert "Withdrawn speeches that would be reinstated: 1." in said
    assert not Speech.objects.filter(pk=speech.pk).exists()
    said, _ = ingest(folder, "--reinstate")
    assert "reinstated: 1 speech" in said
    assert "3 files: 0 stored" in said
    assert "3 already in the archive" in said
    assert "Nothing changed." not in said
    assert Speech.objects.filter(pk=speech.pk).exists()
    said, _ = ingest(folder, "--reinstate")
    assert "Nothing changed." in said
    erase(speech.pk, "A court ordered it.")
    said, _ = ingest(folder, "--reinstate")
    assert "1 of its speeches was permanently erased" in said
    assert "1 speech in these files was permanently erased by an administrator" in said
    assert Speech.objects.count() == 2


def test_another_file_does_not_take_the_place_of_a_withdrawn_speech(tmp_path: Path) -> None:
    for name, words in (("a.txt", "First words."), ("b.txt", "Other words.")):
        (tmp_path / name).write_text(statement("Mr. Rask (Norway)", words))
    table = tmp_path / "table.csv"
    table.write_text("file,symbol,position\na.txt,RC/PV.9,1\nb.txt,RC/PV.9,1\n")
    ingest(tmp_path / "a.txt", "--metadata", table)
    withdraw([Speech.objects.get().pk], "A name was printed by mistake.")
    said, _ = ingest(tmp_path / "b.txt", "--metadata", table, "--on-collision", "replace")
    assert (
        "every speech is already in the archive; 1 position belongs to a withdrawn speech" in said
    )
    assert not Speech.objects.exists()
    assert Speech.all_objects.get().paragraphs.filter(text__contains="First words").exists()
