"""The search benchmark from archive to tables, on an invented corpus of words on which all
stemmers agree, so that all engines must find the same. Peers not installed are not measured."""

import io
import random
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

SPEECHES = 40
PARAGRAPHS = 12  # of each
COUNTRIES = ("FRA", "KAZ", "BRA", "KEN")
YEARS = range(1990, 2000)
# by what the tables name them, the distribution that each needs
PARAGRAPH_ENGINES = {
    "Tantivy": "tantivy",
    "Xapian": "xapian",
    "SQLite FTS5": "",
    "PostgreSQL tsvector, GIN": "",
    "raw Whoosh": "",
    "stock Haystack, Whoosh": "",
}


def installed() -> list[str]:
    return [title for title, needs in PARAGRAPH_ENGINES.items() if not needs or find_spec(needs)]


@pytest.fixture(scope="module")
def work() -> Iterator[Path]:
    """A folder with an archive in the corpus's form; corpora and indexes are stored next to it."""
    # not pytest's, which PostgreSQL's user may not enter where we are root
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        write_archive(folder / "debates.tar.xz")
        yield folder


def write_archive(path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    words = sorted({"".join(chance.choices("bdfgkmptz", k=6)) + "ok" for _ in range(600)})
    weights = [1 / (rank + 4) for rank in range(len(words))]
    with tarfile.open(path, "w:xz") as tar:
        for number in range(SPEECHES):
            country, year = COUNTRIES[number % 4], YEARS[number // 4]
            drawn = (chance.choices(words, weights, k=40) for _ in range(PARAGRAPHS))
            # one in five in the plural, for some queries ask for another form of a word
            printed = ([word + "s" * (chance.random() < 0.2) for word in some] for some in drawn)
            text = "\n\n".join(" ".join(some) + " ." for some in printed).encode()
            member = tarfile.TarInfo(f"corpus/{country}_{year - 1945}_{year}.txt")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))


def run(project: Path, script: str, work: Path, *options: str) -> str:
    given = (work / "debates.tar.xz", "--work", work)
    done = subprocess.run(
        [sys.executable, project / "benchmarks" / script, *given, *options],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(printed: str, head: str) -> dict[str, list[str]]:
    """The rows of the table whose first heading is so, by their first cell."""
    after = printed.split(f"| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in after]
    return {first: rest for first, *rest in cells}


@pytest.fixture(scope="module")
def printed(project: Path, work: Path) -> str:
    stages = ("--stages", "build", "search", "cold", "throughput")
    few = ("--questions", "3", "--passes", "1")
    return run(project, "search.py", work, "--sizes", "1", *few, *stages)


def test_engines_of_paragraphs_find_the_same(printed: str) -> None:
    hits = rows(printed, "median hits")
    of_engine = {title: hits[f"{title}: paragraphs"] for title in installed()}
    assert len(of_engine) >= 4
    assert len({tuple(found) for found in of_engine.values()}) == 1, of_engine
    assert of_engine["SQLite FTS5"][-1] == str(SPEECHES * PARAGRAPHS)


def test_ours_counts_speeches(printed: str) -> None:
    hits = rows(printed, "median hits")
    ours = [value for title, value in hits.items() if title.endswith(": speeches")]
    assert len(ours) == 1 + 2
    assert hits["Rostrum, `SearchQuerySet`: speeches"][-1] == str(SPEECHES)
    assert len({tuple(hits[title]) for title in hits if title.endswith(": speeches")}) == 1


def test_every_table_has_figures_of_ours(printed: str) -> None:
    for head in ("CPU ms (× ours)", "elapsed ms", "MB after all questions", "two processes"):
        figures = rows(printed, head)["Rostrum, `SearchQuerySet`"]
        assert any(
            re.fullmatch(r"[\d.,]+", cell) and float(cell.replace(",", "")) > 0 for cell in figures
        ), head


def test_goals_stand_beside_what_was_measured(printed: str) -> None:
    goals = rows(printed, "goal")
    assert "sum of lists ÷ SQLite FTS5" not in goals
    assert any(goal.startswith("raw Whoosh takes ≥ 100×") for goal in goals)
    assert {verdict for _, verdict in goals.values()} <= {"met", "**not met**"}


def test_peers_not_installed_are_named(printed: str) -> None:
    for title in set(PARAGRAPH_ENGINES) - set(installed()):
        assert f"Not measured, for it is not installed: {title}." in printed


def test_known_items_are_found(project: Path, work: Path, printed: str) -> None:
    found = run(project, "relevance.py", work, "--size", "1", "--items", "5")
    assert "5 queries of each kind" in found
    all_words = rows(found, "MRR / recall@10 / empty")
    assert float(all_words["Rostrum"][1].split(" / ")[0]) > 0
