"""Measure building and searching the index on the UN General Debate Corpus.

    python benchmarks/search.py ARCHIVE.tar.xz [--part 8] [--queries 30] [--state FOLDER]

Loads the corpus, or a part of it, into an archive of its own; builds its index; then asks many
distinct queries of each kind, drawn from the corpus by a fixed seed. Each is asked twice: "first"
meets words whose postings this process has not read yet, "again" finds them decoded. No result is
kept by any engine. CPU milliseconds of this process; of PostgreSQL its own elapsed time.
"""

import argparse
import os
import random
import resource
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import debates

SEED = 20
TOP = 20
YEARS = 10  # of a range
KINDS = ("rare", "common", "and", "phrase", "word+country", "word+years", "browse")


@dataclass(frozen=True, slots=True)
class Question:
    words: tuple[str, ...] = ()
    phrase: bool = False
    country: str = ""
    years: tuple[int, int] | None = None

    @property
    def typed(self) -> str:
        words = " ".join(self.words)
        return f'"{words}"' if self.phrase else words


def questions(count: int) -> dict[str, list[Question]]:
    """Distinct questions of each kind."""
    from statements.models import Paragraph, Speech
    from statements.search.analysis import STOP_WORDS

    chance = random.Random(SEED)  # noqa: S311
    total = Paragraph.objects.count()
    frequency: Counter[str] = Counter()
    sample = []
    texts = Paragraph.objects.order_by("pk").values_list("text", flat=True)
    for text in texts.iterator():
        words = [word for word in text.lower().split() if word.isalpha() and word.isascii()]
        frequency.update(set(words))
        if chance.random() < 0.02:
            sample.append([word for word in words if len(word) > 3 and word not in STOP_WORDS])
    ordered = sorted(frequency)
    rare = [w for w in ordered if len(w) > 3 and 1e-4 <= frequency[w] / total <= 1e-3]
    common = [
        w
        for w in ordered
        if len(w) > 3 and w not in STOP_WORDS and 0.02 <= frequency[w] / total <= 0.2
    ]
    is_common = set(common)

    def several(phrase: bool) -> Iterator[Question]:
        while True:
            words = chance.choice(sample)
            if len(words) < 10:
                continue
            place = chance.randrange(len(words) - 1)
            two = words[place : place + 2] if phrase else chance.sample(words, 2)
            if phrase or is_common.issuperset(two):
                yield Question(tuple(two), phrase=phrase)

    def distinct(drawn: Iterator[Question]) -> list[Question]:
        chosen: dict[Question, None] = {}
        while len(chosen) < count:
            chosen[next(drawn)] = None
        return list(chosen)

    countries = sorted(set(Speech.objects.values_list("country_id", flat=True)) - {None})
    of_common = chance.sample(common, min(count, len(common)))
    return {
        "rare": [Question((word,)) for word in chance.sample(rare, min(count, len(rare)))],
        "common": [Question((word,)) for word in of_common],
        "and": distinct(several(phrase=False)),
        "phrase": distinct(several(phrase=True)),
        "word+country": [Question((word,), country=chance.choice(countries)) for word in of_common],
        "word+years": [
            Question((word,), years=(first, first + YEARS - 1))
            for word in of_common
            for first in [chance.randrange(1946, 2015)]
        ],
        "browse": [Question()],
    }


# -- engines: a question, and whether facets are wanted, to the total -------------------------

Ask = Callable[[Question, bool], int]


def parameters_of(question: Question) -> Any:
    from datetime import date

    from statements.search.parameters import SearchParameters

    first, last = question.years or (None, None)
    return SearchParameters(
        q=question.typed,
        country=(question.country,) if question.country else (),
        date_from=date(first, 1, 1) if first else None,
        date_to=date(last, 12, 31) if last else None,
    )


def our_evaluator() -> Ask:
    import numpy as np

    from statements.search import query
    from statements.search.evaluate import Evaluator
    from statements.search.facets import Selection
    from statements.search.parameters import Sort
    from statements.search.ranking import ranked
    from statements.search.snapshot import current

    def ask(question: Question, facets: bool) -> int:
        parameters = parameters_of(question)
        tree = query.parse(parameters.q)
        evaluator = Evaluator(current())
        match = evaluator.match(tree)
        selection = Selection(evaluator, match, parameters)
        found = selection.found
        sort = Sort.RELEVANCE if query.wanted_words(tree) else Sort.NEWEST
        ranked(evaluator.snapshot, match, found, sort, 0, TOP)
        for facet in ("country", "year", "speaker") if facets else ():
            selection.counts(facet)
        return int(np.count_nonzero(found))

    return ask


