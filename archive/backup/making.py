"""A backup is made while the archive runs, and proven before it counts.

The dump and the comparison see the database at the same moment, for they share one exported
snapshot. The dump is restored into a scratch database of the same server, compared with what
the snapshot holds, and the scratch database is dropped. From the moment it is whole the dump is
kept: whatever goes wrong afterwards only leaves it unproven.
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

from archive.backup import proof
from archive.backup.server import BackupError, Database, failure
from archive.firstrun.state import write_private

LOCK = 7_226_051_114  # an advisory lock of the database: one backup at a time
PATTERN = "rostrum-*.dump"
NOTE = "last-backup.json"
SECRET = "secret-key"  # noqa: S105
# of the database's size: what the first dump may need, and the scratch database
DUMP_SHARE, SCRATCH_SHARE = 0.7, 1.2
GROWTH = 1.2  # of a dump since the one before
DROPPED_WITHIN_S = 60
UNPROVEN_SUFFIX = ".unproven.dump"
UNPROVEN_KEPT = 2
NO_CREATEDB = (
    "The role {role} may not create databases, so the dump could not be restored: "
    "ALTER ROLE … CREATEDB lets it."
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Backup:
    """A dump that was kept, and what speaks against it: nothing where it is proven. A second
    attempt may be proven where ``may_create`` is true: the role may make a scratch database."""

    at: datetime
    file: Path
    size: int
    tables: int
    rows: int
    objections: list[str]
    may_create: bool


def back_up(database: Database, folder: Path, *, keep: int, same_disk: bool, say: Say) -> Backup:
    """Make one backup in a folder and remove those beyond the newest `keep` proven ones.

    BackupError or psycopg.Error is raised where no dump could be kept at all; one that was kept
    but could not be proven has objections, and removes only unproven ones, beyond the newest
    `UNPROVEN_KEPT`.
    """
    _make_folder(folder)
    with database.connect() as guard:
        if not guard.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchall()[0][0]:
            raise BackupError("Another backup of this database is being made.")
        for stale in folder.glob(".*.partial"):
            stale.unlink()
        _drop_stale(guard, database.name)
        _check_space(guard, folder, database, same_disk=same_disk)
        may_create = _may_create(guard)
        at = datetime.now(UTC)
        stem = f"rostrum-{at:%Y%m%dT%H%M%SZ}"
        partial = folder / f".{stem}.partial"
        file = folder / f"{stem}{UNPROVEN_SUFFIX}"
        try:
            say("Dumping the database …")
            picture = _dump(database, partial)
            sha256 = _sha256_of(partial)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
        _write_manifest(file, at, sha256, picture, proven=False)
        if may_create:
            say(f"Restoring the dump ({_size(file.stat().st_size)}) to prove it …")
            objections = _prove(database, guard, file, picture)
        else:
            objections = [NO_CREATEDB.format(role=database.parameters.get("user", ""))]
    if not objections:
        proven = folder / f"{stem}.dump"
        _write_manifest(proven, at, sha256, picture, proven=True)
        file.replace(proven)
        manifest(file).unlink()
        file = proven
    made = Backup(
        at, file, file.stat().st_size, len(picture.tables), picture.rows, objections, may_create
    )
    _copy_secret(database, folder)
    _note(database.state, made)
    prune_unproven(folder)
    if not objections:
        prune(folder, keep)
    return made


def prune(folder: Path, keep: int) -> None:
    """Remove all but the newest proven dumps; and unproven ones that are older than the newest."""
    dumps = sorted(folder.glob(PATTERN))
    proven = [file for file in dumps if not file.name.endswith(UNPROVEN_SUFFIX)]
    kept = proven[-keep:]
    for file in dumps:
        if kept and file not in kept and file.name < kept[-1].name:
            _remove(file)


def prune_unproven(folder: Path) -> None:
    """Remove all unproven dumps but the newest `UNPROVEN_KEPT`."""
    for file in sorted(folder.glob(f"rostrum-*{UNPROVEN_SUFFIX}"))[:-UNPROVEN_KEPT]:
        _remove(file)


def _remove(dump: Path) -> None:
    dump.unlink()
    manifest(dump).unlink(missing_ok=True)


def manifest(file: Path) -> Path:
    """Return where it is written what a dump holds."""
    return file.with_suffix(".json")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BackupError(f"{folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BackupError(f"Nothing can be written to {folder}.")


def _check_space(
    guard: "psycopg.Connection[Any]", folder: Path, database: Database, *, same_disk: bool
) -> None:
    """Refuse before anything is written: a full disk would stop the archive itself."""
    size = guard.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
    dumps = sorted(folder.glob(PATTERN))
    dump = dumps[-1].stat().st_size * GROWTH if dumps else size * DUMP_SHARE
    needed = {folder.stat().st_dev: (folder, dump)}
    if database.private or same_disk:
        place = database.state if database.private else folder
        device = place.stat().st_dev
        before = needed.get(device, (place, 0.0))
        needed[device] = (before[0], before[1] + size * SCRATCH_SHARE)
    for place, wanted in needed.values():
        free = shutil.disk_usage(place).free
        if free < wanted:
            raise BackupError(
                f"A backup that is proven needs about {_size(wanted)} on the disk of {place}, "
                f"where {_size(free)} are free: make room, or name another folder (BACKUP_DIR)."
            )


def _dump(database: Database, partial: Path) -> proof.Picture:
    """Dump the database and read what the dump must hold, both of one moment."""
    with database.connect(autocommit=False) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.read_only = True
        proof.prepare(reader)
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
            picture = proof.take(reader)
            complaints = process.communicate()[1]
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        if process.returncode:
            raise failure(arguments, complaints, partial.parent)
    return picture


def _prove(
    database: Database, guard: "psycopg.Connection[Any]", dump: Path, picture: proof.Picture
) -> list[str]:
    try:
        with scratch(database, guard, _scratch_name(database.name)) as name:
            restore_into(database, dump, name)
            with database.connect(name) as restored:
                proof.prepare(restored)
                after = proof.take(restored)
                return proof.differences(picture, after) + proof.faults(restored)
    except (BackupError, psycopg.Error, OSError) as error:
        reason = str(error).partition("\n")[0].strip()
        return [reason or type(error).__name__]


def _may_create(guard: "psycopg.Connection[Any]") -> bool:
    """Tell whether the role may make the scratch database, before a dump is made for it."""
    rows = guard.execute(
        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchall()
    return bool(rows and rows[0][0])


def restore_into(database: Database, dump: Path, name: str) -> None:
    """Restore a dump into an empty database; it belongs to whoever is connected."""
    options = ("--exit-on-error", "--no-owner", "--no-acl", "--no-password")
    database.run("pg_restore", *options, f"--dbname={name}", str(dump))


@contextlib.contextmanager
def scratch(
    database: Database, guard: "psycopg.Connection[Any]", name: str, *, kept: bool = False
) -> Iterator[str]:
    """Make an empty database like the one that is backed up; drop it when the block ends, or, where
    it shall be kept, only when the block fails."""
    try:
        guard.execute(_creation(guard, name))
    except psycopg.errors.InsufficientPrivilege:
        role = database.parameters.get("user", "")
        raise BackupError(NO_CREATEDB.format(role=role)) from None
    except psycopg.Error as error:
        raise BackupError(f"No scratch database could be made: {error}") from None
    try:
        yield name
    except BaseException:
        drop(guard, name)
        raise
    if not kept:
        drop(guard, name)


def _creation(guard: "psycopg.Connection[Any]", name: str) -> sql.Composed:
    """Compose CREATE DATABASE with the encoding and locale of the database itself."""
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
    """Drop a database whoever still looks at it. One of the server's own processes, which may be
    cleaning up in it, cannot be ended by us, but ends soon."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    deadline = time.monotonic() + DROPPED_WITHIN_S
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
    """Drop scratch databases of backups that were killed; there is no other backup now."""
    pattern = f"^{_escaped(name[:40])}_proof_[0-9]+$"
    stale = guard.execute("SELECT datname FROM pg_database WHERE datname ~ %s", (pattern,))
    for (each,) in stale.fetchall():
        drop(guard, each)


def _escaped(text: str) -> str:
    return "".join(each if each.isalnum() or each == "_" else f"\\{each}" for each in text)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write_manifest(
    dump: Path, at: datetime, sha256: str, picture: proof.Picture, *, proven: bool
) -> None:
    """Write what the dump holds, so that it can be compared again when it is restored."""
    content = {
        "at": at.isoformat(timespec="seconds"),
        "sha256": sha256,
        "proven": proven,
        "tables": picture.tables,
        "definitions": sorted(picture.definitions),
    }
    write_private(manifest(dump), json.dumps(content, indent=1), replace=True)


def _note(state: Path, made: Backup) -> None:
    """Write for `/status` when the last backup was made, and whether it is proven."""
    told = {
        "at": made.at.isoformat(timespec="seconds"),
        "file": str(made.file),
        "bytes": made.size,
        "proven": not made.objections,
    }
    write_private(state / NOTE, json.dumps(told), replace=True)


def _copy_secret(database: Database, folder: Path) -> None:
    """Keep the key of a first run with the dump; an operator's stands in the environment."""
    with contextlib.suppress(FileNotFoundError):
        write_private(folder / SECRET, (database.state / SECRET).read_text(), replace=True)


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"
