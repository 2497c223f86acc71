"""Compare Rostrum's search with other engines on the UN General Debate Corpus.

    python benchmarks/search.py ARCHIVE.tar.xz --work FOLDER [--sizes 1/8 1 2 4 8 100k]
        [--engines ours tantivy …] [--stages build search repeats cold throughput]
        [--questions 30]

Prints tables in Markdown: what building costs, CPU milliseconds of a first page with its exact
total, without and with facets by country, year and speaker, each beside its ratio to ours; new
processes; memory; two processes at once; growth; and for each goal whether it is met. Corpora and
indexes are kept in the work folder, so that a second run only searches. An index that this version
of the code cannot read is rebuilt.

The questions are distinct: many of each kind, drawn from the corpus by a fixed seed. No adapter
keeps a result, a score or a filter between two of them. Times are CPU of one process, warm, each
question's median of up to 7 askings in turn, then the median over the questions; a slow engine is
asked at least 7 of them, and compared on these. PostgreSQL's is the CPU of its server's process.
Tantivy, Xapian, FTS5, PostgreSQL and both Whooshes find and count paragraphs; ours counts speeches.

Peers are installed by requirements/benchmarks.txt; one that is not is left out, and named.

All of it, on a quiet machine of two cores; building is counted once, and is estimated for the
sizes above 1:

    --sizes 1/8                                   5 min building, 8 min searching
    --sizes 1                                     18 min building, 10 min searching
    --sizes 1 2 4 8 --engines ours tantivy --stages build search        40 min, then 10 min
    --sizes 100k --engines ours evaluator tantivy                       10 min, then 3 min
"""

import argparse
import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.searching import goals, measuring, tables
from benchmarks.searching.corpus import Corpus
from benchmarks.searching.engines import ENGINES, engine, is_installed
from benchmarks.searching.measuring import Measured, database_of, in_a_process
from benchmarks.searching.questions import Questions, drawn
from benchmarks.searching.tables import say

STAGES = ("build", "search", "repeats", "cold", "throughput")
# the others' growth is known, and their indexes take hours at eight times the corpus
OF_LARGE = ("ours", "evaluator", "tantivy")
# compared most closely: in several passes by turns
CLOSE = ("ours", "evaluator", "tantivy")
# whose index is another's, or whose process is not ours alone
NOT_COLD = ("evaluator", "find", "postgresql", "haystack")
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
        say(goals.verdicts(goals.of_growth(of_size)))


def one_size(corpus: Corpus, options: argparse.Namespace) -> tuple[int, dict[str, Measured]]:
    paragraphs = sum(1 for _ in corpus.passages())
    names = [name for name in options.engines if fits(name, corpus, paragraphs)]
    say(f"{paragraphs:,} paragraphs.\n")
    built = {name: measuring.build(name, corpus) for name in names if not ENGINES[name].keeps_with}
    verdicts: list[goals.Verdict] = []
    if "build" in options.stages:
        say(tables.building(built))
        if "ours" in built:
            verdicts += goals.of_building(corpus.size, built["ours"][0])
    questions: Questions = in_a_process(drawn, corpus, options.questions)
    measured: dict[str, Measured] = {}
    if "search" in options.stages:
        measured = searched(names, corpus, questions, options.passes)
        say_searched(measured, {name: engine(name, corpus).unit for name in names})
        if "ours" in measured:
            verdicts += goals.of_searching(corpus.size, measured)
    if "repeats" in options.stages:
        close = [name for name in names if name in CLOSE]
        again = {n: in_a_process(measuring.repeats, n, corpus, questions) for n in close}
        say(tables.repeating(again))
    if "cold" in options.stages:
        verdicts += of_new_processes(names, corpus, questions)
    if "throughput" in options.stages:
        verdicts += of_two_processes(names, corpus)
    if verdicts:
        say(goals.verdicts(verdicts))
    return paragraphs, measured


def say_searched(measured: dict[str, Measured], units: dict[str, str]) -> None:
    say("First page and exact total:\n")
    say(tables.searching(measured, facets=False))
    say("The same with facets by country, year and speaker:\n")
    say(tables.searching(measured, facets=True))
    say(tables.hits(measured, units))
    say(tables.asked(measured))
    say(tables.spreads(measured))
    say(tables.memories({name: one.memory for name, one in measured.items()}))


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


def of_new_processes(
    names: list[str], corpus: Corpus, questions: Questions
) -> Iterator[goals.Verdict]:
    found = {
        (name, dropped): in_a_process(measuring.cold, name, corpus, questions, dropped)
        for name in names
        if name not in NOT_COLD
        for dropped in (False, True)
    }
    say(tables.starting(found))
    if ("ours", False) in found:
        yield from goals.of_starting(found["ours", False])


def of_two_processes(names: list[str], corpus: Corpus) -> Iterator[goals.Verdict]:
    mixed = in_a_process(drawn, corpus, MIXED)
    found = {
        name: measuring.throughput(name, corpus, mixed)
        for name in names
        if name in ("ours", "tantivy")
    }
    say(tables.throughputs(found))
    if "ours" in found:
        yield from goals.of_throughput(found["ours"])


if __name__ == "__main__":
    main()
