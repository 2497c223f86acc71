"""The measurements of one engine, each in a separate process that has not used another engine.

A *warm* time is the CPU of one question whose words the process has met before: every question was
asked once, then all are asked in turn, so that between two askings of one lie all the others. No
adapter keeps a result.
"""

import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import debates
from benchmarks.searching.corpus import Corpus
from benchmarks.searching.engines import drop_from_page_cache, engine
from benchmarks.searching.questions import KINDS, Question, Questions

ROUNDS = 7
ENOUGH = 7  # times in a cell, after which a slow engine is not asked more
BUDGET = 5.0  # seconds of CPU for a cell
SEED = 3


def in_a_process[Result](work: Callable[..., Result], *arguments: Any) -> Result:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, *arguments).result()


# -- building --------------------------------------------------------------------------------


@contextmanager
def database_of(corpus: Corpus) -> Iterator[None]:
    """Have the archive's PostgreSQL up, the corpus in it, while processes come and go."""
    sys.path.insert(0, str(debates.PROJECT))
    from archive.firstrun import private_postgres, state

    state.make_private(corpus.state, open_to_pass=os.geteuid() == 0)
    in_a_process(load, corpus)
    server = private_postgres.Server(corpus.state)
    lock = server.hold()
    try:
        yield
    finally:
        server.release(lock)


@dataclass(frozen=True, slots=True)
class Built:
    cpu_s: float
    elapsed_s: float
    peak_mb: float
    size_mb: float


def load(corpus: Corpus) -> None:
    """Have the corpus in the tables of its archive, all or nothing."""
    debates.open_archive(corpus.state)
    from statements.models import Speech

    if not Speech.objects.exists():
        debates.load(corpus.debates())


def build(name: str, corpus: Corpus) -> tuple[Built, bool]:
    """What building cost, and whether it was done before."""
    kept = corpus.folder / f"built-{name}.json"
    if kept.exists() and in_a_process(_is_built, name, corpus):
        return Built(**json.loads(kept.read_text())), True
    built = in_a_process(_build, name, corpus)
    kept.write_text(json.dumps(asdict(built)))
    return built, False


def _is_built(name: str, corpus: Corpus) -> bool:
    return engine(name, corpus).is_built()


def _build(name: str, corpus: Corpus) -> Built:
    subject = engine(name, corpus)
    for path in sorted(subject.folder.rglob("*"), reverse=True):  # of a run that was ended
        path.rmdir() if path.is_dir() else path.unlink()
    if subject.folder.exists():
        subject.folder.rmdir()
    subject.prepare()
    cpu, elapsed = time.process_time(), time.perf_counter()
    subject.build()
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - elapsed
    cpu += subject.server_seconds()
    return Built(cpu, elapsed, _status("VmHWM"), subject.size() / 1e6)


# -- searching -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timings:
    """Of one kind of question: warm CPU milliseconds of each, and the median of their totals."""

    page: Sequence[float]
    facets: Sequence[float]
    hits: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Of a process, in MB."""

    resident: float
    shared_out: float  # PSS: shared pages are divided among those who map them
    private: float
    anonymous: float  # of these, those that no file stands behind


@dataclass(frozen=True, slots=True)
class Measured:
    kinds: dict[str, Timings]
    memory: Memory


def search(name: str, corpus: Corpus, questions: Questions) -> Measured:
    subject = engine(name, corpus)
    subject.prepare()
    subject.open()
    kinds = {}
    for kind in KINDS:
        if asked := questions[kind]:
            page, hits = _timed(subject, asked, facets=False)
            facets, _ = _timed(subject, asked, facets=True)
            kinds[kind] = Timings(page, facets, hits)
    measured = Measured(kinds, memory())
    subject.close()
    return measured


def middle(passes: Sequence[Measured]) -> Measured:
    """Each question's median over several passes."""
    first = passes[0]
    kinds = {}
    for kind, timings in first.kinds.items():
        pages = zip(*(one.kinds[kind].page for one in passes), strict=False)
        facets = zip(*(one.kinds[kind].facets for one in passes), strict=False)
        kinds[kind] = Timings(
            [median(times) for times in pages], [median(times) for times in facets], timings.hits
        )
    return Measured(kinds, first.memory)


