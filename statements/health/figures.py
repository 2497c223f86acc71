"""Measures the figures of ``/status`` and ``/metrics``; ``/readyz`` shows those of the index.

They are values that JSON can hold: sizes in bytes, times in seconds, dates in ISO 8601.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error

from statements.health.checks import Health, health
from statements.models import DeliveredFile, ReviewTask, Transcript
from statements.search import operations

LAST_BACKUP = "last-backup.json"  # in the state folder of the machine that makes the backups

Figures = dict[str, Any]


def figures() -> tuple[Health, Figures]:
    """Return the health of all parts, and the figures of index, outbox, disks, backup and files.

    A figure that cannot be measured, for example without a database, is None.
    """
    result = health()
    values: Figures = {
        "status": result.status,
        "checks": result.checks,
        **index_figures(result.index),
        "disk": {name: asdict(space) for name, space in result.space.items()},
        "last_backup": last_backup(),
        "files": _files() if result.index else None,
    }
    return result, values


def index_figures(report: operations.IndexReport | None) -> Figures:
    """Return the figures of the index, the worker and the outbox; each is None without a report,
    that is, without a database.
    """
    if report is None:
        return dict.fromkeys(("generation", "speeches", "complete", "worker", "outbox"))
    backlog = asdict(report.backlog)
    backlog.pop("deleted", None)
    backlog["age_s"] = backlog["lag_s"] = round(report.backlog.lag_s, 3)
    return {
        "generation": report.generation,
        "speeches": report.speeches,
        # the same value as in answers to searches
        "complete": report.is_complete and not report.backlog.missing,
        "worker": report.has_worker,
        "outbox": backlog,
    }


def last_backup() -> Figures | None:
    """Return time, file, size and verification of the last backup on this machine.

    Returns None if there was none, or if its record is not readable.
    """
    path = Path(settings.STATE_DIR) / LAST_BACKUP
    try:
        record = json.loads(path.read_text())
        time = datetime.fromisoformat(record["at"])
        return {
            "at": time.isoformat(),
            "file": str(record["file"]),
            "bytes": int(record["bytes"]),
            "proven": record["proven"] is True,
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _files() -> Figures | None:
    try:
        unread = DeliveredFile.objects.filter(outcome=DeliveredFile.Outcome.UNREAD).count()
        tasks = ReviewTask.objects.filter(outcome=ReviewTask.Outcome.WAITING)
        return {
            "to_be_read": unread,
            "to_be_reviewed": Transcript.objects.waiting().count(),
            "to_be_decided": tasks.count(),  # published or discarded by the worker
        }
    except Error:
        return None
