"""Measure files of a whole archive: time to the first piece, processor time, and memory.

    python benchmarks/holdings/downloads.py --state FOLDER [--rows 100000] [--query nuclear]

FOLDER is the state folder of an archive with an index. Each format is written in a process of its
own, in pieces that are thrown away, until it has so many rows of paragraphs. Printed are the
milliseconds to list the speeches of the search and to the first piece, seconds of the processor
(without the database's), megabytes written, and the memory that the process had more at its peak
than after the first piece.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

FORMATS = ("csv", "xlsx", "jsonl", "json", "txt")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(suffix: str, query: str, most_rows: int) -> None:
    import django

    django.setup()
    from django.conf import settings

    from archive.firstrun import private_postgres
    from statements.exports.tables.columns import Rows
    from statements.exports.tables.files import TABLES
    from statements.exports.tables.source import Export
    from statements.search import SearchParameters, find_all

    private_postgres.hold()
    import_module(settings.ROOT_URLCONF)  # which servers import when they start
    find_all(SearchParameters())  # opens index and database
    start, busy = time.perf_counter(), time.process_time()
    _, listing = find_all(SearchParameters(q=query))
    listed = time.perf_counter() - start
    export = Export(listing.speeches, Rows.PARAGRAPHS, "http://localhost")
    size, first, before = 0, 0.0, 0.0
    for piece in TABLES[suffix].write(export):
        size += len(piece)
        if not first:
            first, before = time.perf_counter() - start, peak_mb()
        if export.tally.rows >= most_rows:
            break
    print(
        f"{suffix:6} {export.tally.rows:>9,} rows of {export.tally.speeches:,} speeches: "
        f"listed {listed * 1000:.0f} ms, first {first * 1000:.0f} ms, "
        f"processor {time.process_time() - busy:.1f} s, {size / 1e6:.0f} MB, "
        f"memory +{peak_mb() - before:.0f} MB of {peak_mb():.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--query", default="", help="default: all speeches")
    parser.add_argument("--format", choices=FORMATS, help="only this one")
    options = parser.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "STATE_DIR": str(options.state),
    }
    if options.format:
        measure(options.format, options.query, options.rows)
        return
    print(f"load {os.getloadavg()[0]:.1f}")
    for suffix in FORMATS:
        subprocess.run([sys.executable, *sys.argv, "--format", suffix], check=True)


if __name__ == "__main__":
    main()