def _timed(subject: Any, asked: Sequence[Question], *, facets: bool) -> tuple[list[float], int]:
    begun = subject.clock()
    totals = []
    for question in asked:
        totals.append(subject.page(question, facets=facets).total)
        if subject.clock() - begun > BUDGET and len(totals) >= ENOUGH:
            break
    some = asked[: len(totals)]
    times: list[list[float]] = [[] for _ in some]
    begun = subject.clock()
    for _ in range(ROUNDS if len(some) > 1 else 3 * ROUNDS):
        for place, question in enumerate(some):
            before = subject.clock()
            subject.page(question, facets=facets)
            times[place].append((subject.clock() - before) * 1000)
        if subject.clock() - begun > BUDGET and len(some) * len(times[0]) >= ENOUGH:
            break
    return [median(of_one) for of_one in times], int(median(totals))


def repeats(name: str, corpus: Corpus, questions: Questions) -> dict[str, float]:
    """Milliseconds of one question of each kind, repeated: not for comparison, because caches of an
    engine help it here."""
    subject = engine(name, corpus)
    subject.prepare()
    subject.open()
    found = {}
    for kind in KINDS:
        for question in questions[kind][:1]:
            times = []
            for _ in range(3 * ROUNDS):
                before = subject.clock()
                subject.page(question, facets=True)
                times.append((subject.clock() - before) * 1000)
            found[kind] = median(times[ROUNDS:])
    return found


# -- a new process ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cold:
    """Elapsed milliseconds: until the index is open, and of questions whose words are new."""

    opening: float
    first: dict[str, list[float]]


def cold(name: str, corpus: Corpus, questions: Questions, dropped: bool) -> Cold:
    subject = engine(name, corpus)
    subject.prepare()
    if dropped:
        for folder in {subject.folder, corpus.state / "index"}:
            drop_from_page_cache(folder)
    begun = time.perf_counter()
    subject.open()
    opening = (time.perf_counter() - begun) * 1000
    met: set[str] = set()
    first: dict[str, list[float]] = {}
    for kind in KINDS:
        for question in questions[kind][:ENOUGH]:
            if met.intersection(question.words) or question.country or question.years:
                continue
            met.update(question.words)
            begun = time.perf_counter()
            subject.page(question, facets=True)
            first.setdefault(kind, []).append((time.perf_counter() - begun) * 1000)
    return Cold(opening, first)


# -- two processes at once -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Throughput:
    pages_a_second: float
    milliseconds: list[float]  # elapsed, of each page
    memory: list[Memory]  # of each process, while the other has the index open, too


def throughput(name: str, corpus: Corpus, questions: Questions, processes: int = 2) -> Throughput:
    """Distinct faceted pages of all kinds in turn, no question asked by two processes."""
    mixed = [one for kind in KINDS[:-1] for one in questions[kind]]
    random.Random(SEED).shuffle(mixed)  # noqa: S311
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(processes)
    answers = context.Queue()
    started = [
        context.Process(
            target=_answer, args=(name, corpus, mixed[one::processes], together, answers)
        )
        for one in range(processes)
    ]
    for process in started:
        process.start()
    given = [answers.get(timeout=3600) for _ in started]
    for process in started:
        process.join()
    elapsed = max(end for _, end, _, _ in given) - min(begin for begin, _, _, _ in given)
    times = [one for _, _, of_process, _ in given for one in of_process]
    return Throughput(len(times) / elapsed, times, [memory for *_, memory in given])


def _answer(
    name: str, corpus: Corpus, questions: Sequence[Question], together: Any, answers: Any
) -> None:
    subject = engine(name, corpus)
    subject.prepare()
    subject.open()
    # some for warming up, which are not asked again
    warming = max(1, len(questions) // 10)
    for question in questions[:warming]:
        subject.page(question, facets=True)
    together.wait(600)
    times = []
    begin = time.monotonic()
    for question in questions[warming:]:
        before = time.perf_counter()
        subject.page(question, facets=True)
        times.append((time.perf_counter() - before) * 1000)
    end = time.monotonic()
    together.wait(600)
    held = memory()
    together.wait(600)
    answers.put((begin, end, times, held))


# -- memory ----------------------------------------------------------------------------------


def memory() -> Memory:
    sizes = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, amount = line.split(":")
        sizes[name] = int(amount.split()[0]) / 1024
    return Memory(
        resident=sizes["Rss"],
        shared_out=sizes["Pss"],
        private=sizes["Private_Clean"] + sizes["Private_Dirty"],
        anonymous=sizes["Anonymous"],
    )


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)
