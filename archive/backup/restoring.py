"""A dump takes the place of the archive's database, which is kept under another name."""

import fcntl
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

import psycopg
from psycopg import sql

from archive.backup import making, proof
from archive.backup.server import MAINTENANCE, BackupError, Database
from archive.firstrun.state import PROJECT, write_private

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
AFTERWARDS = (("migrate", "--no-input"), ("rebuild_index", "--noinput"))


def restore(database: Database, dump: Path, say: making.Say) -> str:
    """Put a dump in the place of the archive's database; return the name the old one has now, ""
    where it was empty and is gone.

    The dump is restored beside it and checked first: whatever fails, the archive is as before.
    """
    if not dump.is_file():
        raise BackupError(f"{dump} is not a file.")
    expected = _expected(dump)
    _refuse_while_running(database.state)
    name = database.name
    stamp = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
    fresh, former = f"{name[:40]}_restored_{stamp}", f"{name[:40]}_before_{stamp}"
    with database.connect() as own:
        others = own.execute(_OTHERS, (name,)).fetchall()[0][0]
        if others:
            raise BackupError(
                f"The archive is in use ({others} connections): stop the web server, the worker "
                "and all commands first."
            )
        empty = not proof.take(own).rows
        with making.scratch(database, own, fresh, kept=True):
            say("Restoring the dump beside the archive's database …")
            making.restore_into(database, dump, fresh)
            say("Checking what was restored …")
            with database.connect(fresh) as restored:
                proof.prepare(restored)
                after = proof.take(restored)
                wrong = proof.faults(restored)
            if expected:
                wrong = proof.differences(expected, after) + wrong
            if wrong:
                raise BackupError(f"The dump was not put in place: {'; '.join(wrong[:5])}.")
    _exchange(database, fresh, former, drop=empty)
    _bring_secret(database, dump.parent)
    # what was prepared was the database before
    (database.state / "prepared").unlink(missing_ok=True)
    return "" if empty else former


def complete(say: making.Say) -> None:
    """Migrate, for the dump may be of an older release, and build the index anew."""
    for command in AFTERWARDS:
        say(f"manage.py {' '.join(command)} …")
        done = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command], cwd=PROJECT, check=False
        )
        if done.returncode:
            raise BackupError(
                f"The database is restored, but manage.py {command[0]} failed: mend what it says "
                f"and run it again{', then rebuild_index' if command[0] == 'migrate' else ''}."
            )


def _expected(dump: Path) -> proof.Picture | None:
    """Return what the dump must hold, if the list that was written with it is there."""
    try:
        told = json.loads(making.manifest(dump).read_text())
        tables = {
            name: (int(count), str(digest)) for name, (count, digest) in told["tables"].items()
        }
        picture = proof.Picture(tables, frozenset(told["definitions"]))
        sha256 = told["sha256"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(
            f"{making.manifest(dump)} is damaged: move it away to restore without comparing."
        ) from None
    with dump.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != sha256:
            raise BackupError(
                f"{dump} is damaged: it is not the file that was written. Use another."
            )
    return picture


def _refuse_while_running(state: Path) -> None:
    """Refuse where `make run` holds its lock: it could come between."""
    try:
        lock = os.open(state / "run.lock", os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupError("The archive is running: stop `make run` first.") from None
    finally:
        os.close(lock)


def _exchange(database: Database, fresh: str, former: str, *, drop: bool) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    name = sql.Identifier(database.name)
    with database.connect(MAINTENANCE) as connection:
        try:
            connection.execute(rename.format(name, sql.Identifier(former)))
        except psycopg.Error as error:
            making.drop(connection, fresh)
            raise BackupError(
                f"The archive's database could not be renamed ({_first(error)}); all is as before."
            ) from None
        try:
            connection.execute(rename.format(sql.Identifier(fresh), name))
        except psycopg.Error as error:
            connection.execute(rename.format(sql.Identifier(former), name))
            making.drop(connection, fresh)
            raise BackupError(
                f"The dump could not be put in place ({_first(error)}); all is as before."
            ) from None
        if drop:
            making.drop(connection, former)


def _first(error: psycopg.Error) -> str:
    return str(error).partition("\n")[0].strip()


def _bring_secret(database: Database, folder: Path) -> None:
    """Give a new machine the key that the sessions in the dump were signed with."""
    kept = folder / making.SECRET
    if database.private and kept.is_file() and not (database.state / making.SECRET).exists():
        write_private(database.state / making.SECRET, kept.read_text())
