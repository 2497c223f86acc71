"""Writes the metadata table of the seed-form files: benchmarks/seed_form_metadata.py [--out OUT].

Reads ``seed-form.tsv`` of the corpora next to the checkout (or ``--table``) and prints a CSV with
file, symbol, position and date, to be given to ``ingest_transcripts --metadata``. A file can hold
more than one speech, so positions are counted, not taken from the file's name. Its output is
derived from other people's records: keep it outside of the repository.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from statements.transcripts import read  # noqa: E402

TABLE = ROOT.parent / "shared" / "corpora" / "seed-form.tsv"


def rows(table: Path) -> Iterator[tuple[str, str, int, str]]:
    """File, symbol as the file names it, position in the meeting, date as printed."""
    folder = table.with_suffix("")
    following: Counter[str] = Counter()
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            file, meeting = row["file"], row["meeting"]
            yield file, meeting, following[meeting] + 1, row["date_line"]
            following[meeting] += len(read(file, (folder / file).read_bytes()).speeches)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="a new file outside the repository")
    parser.add_argument("--table", type=Path, default=TABLE)
    options = parser.parse_args(arguments)
    if options.out and options.out.resolve().is_relative_to(ROOT):
        parser.error("write it outside the repository: it is derived from records not ours")
    # "x": this writes beside material that is not ours, so it never replaces a file
    out = options.out.open("x", encoding="utf-8", newline="") if options.out else sys.stdout
    with out:
        writer = csv.writer(out)
        writer.writerow(["file", "symbol", "position", "date"])
        writer.writerows(rows(options.table))


if __name__ == "__main__":
    main()
