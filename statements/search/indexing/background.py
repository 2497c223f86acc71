"""Many changes of the outbox at once: an import, an index that was fed anew, a country renamed.

Fifty changes a commit are right for what people edit. Of thousands of speeches they cost a commit,
a segment and a merge for each fifty. So a long part of the outbox is built in bulk, into segments
in a folder of its own, by a process that yields to readers (``nice``) and has its own memory. The
worker meanwhile goes on applying what people change, and then puts the segments beside those that
there are, in one short commit (``IndexWriter.adopt_built``).

The process only reads the database. What it may not count on is decided when the segments are put
in use: a speech of which one of the rows it stood for is no longer due was applied by somebody
since, and may have been read before that; so it is left out. A row that came later stays in the
outbox, and is applied after.
"""

import json
import logging
import os
import shutil
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import connection

from statements.search.index import generations
from statements.search.index.bulk_writer import BulkWriter
from statements.search.index.commits import latest_commit, segments_of
from statements.search.index.documents import Prepared
from statements.search.index.generations import Generation, IndexDamaged, write_atomically
from statements.search.index.writer import IndexWriter, create, writing
from statements.search.indexing import building, outbox, sync
from statements.search.indexing.building import Attempt

logger = logging.getLogger(__name__)

FOLDER = "building-"  # within the generation, where no reader looks
NOTE = "building-many"
NICE = 5  # gets a third of what a web process gets, where the machine is busy
MOST = 20_000  # speeches
# words of a segment: some hundred megabytes while they are sorted
SEGMENT_WORDS = 8_000_000
STALLED_S = 900.0  # without a change of the note or of the folder: the process hangs and is killed
GIVEN_UP = 3  # builds in a row that ended their process: then changes are applied by the fifty

_RESULT = "result.json"
_inherited: list[object] = []  # kept, or Python would close it


@dataclass(frozen=True, slots=True)
class _Built:
    """What the process says of its work: speeches by primary key."""

    appended: Sequence[int]
    removed: Sequence[int]  # the database does not have them
    failed: Sequence[int]


class Build:
    """One build that goes on in a process of its own."""

    def __init__(self, rows: Sequence[tuple[int, int]]) -> None:
        """Start to build what rows of the outbox stand for, given with their speeches."""
        self.generation = sync.writable()
        self.rows = rows
        self.newest = max(row for row, _ in rows)
        speeches = sorted({speech for _, speech in rows})
        self._folder = self.generation.path / f"{FOLDER}{self.newest}"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        parent = os.getpid()
        self._status: int | None = None
        self._progress = self._signs_of_progress()
        self._progress_at = time.monotonic()
        self._process = os.fork()
        if not self._process:
            _be_built(self._folder, speeches, parent)
        logger.info("%s speeches are indexed in the background", len(speeches))

    def has_ended(self) -> bool:
        if self._status is None:
            process, status = os.waitpid(self._process, os.WNOHANG)
            if process:
                self._status = status
            elif self._has_stalled():
                logger.error(
                    "the background build has made no progress for %.0f s and is killed", STALLED_S
                )
                os.kill(self._process, signal.SIGKILL)  # its end is noticed the next time
        return self._status is not None

    def _has_stalled(self) -> bool:
        """Tell whether a process that has not ended hangs, as one may that was forked from a
        process of several threads, and would keep all imports from the index."""
        progress, now = self._signs_of_progress(), time.monotonic()
        if progress != self._progress:
            self._progress, self._progress_at = progress, now
        return now - self._progress_at > STALLED_S

    def _signs_of_progress(self) -> tuple[int, int, int]:
        """Return when the note was written, and what the folder holds: files and bytes."""
        note = generations.root() / NOTE
        written = 0
        with suppress(FileNotFoundError):
            written = note.stat().st_mtime_ns
        sizes: list[int] = []
        with suppress(FileNotFoundError):  # a file, or the whole generation, may be removed
            sizes = [path.stat().st_size for path in self._folder.iterdir()]
        return written, len(sizes), sum(sizes)

    def finish(self) -> bool:
        """Put in use what an ended build has made; yields whether it came to its end."""
        assert self._status is not None  # noqa: S101
        try:
            if self._status:
                if os.WIFSIGNALED(self._status):
                    number = os.WTERMSIG(self._status)
                    logger.error("the background build was ended by signal %s", number)
                    building.charge_interrupted(NOTE)
                return False
            self._adopt(_Built(**json.loads((self._folder / _RESULT).read_bytes())))
            return True
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End it on purpose: what it was to apply stays in the outbox."""
        if self._status is None:
            os.kill(self._process, signal.SIGKILL)
            _, self._status = os.waitpid(self._process, 0)
            building.forget(NOTE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _adopt(self, built: _Built) -> None:
        of_speech: defaultdict[int, set[int]] = defaultdict(set)
        for row, speech in self.rows:
            of_speech[speech].add(row)
        with outbox.turn():
            if self.generation != generations.in_use():
                return
            due: set[int] = set()
            for some in batched((row for row, _ in self.rows), sync.ROWS):
                rows = outbox.due(self.generation.number).filter(pk__in=some)
                due.update(rows.values_list("pk", flat=True))
            current = [one for one in built.appended if of_speech[one] <= due]
            removed = [one for one in built.removed if of_speech[one] <= due]
            segments = segments_of(self._folder, latest_commit(Generation(self._folder)))
            with writing(IndexWriter(self.generation)) as writer:
                writer.adopt_built(self._folder, segments, current=current, removed=removed)
            for speeches in batched([*current, *removed], sync.ROWS):
                rows_of = [row for speech in speeches for row in of_speech[speech]]
                outbox.settle(rows_of, self.generation.number)
                outbox.pardon(speeches)
        for speech in built.failed:
            outbox.charge(speech)


def ended_in_a_row() -> int:
    """How many builds in a row ended their process, after charging what the last was reading. To
    be called where none goes on."""
    return building.charge_interrupted(NOTE)


# -- what the process does -----------------------------------------------------------------------


def _be_built(folder: Path, speeches: Sequence[int], parent: int) -> None:
    """It never returns."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # the worker's connection, with its locks, is not this process's to use or to close
        _inherited.append(connection.connection)
        connection.connection = None
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        os.nice(NICE)
        with building.attempt(NOTE, SEGMENT_WORDS) as attempt:
            built = _build(folder, speeches, attempt, parent)
        write_atomically(folder / _RESULT, json.dumps(built))
        status = 0
    except _Orphaned:
        pass
    except BaseException:  # the disk's fault, or the database's: the worker will meet it too
        logger.warning("speeches could not be indexed in the background", exc_info=True)
    finally:
        sys.stderr.flush()
        os._exit(status)


