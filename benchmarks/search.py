"""Measure Rostrum's search beside other engines on the UN General Debate Corpus.

    python benchmarks/search.py ARCHIVE.tar.xz --work FOLDER [--sizes 1/8 1 2 4 8 100k]
        [--engines ours tantivy …] [--stages build search repeats cold throughput]
        [--questions 30]

Prints tables in Markdown: what building costs, CPU milliseconds of a first page with its exact
total, without and with facets by country, year and speaker, each beside its ratio to ours; new
processes; memory; two processes at once; growth; and for each goal whether it is met. Corpora and
indexes are kept in the work folder, so that a second run only searches. An index that this version
of the code cannot read is built anew.

The questions are distinct: many of each kind, drawn from the corpus by a fixed seed. No adapter
keeps a result, a score or a filter between two of them. Times are CPU of one process, warm, each
question's median of up to 7 askings in turn, then the median over the questions; a slow engine is
asked at least 7 of them, and compared on these. PostgreSQL's is the CPU of its server's process.
Tantivy, Xapian, FTS5, PostgreSQL and both Whooshes find and count paragraphs; ours counts speeches.

Peers are installed by requirements/benchmarks.txt; one that is not is left out, and named.
"""

import argparse
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from searching import measuring, tables
from searching.corpus import Corpus
from searching.engines import ENGINES, engine, is_installed
from searching.measuring import Built, Measured, database_of, in_a_process
from searching.questions import Questions, drawn
from searching.tables import Verdict, say

STAGES = ("build", "search", "repeats", "cold", "throughput")
# the others' growth is known, and their indexes take hours at eight times the corpus
OF_LARGE = ("ours", "evaluator", "tantivy")
# compared most closely: in several passes by turns
CLOSE = ("ours", "evaluator", "tantivy")
MIXED = 400  # distinct questions of each kind, for throughput


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="keeps corpora and indexes")
    parser.add_argument("--sizes", nargs="+", default=["1/8"])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--questions", type=int, default=30, help="of each kind")
    parser.add_argument("--passes", type=int, default=3, help="of the engines compared closely")
    options = parser.parse_args()
    missing = [name for name in options.engines if not is_installed(name)]
    for name in missing:
        say(f"Not measured, for it is not installed: {tables.title(name)}.")
    options.engines = [name for name in options.engines if name not in missing]
    of_size = {}
    for size in options.sizes:
        corpus = Corpus(size, options.work.absolute() / size.replace("/", "-of-"))
        say(f"## Size {size}\n")
        say(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}.\n")
        in_a_process(corpus.prepare, options.archive.absolute())
        with database_of(corpus):
            of_size[size] = one_size(corpus, options)
        say(f"Load average at the end {os.getloadavg()[0]:.1f}.\n")
    if len(of_size) > 1 and "search" in options.stages:
        say("## Growth\n")
        say(tables.growing(of_size))


def one_size(corpus: Corpus, options: argparse.Namespace) -> tuple[int, dict[str, Measured]]:
    paragraphs = sum(1 for _ in corpus.passages())
    names = [name for name in options.engines if fits(name, corpus, paragraphs)]
    say(f"{paragraphs:,} paragraphs.\n")
    built = {name: measuring.build(name, corpus) for name in names if not ENGINES[name].keeps_with}
    verdicts: list[Verdict] = []
    if "build" in options.stages:
        say(tables.building(built))
        verdicts += of_building(corpus.size, built)
    questions: Questions = in_a_process(drawn, corpus, options.questions)
    measured: dict[str, Measured] = {}
    if "search" in options.stages:
        measured = searched(names, corpus, questions, options.passes)
        units = {name: engine(name, corpus).unit for name in names}
        say("First page and exact total:\n")
        say(tables.searching(measured, facets=False))
        say("The same with facets by country, year and speaker:\n")
        say(tables.searching(measured, facets=True))
        say(tables.hits(measured, units))
        say(tables.asked(measured))
        say(tables.spreads(measured))
        say(tables.memories({name: one.memory for name, one in measured.items()}))
        verdicts += tables.judged(measured)
    verdicts += of_processes(names, corpus, questions, options)
    if verdicts:
        say(tables.verdicts(verdicts))
    return paragraphs, measured


def fits(name: str, corpus: Corpus, paragraphs: int) -> bool:
    most = ENGINES[name].most
    if most is not None and paragraphs > most:
        say(f"{tables.title(name)} is measured on at most {most:,} paragraphs.")
        return False
    large = corpus.size == "100k" or Fraction(corpus.size) > 1
    return not large or name in OF_LARGE


def searched(
    names: list[str], corpus: Corpus, questions: Questions, passes: int
) -> dict[str, Measured]:
    """Each engine in a process of its own; those compared closely in several, by turns."""
    found: dict[str, list[Measured]] = {name: [] for name in names}
    for turn in range(passes):
        for name in names:
            if turn == 0 or name in CLOSE:
                found[name].append(in_a_process(measuring.search, name, corpus, questions))
    return {name: measuring.middle(of_one) for name, of_one in found.items()}


def of_building(size: str, built: dict[str, tuple[Built, bool]]) -> Iterator[Verdict]:
    if "ours" not in built:
        return
    ours, _ = built["ours"]
    if size == "1":
        yield tables.at_most("build of the whole archive, CPU s", ours.cpu_s, 75)
        yield tables.at_most("its peak, MB", ours.peak_mb, 1000)
    if size == "100k":
        yield tables.at_most("build of 100,000 speeches, elapsed s", ours.elapsed_s, 360)


def of_processes(
    names: list[str], corpus: Corpus, questions: Questions, options: argparse.Namespace
) -> list[Verdict]:
    """What new processes, repeats and two processes at once show."""
    verdicts: list[Verdict] = []
    close = [name for name in names if name in CLOSE]
    if "repeats" in options.stages:
        say(
            tables.repeating(
                {n: in_a_process(measuring.repeats, n, corpus, questions) for n in close}
            )
        )
    if "cold" in options.stages:
        found = {
            (name, dropped): in_a_process(measuring.cold, name, corpus, questions, dropped)
            for name in names
            if name not in ("haystack", "find", "postgresql")
            for dropped in (False, True)
        }
        say(tables.starting(found))
        if ("ours", False) in found:
            ours = found["ours", False]
            slowest = max(time for times in ours.first.values() for time in times)
            verdicts.append(tables.at_most("opening, ms", ours.opening, 50))
            verdicts.append(tables.at_most("first use of a term, slowest, ms", slowest, 15))
    if "throughput" in options.stages:
        mixed = in_a_process(drawn, corpus, max(MIXED, options.questions))
        at_once = {name: measuring.throughput(name, corpus, mixed) for name in close}
        say(tables.throughputs(at_once))
        if "ours" in at_once:
            ours_at_once = at_once["ours"]
            private = max(one.private for one in ours_at_once.memory)
            pages = ours_at_once.pages_a_second
            verdicts.append(tables.at_least("distinct mixed pages/s, two processes", pages, 500))
            verdicts.append(tables.at_most("private memory of each, MB", private, 200))
    return verdicts


if __name__ == "__main__":
    main()
