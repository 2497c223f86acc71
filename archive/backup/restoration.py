"""Replace the archive's database with a dump; the previous database is kept under another name."""

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

from archive.backup import creation, verification
from archive.backup.server import MAINTENANCE, BackupError, Database
from archive.firstrun.state import PROJECT, write_private

_CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
FINAL_COMMANDS = (("migrate", "--no-input"), ("rebuild_index", "--noinput"))


def restore(database: Database, dump: Path, report: creation.Report) -> str:
    """Replace the archive's database with a dump; return the new name of the previous database.

    Returns "" if the previous database was empty and was dropped. The dump is first restored into
    another database and checked; if anything fails, the archive is unchanged. Raises BackupError.
    """
    if not dump.is_file():
        raise BackupError(f"{dump} is not a file.")
    expected = _expected_contents(dump)
    _refuse_while_running(database.state)
    name = database.name
    stamp = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
    fresh, former = f"{name[:40]}_restored_{stamp}", f"{name[:40]}_before_{stamp}"
    with database.connect() as connection:
        count = connection.execute(_CONNECTIONS, (name,)).fetchall()[0][0]
        if count:
            raise BackupError(
                f"The archive is in use ({count} connections). Stop the web server, the worker "
                "and all commands first."
            )
        is_empty = not verification.summarize(connection).rows
        with creation.scratch(database, connection, fresh, keep=True):
            report("Restoring the dump into a new database …")
            creation.restore_into(database, dump, fresh)
            report("Checking the restored database …")
            with database.connect(fresh) as restored:
                verification.prepare(restored)
                after = verification.summarize(restored)
                problems = verification.faults(restored)
            if expected:
                problems = verification.differences(expected, after) + problems
            if problems:
                raise BackupError(f"The dump was not restored: {'; '.join(problems[:5])}.")
    _swap(database, fresh, former, drop=is_empty)
    _restore_secret(database, dump.parent)
    # the marker refers to the previous database
    (database.state / "prepared").unlink(missing_ok=True)
    return "" if is_empty else former


def complete(report: creation.Report) -> None:
    """Migrate, because the dump may be from an older release, and rebuild the index."""
    for command in FINAL_COMMANDS:
        report(f"manage.py {' '.join(command)} …")
        result = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command], cwd=PROJECT, check=False
        )
        if result.returncode:
            next_step = ", then run rebuild_index" if command[0] == "migrate" else ""
            raise BackupError(
                f"The database was restored, but manage.py {command[0]} failed. Fix the reported "
                f"problem and run the command again{next_step}."
            )


def _expected_contents(dump: Path) -> verification.Summary | None:
    """Return the expected contents of a dump, or None if it has no manifest.

    Raises BackupError if the manifest or the dump is damaged.
    """
    try:
        content = json.loads(creation.manifest(dump).read_text())
        tables = {
            name: (int(count), str(digest)) for name, (count, digest) in content["tables"].items()
        }
        summary = verification.Summary(tables, frozenset(content["definitions"]))
        sha256 = content["sha256"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(
            f"{creation.manifest(dump)} is damaged. Move it away to restore without comparison."
        ) from None
    with dump.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != sha256:
            raise BackupError(
                f"{dump} is damaged: it does not match its checksum. Use another backup."
            )
    return summary


def _refuse_while_running(state: Path) -> None:
    """Raise BackupError while `make run` holds its lock, because it could interfere."""
    try:
        lock = os.open(state / "run.lock", os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupError("The archive is running. Stop `make run` first.") from None
    finally:
        os.close(lock)


def _swap(database: Database, fresh: str, former: str, *, drop: bool) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    name = sql.Identifier(database.name)
    with database.connect(MAINTENANCE) as connection:
        try:
            connection.execute(rename.format(name, sql.Identifier(former)))
        except psycopg.Error as error:
            creation.drop(connection, fresh)
            raise BackupError(
                f"The archive's database could not be renamed ({_first_line(error)}). "
                "Nothing was changed."
            ) from None
        try:
            connection.execute(rename.format(sql.Identifier(fresh), name))
        except psycopg.Error as error:
            connection.execute(rename.format(sql.Identifier(former), name))
            creation.drop(connection, fresh)
            raise BackupError(
                f"The restored database could not be renamed ({_first_line(error)}). "
                "Nothing was changed."
            ) from None
        if drop:
            creation.drop(connection, former)


def _first_line(error: psycopg.Error) -> str:
    return str(error).partition("\n")[0].strip()


def _restore_secret(database: Database, folder: Path) -> None:
    """Copy the secret key of the backup to a new machine, so that its sessions stay valid."""
    secret = folder / creation.SECRET
    if database.private and secret.is_file() and not (database.state / creation.SECRET).exists():
        write_private(database.state / creation.SECRET, secret.read_text())
