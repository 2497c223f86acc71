"""Writes a package to a folder, from one state of the database.

Files are written to a hidden folder beside it, which gets its name when all are complete. An export
that was broken off is continued there: a file that was complete is kept if it would be the same.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from archive.firstrun.file_locks import try_exclusive
from archive.firstrun.state import write_private
from archive.release import release
from statements.packages.contents import Scope, resources
from statements.packages.descriptor import (
    FILE_NAME,
    Package,
    PackageError,
    describe,
    hash_of,
    read_package,
)
from statements.packages.resources import Progress, Resource

_PROGRESS = "progress.json"
_LOCK = "export.lock"

type Report = Callable[[str], object]  # called with sentences
type Bar = Callable[[str], AbstractContextManager[Progress]]  # called with the name of a file


def no_bar(title: str) -> AbstractContextManager[Progress]:
    """Show no progress."""
    return nullcontext(lambda finished, total: None)


def create_package(
    folder: Path,
    scope: Scope,
    *,
    originals: bool = False,
    report: Report = lambda sentence: None,
    bar: Bar = no_bar,
) -> Package:
    """Write a package and return it; ``originals`` adds original files to a public one.

    Raises PackageError if the folder has files already or cannot be made, or another export writes
    to it; OSError if the disk is full, after which the export can be continued.
    """
    partial = _partial_folder(folder)
    with _locked(partial):
        finished = _read_progress(partial, scope)
        with _snapshot():
            contents = resources(scope, originals=originals)
            for resource in contents:
                state = resource.state()
                if not _is_complete(partial, resource, state, finished, report):
                    finished[resource.file_name] = _write_file(partial, resource, state, bar)
                    _write_json(partial / _PROGRESS, _progress(scope, finished))
            files = [finished[resource.file_name] for resource in contents]
            _write_json(partial / FILE_NAME, describe(scope, files))
        names = {FILE_NAME, *(resource.file_name for resource in contents)}
        for path in partial.iterdir():
            if path.name not in names:
                path.unlink()
            elif scope is Scope.PUBLIC:
                path.chmod(0o644)
        if scope is Scope.PUBLIC:
            partial.chmod(0o755)
        _flush(partial)
        partial.rename(folder)
    return read_package(folder)


def _partial_folder(folder: Path) -> Path:
    """Return the folder to write to, made if it is new."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PackageError(
            _("%(folder)s is not empty. Name a new folder, or remove this one first.")
            % {"folder": folder}
        )
    partial = folder.parent / f".{folder.name}.partial"
    try:
        partial.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(partial, os.W_OK | os.X_OK)
    except OSError as error:
        if not isinstance(error, (FileExistsError, NotADirectoryError, PermissionError)):
            raise
        writable = False
    if not writable:
        raise PackageError(
            _("%(folder)s cannot be written to. Name another folder.") % {"folder": folder.parent}
        )
    return partial


@contextmanager
def _locked(partial: Path) -> Iterator[None]:
    lock = try_exclusive(partial / _LOCK)
    if lock is None:
        raise PackageError(_("Another export to this folder is in progress."))
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Have all statements see one state of the database."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _read_progress(partial: Path, scope: Scope) -> dict[str, dict[str, Any]]:
    """Return the descriptors of the complete files of an export that was broken off, by name; none
    if another release wrote them."""
    try:
        noted = json.loads((partial / _PROGRESS).read_text("utf-8"))
        is_same = noted["release"] == release() and noted["scope"] == scope
        return dict(noted["files"]) if is_same else {}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _progress(scope: Scope, finished: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"release": release(), "scope": scope.value, "files": finished}


def _is_complete(
    partial: Path,
    resource: Resource,
    state: str,
    finished: Mapping[str, Mapping[str, Any]],
    report: Report,
) -> bool:
    """Return whether a file was complete before and would be the same today."""
    before = finished.get(resource.file_name)
    path = partial / resource.file_name
    if before is None or not path.exists() or path.stat().st_size != before["bytes"]:
        return False
    if before["state"] != state:
        report(
            _("The archive has changed since %(file)s was written: it is written again.")
            % {"file": resource.file_name}
        )
        return False
    report(_("%(file)s was complete.") % {"file": resource.file_name})
    return True


def _write_file(partial: Path, resource: Resource, state: str, bar: Bar) -> dict[str, Any]:
    """Write a file and return its descriptor."""
    path = partial / resource.file_name
    with path.open("wb") as file, bar(resource.file_name) as progress:
        number = resource.write(file, progress)
    _flush(path)
    return resource.descriptor() | {
        "bytes": path.stat().st_size,
        "hash": hash_of(path),
        resource.items: number,
        "state": state,
    }


def _write_json(path: Path, content: Any) -> None:
    write_private(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n", replace=True)
    _flush(path)


def _flush(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
