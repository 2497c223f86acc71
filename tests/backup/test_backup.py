"""Backups: dumps are verified, unverified ones reported, and restored databases complete."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from django.db import connection
from support import rows

from archive.backup import creation, restoration, server, verification
from archive.backup.__main__ import main, pause_after
from archive.backup.server import BackupError, Database, failure
from archive.firstrun import private_postgres
from archive.firstrun.postgres_user import service_user
from statements.models import Speech, Transcript


def back_up(database: Database, folder: Path, keep: int = 3) -> creation.Backup:
    return creation.back_up(database, folder, keep=keep, same_disk=True, report=lambda _: None)


def databases(database: Database) -> set[str]:
    with database.connect() as line:
        return {name for (name,) in line.execute("SELECT datname FROM pg_database").fetchall()}


def picture(database: Database) -> verification.Summary:
    with database.connect() as line:
        verification.prepare(line)
        return verification.summarize(line)


def execute(database: Database, statement: str) -> None:
    with database.connect() as line:
        line.execute(statement)  # type: ignore[arg-type]


def test_a_backup_is_proven_noted_and_leaves_nothing_behind(
    database: Database, tmp_path: Path
) -> None:
    before = databases(database)
    made = back_up(database, tmp_path / "backups")
    assert made.problems == []
    assert made.rows > 20
    assert databases(database) == before
    assert made.file.stat().st_mode & 0o077 == 0
    assert not list(made.file.parent.glob(".*"))
    told = json.loads((database.state / "last-backup.json").read_text())
    assert told == {
        "at": made.created_at.isoformat(timespec="seconds"),
        "file": str(made.file),
        "bytes": made.size,
        "proven": True,
    }
    held = json.loads(creation.manifest(made.file).read_text())
    count = Speech.objects.count()
    assert held["tables"]["public.statements_speech"][0] == count > 0


def test_a_dump_and_what_it_is_compared_with_are_of_one_moment(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes between the dump's beginning and the reading of the rows."""
    take = verification.summarize

    def take_late(line: "psycopg.Connection[Any]") -> verification.Summary:
        execute(database, "UPDATE statements_speech SET speaker_printed = speaker_printed || '!'")
        return take(line)

    monkeypatch.setattr(verification, "summarize", take_late)
    monkeypatch.setattr(creation, "_verify", _prove_with(take))
    assert back_up(database, tmp_path / "backups").problems == []


def _prove_with(take: Callable[..., verification.Summary]) -> Callable[..., list[str]]:
    prove = creation._verify

    def proven(*given: Any) -> list[str]:
        verification.summarize = take
        return prove(*given)

    return proven


class Harm(NamedTuple):
    statement: str
    objection: str


HARMS = {
    "a row is lost": Harm(
        "DELETE FROM statements_paragraph WHERE id IN (SELECT max(id) FROM statements_paragraph)",
        "rows instead of",
    ),
    "a word is changed": Harm(
        "UPDATE statements_speech SET role = role || 'x' WHERE id = (SELECT "
        "min(id) FROM statements_speech)",
        "their contents differ",
    ),
    "a table is lost": Harm(
        "DROP TABLE django_session", "only one database has the table public.django_session"
    ),
    "a trigger is lost": Harm("DROP TRIGGER {trigger} ON statements_speech", "the trigger"),
    "an index is lost": Harm("DROP INDEX {index}", "the index"),
    "a sequence is behind": Harm(
        "SELECT setval(pg_get_serial_sequence('statements_speech', 'id'), 1)", "behind the rows"
    ),
}


def test_a_dump_that_restores_to_something_else_is_not_proven(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'statements_speech'::regclass "
            "AND NOT tgisinternal LIMIT 1"
        )
        trigger = cursor.fetchone()
        cursor.execute(
            "SELECT c.oid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE "
            "indrelid = 'statements_speech'::regclass AND NOT indisunique LIMIT 1"
        )
        index = cursor.fetchone()
    assert trigger
    assert index
    restore_into = creation.restore_into

    def restore_with_harm(chosen: Database, dump: Path, name: str) -> None:
        restore_into(chosen, dump, name)
        harmed = replace(chosen, parameters=chosen.parameters | {"dbname": name})
        for harm in HARMS.values():
            execute(harmed, harm.statement.format(trigger=trigger[0], index=index[0]))

    good = back_up(database, tmp_path / "backups", keep=1)
    with monkeypatch.context() as patched:
        patched.setattr(creation, "restore_into", restore_with_harm)
        made = back_up(database, tmp_path / "backups", keep=1)
    for name, harm in HARMS.items():
        assert any(harm.objection in each for each in made.problems), (name, made.problems)
    assert made.file.name.endswith(".unproven.dump")
    assert good.file.exists(), "a proven backup was removed for one that is not"
    told = json.loads((database.state / "last-backup.json").read_text())
    assert told["proven"] is False
    assert not any("_proof_" in name for name in databases(database))