def our_find() -> Ask:
    from statements.search.results import find

    return lambda question, facets: find(parameters_of(question)).total


def raw_whoosh() -> Ask:
    """Whoosh's own searcher over our index: paragraphs, for there are its words; it has neither
    filters nor facets for them, whose columns are the speech's."""
    from whoosh.index import open_dir
    from whoosh.query import And, Every, Phrase, Term

    from statements.search import generations
    from statements.search.analysis import normal

    generation = generations.in_use()
    assert generation is not None  # noqa: S101
    searcher = open_dir(generation.path).searcher()

    def ask(question: Question, facets: bool) -> int:
        terms = [normal(word) for word in question.words]
        if question.phrase:
            tree: Any = Phrase("text", terms)
        else:
            tree = And([Term("text", term) for term in terms]) if terms else Every()
        return len(searcher.search(tree, limit=TOP))

    return ask


def sqlite(folder: Path) -> Ask:
    """FTS5 with its Porter stemmer; it counts paragraphs."""
    from statements.models import Paragraph

    base = sqlite3.connect(folder / "fts5.sqlite")
    base.executescript(
        """DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS paragraph;
        CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61');
        CREATE TABLE paragraph (id INTEGER PRIMARY KEY, country, year INTEGER, speaker);"""
    )
    rows = Paragraph.objects.order_by("pk").values_list(
        "pk", "text", "speech__country", "speech__date__year", "speech__speaker"
    )
    for pk, text, *columns in rows.iterator():
        base.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (pk, text))
        base.execute("INSERT INTO paragraph VALUES (?, ?, ?, ?)", (pk, *columns))
    base.execute("INSERT INTO words (words) VALUES ('optimize')")
    base.commit()

    def ask(question: Question, facets: bool) -> int:
        tables, conditions, values = ["paragraph"], [], []
        order = "paragraph.id"
        if question.words:
            tables.append("words")
            conditions += ["words MATCH ?", "words.rowid = paragraph.id"]
            quoted = " ".join(f'"{word}"' for word in question.words)
            values.append(f'"{" ".join(question.words)}"' if question.phrase else quoted)
            order = "bm25(words)"
        if question.country:
            conditions.append("country = ?")
            values.append(question.country)
        if question.years:
            conditions.append("year BETWEEN ? AND ?")
            values += question.years
        where = f"FROM {', '.join(tables)} WHERE {' AND '.join(conditions) or '1'}"
        base.execute(f"SELECT paragraph.id {where} ORDER BY {order} LIMIT {TOP}", values).fetchall()
        for facet in ("country", "year", "speaker") if facets else ():
            base.execute(f"SELECT {facet}, count(*) {where} GROUP BY 1", values).fetchall()
        return int(base.execute(f"SELECT count(*) {where}", values).fetchone()[0])

    return ask


