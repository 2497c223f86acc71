"""Back up the archive's database and prove it, once or on a schedule; or restore a backup."""

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

from archive.backup import making, restoring
from archive.backup.server import BackupError, database
from archive.firstrun.state import StateError, state_dir

AGAIN_AFTER_S = 3600.0  # where a scheduled backup failed; doubled after each further failure
FAILURES = (BackupError, StateError, psycopg.Error, OSError)
DESCRIPTION = (
    "Back up the archive's database while it runs: dump it, restore the dump into a scratch "
    "database, compare every table, drop the scratch database, and note it in last-backup.json."
)


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit status, 1 where there is no backup that
    is proven."""
    given = _parser().parse_args(arguments)
    try:
        if given.newer_than:
            return _tell_age(given.newer_than)
        if given.check:
            return _tell_age(overdue_after(given.every))
        if given.restore:
            return _restore(Path(given.restore).absolute())
        folder = Path(given.to).absolute() if given.to else state_dir() / "backups"
        if given.every:
            return _repeat(folder, given)
        return 1 if _back_up(folder, given).objections else 0
    except FAILURES as error:
        _complain(_sentence(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m archive.backup", description=DESCRIPTION)
    parser.add_argument(
        "--to",
        default=os.environ.get("BACKUP_DIR") or None,
        help="the folder of backups (default: BACKUP_DIR, or backups/ in the state folder)",
    )
    parser.add_argument(
        "--keep",
        type=_positive(int),
        default=os.environ.get("BACKUP_KEEP") or "14",
        help="how many proven backups to keep (default: BACKUP_KEEP, or 14)",
    )
    parser.add_argument(
        "--every", type=_positive(float), metavar="HOURS", help="go on, with a backup so often"
    )
    parser.add_argument(
        "--same-disk",
        action="store_true",
        help="the database lies on the disk of the backups: see that the scratch one has room too",
    )
    parser.add_argument("--restore", metavar="FILE", help="put a backup in the database's place")
    parser.add_argument(
        "--newer-than",
        type=_positive(float),
        metavar="HOURS",
        help="only tell by the exit status whether the last proven backup is younger",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="with --every: only tell by the exit status whether the last proven backup is as "
        "recent as the schedule makes it",
    )
    return parser


def overdue_after(every: float | None) -> float:
    """Return the age in hours at which the last proven backup of a schedule is overdue: one may
    fail, and the next takes its time."""
    return 2 * (every or 24) + 2


def _positive[Number: (int, float)](kind: type[Number]) -> "type[Number]":
    def parse(text: str) -> Number:
        number = kind(text)
        if not 0 < number < 1_000_000:
            raise argparse.ArgumentTypeError("must be a number above 0")
        return number

    parse.__name__ = "number"
    return parse  # type: ignore[return-value]


def _back_up(folder: Path, given: argparse.Namespace) -> making.Backup:
    since = time.monotonic()
    with database() as chosen:
        made = making.back_up(chosen, folder, keep=given.keep, same_disk=given.same_disk, say=_say)
    if made.objections:
        _complain(f"{made.file} was kept but is NOT PROVEN: {'; '.join(made.objections[:5])}")
    else:
        _say(
            f"{made.file}: {made.size:,} bytes, proven: {made.rows:,} rows of {made.tables} tables "
            "are the same after restoring, and every original matches its sha256 "
            f"({time.monotonic() - since:.0f} s)."
        )
    return made


def _repeat(folder: Path, given: argparse.Namespace) -> int:
    """Back up on a schedule until the process is asked to end; what fails is tried again sooner."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    pause_s = given.every * 3600
    wait_s = max(0.0, pause_s - _age_s())  # a restart does not begin the schedule anew
    failures = 0
    while not stop.wait(wait_s):
        is_retry_useful = True
        try:
            made = _back_up(folder, given)
            failures = failures + 1 if made.objections else 0
            is_retry_useful = made.may_create
        except FAILURES as error:
            _complain(_sentence(error))
            failures += 1
        wait_s = pause_after(failures, pause_s) if is_retry_useful else pause_s
    return 0


def pause_after(failures: int, pause_s: float) -> float:
    """Return the seconds until the next backup of a schedule, after so many failures in a row."""
    if not failures:
        return pause_s
    return min(AGAIN_AFTER_S * 2.0 ** min(failures - 1, 20), pause_s)


def _sentence(error: BaseException) -> str:
    if isinstance(error, psycopg.Error):
        reason = str(error).partition("\n")[0].strip().rstrip(".")
        return f"The database failed: {reason or type(error).__name__}."
    return str(error)


def _restore(dump: Path) -> int:
    with database() as chosen:
        former = restoring.restore(chosen, dump, _say)
        restoring.complete(_say)
    _say(f"{dump} is in place.")
    if former:
        _say(
            f"The database that was there is kept as {former}. When it is not needed any more: "
            f'DROP DATABASE "{former}".'
        )
    return 0


def _age_s() -> float:
    """Return the age in seconds of the last proven backup, infinite where there is none."""
    try:
        told = json.loads((state_dir() / making.NOTE).read_text())
        if not told["proven"]:
            return float("inf")
        return (datetime.now(UTC) - datetime.fromisoformat(told["at"])) / timedelta(seconds=1)
    except (OSError, ValueError, KeyError, TypeError):
        return float("inf")


def _tell_age(hours: float) -> int:
    age = _age_s() / 3600
    if age == float("inf"):
        _complain("There is no proven backup.")
    else:
        _say(f"The last proven backup is {age:.1f} hours old.")
    return 0 if age < hours else 1


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