class _Orphaned(Exception):
    """The worker has ended."""


def _build(
    folder: Path, speeches: Sequence[int], attempt: Attempt, parent: int
) -> dict[str, list[int]]:
    generation = Generation(folder)
    create(generation)
    built: dict[str, list[int]] = {"appended": [], "removed": [], "failed": []}
    chunks = batched(speeches, sync.LOADED)
    left = True
    while left:
        with writing(BulkWriter(generation, words=attempt.words)) as writer:
            left = False
            for chosen in chunks:
                if os.getppid() != parent:
                    raise _Orphaned
                attempt.note(chosen)
                for speech, prepared in sync.prepare(chosen):
                    built[_append(writer, speech, prepared)].append(speech)
                if left := writer.full:
                    break
            attempt.note(())
            writer.commit()
    return built


def _append(writer: BulkWriter, speech: int, prepared: Prepared | Exception | None) -> str:
    """Write a speech; yields what became of it."""
    if isinstance(prepared, Exception):
        logger.error("speech %s cannot be indexed: %r", speech, prepared, exc_info=prepared)
        return "failed"
    if prepared is None:
        return "removed"
    try:
        writer.append(prepared)
    except (OSError, IndexDamaged):
        raise  # the disk's fault, not the speech's
    except Exception:  # half of it may be written: the next build begins without it
        outbox.charge(speech)
        raise
    return "appended"


def rows_of(priority: outbox.Priority, *, after: int = 0) -> list[tuple[int, int]]:
    """The rows of one build, each with its speech: of speeches that were not tried before."""
    generation = sync.writable()
    due: Any = outbox.due(generation.number).filter(priority=priority, pk__gt=after)
    due = due.exclude(speech_id__in=outbox.suspects(generation.number))
    speeches = dict.fromkeys(due.values_list("speech_id", flat=True)[: 4 * MOST])
    chosen = list(speeches)[:MOST]
    rows: list[tuple[int, int]] = []
    for some in batched(chosen, sync.ROWS):
        every = outbox.due(generation.number).filter(speech_id__in=some)
        rows += every.values_list("pk", "speech_id")
    return rows
