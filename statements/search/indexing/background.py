"""Indexes many changes of the outbox at once: an import, a country renamed, a whole re-indexing.

Fifty changes a commit suit people's edits. For thousands of speeches they would cost a commit, a
segment and a merge for every fifty. So a long part of the outbox is built in bulk, into segments in
a folder of its own, by a process that yields to readers (``nice``) and has its own memory.
Meanwhile the worker goes on applying people's edits; then it adds the segments to the index in one
short commit (``IndexWriter.adopt_built``).

The process only reads the database. Which of its results count is decided when the segments are put
in use: if one of the rows of a speech is no longer due, somebody else has applied it since,
possibly after the process had read the speech; so the speech is left out. Rows that were added
later stay in the outbox and are applied afterwards.
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
from statements.search.indexing import outbox, quarantine, sync
from statements.search.indexing.quarantine import BuildAttempt

logger = logging.getLogger(__name__)

FOLDER = "building-"  # within the generation, where no reader looks
NOTE = "building-many"
NICE = 5  # gets a third of what a web process gets when the machine is busy
MOST = 20_000  # speeches
# words of a segment: some hundred megabytes while they are sorted
SEGMENT_WORDS = 8_000_000
STALLED_S = 900.0  # without a change of the note or the folder: the process hangs and is killed
GIVEN_UP = 3  # builds in a row that ended their process: then changes are applied by the fifty

_RESULT = "result.json"
_inherited: list[object] = []  # connections of the parent, which Python would otherwise close


@dataclass(frozen=True, slots=True)
class _Result:
    """What the process did with each speech, as primary keys."""

    appended: Sequence[int]
    removed: Sequence[int]  # not in the database
    failed: Sequence[int]


class Build:
    """A build that runs in a process of its own."""

    def __init__(self, rows: Sequence[tuple[int, int]]) -> None:
        """Start to build the speeches of some rows of the outbox; each row is given with its
        speech."""
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
            _build_in_child(self._folder, speeches, parent)
        logger.info("%s speeches are indexed in the background", len(speeches))

    def has_ended(self) -> bool:
        """Return whether the process has ended. Kills it if it hangs."""
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
        """Return whether the process hangs, as one may that was forked from a process of several
        threads; it would keep all imports from the index."""
        progress, now = self._signs_of_progress(), time.monotonic()
        if progress != self._progress:
            self._progress, self._progress_at = progress, now
        return now - self._progress_at > STALLED_S

    def _signs_of_progress(self) -> tuple[int, int, int]:
        """Return when the note was written, and how many files and bytes the folder has."""
        note = generations.root() / NOTE
        written_at = 0
        with suppress(FileNotFoundError):
            written_at = note.stat().st_mtime_ns
        sizes: list[int] = []
        with suppress(FileNotFoundError):  # a file, or the whole generation, may be removed
            sizes = [path.stat().st_size for path in self._folder.iterdir()]
        return written_at, len(sizes), sum(sizes)

    def finish(self) -> bool:
        """Put the segments of an ended build in use. Return whether it was completed."""
        assert self._status is not None  # noqa: S101
        try:
            if self._status:
                if os.WIFSIGNALED(self._status):
                    number = os.WTERMSIG(self._status)
                    logger.error("the background build was ended by signal %s", number)
                    quarantine.record_interrupted_build(NOTE)
                return False
            self._adopt(_Result(**json.loads((self._folder / _RESULT).read_bytes())))
            return True
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the build on purpose. Its changes stay in the outbox."""
        if self._status is None:
            os.kill(self._process, signal.SIGKILL)
            _, self._status = os.waitpid(self._process, 0)
            quarantine.forget_build(NOTE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _adopt(self, result: _Result) -> None:
        rows_of: defaultdict[int, set[int]] = defaultdict(set)
        for row, speech in self.rows:
            rows_of[speech].add(row)
        with outbox.write_lock():
            if self.generation != generations.in_use():
                return
            due: set[int] = set()
            for batch in batched((row for row, _ in self.rows), sync.ROWS):
                rows = outbox.due_rows(self.generation.number).filter(pk__in=batch)
                due.update(rows.values_list("pk", flat=True))
            current = [speech for speech in result.appended if rows_of[speech] <= due]
            removed = [speech for speech in result.removed if rows_of[speech] <= due]
            segments = segments_of(self._folder, latest_commit(Generation(self._folder)))
            with writing(IndexWriter(self.generation)) as writer:
                writer.adopt_built(self._folder, segments, current=current, removed=removed)
            for speeches in batched([*current, *removed], sync.ROWS):
                applied = [row for speech in speeches for row in rows_of[speech]]
                outbox.acknowledge(applied, self.generation.number)
                quarantine.release(speeches)
        for speech in result.failed:
            quarantine.record_attempt(speech)


def interrupted_in_a_row() -> int:
    """Return how many builds in a row ended their process, after recording an attempt for the
    speeches that the last was reading. Must not be called while a build runs."""
    return quarantine.record_interrupted_build(NOTE)


# -- in the process of the build ------------------------------------------------------------------


def _build_in_child(folder: Path, speeches: Sequence[int], parent: int) -> None:
    """Build the segments in the forked process, and end it."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # the worker's connection holds its locks: this process may neither use nor close it
        _inherited.append(connection.connection)
        connection.connection = None
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        os.nice(NICE)
        with quarantine.build_attempt(NOTE, SEGMENT_WORDS) as attempt:
            result = _build(folder, speeches, attempt, parent)
        write_atomically(folder / _RESULT, json.dumps(result))
        status = 0
    except _Orphaned:
        pass
    except BaseException:  # the disk or the database fails: the worker will meet that too
        logger.warning("speeches could not be indexed in the background", exc_info=True)
    finally:
        sys.stderr.flush()
        os._exit(status)


class _Orphaned(Exception):
    """The worker has ended."""


def _build(
    folder: Path, speeches: Sequence[int], attempt: BuildAttempt, parent: int
) -> dict[str, list[int]]:
    """Return the fields of a ``_Result``."""
    generation = Generation(folder)
    create(generation)
    result: dict[str, list[int]] = {"appended": [], "removed": [], "failed": []}
    batches = batched(speeches, sync.LOADED)
    has_more = True
    while has_more:
        with writing(BulkWriter(generation, words=attempt.words)) as writer:
            has_more = False
            for batch in batches:
                if os.getppid() != parent:
                    raise _Orphaned
                attempt.note(batch)
                for speech, prepared in sync.prepare(batch):
                    result[_append(writer, speech, prepared)].append(speech)
                if has_more := writer.full:
                    break
            attempt.note(())
            writer.commit()
    return result


def _append(writer: BulkWriter, speech: int, prepared: Prepared | Exception | None) -> str:
    """Write a speech. Return the field of ``_Result`` that it belongs to."""
    if isinstance(prepared, Exception):
        logger.error("speech %s cannot be indexed: %r", speech, prepared, exc_info=prepared)
        return "failed"
    if prepared is None:
        return "removed"
    try:
        writer.append(prepared)
    except (OSError, IndexDamaged):
        raise  # the disk's fault, not the speech's
    except Exception:  # half of it may be written: the next build starts without it
        quarantine.record_attempt(speech)
        raise
    return "appended"


def rows_of(priority: outbox.Priority, *, after: int = 0) -> list[tuple[int, int]]:
    """Return the rows of one build, later than the row ``after``, each with its speech; without
    speeches that have attempts."""
    generation = sync.writable()
    due: Any = outbox.due_rows(generation.number).filter(priority=priority, pk__gt=after)
    due = due.exclude(speech_id__in=quarantine.retry_candidates(generation.number))
    speeches = dict.fromkeys(due.values_list("speech_id", flat=True)[: 4 * MOST])
    selected = list(speeches)[:MOST]
    rows: list[tuple[int, int]] = []
    for batch in batched(selected, sync.ROWS):
        every = outbox.due_rows(generation.number).filter(speech_id__in=batch)
        rows += every.values_list("pk", "speech_id")
    return rows
