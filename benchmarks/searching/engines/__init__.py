"""Engines under one interface: build, open, ask for a page with or without facets, close.

Each is measured in a process of its own, which imports no other engine.
"""

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.searching.corpus import Corpus
from benchmarks.searching.questions import Question

TOP = 20
FACETS = ("country", "year", "speaker")
FACET_VALUES = 100  # the most frequent, of a facet that has more


@dataclass(frozen=True, slots=True)
class Page:
    """What an engine found: the exact total, the speeches of the first page, best first, and
    how many hits have each value of each facet."""

    total: int
    speeches: list[int]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Engine(ABC):
    unit = "paragraphs"  # that it finds and counts

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.folder = corpus.folder / type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def build(self) -> None:
        """Build the index from the corpus."""

    def is_built(self) -> bool:
        """Whether what was built once can still be searched."""
        return True

    def prepare(self) -> None:  # noqa: B027 (most need nothing)
        """Everything a process needs besides the index."""

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def page(self, question: Question, *, facets: bool) -> Page: ...

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Speeches, best first, that have every word, or any of them."""
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027
        """Close files; nothing if the end of the process does it."""

    def clock(self) -> float:
        """Seconds of CPU that answering has used."""
        return time.process_time()

    def server_seconds(self) -> float:
        """Seconds of CPU in another process, where the engine works in one."""
        return 0.0

    def size(self) -> int:
        """Bytes of the index on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


@dataclass(frozen=True, slots=True)
class Known:
    """Where an engine is found, and which distribution it needs."""

    title: str
    module: str
    name: str
    needs: str = ""
    most: int | None = None  # paragraphs; more would take hours
    keeps_with: str = ""  # the engine whose index it searches


ENGINES = {
    "ours": Known("Rostrum, `SearchQuerySet`", "ours", "ThroughHaystack"),
    "evaluator": Known("Rostrum, evaluator alone", "ours", "Alone", keeps_with="ours"),
    "find": Known("Rostrum, whole `find()`", "ours", "WholeFind", keeps_with="ours"),
    "tantivy": Known("Tantivy", "of_tantivy", "Tantivy", "tantivy"),
    "xapian": Known("Xapian", "of_xapian", "Xapian", "xapian"),
    "fts5": Known("SQLite FTS5", "of_fts5", "Fts5"),
    "postgresql": Known("PostgreSQL tsvector, GIN", "of_postgresql", "PostgreSQL"),
    "whoosh": Known("raw Whoosh", "of_whoosh", "RawWhoosh"),
    "haystack": Known("stock Haystack, Whoosh", "of_haystack", "StockHaystack", most=70_000),
}


def is_installed(name: str) -> bool:
    return not ENGINES[name].needs or find_spec(ENGINES[name].needs) is not None


def engine(name: str, corpus: Corpus) -> Engine:
    known = ENGINES[name]
    made: Callable[[Corpus], Engine] = getattr(
        import_module(f"benchmarks.searching.engines.{known.module}"), known.name
    )
    return made(corpus)


# paragraphs looked through for one speech to be listed: several can be of one speech
DEEP = 5


def speeches_of(numbers: Sequence[int], most: int) -> list[int]:
    """Each speech once, at the place of its best paragraph."""
    return list(dict.fromkeys(numbers))[:most]


def cpu_of(process: int) -> float:
    """Seconds of CPU of another process, if the system reports them."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def drop_from_page_cache(folder: Path) -> None:
    """Make the system drop the cached pages of the files in a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
