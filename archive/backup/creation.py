"""Create and verify a backup while the archive is running.

The dump and the comparison use the same exported snapshot, so they see the same state of the
database. The dump is restored into a scratch database on the same server and compared with the
snapshot, and the scratch database is dropped. Once complete, the dump is always kept: if a later
step fails, the backup is only marked as not verified (file name ``*.unproven.dump``).
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from archive.backup import verification
from archive.backup.server import BackupError, Database, failure
from archive.firstrun.state import write_private

LOCK = 7_226_051_114  # advisory lock: one backup of a database at a time
PATTERN = "rostrum-*.dump"
RECORD = "last-backup.json"
SECRET = "secret-key"  # noqa: S105
# expected size of the first dump and of the scratch database, relative to the database
DUMP_SHARE, SCRATCH_SHARE = 0.7, 1.2
GROWTH = 1.2  # allowed growth of a dump since the previous one
DROP_TIMEOUT_S = 60
UNVERIFIED_SUFFIX = ".unproven.dump"
UNVERIFIED_KEPT = 2
NO_CREATEDB = (
    "The role {role} cannot create databases, so the dump could not be restored for verification. "
    "ALTER ROLE … CREATEDB allows it."
)

Report = Callable[[str], None]


@dataclass(frozen=True)
class Backup:
    """A stored dump and the problems found in it; it is verified if there are none.

    If ``may_create`` is false, the role cannot create the scratch database, so retrying is useless.
    """

    created_at: datetime
    file: Path
    size: int
    tables: int
    rows: int
    problems: list[str]
    may_create: bool


def back_up(
    database: Database, folder: Path, *, keep: int, same_disk: bool, report: Report
) -> Backup:
    """Create a backup in a folder and delete all but the newest ``keep`` verified ones.

    Raises BackupError or psycopg.Error if no dump could be stored. A dump that was stored but not
    verified has ``problems``; then only unverified backups are deleted, except the newest
    `UNVERIFIED_KEPT`.
    """
    _make_folder(folder)
    with database.connect() as guard:
        if not guard.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchall()[0][0]:
            raise BackupError("Another backup of this database is in progress.")
        for stale in folder.glob(".*.partial"):
            stale.unlink()
        _drop_stale(guard, database.name)
        _check_space(guard, folder, database, same_disk=same_disk)
        may_create = _may_create(guard)
        created_at = datetime.now(UTC)
        stem = f"rostrum-{created_at:%Y%m%dT%H%M%SZ}"
        partial = folder / f".{stem}.partial"
        file = folder / f"{stem}{UNVERIFIED_SUFFIX}"
        try:
            report("Dumping the database …")
            summary = _dump(database, partial)
            sha256 = _sha256_of(partial)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
        _write_manifest(file, created_at, sha256, summary, verified=False)
        if may_create:
            report(f"Restoring the dump ({_size(file.stat().st_size)}) to verify it …")
            problems = _verify(database, guard, file, summary)
        else:
            problems = [NO_CREATEDB.format(role=database.parameters.get("user", ""))]
    if not problems:
        verified_file = folder / f"{stem}.dump"
        _write_manifest(verified_file, created_at, sha256, summary, verified=True)
        file.replace(verified_file)
        manifest(file).unlink()
        file = verified_file
    backup = Backup(
        created_at,
        file,
        file.stat().st_size,
        len(summary.tables),
        summary.rows,
        problems,
        may_create,
    )
    _copy_secret(database, folder)
    _record(database.state, backup)
    prune_unverified(folder)
    if not problems:
        prune(folder, keep)
    return backup


def prune(folder: Path, keep: int) -> None:
    """Delete all but the newest verified dumps, and unverified dumps older than the newest."""
    dumps = sorted(folder.glob(PATTERN))
    verified = [file for file in dumps if not file.name.endswith(UNVERIFIED_SUFFIX)]
    newest = verified[-keep:]
    for file in dumps:
        if newest and file not in newest and file.name < newest[-1].name:
            _remove(file)


def prune_unverified(folder: Path) -> None:
    """Delete all unverified dumps except the newest `UNVERIFIED_KEPT`."""
    for file in sorted(folder.glob(f"rostrum-*{UNVERIFIED_SUFFIX}"))[:-UNVERIFIED_KEPT]:
        _remove(file)


def _remove(dump: Path) -> None:
    dump.unlink()
    manifest(dump).unlink(missing_ok=True)


def manifest(file: Path) -> Path:
    """Return the path of the file that lists the contents of a dump."""
    return file.with_suffix(".json")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BackupError(f"{folder} cannot be created: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BackupError(f"{folder} is not writable.")


def _check_space(
    guard: "psycopg.Connection[Any]", folder: Path, database: Database, *, same_disk: bool
) -> None:
    """Raise BackupError before anything is written: a full disk would stop the archive itself."""
    size = guard.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
    dumps = sorted(folder.glob(PATTERN))
    dump = dumps[-1].stat().st_size * GROWTH if dumps else size * DUMP_SHARE
    needed = {folder.stat().st_dev: (folder, dump)}
    if database.private or same_disk:
        place = database.state if database.private else folder
        device = place.stat().st_dev
        first_place, size_so_far = needed.get(device, (place, 0.0))
        needed[device] = (first_place, size_so_far + size * SCRATCH_SHARE)
    for place, required in needed.values():
        free = shutil.disk_usage(place).free
        if free < required:
            raise BackupError(
                f"A verified backup needs about {_size(required)} on the disk of {place}, which "
                f"has only {_size(free)} free. Free some space, or choose another folder "
                "(BACKUP_DIR)."
            )


def _dump(database: Database, partial: Path) -> verification.Summary:
    """Dump the database and summarize its contents from the same snapshot."""
    with database.connect(autocommit=False) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.read_only = True
        verification.prepare(reader)
        snapshot = reader.execute("SELECT pg_export_snapshot()").fetchall()[0][0]
        partial.touch(mode=0o600)
        arguments = (
            "pg_dump",
            "--format=custom",
            "--no-password",
            f"--snapshot={snapshot}",
            f"--file={partial}",
        )
        process = database.start(*arguments)
        try:
            summary = verification.summarize(reader)
            errors = process.communicate()[1]
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        if process.returncode:
            raise failure(arguments, errors, partial.parent)
    return summary


def _verify(
    database: Database, guard: "psycopg.Connection[Any]", dump: Path, summary: verification.Summary
) -> list[str]:
    try:
        with scratch(database, guard, _scratch_name(database.name)) as name:
            restore_into(database, dump, name)
            with database.connect(name) as restored:
                verification.prepare(restored)
                after = verification.summarize(restored)
                return verification.differences(summary, after) + verification.faults(restored)
    except (BackupError, psycopg.Error, OSError) as error:
        reason = str(error).partition("\n")[0].strip()
        return [reason or type(error).__name__]


def _may_create(guard: "psycopg.Connection[Any]") -> bool:
    """Return True if the role is allowed to create the scratch database."""
    rows = guard.execute(
        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchall()
    return bool(rows and rows[0][0])


def restore_into(database: Database, dump: Path, name: str) -> None:
    """Restore a dump into an empty database; the connected role becomes the owner."""
    options = ("--exit-on-error", "--no-owner", "--no-acl", "--no-password")
    database.run("pg_restore", *options, f"--dbname={name}", str(dump))


@contextlib.contextmanager
def scratch(
    database: Database, guard: "psycopg.Connection[Any]", name: str, *, keep: bool = False
) -> Iterator[str]:
    """Create an empty database like the one that is backed up, and drop it when the block ends.

    With ``keep``, drop it only if the block raises an exception.
    """
    try:
        guard.execute(_creation(guard, name))
    except psycopg.errors.InsufficientPrivilege:
        role = database.parameters.get("user", "")
        raise BackupError(NO_CREATEDB.format(role=role)) from None
    except psycopg.Error as error:
        raise BackupError(f"The scratch database could not be created: {error}") from None
    try:
        yield name
    except BaseException:
        drop(guard, name)
        raise
    if not keep:
        drop(guard, name)


def _creation(guard: "psycopg.Connection[Any]", name: str) -> sql.Composed:
    """Return CREATE DATABASE with the encoding and locale of the current database."""
    row = guard.execute(
        "SELECT to_jsonb(d) FROM pg_database d WHERE datname = current_database()"
    ).fetchall()[0][0]
    encoding = guard.execute("SHOW server_encoding").fetchall()[0][0]
    options = [
        sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)),
        sql.SQL("ENCODING {}").format(sql.Literal(encoding)),
        sql.SQL("LC_COLLATE {}").format(sql.Literal(row["datcollate"])),
        sql.SQL("LC_CTYPE {}").format(sql.Literal(row["datctype"])),
    ]
    locale = row.get("datlocale") or row.get("daticulocale")  # PostgreSQL 17 renamed it
    provider = {"i": "icu", "b": "builtin"}.get(row.get("datlocprovider", "c"))
    if provider and locale:
        options.append(sql.SQL("LOCALE_PROVIDER {}").format(sql.SQL(provider)))
        key = "ICU_LOCALE {}" if provider == "icu" else "BUILTIN_LOCALE {}"
        options.append(sql.SQL(key).format(sql.Literal(locale)))
    return sql.SQL(" ").join(options)


def _scratch_name(name: str) -> str:
    return f"{name[:40]}_proof_{os.getpid()}"


def drop(guard: "psycopg.Connection[Any]", name: str) -> None:
    """Drop a database even if clients are connected to it.

    Server processes such as autovacuum cannot be terminated by this role, but finish soon; wait for
    them up to `DROP_TIMEOUT_S`. Raises BackupError if the database still cannot be dropped.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    deadline = time.monotonic() + DROP_TIMEOUT_S
    while True:
        try:
            guard.execute(statement)
        except (psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege) as error:
            if time.monotonic() > deadline:
                reason = str(error).partition("\n")[0]
                raise BackupError(f"The database {name} could not be dropped: {reason}.") from None
            time.sleep(0.5)
        else:
            return


