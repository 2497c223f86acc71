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

from archive.backup import making, restoring
from archive.backup.server import BackupError, database
from archive.state import StateError, state_dir

AGAIN_AFTER_S = 3600.0  # where a scheduled backup failed
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
        if given.restore:
            return _restore(Path(given.restore).absolute())
        folder = Path(given.to).absolute() if given.to else state_dir() / "backups"
        if given.every:
            return _repeat(folder, given)
        return _back_up(folder, given)
    except (BackupError, StateError) as error:
        _complain(str(error))
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
    return parser


def _positive[Number: (int, float)](kind: type[Number]) -> "type[Number]":
    def parse(text: str) -> Number:
        number = kind(text)
        if not 0 < number < 1_000_000:
            raise argparse.ArgumentTypeError("must be a number above 0")
        return number

    parse.__name__ = "number"
    return parse  # type: ignore[return-value]


def _back_up(folder: Path, given: argparse.Namespace) -> int:
    since = time.monotonic()
    with database() as chosen:
        made = making.back_up(chosen, folder, keep=given.keep, same_disk=given.same_disk, say=_say)
    if made.objections:
        _complain(f"{made.file} was kept but is NOT PROVEN: {'; '.join(made.objections[:5])}")
        return 1
    _say(
        f"{made.file}: {made.size:,} bytes, proven: {made.rows:,} rows of {made.tables} tables are "
        f"the same after restoring, and every original matches its sha256 "
        f"({time.monotonic() - since:.0f} s)."
    )
    return 0


def _repeat(folder: Path, given: argparse.Namespace) -> int:
    """Back up on a schedule until the process is asked to end; what fails is tried again sooner."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    pause_s = given.every * 3600
    wait_s = max(0.0, pause_s - _age_s())  # a restart does not begin the schedule anew
    while not stop.wait(wait_s):
        try:
            failed = _back_up(folder, given)
        except (BackupError, StateError, OSError) as error:
            _complain(str(error))
            failed = 1
        wait_s = min(AGAIN_AFTER_S, pause_s) if failed else pause_s
    return 0


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
