"""Checks of everything that pages need (database, migrations, index) and of the other parts."""

import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from archive.database.errors import is_no_space
from statements.search import operations, search_backend

logger = logging.getLogger(__name__)

NEEDED = ("database", "migrations", "index")  # if one of these fails, no page can be served
LEAST_FREE_BYTES = 16 * 1024**2  # one WAL segment: with less, PostgreSQL cannot write
OLD_S = 300  # a change that waits longer means that the worker does not keep up
UNKNOWN = "unknown"
OK = "ok"


@dataclass(frozen=True, slots=True)
class Space:
    """The space of the file system that contains a folder."""

    folder: str
    free_bytes: int
    size_bytes: int
    has_inodes: bool

    @property
    def is_full(self) -> bool:
        """Return whether nothing more can be written."""
        return self.free_bytes < LEAST_FREE_BYTES or not self.has_inodes


@dataclass(frozen=True, slots=True)
class Health:
    """The result of all checks: for each part ``OK``, ``UNKNOWN`` or a description."""

    checks: dict[str, str]
    index: operations.IndexReport | None
    space: dict[str, Space]

    @property
    def can_serve(self) -> bool:
        """Return whether pages can be served."""
        return all(self.checks[name] == OK for name in NEEDED)

    @property
    def status(self) -> str:
        """Return "ok", "degraded" or "unavailable"."""
        if not self.can_serve:
            return "unavailable"
        return OK if all(result == OK for result in self.checks.values()) else "degraded"


def health() -> Health:
    """Check every part; parts that depend on one that fails are unknown."""
    names = (*NEEDED, "completeness", "outbox", "quarantine", "worker")
    checks = dict.fromkeys(names, UNKNOWN)
    report = None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = OK
        pending = pending_migrations()
        checks["migrations"] = f"{len(pending)} not applied: {_first(pending)}" if pending else OK
        if not pending:
            report = search_backend().report()
            checks |= _index_checks(report)
    except Error as error:
        logger.warning("health: %s", error)
        checks["database"] = (
            "refuses connections, its disk is full" if is_no_space(error) else "not responding"
        )
        report = None
    space = measure_space()
    checks["disk"] = _disk_check(space)
    return Health(checks, report, space)


def _index_checks(report: operations.IndexReport) -> dict[str, str]:
    index = OK if report.is_readable else "not readable"
    backlog = report.backlog
    late = backlog.lag_s > OLD_S
    return {
        "index": index,
        "completeness": _completeness_check(report),
        "outbox": f"oldest change has waited {backlog.lag_s:.0f} s" if late else OK,
        "quarantine": f"speeches that could not be indexed: {backlog.quarantined}"
        if backlog.quarantined
        else OK,
        "worker": OK if report.has_worker else "not running",
    }


def _completeness_check(report: operations.IndexReport) -> str:
    if not report.is_readable:
        return OK  # reported by the check of the index
    if not report.is_complete:
        return "index is being built"
    missing = report.backlog.missing
    return f"speeches that cannot be found yet: {missing}" if missing else OK


def _first(names: list[str], limit: int = 3) -> str:
    return ", ".join(names[:limit]) + (" …" if len(names) > limit else "")


# -- migrations ---------------------------------------------------------------------------------

# database -> its applied migrations, number and last key, when none was pending
_complete: dict[str, tuple[int, int]] = {}


def pending_migrations() -> list[str]:
    """Return the names of migrations that are not applied.

    When there are none, later calls only read the table of applied migrations.
    """
    database = str(connection.settings_dict["NAME"])
    applied = _applied_migrations()
    if applied is not None and _complete.get(database) == applied:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan and applied is not None:
        _complete[database] = applied
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def has_pending_migrations() -> bool:
    """Return whether migrations are pending; False if the database is not available."""
    try:
        return bool(pending_migrations())
    except Error:
        return False


def _applied_migrations() -> tuple[int, int] | None:
    """Return the number and the last key of the applied migrations; None for a new database."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM django_migrations")
        except ProgrammingError:
            return None
        count, newest = cursor.fetchone()
    return count, newest


# -- disk ---------------------------------------------------------------------------------------


def measure_space() -> dict[str, Space]:
    """Measure the file systems of this machine that the archive writes to."""
    folders = {
        "state": Path(settings.STATE_DIR),
        "index": Path(str(settings.HAYSTACK_CONNECTIONS["default"]["PATH"])),
        "uploads": Path(_temporary_folder()),
    }
    if settings.FIRST_RUN:
        folders["database"] = Path(settings.STATE_DIR) / "postgres" / "data"
    return {name: space for name, folder in folders.items() if (space := space_of(folder))}


def space_of(folder: Path) -> Space | None:
    """Measure the file system of a folder, or of its nearest parent that exists.

    Returns None if it cannot be measured.
    """
    for place in (folder, *folder.parents):
        try:
            status = os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return Space(
            str(folder),
            free_bytes=status.f_bavail * status.f_frsize,
            size_bytes=status.f_blocks * status.f_frsize,
            has_inodes=not status.f_files or status.f_favail > 0,
        )
    return None


def _temporary_folder() -> str:
    if folder := settings.FILE_UPLOAD_TEMP_DIR:
        return str(folder)
    try:
        return tempfile.gettempdir()
    except OSError:  # no folder is writable
        return "/tmp"  # noqa: S108 - only its space is measured


def _disk_check(space: dict[str, Space]) -> str:
    full = [
        f"{name} ({volume.free_bytes // 1024**2} MB free)"
        for name, volume in space.items()
        if volume.is_full
    ]
    return f"full: {', '.join(full)}" if full else OK
