"""Whether searches can be served, and how far behind the index is."""

from dataclasses import dataclass

from statements.search.indexing import outbox
from statements.search.indexing.outbox import Backlog
from statements.search.matching.session import (
    SearchUnavailable,
    count_backlog,
    is_whole,
    readable_snapshot,
)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The index that answers; ``generation`` and ``speeches`` are None where none can be read."""

    generation: str | None
    speeches: int | None
    is_complete: bool  # of the generation in use, and that was built to its end
    has_worker: bool
    backlog: Backlog

    @property
    def is_readable(self) -> bool:
        return self.generation is not None


def report() -> IndexReport:
    """Look at the index as a search would; raises django.db.Error."""
    backlog = count_backlog()
    has_worker = outbox.is_locked(outbox.Lock.WORKER)
    try:
        snapshot = readable_snapshot()
    except SearchUnavailable:
        return IndexReport(None, None, False, has_worker, backlog)
    return IndexReport(snapshot.name, snapshot.count, is_whole(snapshot), has_worker, backlog)