def test_an_original_that_lost_its_bytes_is_said(database: Database, tmp_path: Path) -> None:
    """As a disk would change it: without the triggers and the constraint."""
    kept = Transcript.objects.defer(None).first()
    assert kept
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'statements_transcript'::regclass "
            "AND contype = 'c' AND pg_get_constraintdef(oid) LIKE %s",
            ["%sha256(%"],
        )
        constraints = [name for (name,) in cursor.fetchall()]
    assert constraints
    with spoilt(database, kept.pk, constraints), database.connect() as line:
        assert any("do not match their SHA-256" in each for each in verification.faults(line))


@contextmanager
def spoilt(database: Database, key: int, constraints: list[str]) -> Iterator[None]:
    """Change a byte of a transcript until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid), conname FROM pg_constraint WHERE conname = ANY(%s)",
            [constraints],
        )
        definitions = cursor.fetchall()
    table = "statements_transcript"
    change = (
        f"UPDATE {table} SET content = set_byte(content, 0, 255 - get_byte(content, 0)) "
        f"WHERE id = {key}"
    )
    for name in constraints:
        execute(database, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    execute(database, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    execute(database, change)
    try:
        yield
    finally:
        execute(database, change)
        execute(database, f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for definition, name in definitions:
            execute(database, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def test_the_newest_proven_ones_are_kept(tmp_path: Path) -> None:
    names = [f"rostrum-2026010{day}T000000Z" for day in range(1, 8)]
    unproven = {0, 3, 6}
    for number, name in enumerate(names):
        suffix = ".unproven.dump" if number in unproven else ".dump"
        (tmp_path / f"{name}{suffix}").write_text("x")
        creation.manifest(tmp_path / f"{name}{suffix}").write_text("{}")
    (tmp_path / "notes.txt").write_text("not ours")
    creation.prune(tmp_path, keep=2)
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == [
        "notes.txt",
        f"{names[4]}.dump",
        f"{names[4]}.json",
        f"{names[5]}.dump",
        f"{names[5]}.json",
        f"{names[6]}.unproven.dump",
        f"{names[6]}.unproven.json",
    ]


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: small)
    with pytest.raises(BackupError, match=r"needs about .* has only 1.* free\. Free some space"):
        back_up(database, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_fills_is_said_and_nothing_half_written_stays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        monkeypatch.setattr(creation, "_check_space", lambda *_, **__: None)
        with pytest.raises(BackupError, match=r"disk of .*small is full\. Free some space"):
            back_up(database, small)
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_full_disk_of_the_server_is_told_from_other_failures() -> None:
    full = failure(["pg_restore"], "ERROR: could not extend file: No space left on device", None)
    assert "disk of the database is full" in str(full)
    assert str(failure(["pg_dump"], "noise\npg_dump: error: no\n\n", None)).endswith("error: no")
    assert "no error message" in str(failure(["pg_dump"], "", None))


def test_two_backups_at_once_do_not_disturb_each_other(database: Database, tmp_path: Path) -> None:
    with database.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", (creation.LOCK,))
        with pytest.raises(BackupError, match="Another backup"):
            back_up(database, tmp_path / "backups")


def test_what_a_killed_backup_left_is_cleared(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / ".rostrum-20260101T000000Z.partial").write_text("half")
    stale = f"{database.name[:40]}_proof_1"
    execute(database, f'CREATE DATABASE "{stale}"')
    back_up(database, folder)
    assert stale not in databases(database)
    assert not list(folder.glob(".*"))


def test_a_backup_is_restored_and_what_stood_there_is_kept(
    database: Database, tmp_path: Path, make_copy: Callable[[Path], Database]
) -> None:
    made = back_up(database, tmp_path / "backups")
    target = make_copy(made.file)
    execute(target, "UPDATE statements_speech SET role = 'changed since'")
    changed = picture(target)
    former = restoration.restore(target, made.file, lambda _: None)
    try:
        assert picture(target) == picture(database)
        kept = replace(target, parameters=target.parameters | {"dbname": former})
        assert picture(kept) == changed
    finally:
        with database.connect() as line:
            creation.drop(line, former)


def test_nothing_is_restored_into_an_archive_in_use(
    database: Database, tmp_path: Path, make_copy: Callable[[Path], Database]
) -> None:
    made = back_up(database, tmp_path / "backups")
    target = make_copy(made.file)
    with target.connect(), pytest.raises(BackupError, match="in use"):
        restoration.restore(target, made.file, lambda _: None)
    assert not any("_restored_" in name for name in databases(database))


def test_a_damaged_dump_is_refused_and_the_archive_stays(
    database: Database, tmp_path: Path, make_copy: Callable[[Path], Database]
) -> None:
    made = back_up(database, tmp_path / "backups")
    target = make_copy(made.file)
    before = picture(target)
    data, held = made.file.read_bytes(), creation.manifest(made.file).read_text()

    def refused(dump: Path, sentence: str) -> None:
        with pytest.raises(BackupError, match=sentence):
            restoration.restore(target, dump, lambda _: None)
        assert picture(target) == before
        assert not any("_restored_" in name for name in databases(database))

    refused(tmp_path / "nowhere.dump", "is not a file")
    refused(tmp_path, "is not a file")
    made.file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused(made.file, "is damaged")
    made.file.write_bytes(data)
    creation.manifest(made.file).write_text('{"tables": 3}')
    refused(made.file, "Move it away")
    told = json.loads(held)
    told["tables"]["public.statements_speech"][0] += 1
    creation.manifest(made.file).write_text(json.dumps(told))
    refused(made.file, r"not restored: public\.statements_speech has")
    creation.manifest(made.file).unlink()
    made.file.write_bytes(data[: len(data) // 2])
    refused(made.file, "pg_restore failed")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (None, 1),
        ("not json", 1),
        ({"at": "2020-01-01T00:00:00+00:00", "proven": True}, 1),
        ({"at": "2999-01-01T00:00:00+00:00", "proven": False}, 1),
        ({"at": "2999-01-01T00:00:00+00:00", "proven": True}, 0),
    ],
)
def test_the_age_of_the_last_proven_backup_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: object, status: int
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    if told is not None:
        words = told if isinstance(told, str) else json.dumps(told)
        (tmp_path / "last-backup.json").write_text(words)
    assert main(["--newer-than", "26"]) == status


@pytest.mark.parametrize("option", [["--keep", "0"], ["--every", "x"], ["--newer-than", "nan"]])
def test_numbers_that_cannot_be_are_refused(option: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(option)


def test_a_database_that_does_not_answer_is_said_in_a_sentence(
    project: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "archive.backup", "--to", str(tmp_path / "backups")],
        cwd=project,
        env=os.environ
        | {"DATABASE_URL": "postgres://x:secret@127.0.0.1:1/x", "STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot connect to the database: ")
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


# -- what goes wrong after the dump ------------------------------------------------------------


def break_connection(line: "psycopg.Connection[Any]") -> None:
    """End the server's side of a connection, as its restart does."""
    line.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_dump_is_kept_where_the_database_goes_away_while_it_is_proven(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = verification.summarize

    def take_or_break(line: "psycopg.Connection[Any]") -> verification.Summary:
        if "_proof_" in line.info.dbname:
            break_connection(line)
        return take(line)

    monkeypatch.setattr(verification, "summarize", take_or_break)
    made = back_up(database, tmp_path / "backups")
    assert "terminating connection" in made.problems[0]
    assert made.file.name.endswith(".unproven.dump")
    held = json.loads(creation.manifest(made.file).read_text())
    assert held["proven"] is False
    assert not any("_proof_" in name for name in databases(database))


def test_a_dump_is_kept_where_the_process_ends_while_it_is_proven(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(creation, "restore_into", end)
        with pytest.raises(KeyboardInterrupt):
            back_up(database, tmp_path / "backups")
    (kept,) = (tmp_path / "backups").glob("*.dump")
    assert kept.name.endswith(".unproven.dump")
    assert creation.manifest(kept).exists()


@pytest.fixture
def of_command(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The test database as the command finds it."""
    given = database.parameters
    monkeypatch.setenv(
        "DATABASE_URL", f"postgres://{given['user']}:{given['password']}@/{given['dbname']}"
    )
    monkeypatch.setenv("PGHOST", given["host"])
    monkeypatch.setenv("PGPORT", given.get("port", "5432"))
    monkeypatch.setenv("STATE_DIR", str(database.state))
    monkeypatch.setattr(server, "_programs", lambda _: database.programs)
    return database


def test_a_database_that_goes_away_before_the_dump_is_said_in_a_sentence(
    of_command: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(creation, "_check_space", lambda guard, *_, **__: break_connection(guard))
    assert main(["--to", str(tmp_path / "backups")]) == 1
    assert capsys.readouterr().err == (
        "Database error: terminating connection due to administrator command.\n"
    )


def test_a_schedule_survives_a_database_that_goes_away(
    of_command: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = creation._check_space
    attempts = []

    def break_once(guard: "psycopg.Connection[Any]", *given: Any, **named: Any) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            break_connection(guard)
        check(guard, *given, **named)

    def prune_and_stop(folder: Path, keep: int) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(creation, "_check_space", break_once)
    monkeypatch.setattr(creation, "prune", prune_and_stop)
    former = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    try:
        assert main(["--to", str(tmp_path / "backups"), "--every", "0.0001"]) == 0
    finally:
        for each, handler in zip((signal.SIGTERM, signal.SIGINT), former, strict=True):
            signal.signal(each, handler)
    assert len(attempts) == 2
    assert len(list((tmp_path / "backups").glob("*.dump"))) == 1


def test_unproven_dumps_do_not_pile_up(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    good = back_up(database, folder)
    monkeypatch.setattr(verification, "faults", lambda _: ["something is wrong"])
    for day in range(1, 5):  # of an hour each, which the test does not wait for
        stale = folder / f"rostrum-2999010{day}T000000Z.unproven.dump"
        stale.write_text("x")
        creation.manifest(stale).write_text("{}")
    back_up(database, folder)
    unproven = sorted(file.name for file in folder.glob("*.unproven.*"))
    assert unproven == [
        f"rostrum-2999010{day}T000000Z.unproven.{kind}"
        for day in (3, 4)
        for kind in ("dump", "json")
    ]
    assert good.file.exists()


@pytest.fixture
def poor(archive: rows.SmallArchive) -> Iterator[Database]:
    """A database of a server of its own, whose role may not create databases."""
    state = Path(tempfile.mkdtemp(prefix="rostrum-poor-", dir="/var/tmp"))
    state.chmod(0o755)
    poor_server = private_postgres.Server(state)
    binaries = poor_server.prepare()
    poor_server._run_single_user(
        binaries, service_user(), poor_server.data, "ALTER ROLE rostrum NOCREATEDB"
    )
    lock = poor_server.hold()
    try:
        of = poor_server.client_environment()
        parameters = {
            keyword: of[variable]
            for keyword, variable in server._VARIABLES.items()
            if variable in of
        }
        yield Database(parameters, binaries.folder, private=False, state=state)
    finally:
        poor_server.release(lock, wait=20)
        shutil.rmtree(state)


def test_a_role_that_may_not_create_databases_is_known_before_the_dump(
    poor: Database, tmp_path: Path
) -> None:
    execute(poor, "CREATE TABLE weirs (name text)")
    sentences: list[str] = []
    made = creation.back_up(
        poor, tmp_path / "backups", keep=3, same_disk=True, report=sentences.append
    )
    assert "ALTER ROLE … CREATEDB" in made.problems[0]
    assert made.may_create is False
    assert made.file.exists()
    assert not any("Restoring" in sentence for sentence in sentences)


def test_failures_in_a_row_are_tried_again_less_and_less_often() -> None:
    day = 24 * 3600.0
    assert [pause_after(failures, day) / 3600 for failures in range(7)] == [24, 1, 2, 4, 8, 16, 24]
    assert pause_after(3, 1800) == 1800


@pytest.mark.parametrize(
    ("every", "age_h", "status"), [("24", 49, 0), ("24", 51, 1), ("168", 300, 0), ("1", 5, 1)]
)
def test_a_backup_is_overdue_by_its_schedule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: str, age_h: int, status: int
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    at = (datetime.now(UTC) - timedelta(hours=age_h)).isoformat()
    (tmp_path / "last-backup.json").write_text(json.dumps({"at": at, "proven": True}))
    assert main(["--every", every, "--check"]) == status
