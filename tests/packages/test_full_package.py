"""The full package: written, broken off, continued, and read back into an empty database."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TransactionTestCase
from support import rows
from support.packages import contents, database_faults, database_state, every_table

from statements.models import IndexOutbox, Paragraph, Speech, Transcript, UnsavedInput
from statements.packages.contents import Scope
from statements.packages.creation import create_package
from statements.packages.descriptor import Package, PackageError, read_package
from statements.packages.full_tables import archived_models
from statements.packages.restoration import restore_package
from statements.search import search_backend

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
# what an import leaves to the new archive: its own revision, and the queue of its index
OWN = {"public.statements_revision", "public.statements_indexoutbox"}


def empty_database() -> None:
    """Leave in the database what migrations stored in it."""
    TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


def the_archive() -> dict[str, tuple[int, str]]:
    return {name: state for name, state in database_state().items() if name not in OWN}


@pytest.fixture
def package(archive: rows.SmallArchive, tmp_path: Path) -> Package:
    """A package of an archive that has a row in every table, and a history."""
    made = every_table.fill_every_table()
    LogEntry.objects.create(
        user=made[get_user_model()],
        content_type=ContentType.objects.get_for_model(Speech),
        object_id=str(archive.speech.pk),
        object_repr="A speech",
        action_flag=CHANGE,
        change_message="Role: changed.",
    )
    return create_package(tmp_path / "full", Scope.FULL)


def test_an_archive_is_the_same_after_export_and_import(package: Package) -> None:
    assert all(model._base_manager.exists() for model in archived_models())
    deleted = rows.speech("The last one is deleted.")
    deleted_key = deleted.pk
    deleted.delete()
    folder = package.folder.with_name("with the deleted one")
    package = create_package(folder, Scope.FULL)
    before = the_archive()
    history = list(LogEntry.objects.values_list("pk", "action_time", "user__username", "object_id"))
    empty_database()
    assert not Speech.all_objects.exists()
    restore_package(package)
    assert the_archive() == before
    assert database_faults() == []
    assert history == list(
        LogEntry.objects.values_list("pk", "action_time", "user__username", "object_id")
    )
    person = get_user_model().objects.get()
    assert person.username == every_table.WORD
    assert not person.is_active
    assert not person.has_usable_password()
    assert person.email == ""
    assert rows.speech("A new one.").pk > deleted_key
    waiting = set(IndexOutbox.objects.values_list("speech_id", flat=True))
    assert waiting >= set(Speech.all_objects.values_list("pk", flat=True))


def test_it_has_no_password_key_or_session(package: Package) -> None:
    person = get_user_model().objects.get()
    kept = UnsavedInput.objects.create(
        key="the-key-of-unsaved-input", person=person, path="/", title="", fields=[]
    )
    again = create_package(package.folder.with_name("again"), Scope.FULL)
    text = "\n".join(contents(again.folder).values())
    assert person.username in text
    for secret in (person.password, person.email, kept.key):
        assert secret
        assert secret not in text
    assert again.folder.stat().st_mode & 0o077 == 0


def test_what_was_imported_is_found(package: Package, archive_index: Callable[[], int]) -> None:
    empty_database()
    call_command("import_archive", str(package.folder), verbosity=0)
    report = search_backend().report()
    assert report.is_complete
    assert report.speeches == Speech.objects.count() > 0


def test_the_history_of_a_model_that_is_gone_is_kept(
    archive: rows.SmallArchive, tmp_path: Path
) -> None:
    LogEntry.objects.create(
        user=get_user_model().objects.create_user("archivist"),
        content_type=ContentType.objects.create(app_label="statements", model="retired"),
        object_id="1",
        object_repr="A row of a table that no release has now",
        action_flag=CHANGE,
    )
    package = create_package(tmp_path / "full", Scope.FULL)
    empty_database()
    restore_package(package)
    kept = LogEntry.objects.get()
    assert kept.content_type is not None
    assert kept.content_type.model == "retired"


def damage_a_table(package: Package) -> None:
    path = package.folder / "paragraph.jsonl.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def lose_a_file(package: Package) -> None:
    (package.folder / "originals.zip").unlink()


def change_the_schema(package: Package) -> None:
    edit(package, lambda descriptor: descriptor["rostrum"].update(schema=["0001_initial"]))


def change_the_scope(package: Package) -> None:
    edit(package, lambda descriptor: descriptor["rostrum"].update(scope="public"))


def lose_a_table(package: Package) -> None:
    edit(package, lambda descriptor: descriptor["resources"].pop())


def break_the_descriptor(package: Package) -> None:
    (package.folder / "datapackage.json").write_text('{"rostrum": ')


def lead_out_of_the_folder(package: Package) -> None:
    edit(package, lambda descriptor: descriptor["resources"][0].update(path="../users.jsonl.gz"))


def lose_the_descriptor(package: Package) -> None:
    (package.folder / "datapackage.json").unlink()


def lose_a_state(package: Package) -> None:
    edit(package, lambda descriptor: descriptor["resources"][0].pop("state"))


def falsify_a_state(package: Package) -> None:
    edit(package, lambda descriptor: descriptor["resources"][-2].update(state="0" * 64))


def edit(package: Package, change: Callable[[dict[str, Any]], Any]) -> None:
    path = package.folder / "datapackage.json"
    descriptor = json.loads(path.read_text())
    change(descriptor)
    path.write_text(json.dumps(descriptor))


HARMS: dict[str, Callable[[Package], None]] = {
    "does not match its checksum": damage_a_table,
    "missing or damaged": lose_a_file,
    "another release": change_the_schema,
    "public scope": change_the_scope,
    "lacks tables": lose_a_table,
    "or has others": lose_a_state,
    "json is damaged": break_the_descriptor,
    "or of another program": lead_out_of_the_folder,
    "no complete package": lose_the_descriptor,
    "nothing was stored": falsify_a_state,
}


def test_a_package_that_is_not_fit_is_refused_and_nothing_stored(package: Package) -> None:
    empty_database()
    before = the_archive()
    for number, (sentence, harm) in enumerate(HARMS.items()):
        folder = package.folder.with_name(f"harmed-{number}")
        shutil.copytree(package.folder, folder)
        harm(read_package(folder))
        with pytest.raises(CommandError, match=sentence):
            call_command("import_archive", str(folder))
        assert the_archive() == before
        assert not get_user_model().objects.exists()


def test_only_an_empty_database_is_filled(package: Package) -> None:
    before = the_archive()
    with pytest.raises(PackageError, match="The database is not empty"):
        restore_package(package)
    assert the_archive() == before
    empty_database()
    get_user_model().objects.create_user("admin")
    with pytest.raises(PackageError, match="before an administrator is created"):
        restore_package(package)


def test_a_killed_export_is_continued(archive: rows.SmallArchive, tmp_path: Path) -> None:
    """It waits for a table that this test has locked, and is killed there."""
    of = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{of['USER']}:{of['PASSWORD']}@/{of['NAME']}",
        "PGHOST": str(of["HOST"]),
        "PGPORT": str(of["PORT"] or 5432),
        "SECRET_KEY": "of a test",
        "ALLOWED_HOSTS": "localhost",
    }
    folder = tmp_path / "full"
    partial = tmp_path / ".full.partial"
    command = [sys.executable, "manage.py", "export_archive", str(folder), "--scope", "full"]
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE statements_vote IN ACCESS EXCLUSIVE MODE")
        with subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
        ) as process:
            until = time.monotonic() + PATIENCE_S
            while "paragraph.jsonl.gz" not in progress(partial):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.02)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        other.rollback()
    assert not folder.exists()
    written = {name: (partial / name).stat().st_mtime_ns for name in progress(partial)}
    Paragraph.objects.filter(speech=archive.speech, position=1).update(text="Changed since.")
    answer = subprocess.run(
        command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True
    ).stdout
    kept = {name for name, at in written.items() if (folder / name).stat().st_mtime_ns == at}
    # a trigger notes the change in the other table
    assert kept == written.keys() - {"paragraph.jsonl.gz", "changedspeech.jsonl.gz"}
    assert "paragraph.jsonl.gz was written: it is written again" in answer
    assert "speech.jsonl.gz was complete" in answer
    assert not partial.exists()
    before = the_archive()
    empty_database()
    restore_package(read_package(folder))
    assert the_archive() == before


def progress(partial: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((partial / "progress.json").read_text())["files"])
    except FileNotFoundError:
        return {}


def test_nothing_is_written_over(archive: rows.SmallArchive, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Kept.")
    with pytest.raises(PackageError, match="is not empty"):
        create_package(tmp_path, Scope.FULL)
    with pytest.raises(PackageError, match="is not empty"):
        create_package(tmp_path / "notes.txt", Scope.FULL)
    with pytest.raises(PackageError, match="cannot be written to"):
        create_package(tmp_path / "notes.txt" / "package", Scope.FULL)
    assert (tmp_path / "notes.txt").read_text() == "Kept."


def test_an_archive_without_speeches_can_be_moved(transactional_db: None, tmp_path: Path) -> None:
    before = the_archive()
    package = create_package(tmp_path / "full", Scope.FULL)
    restore_package(read_package(package.folder))
    assert the_archive() == before
    assert not Transcript.objects.exists()
