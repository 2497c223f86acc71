"""Damage the files of the index while readers search, and check that no answer is wrong.

    python benchmarks/drills/damage.py [--speeches 300] [--rounds 1] [--seed 1] [--port 8104]
                                       [--state FOLDER]

A throw-away PostgreSQL holds a small archive. The worker and gunicorn with two processes run as
they do in production, and eight readers ask the API for questions whose answers are known. In each
round every kind of file of the index in use is damaged in each way: bytes flipped, cut, emptied,
replaced by garbage, removed. For each, the drill prints how readers were answered until the index
had repaired itself, and how long that took. The worker notices damage that no reader meets when it
next reads every byte, as it does for a side-car that readers have in memory; for these files the
drill requests that ("asked for"). An answer is wrong where it is neither 200 nor 503, or says that
it is complete and its total, facets or hits differ from the truth. At the end the web processes
must be those that were started.
"""

import argparse
import http.client
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.crash import Archive
from benchmarks.drills.sites import children, wait_until

READERS = 8
THINK_S = 0.05
BEFORE_S = 0.3  # that readers ask before each damage
MENDED_WITHIN = 120.0
QUESTIONS = [
    {"q": "river"}, {"q": "dam"}, {"q": "weir lock"}, {"q": '"the river"'}, {"q": "riv*"},
    {"q": "flood -toll"}, {"q": "canal", "sort": "newest"}, {"q": "", "page": "2"},
    {"q": ""}, {"q": '"tide reed"'}, {"q": "bank OR mill"}, {"q": "ferry", "page_size": "50"},
]  # fmt: skip

# by readers; the last two are read once
UNREAD = ("trm", "pst", "toc", "seq", "side", "speeches")

Answer = tuple[int, Any]  # a status, and of 200 what was answered


# -- damages -----------------------------------------------------------------------------------


