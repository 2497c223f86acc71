"""What operators can learn about an index: its state, what was built, and how it differs from the
database. The operations themselves are methods of ``protocol.SearchBackend``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


class AlreadyRebuilding(Exception):
    """Another process is building the index. The message is a sentence for operators."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Changes of the database that the index does not have yet."""

    lag_s: float  # age in seconds of the oldest of them
    waiting: int  # rows of the outbox; 0 if they were not counted
    quarantined: int  # speeches whose indexing failed too often
    deleted: Collection[int]  # ids of deleted and withdrawn speeches the index may still have
    missing: int = 0  # speeches the index may lack
    revision: str = ""  # of the archive when this was read, see ``statements.models.revision``


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The state of the index."""

    generation: str | None  # None if no index can be read
    speeches: int | None
    is_complete: bool  # it is the generation in use, and was built to its end
    has_worker: bool
    backlog: Backlog

    @property
    def is_readable(self) -> bool:
        return self.generation is not None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """An index that was built from the database."""

    generation: str
    speeches: int
    paragraphs: int
    seconds: float
    quarantined: Sequence[int] = ()  # ids of speeches that could not be indexed

    def __str__(self) -> str:
        return (
            f"Indexed {self.speeches:,} speeches ({self.paragraphs:,} paragraphs) in "
            f"{self.seconds:.1f} s: generation {self.generation}."
        )


@dataclass(frozen=True, slots=True)
class Drift:
    """The differences between index and database, as speech ids; false if there are none. Speeches
    that wait in the outbox are expected to differ, and are listed separately."""

    generation: str
    in_database: int
    in_index: int
    missing: Sequence[int] = ()
    surplus: Sequence[int] = ()
    different: Sequence[int] = ()
    waiting: Sequence[int] = ()
    damage: str = ""

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.different or self.damage)