def _drop_stale(guard: "psycopg.Connection[Any]", name: str) -> None:
    """Drop the scratch databases of killed backups; the lock rules out another running backup."""
    pattern = f"^{_escape(name[:40])}_proof_[0-9]+$"
    stale = guard.execute("SELECT datname FROM pg_database WHERE datname ~ %s", (pattern,))
    for (scratch_name,) in stale.fetchall():
        drop(guard, scratch_name)


def _escape(text: str) -> str:
    return "".join(
        character if character.isalnum() or character == "_" else f"\\{character}"
        for character in text
    )


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write_manifest(
    dump: Path, created_at: datetime, sha256: str, summary: verification.Summary, *, verified: bool
) -> None:
    """Write the contents of a dump, so that they can be compared when it is restored."""
    content = {
        "at": created_at.isoformat(timespec="seconds"),
        "sha256": sha256,
        "proven": verified,
        "tables": summary.tables,
        "definitions": sorted(summary.definitions),
    }
    write_private(manifest(dump), json.dumps(content, indent=1), replace=True)


def _record(state: Path, backup: Backup) -> None:
    """Record the time of the last backup for `/status`, and whether it is verified."""
    content = {
        "at": backup.created_at.isoformat(timespec="seconds"),
        "file": str(backup.file),
        "bytes": backup.size,
        "proven": not backup.problems,
    }
    write_private(state / RECORD, json.dumps(content), replace=True)


def _copy_secret(database: Database, folder: Path) -> None:
    """Store the generated secret key with the dump; operators set theirs in the environment."""
    with contextlib.suppress(FileNotFoundError):
        write_private(folder / SECRET, (database.state / SECRET).read_text(), replace=True)


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"
