"""The public package that the site gives out: written by the worker each night if the archive has
changed, and read by pages.

Each is a folder of its own in ``settings.DATA_DIR``; the newest counts. Nothing but the public
scope is ever given out, and no package with words of a speech that was withdrawn or deleted since.
"""

import logging
import shutil
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from statements.ingest.waiting import attempts
from statements.models import revision
from statements.models.withdrawal_notices import departures_digest
from statements.packages.contents import Scope
from statements.packages.descriptor import Package, PackageError, read_package

PREFIX = "public-"  # of the folders of packages
NIGHT = 3  # the hour, in the time zone of the site, from which a package is written
POLL_S = 60.0
RETRY_S = 3600.0  # after an export that failed

_log = logging.getLogger(__name__)


def published_package() -> Package | None:
    """Return the newest public package, or None if there is none or none is to be given out.

    A package that was made before a speech was withdrawn or deleted is not given out.
    """
    if not settings.PUBLISH_DATA:
        return None
    for folder in _folders():
        package = _read(folder)
        if (
            package is not None
            and package.scope is Scope.PUBLIC
            and package.departures == departures_digest()
        ):
            return package
    return None


def is_due(package: Package | None, now: datetime) -> bool:
    """Return whether a package is to be written: at once if none can be given out, and otherwise
    each night after a change of the archive."""
    if package is None:
        return True
    local = timezone.localtime(now)
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    if night > local:
        night -= timedelta(days=1)
    return package.created_at < night and package.revision != revision.read()


def publish(stop: threading.Event) -> None:
    """Write a package if one is due, in a process of its own; what is older is deleted.

    The process is ended when ``stop`` is set; the next one continues its work.
    """
    if not is_due(published_package(), timezone.now()):
        return
    connection.close()  # not needed while the process runs
    following = settings.DATA_DIR / "next"
    if not following.exists() and not _export(following, stop):
        return
    created_at = read_package(following).created_at
    following.rename(settings.DATA_DIR / f"{PREFIX}{created_at:%Y%m%dT%H%M%SZ}")
    for folder in _folders()[1:]:
        shutil.rmtree(folder)


def publish_until_stopped(stop: threading.Event) -> None:
    """Publish packages when they are due until ``stop`` is set."""
    attempts.repeat_until_stopped(
        lambda: publish(stop), stop, pause_s=POLL_S, name="the public package"
    )


def _export(folder: Path, stop: threading.Event) -> bool:
    """Return whether the package was written; after a failure, wait before the next attempt."""
    command = [sys.executable, "manage.py", "export_archive", str(folder), "--scope", "public"]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    while process.poll() is None:
        if stop.wait(1):
            process.terminate()
            process.wait()
            return False
    if process.returncode:
        _log.error("the public package was not written (status %d)", process.returncode)
        until = time.monotonic() + RETRY_S
        while time.monotonic() < until and not stop.wait(POLL_S):
            pass
    return not process.returncode


def _folders() -> list[Path]:
    """Return the folders of packages, the newest first."""
    return sorted(settings.DATA_DIR.glob(f"{PREFIX}*"), reverse=True)


@lru_cache(maxsize=4)
def _read(folder: Path) -> Package | None:
    """Return a package, which never changes, or None if it is damaged."""
    try:
        return read_package(folder)
    except PackageError as error:
        _log.warning("%s", error)
        return None