def flip(path: Path, chance: random.Random) -> None:
    """Change bytes in place, as a failing disk does: processes that have the file open see it."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        for _ in range(max(1, min(64, size // 64))):
            at = chance.randrange(size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))


def cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def empty(path: Path, _: random.Random) -> None:
    os.truncate(path, 0)


def garbage(path: Path, chance: random.Random) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(chance.randbytes(size))


def remove(path: Path, _: random.Random) -> None:
    path.unlink()


DAMAGES: tuple[Callable[[Path, random.Random], None], ...] = (flip, cut, empty, garbage, remove)


def kinds(folder: Path) -> dict[str, list[Path]]:
    """The files of the index in use, by what follows the name of a segment or commit."""
    found: dict[str, list[Path]] = {}
    for path in [*folder.iterdir(), folder.parent / "current"]:
        if not path.is_file() or not path.stat().st_size or path.name == "MAIN_WRITELOCK":
            continue
        if path.name.startswith("MAIN_"):
            kind = path.name.partition(".")[2]
        else:
            kind = path.name.rstrip("0123456789").replace("_MAIN_", "").split("_")[0]
            kind = "toc" if path.suffix == ".toc" else kind
        found.setdefault(kind, []).append(path)
    return found


# -- readers -----------------------------------------------------------------------------------


def ask(port: int, question: dict[str, str]) -> Answer:
    """Status 0 where the connection broke."""
    try:
        status, data = sites.ask(port, f"/api/v1/search?{urlencode(question)}")
    except (OSError, http.client.HTTPException) as error:
        return 0, repr(error)
    return status, json.loads(data) if status == 200 else data[:200]


def told(body: Any) -> Any:
    """The parts of an answer that must not differ."""
    hits = [(one["id"], one["extracts"]) for one in body["results"]]
    return body["total"], hits, body["facets"]


class Readers:
    def __init__(self, port: int) -> None:
        self.port = port
        self.truth: list[Any] = []
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def learn(self) -> None:
        for question in QUESTIONS:
            status, body = ask(self.port, question)
            if status != 200:
                raise SystemExit(f"{question}: {status} {body!r}")
            self.truth.append(told(body))

    def _read(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311
        while not self._ended.wait(THINK_S):
            place = chance.randrange(len(QUESTIONS))
            status, body = ask(self.port, QUESTIONS[place])
            with self._lock:
                if status == 503:
                    self.answers["503"] += 1
                elif status != 200:
                    self.answers[f"status {status}"] += 1
                    self.wrong.append(f"{QUESTIONS[place]}: {status} {body!r}")
                elif not body["index"]["complete"]:
                    self.answers["200, not complete"] += 1
                else:
                    self.answers["200"] += 1
                    if told(body) != self.truth[place]:
                        self.wrong.append(f"{QUESTIONS[place]}: other than the truth")

    @contextmanager
    def reading(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._read, args=(n,)) for n in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def take(self) -> tuple[Counter[str], list[str]]:
        with self._lock:
            taken = self.answers, self.wrong
            self.answers, self.wrong = Counter(), []
        return taken


# -- the drill ---------------------------------------------------------------------------------


def until(condition: Callable[[], bool], what: str) -> float:
    return wait_until(condition, what, MENDED_WITHIN)


def whole() -> bool:
    """Return whether every byte of the index in use is unchanged and nothing is missing."""
    from statements.search.index import generations
    from statements.search.index.commits import latest_commit, segments_of
    from statements.search.index.generations import IndexDamaged
    from statements.search.index.sealing import check_sums
    from statements.search.indexing import sync

    try:
        generation = generations.in_use()
        if generation is None or not sync.is_complete():
            return False
        for segment in segments_of(generation.path, latest_commit(generation)):
            check_sums(generation.path, segment.segment_id())
    except (IndexDamaged, OSError):
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--speeches", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8104)
    parser.add_argument("--state", type=Path)
    options = parser.parse_args()
    with debates.folder(options.state) as state:
        debates.open_archive(state)
        drill(options, state)


def drill(options: argparse.Namespace, state: Path) -> None:
    from statements.models import IndexOutbox
    from statements.search.index import generations
    from statements.search.indexing import outbox, sync

    chance = random.Random(options.seed)  # noqa: S311
    archive = Archive(chance)
    for number in range(options.speeches):
        archive.add()
        if number == options.speeches * 2 // 3:
            sync.rebuild()
    readers = Readers(options.port)
    failed = 0
    totals: Counter[str] = Counter()
    times: list[float] = []
    with sites.running(state, options.port) as site:
        until(lambda: ask(options.port, {"q": "river"})[0] == 200, "the site answers")
        until(lambda: not IndexOutbox.objects.exists() and whole(), "the index is whole")
        # as the worker leaves it, so that each damage meets a generation before that is equal
        sync.rebuild()
        until(lambda: ask(options.port, {"q": ""})[1]["index"]["complete"], "it is complete")
        readers.learn()
        processes = set(children(site.web.pid))
        with readers.reading():
            for _ in range(options.rounds):
                for kind in sorted(kinds(generations.in_use().path)):  # type: ignore[union-attr]
                    for damage in DAMAGES:
                        until(whole, "the index is whole")
                        time.sleep(BEFORE_S)
                        readers.take()
                        paths = kinds(generations.in_use().path).get(kind)  # type: ignore[union-attr]
                        if not paths:
                            continue
                        damage(chance.choice(paths), chance)
                        time.sleep(BEFORE_S)
                        unread = kind in UNREAD or kind.endswith("col")
                        if unread:
                            outbox.wake_worker(outbox.DAMAGED)
                        seconds = until(whole, f"{kind}, {damage.__name__}")
                        until(
                            lambda: ask(options.port, {"q": ""})[1].__class__ is dict, "it answers"
                        )
                        answers, wrong = readers.take()
                        totals += answers
                        times.append(seconds)
                        failed += len(wrong)
                        said = ", ".join(f"{many} × {name}" for name, many in answers.items())
                        said += "; asked for" if unread else ""
                        print(
                            f"{kind:>16} {damage.__name__:<8} {seconds:5.1f} s  {said}", flush=True
                        )
                        for one in wrong[:3]:
                            print(f"{'':>16} WRONG: {one}", flush=True)
        same = set(children(site.web.pid)) == processes
    print(f"in all {dict(totals)}, {failed} wrong; mended after {max(times):.1f} s at most")
    print("every web process lived" if same else "A WEB PROCESS WAS LOST")
    if failed or not same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
