"""Back up the archive's database and verify the backup, once or on a schedule; or restore one."""

import argparse
import json
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from archive.backup import creation, restoration
from archive.backup.server import BackupError, database
from archive.firstrun.state import StateError, state_dir

RETRY_AFTER_S = 3600.0  # after a scheduled backup failed; doubled after each further failure
FAILURES = (BackupError, StateError, psycopg.Error, OSError)
DESCRIPTION = (
    "Back up the archive's database while it runs: dump it, restore the dump into a scratch "
    "database, compare every table, drop the scratch database, and record the result in "
    "last-backup.json."
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status, 1 if there is no verified backup."""
    options = _parser().parse_args(arguments)
    try:
        if options.newer_than:
            return _report_age(options.newer_than)
        if options.check:
            return _report_age(overdue_after(options.every))
        if options.restore:
            return _restore(Path(options.restore).absolute())
        folder = Path(options.to).absolute() if options.to else state_dir() / "backups"
        if options.every:
            return _repeat(folder, options)
        return 1 if _back_up(folder, options).problems else 0
    except FAILURES as error:
        _print_error(_message(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m archive.backup", description=DESCRIPTION)
    parser.add_argument(
        "--to",
        default=os.environ.get("BACKUP_DIR") or None,
        help="backup folder (default: BACKUP_DIR, or backups/ in the state folder)",
    )
    parser.add_argument(
        "--keep",
        type=_positive(int),
        default=os.environ.get("BACKUP_KEEP") or "14",
        help="number of verified backups to keep (default: BACKUP_KEEP, or 14)",
    )
    parser.add_argument(
        "--every",
        type=_positive(float),
        metavar="HOURS",
        help="keep running and back up at this interval",
    )
    parser.add_argument(
        "--same-disk",
        action="store_true",
        help="the database is on the same disk as the backups, so check for space for the scratch "
        "database as well",
    )
    parser.add_argument("--restore", metavar="FILE", help="replace the database with a backup")
    parser.add_argument(
        "--newer-than",
        type=_positive(float),
        metavar="HOURS",
        help="only report by the exit status whether the last verified backup is newer",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="with --every: only report by the exit status whether the last verified backup is as "
        "recent as the schedule requires",
    )
    return parser


def overdue_after(every: float | None) -> float:
    """Return the age in hours at which the last verified backup of a schedule is overdue.

    This allows for one failed backup and for the duration of the next.
    """
    return 2 * (every or 24) + 2


def _positive[Number: (int, float)](kind: type[Number]) -> "type[Number]":
    def parse(text: str) -> Number:
        number = kind(text)
        if not 0 < number < 1_000_000:
            raise argparse.ArgumentTypeError("must be a number greater than 0")
        return number

    parse.__name__ = "number"
    return parse  # type: ignore[return-value]


def _back_up(folder: Path, options: argparse.Namespace) -> creation.Backup:
    since = time.monotonic()
    with database() as source:
        backup = creation.back_up(
            source,
            folder,
            keep=options.keep,
            same_disk=options.same_disk,
            report=_print,
        )
    if backup.problems:
        reasons = "; ".join(backup.problems[:5])
        _print_error(f"{backup.file} was kept but is NOT VERIFIED: {reasons}")
    else:
        _print(
            f"{backup.file}: {backup.size:,} bytes, verified: {backup.rows:,} rows in "
            f"{backup.tables} tables are identical after restoring, and every original file "
            f"matches its SHA-256 ({time.monotonic() - since:.0f} s)."
        )
    return backup


def _repeat(folder: Path, options: argparse.Namespace) -> int:
    """Back up on a schedule until SIGTERM or SIGINT; failed backups are retried sooner."""
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    pause_s = options.every * 3600
    wait_s = max(0.0, pause_s - _age_s())  # a restart does not restart the schedule
    failures = 0
    while not stop.wait(wait_s):
        is_retry_useful = True
        try:
            backup = _back_up(folder, options)
            failures = failures + 1 if backup.problems else 0
            is_retry_useful = backup.may_create
        except FAILURES as error:
            _print_error(_message(error))
            failures += 1
        wait_s = pause_after(failures, pause_s) if is_retry_useful else pause_s
    return 0


def pause_after(failures: int, pause_s: float) -> float:
    """Return the seconds until the next scheduled backup after a number of consecutive failures."""
    if not failures:
        return pause_s
    return min(RETRY_AFTER_S * 2.0 ** min(failures - 1, 20), pause_s)


def _message(error: BaseException) -> str:
    if isinstance(error, psycopg.Error):
        reason = str(error).partition("\n")[0].strip().rstrip(".")
        return f"Database error: {reason or type(error).__name__}."
    return str(error)


def _restore(dump: Path) -> int:
    with database() as target:
        former = restoration.restore(target, dump, _print)
        restoration.complete(_print)
    _print(f"{dump} was restored.")
    if former:
        _print(
            f"The previous database was kept as {former}. When you no longer need it, run "
            f'DROP DATABASE "{former}".'
        )
    return 0


def _age_s() -> float:
    """Return the age of the last verified backup in seconds, or infinity if there is none."""
    try:
        record = json.loads((state_dir() / creation.RECORD).read_text())
        if not record["proven"]:
            return float("inf")
        return (datetime.now(UTC) - datetime.fromisoformat(record["at"])) / timedelta(seconds=1)
    except (OSError, ValueError, KeyError, TypeError):
        return float("inf")


def _report_age(hours: float) -> int:
    age = _age_s() / 3600
    if age == float("inf"):
        _print_error("There is no verified backup.")
    else:
        _print(f"The last verified backup is {age:.1f} hours old.")
    return 0 if age < hours else 1


def _print(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def _print_error(message: str) -> None:
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    sys.exit(main())
