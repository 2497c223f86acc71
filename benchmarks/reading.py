"""Measure how accurate reading is on published texts: python -m benchmarks.reading.

``--only`` chooses one of council (a year of the Security Council, with its published table),
records (published PDF records), labels (press briefings, whose turns are labelled), titles
(statements that name their speaker in a title), debate (the whole General Debate), hyphens (line
ends), hansard (debates in XML), forms (these written in other forms), ocr (records printed as
images and recognised) and speed (a record of a hundred pages); ``--failures`` lists all errors. The
texts are read in place from a folder of corpora next to the checkout; nothing of them is stored.
"""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import accuracy, hyphens

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def main() -> None:
    options = _options()
    chosen = options.only or list(MEASURES)
    for name in chosen:
        load = os.getloadavg()[0]
        print(f"\n== {name} (load of the machine {load:.1f})", flush=True)
        MEASURES[name](options.corpora, options.failures)


def council(corpora: Path, failures: bool) -> None:
    table = corpora / "unsc-2020.csv.gz"
    for name, corrected in (("as published", False), ("with its errors corrected", True)):
        run = partial(accuracy.datasets.council, table, corrected=corrected)
        accuracy.datasets.measure(f"{table.name}, {name}", run, failures=failures)


def records(corpora: Path, failures: bool) -> None:
    accuracy.records.measure(corpora, failures=failures)


def debate(corpora: Path, failures: bool) -> None:
    archive, speakers = corpora / "ungdc-1946-2024.tar.xz", corpora / "ungdc-speakers.csv"
    run = partial(accuracy.datasets.debate, archive, speakers, words=True)
    accuracy.datasets.measure(archive.name, run, failures=failures)


def line_ends(corpora: Path, failures: bool) -> None:
    hyphens.measure(corpora / "ungdc-1946-2024.tar.xz", failures=failures)


def speed(corpora: Path, failures: bool) -> None:
    accuracy.records.speed(corpora)


def hansard(corpora: Path, failures: bool) -> None:
    accuracy.markup.measure(corpora, failures=failures)


def labels(corpora: Path, failures: bool) -> None:
    accuracy.labels.measure(corpora, failures=failures)


def titles(corpora: Path, failures: bool) -> None:
    accuracy.titles.measure(corpora, failures=failures)


def forms(corpora: Path, failures: bool) -> None:
    accuracy.forms.measure(corpora, failures=failures)


def ocr(corpora: Path, failures: bool) -> None:
    accuracy.ocr.measure(corpora, failures=failures)


# the records first: the peak of memory is that of the largest process so far
MEASURES = {
    "records": records,
    "speed": speed,
    "council": council,
    "debate": debate,
    "hyphens": line_ends,
    "hansard": hansard,
    "labels": labels,
    "titles": titles,
    "forms": forms,
    "ocr": ocr,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reading",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=MEASURES, help="can be repeated")
    parser.add_argument("--failures", action="store_true", help="list everything that is not right")
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    return parser.parse_args()


if __name__ == "__main__":
    main()
