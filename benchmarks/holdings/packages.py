"""Export an archive in both scopes, import the full one, and compare every table.

    python benchmarks/holdings/packages.py --state FOLDER --to FOLDER [--originals]
                                           [--frictionless PROGRAM]

``--state`` holds the archive, ``--to`` is a new folder for the packages and the second archive.
Printed: time, processor time, peak memory and size of each command; the tables that differ after
the import; sequences and files at fault. With ``--frictionless``, the program of that name (of
"frictionless[json,parquet]" and pandas) validates the public package.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from benchmarks.drills.sites import manage  # noqa: E402

STATE = """
import json
from django.db import connection
from archive.backup import verification
connection.ensure_connection()
verification.prepare(connection.connection)
tables = verification.summarize(connection.connection).tables
print(json.dumps([tables, verification.faults(connection.connection)]))
"""
# what an import leaves to the new archive
OWN = ("public.statements_revision", "public.statements_indexoutbox")


def run(state: Path, command: list[str]) -> None:
    """Run a command to its end, and print what it costs and reports."""
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=PROJECT, env=of(state), stdout=subprocess.PIPE)
    printed = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = time.monotonic() - begun
    print(f"\n{' '.join(command[1:])}")
    print(
        f"  {spent:.0f} s, {usage.ru_utime + usage.ru_stime:.0f} s CPU, "
        f"{usage.ru_maxrss / 1024:.0f} MB at most, status {process.returncode}"
    )
    print("\n".join(f"  {line}" for line in printed.splitlines()), flush=True)
    if process.returncode:
        sys.exit(1)


def of(state: Path) -> dict[str, str]:
    return os.environ | {"STATE_DIR": str(state), "INDEX_DIR": str(state / "index")}


def state_of(state: Path) -> tuple[dict[str, list[object]], list[str]]:
    """Return the number of rows and the digest of each table, and the faults of a database."""
    shell = manage("shell", "-v0", "-c", STATE)
    printed = subprocess.run(
        shell, cwd=PROJECT, env=of(state), check=True, capture_output=True, text=True
    ).stdout
    tables, faults = json.loads(printed.strip().splitlines()[-1])
    return {name: table for name, table in tables.items() if "statements_" in name}, faults


def size_of(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files):,} bytes"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--originals", action="store_true")
    parser.add_argument("--frictionless")
    options = parser.parse_args()
    state, to = options.state.absolute(), options.to.absolute()
    second = to / "second"
    second.mkdir(parents=True)
    for folder in (to, second):
        folder.chmod(0o755)  # PostgreSQL does not run as root, and must reach it

    public = manage("export_archive", str(to / "public"), "--scope", "public")
    run(state, [*public, *(["--originals"] if options.originals else [])])
    run(state, manage("export_archive", str(to / "full"), "--scope", "full"))
    for name in ("public", "full"):
        print(f"{name}: {size_of(to / name)}")
    run(second, manage("migrate", "--no-input", "-v0"))
    run(second, manage("import_archive", str(to / "full")))
    before, _ = state_of(state)
    after, faults = state_of(second)
    different = [name for name in before if before[name] != after[name] and name not in OWN]
    print(f"\n{len(before)} tables; different after the import: {', '.join(different) or 'none'}")
    print(f"faults: {'; '.join(faults) or 'none'}")
    if options.frictionless:
        run(
            second,
            [
                options.frictionless,
                "validate",
                str(to / "public" / "datapackage.json"),
                "--trusted",
            ],
        )


if __name__ == "__main__":
    main()
