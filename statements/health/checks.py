"""What pages need: a database, its migrations, a readable index; and what else is worth a word."""

import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from statements.search.results import readiness as index_health
from statements.search.results.readiness import IndexReport

logger = logging.getLogger(__name__)

NEEDED = ("database", "migrations", "index")  # without one of these no page can be served
LEAST_FREE_BYTES = 16 * 1024**2  # one segment of PostgreSQL's log; below that nothing is written
OLD_S = 300  # a change that waits longer means that the worker does not keep up
UNKNOWN = "unknown"
OK = "ok"


@dataclass(frozen=True, slots=True)
class Space:
    """Of the file system that holds a folder."""

    folder: str
    free_bytes: int
    size_bytes: int
    has_inodes: bool

    @property
    def is_full(self) -> bool:
        return self.free_bytes < LEAST_FREE_BYTES or not self.has_inodes


@dataclass(frozen=True, slots=True)
class Health:
    """A word for each part, ``OK`` where all is well."""

    checks: dict[str, str]
    index: IndexReport | None
    space: dict[str, Space]

    @property
    def can_serve(self) -> bool:
        return all(self.checks[name] == OK for name in NEEDED)

    @property
    def word(self) -> str:
        if not self.can_serve:
            return "unavailable"
        return OK if all(word == OK for word in self.checks.values()) else "degraded"


def health() -> Health:
    """Look at every part; parts that depend on one that fails are unknown."""
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
            report = index_health.report()
            checks |= _words(report)
    except Error as error:
        logger.warning("health: %s", error)
        checks["database"] = "does not answer"
        report = None
    space = measure_space()
    checks["disk"] = _disk_word(space)
    return Health(checks, report, space)


def _words(report: IndexReport) -> dict[str, str]:
    index = OK if report.is_readable else "cannot be read"
    backlog = report.backlog
    late = backlog.lag_s > OLD_S
    return {
        "index": index,
        "completeness": OK if report.is_complete or not report.is_readable else "being built",
        "outbox": f"not emptied for {backlog.lag_s:.0f} s" if late else OK,
        "quarantine": f"{backlog.quarantined} speeches could not be indexed"
        if backlog.quarantined
        else OK,
        "worker": OK if report.has_worker else "not at work",
    }


def _first(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


# -- migrations ---------------------------------------------------------------------------------

_known: dict[str, tuple[int, int]] = {}  # database -> its applied migrations, when none was missing


def pending_migrations() -> list[str]:
    """Return the names of migrations that are not applied. Once there are none, only the table of
    those that are is looked at."""
    database = str(connection.settings_dict["NAME"])
    applied = _applied_migrations()
    if applied is not None and _known.get(database) == applied:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan and applied is not None:
        _known[database] = applied
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def has_pending_migrations() -> bool:
    """Tell whether migrations are missing; False where the database cannot be asked."""
    try:
        return bool(pending_migrations())
    except Error:
        return False


def _applied_migrations() -> tuple[int, int] | None:
    """Return number and last key of the applied migrations; None where none was ever applied."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM django_migrations")
        except ProgrammingError:
            return None
        count, newest = cursor.fetchone()
    return count, newest


# -- disk ---------------------------------------------------------------------------------------


def measure_space() -> dict[str, Space]:
    """Measure the file systems that the archive writes to, as far as they are this machine's."""
    folders = {
        "state": Path(settings.STATE_DIR),
        "index": Path(str(settings.HAYSTACK_CONNECTIONS["default"]["PATH"])),
        "uploads": Path(_temporary_folder()),
    }
    if settings.FIRST_RUN:
        folders["database"] = Path(settings.STATE_DIR) / "postgres" / "data"
    return {name: space for name, folder in folders.items() if (space := space_of(folder))}


def space_of(folder: Path) -> Space | None:
    """Measure the file system of a folder, or of the nearest one above it that is there."""
    for place in (folder, *folder.parents):
        try:
            found = os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return Space(
            str(folder),
            free_bytes=found.f_bavail * found.f_frsize,
            size_bytes=found.f_blocks * found.f_frsize,
            has_inodes=not found.f_files or found.f_favail > 0,
        )
    return None


def _temporary_folder() -> str:
    if chosen := settings.FILE_UPLOAD_TEMP_DIR:
        return str(chosen)
    try:
        return tempfile.gettempdir()
    except OSError:  # no folder can be written to
        return "/tmp"  # noqa: S108 - only its space is measured


def _disk_word(space: dict[str, Space]) -> str:
    full = [
        f"{name} ({one.free_bytes // 1024**2} MB free)"
        for name, one in space.items()
        if one.is_full
    ]
    return f"full: {', '.join(full)}" if full else OK