def postgresql() -> Ask:
    """A column of tsvector under a GIN index; it counts paragraphs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """DROP TABLE IF EXISTS benchmark_paragraph;
            CREATE TABLE benchmark_paragraph AS
            SELECT paragraph.id, speech.country_id AS country, speech.speaker_id AS speaker,
                   extract(year FROM speech.date)::int AS year,
                   to_tsvector('english', paragraph.text) AS words
            FROM statements_paragraph AS paragraph
            JOIN statements_speech AS speech ON speech.id = paragraph.speech_id;
            CREATE INDEX ON benchmark_paragraph USING gin (words);
            CREATE INDEX ON benchmark_paragraph (id);"""
        )
        cursor.execute("ANALYZE benchmark_paragraph")

    def ask(question: Question, facets: bool) -> int:
        conditions, values = ["true"], []
        order, keys = "id", []
        if question.words:
            to_query = "phraseto_tsquery" if question.phrase else "plainto_tsquery"
            conditions.append(f"words @@ {to_query}('english', %s)")
            values.append(" ".join(question.words))
            order = f"ts_rank(words, {to_query}('english', %s)) DESC"
            keys = values[:1]
        if question.country:
            conditions.append("country = %s")
            values.append(question.country)
        if question.years:
            conditions.append("year BETWEEN %s AND %s")
            values += question.years
        where = f"FROM benchmark_paragraph WHERE {' AND '.join(conditions)}"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id {where} ORDER BY {order} LIMIT {TOP}", [*values, *keys])
            cursor.fetchall()
            if facets:
                sets = "GROUPING SETS ((country), (year), (speaker))"
                cursor.execute(
                    f"SELECT country, year, speaker, count(*) {where} GROUP BY {sets}", values
                )
                cursor.fetchall()
            cursor.execute(f"SELECT count(*) {where}", values)
            return int(cursor.fetchone()[0])

    return ask


# -- measuring -------------------------------------------------------------------------------


def build() -> None:
    """Build the index in a process of its own, so that its peak of memory is its own."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if child == 0:
        from statements.search import indexing

        cpu, wall = time.process_time(), time.perf_counter()
        built = indexing.rebuild()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"build: {built.speeches:,} speeches, {built.paragraphs:,} paragraphs: "
            f"{cpu:.1f} s CPU, {wall:.1f} s elapsed, peak {memory:.0f} MB",
            flush=True,
        )
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the build failed")


def index_size() -> None:
    from statements.search import generations

    generation = generations.in_use()
    assert generation is not None  # noqa: S101
    sizes: Counter[str] = Counter()
    for path in generation.path.iterdir():
        sizes[path.suffix] += path.stat().st_size
    parts = ", ".join(f"{suffix} {size / 1e6:.1f}" for suffix, size in sizes.most_common(5))
    print(f"index: {sum(sizes.values()) / 1e6:.1f} MB ({parts})")


def measured(
    ask: Ask, asked: Sequence[Question], facets: bool, clock: Callable[[], float]
) -> tuple[float, int]:
    """Median milliseconds, and the median total."""
    times, totals = [], []
    for question in asked:
        begun = clock()
        totals.append(ask(question, facets))
        times.append((clock() - begun) * 1000)
    return median(times), int(median(totals))


def report(
    name: str, ask: Ask, asked: dict[str, list[Question]], *, clock: Any, skip: Sequence[str] = ()
) -> None:
    cells: dict[str, list[str]] = {"first": [], "again": [], "facets": [], "hits": []}
    for kind in KINDS:
        if kind in skip:
            for row in cells.values():
                row.append("-")
            continue
        first, hits = measured(ask, asked[kind], False, clock)
        again, _ = measured(ask, asked[kind], False, clock)
        facets, _ = measured(ask, asked[kind], True, clock)
        for row, value in zip(cells.values(), (first, again, facets), strict=False):
            row.append(f"{value:.2f}")
        cells["hits"].append(f"{hits:,}")
    for label, row in cells.items():
        print(f"| {name} | {label} | " + " | ".join(row) + " |", flush=True)


def run(options: argparse.Namespace, state: Path) -> None:
    debates.open_archive(state)
    from statements.models import Speech

    if not Speech.objects.exists():
        debates.load(options.archive, options.part)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, part 1/{options.part}")
    build()
    index_size()
    asked = questions(options.queries)
    print("| engine | ms | " + " | ".join(KINDS) + " |")
    print("|---" * (len(KINDS) + 2) + "|")
    report("ours, evaluator and facets", our_evaluator(), asked, clock=time.process_time)
    report("ours, whole find()", our_find(), asked, clock=time.process_time)
    if options.peers:
        report("SQLite FTS5", sqlite(state), asked, clock=time.process_time)
        report("PostgreSQL", postgresql(), asked, clock=time.perf_counter)
        filters = ("word+country", "word+years")
        report("raw Whoosh", raw_whoosh(), asked, clock=time.process_time, skip=filters)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {memory:.0f} MB, load average {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--part", type=int, default=8, help="use one of so many statements")
    parser.add_argument("--queries", type=int, default=30, help="of each kind")
    parser.add_argument("--state", type=Path, help="keep database and index here, for next time")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    options = parser.parse_args()
    if options.state:
        options.state.mkdir(parents=True, exist_ok=True)
        run(options, options.state)
    else:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            run(options, Path(folder))


if __name__ == "__main__":
    main()
