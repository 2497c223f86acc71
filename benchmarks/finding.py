"""Measure the calls to the index other than searches, on the UN General Debate Corpus.

    python benchmarks/finding.py ARCHIVE.tar.xz [--part 8] [--queries 30] [--state FOLDER]

Loads the corpus, or one of so many of its statements, into an archive of its own, builds its index
and what the worker adds to it, and makes each call for many distinct words and speeches, drawn
from the corpus by a fixed seed. Prints CPU milliseconds of this process, with the machine's load.
"First" is the first call of this process, "again" the others: their median and their greatest.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import debates

SEED = 20


def words(count: int) -> tuple[list[str], list[str]]:
    """Distinct words of the texts: common ones, and rare ones."""
    from statements.search.analysis.tokenizer import STOP_WORDS
    from statements.search.fields import TEXT_FIELD
    from statements.search.index.snapshot import current

    chance = random.Random(SEED)  # noqa: S311
    snapshot = current()
    common, rare = [], []
    for segment in snapshot.segments[:1]:
        counts = segment.counts(TEXT_FIELD).tolist()
        for word, having in zip(segment.words(TEXT_FIELD), counts, strict=True):
            term = word.decode()
            if len(term) < 5 or not term.isalpha() or term in STOP_WORDS:
                continue
            if 0.02 <= having / segment.size <= 0.2:
                common.append(term)
            elif 1e-4 <= having / segment.size <= 1e-3:
                rare.append(term)
    return chance.sample(common, min(count, len(common))), chance.sample(rare, count)


def calls(common: Sequence[str], rare: Sequence[str], count: int) -> dict[str, list[Any]]:
    """Each call with what it is made for, as functions without arguments."""
    from statements.models import Speech
    from statements.search.backends.spelling_index import SnapshotSpelling
    from statements.search.features.crosstab import crosstab
    from statements.search.features.did_you_mean import suggestion
    from statements.search.features.kwic import concordance
    from statements.search.features.more_like_this import similar_to
    from statements.search.features.shared_passages import shared_passages
    from statements.search.features.term_statistics import count_terms, count_trends
    from statements.search.index.snapshot import current
    from statements.search.matching.evaluator import Evaluator
    from statements.search.matching.histogram import histogram
    from statements.search.matching.ranking import group_speeches
    from statements.search.matching.selection import Selection
    from statements.search.parameters import Sort
    from statements.search.protocol import LineOrder, Period, Question
    from statements.search.query import parse, parse_query
    from statements.search.results.analytics import context_lines
    from statements.search.results.completion.autocomplete import autocomplete
    from statements.search.results.related import related

    chance = random.Random(SEED)  # noqa: S311
    snapshot = current()

    def ask(q: str) -> Any:
        return Selection(Evaluator(snapshot), Question(tree=parse(q)))

    asked = {word: ask(word) for word in (*common, *rare)}
    everything = ask("")
    matches = {word: one.evaluator.match(one.tree) for word, one in asked.items()}
    numbers = chance.sample(range(len(snapshot.heads)), count)
    pks = snapshot.numbers["speech"][numbers].tolist()
    speeches = Speech.objects.in_bulk(pks)

    def trend(word: str, period: Period) -> Any:
        one = asked[word]
        return lambda: count_trends(snapshot, [(one.evaluator, one.tree, one.mask)], period)

    def lines(word: str, order: LineOrder) -> Any:
        one = asked[word]
        return lambda: concordance(one.evaluator, one.tree, one.mask, order)

    def group(word: str, facet: str) -> Any:
        mask = asked[word].mask
        return lambda: group_speeches(snapshot, matches[word], mask, facet, Sort.RELEVANCE)

    def misspelt(word: str) -> Any:
        place = chance.randrange(1, len(word) - 1)
        typed = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        return lambda: suggestion(SnapshotSpelling(snapshot), parse_query(typed), 0)

    def printed_lines(word: str) -> Any:
        shown = lines(word, LineOrder.NEWEST)().shown
        return lambda: list(context_lines(shown))

    by: dict[str, Callable[[str], Any]] = {
        "histogram by month": lambda word: (
            lambda: histogram(snapshot, asked[word].mask, Period.MONTH)
        ),
        "groups by speaker": lambda word: group(word, "speaker"),
        "groups by year": lambda word: group(word, "year"),
        "matrix country by year": lambda word: (
            lambda: crosstab(snapshot, asked[word].mask, "country", "year")
        ),
        "matrix speaker by country": lambda word: (
            lambda: crosstab(snapshot, asked[word].mask, "speaker", "country")
        ),
        "usage": lambda word: (
            lambda: count_terms(asked[word].evaluator, asked[word].tree, asked[word].mask)
        ),
        "trends by year": lambda word: trend(word, Period.YEAR),
        "trends by month": lambda word: trend(word, Period.MONTH),
        "concordance, newest": lambda word: lines(word, LineOrder.NEWEST),
        "concordance, right": lambda word: lines(word, LineOrder.RIGHT),
        "50 lines printed": printed_lines,
    }
    found: dict[str, list[Any]] = {}
    for name, make in by.items():
        found[f"{name}, common word"] = [make(word) for word in common]
        found[f"{name}, rare word"] = [make(word) for word in rare]
    found["matrix country by year, all"] = [
        lambda: crosstab(snapshot, everything.mask, "country", "year") for _ in range(count)
    ]
    found["suggestion, two letters swapped"] = [misspelt(word) for word in rare]
    found["completions, three letters"] = [
        lambda word=word: autocomplete(word[:3])  # type: ignore[misc]
        for word in (*common, *rare)
    ]
    found["similar speeches, of a speech"] = [
        lambda number=number: similar_to(snapshot, number)  # type: ignore[misc]
        for number in numbers
    ]
    found["same passages, of a speech"] = [
        lambda number=number: shared_passages(snapshot, number)  # type: ignore[misc]
        for number in numbers
    ]
    found["all beside a speech, rows read"] = [
        lambda pk=pk: related(speeches[pk])  # type: ignore[misc]
        for pk in pks
    ]
    return found


def measured(made: Sequence[Callable[[], Any]]) -> list[float]:
    times = []
    for call in made:
        begun = time.process_time()
        call()
        times.append((time.process_time() - begun) * 1000)
    return times


def prepare(archive: Path, part: int) -> None:
    from statements.models import Speech
    from statements.search.index import generations
    from statements.search.index.snapshot import NoReadableIndex, current
    from statements.search.indexing import maintenance, sync

    if not Speech.objects.exists():
        debates.load(debates.debates(archive, part))
    try:
        current()
    except NoReadableIndex:
        sync.rebuild()
    begun = time.process_time()
    maintenance.add_forward_indexes(lambda: None)
    spent = time.process_time() - begun
    generation = generations.in_use()
    assert generation is not None  # noqa: S101
    sizes = {suffix: 0 for suffix in (".side", ".seq", "")}
    for path in generation.path.iterdir():
        sizes[path.suffix if path.suffix in sizes else ""] += path.stat().st_size
    print(
        f"sequences and fingerprints: {spent:.1f} s CPU where they were missing; index "
        f"{sum(sizes.values()) / 1e6:.0f} MB, of which side-car {sizes['.side'] / 1e6:.0f}, "
        f"sequences {sizes['.seq'] / 1e6:.0f}"
    )


def run(options: argparse.Namespace, state: Path) -> None:
    debates.open_archive(state)
    prepare(options.archive, options.part)
    from statements.search.index.snapshot import current

    snapshot = current()
    print(
        f"{snapshot.count:,} speeches, {snapshot.size - len(snapshot.heads):,} paragraphs; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print("| call | first | again, median | again, greatest |\n|---|---|---|---|")
    common, rare = words(options.queries)
    for name, made in calls(common, rare, options.queries).items():
        first, *again = measured(made)
        print(f"| {name} | {first:.1f} | {median(again):.1f} | {max(again):.1f} |", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--part", type=int, default=8, help="use one of so many statements")
    parser.add_argument("--queries", type=int, default=30, help="distinct ones of each call")
    parser.add_argument("--state", type=Path, help="keep database and index here, for next time")
    options = parser.parse_args()
    if options.state:
        options.state.mkdir(parents=True, exist_ok=True)
        run(options, options.state)
    else:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            run(options, Path(folder))


if __name__ == "__main__":
    main()
