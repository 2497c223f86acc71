"""The database restarts during an import: no file fails because of it, and none is skipped."""

import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from archive.database import retrying
from statements.ingest import (
    DataSetSource,
    FileResult,
    FileState,
    FolderSource,
    Intake,
    TableSource,
)
from statements.ingest.intake import sources
from statements.models import IndexOutbox, Speech
from statements.search.indexing import outbox
from statements.transcripts.datasets import SecurityCouncil
from statements.transcripts.formats.containers.archives import Member

pytestmark = pytest.mark.django_db(transaction=True)

FILES = 8


class Outage:
    """Refuses connections to the test database and ends those that there are."""

    def __init__(self, administrator: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._administrator = administrator
        self._name = str(connection.settings_dict["NAME"])
        self._timer: threading.Timer | None = None

    def begin(self, seconds: float | None = None) -> None:
        """Begin; with seconds, it ends by itself."""
        self._allow("false")
        self._administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [self._name],
        )
        if seconds is not None:
            self._timer = threading.Timer(seconds, self.end)
            self._timer.start()

    def end(self) -> None:
        self._allow("true")

    def close(self) -> None:
        if self._timer is not None:
            self._timer.join()
        self.end()
        connection.close()

    def _allow(self, value: str) -> None:
        self._administrator.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS {value}')


@pytest.fixture
def outage() -> Iterator[Outage]:
    given = connection.get_connection_params()
    of = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}
    with psycopg.connect(dbname="postgres", autocommit=True, **of) as administrator:
        made = Outage(administrator)
        yield made
        made.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"s_{number}.txt" for number in range(FILES)]
    for number, path in enumerate(paths):
        path.write_text(f"Mr. Rask (Norway): The weir of lake {number} holds.\n")
    return paths


def members(first: int, last: int) -> list[Member]:
    return [
        Member(
            f"UNSC_2010_SPV.6411_spch{number:03}.txt",
            f"Ms. Lund (Norway): The weir of lake {number} holds.".encode(),
        )
        for number in range(first, last)
    ]


def interrupt(results: Iterator[FileResult], after: int, outage: Outage) -> list[FileState]:
    """Consume results, with an outage of a second after so many."""
    states = []
    for number, result in enumerate(results):
        states.append(result.state)
        if number + 1 == after:
            outage.begin(1)
    return states


def test_files_are_stored_after_an_outage(files: list[Path], outage: Outage) -> None:
    results = Intake().run(FolderSource(paths=files))
    assert interrupt(results, 3, outage) == [FileState.STORED] * FILES
    assert Speech.objects.count() == FILES


def test_what_is_stored_after_an_outage_is_still_an_import(
    files: list[Path], outage: Outage
) -> None:
    with outbox.importing():
        interrupt(Intake().run(FolderSource(paths=files)), 3, outage)
        assert IndexOutbox.objects.filter(priority=outbox.Priority.PERSON).count() == 0
        assert IndexOutbox.objects.exists()
    before = IndexOutbox.objects.count()
    Speech.objects.first().paragraphs.update(text="Edited.")
    assert IndexOutbox.objects.filter(priority=outbox.Priority.PERSON).exists()
    assert IndexOutbox.objects.count() > before
    connection.close()
    Speech.objects.last().paragraphs.update(text="Edited on a new connection.")
    of_people = IndexOutbox.objects.filter(priority=outbox.Priority.PERSON)
    assert of_people.values("speech_id").distinct().count() == 2


def test_the_command_ends_with_a_sentence_and_its_second_run_continues(
    files: list[Path], outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "PATIENCE_S", 1.0)
    call_command("ingest_transcripts", *files[:3], stdout=StringIO())
    outage.begin()
    connection.close()  # a command begins without one
    with pytest.raises(CommandError, match=r"was lost: .*Run the same command again"):
        call_command("ingest_transcripts", *files, stdout=StringIO())
    outage.end()
    out = StringIO()
    call_command("ingest_transcripts", *files, stdout=out)
    assert f"{FILES} files: {FILES - 3} stored" in out.getvalue()
    assert Speech.objects.count() == FILES


def test_an_outage_in_mid_run_is_logged_and_stops_with_no_file_failed(
    files: list[Path],
    outage: Outage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(retrying, "PATIENCE_S", 1.0)
    results = Intake().run(FolderSource(paths=files))
    assert next(results).state is FileState.STORED
    outage.begin()
    with pytest.raises(retrying.OutageTooLong):
        next(results)
    assert "trying again in 0.2 s" in caplog.text
    outage.end()
    assert [result.state for result in Intake().run(FolderSource(paths=files))] == [
        FileState.KNOWN,
        *[FileState.STORED] * (FILES - 1),
    ]


def test_a_data_set_is_stored_after_an_outage(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FILES_PER_GROUP", 2)
    source = DataSetSource(dataset=SecurityCouncil(), members=members(1, 10))
    states = interrupt(Intake().run(source), 3, outage)
    assert states == [FileState.STORED] * 9
    assert Speech.objects.count() == 9


def test_what_a_crash_loses_of_a_data_set_is_stored_again(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups are committed before they are on the disk."""
    monkeypatch.setattr(sources, "FILES_PER_GROUP", 2)
    source = DataSetSource(dataset=SecurityCouncil(), members=members(1, 7))
    results = Intake().run(source)
    states = [next(results).state for _ in range(2)]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE statements_transcript CASCADE")
    outage.begin(0.5)
    states += [result.state for result in results]
    assert states == [FileState.STORED] * 6
    assert Speech.objects.count() == 6


def test_a_table_is_stored_after_an_outage(tmp_path: Path, outage: Outage) -> None:
    table = tmp_path / "table.csv"
    rows = [
        f"The weir of lake {number} holds.,2010-10-25,6411,{number},Norway"
        for number in range(1, 4)
    ]
    table.write_text("\n".join(["text,date,spv,speech,country", *rows]) + "\n")
    connection.ensure_connection()
    outage.begin(1)
    [result] = Intake().run(TableSource(path=table))
    assert result.state is FileState.STORED
    assert Speech.objects.count() == 3


def test_a_deadlock_is_tried_again() -> None:
    attempts = []

    def work() -> str:
        attempts.append(1)
        if len(attempts) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")
        return "done"

    assert retrying.retry_outages(work) == "done"
    assert len(attempts) == 2


def test_a_fault_of_what_was_asked_is_raised_at_once() -> None:
    attempts = []

    def work() -> None:
        attempts.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE SQLSTATE '54000'; END $$")

    with pytest.raises(Exception, match="54000"):
        retrying.retry_outages(work)
    assert len(attempts) == 1
