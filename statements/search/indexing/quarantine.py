"""Speeches that cannot be indexed: attempts, retries and a quarantine, as message queues have them.

A speech may fail with an error, or end the process that indexes it, by exhausting the memory or by
a fault in a library. The second must not happen to the worker again and again, and of a batch it
must become known which speech it was. So:

- Rows of the outbox count their attempts. An attempt is recorded before it begins and taken back
  when it ends (``attempting``): if the process is ended, the attempts remain.
- Speeches with attempts are candidates for a retry. Each is retried alone in a forked process while
  the worker watches (``run_each``). If it ends that process, this counts as an attempt.
- After ``outbox.MAX_ATTEMPTS`` attempts a speech is in quarantine: it is not indexed until it
  changes, and the index reports that it is incomplete.
- A process that builds a whole index notes in a file which speeches it is reading
  (``BuildAttempt``), because thousands of updates of the database would cost too much. The next
  build finds the note of one that was ended, and records an attempt for those speeches. After
  several such ends in a row it writes smaller segments, which take less memory. The note is stored
  next to the generations; if that folder is lost, one more process may be ended. Only the holder of
  the build lock reads or writes it.
"""

import json
import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.db.models import F

from statements.models import IndexOutbox
from statements.search.index import generations
from statements.search.index.bulk_writer import SEGMENT_WORDS
from statements.search.index.generations import BUILD_NOTE
from statements.search.indexing import outbox
from statements.search.indexing.outbox import MAX_ATTEMPTS, Change

logger = logging.getLogger(__name__)

# -- attempts -------------------------------------------------------------------------------------


@contextmanager
def attempting(rows: Collection[int]) -> Iterator[None]:
    """Record an attempt for rows of the outbox while they are applied. It remains recorded if the
    process is ended meanwhile."""
    outbox_rows = IndexOutbox.objects.filter(pk__in=rows)
    outbox_rows.update(attempts=F("attempts") + 1)
    try:
        yield
    finally:
        outbox_rows.update(attempts=F("attempts") - 1)


def record_attempt(speech: int) -> None:
    """Record that an attempt to index a speech failed."""
    IndexOutbox.objects.filter(speech_id=speech).update(attempts=F("attempts") + 1)


def mark_suspects(speeches: Collection[int]) -> None:
    """Record that one of these speeches may have ended the process that indexed them."""
    IndexOutbox.objects.bulk_create(
        IndexOutbox(speech_id=speech, change=Change.ADDED, attempts=1) for speech in speeches
    )


def clear_suspicion(speech: int) -> None:
    """Record that a speech does not end the process that indexes it."""
    rows = IndexOutbox.objects.filter(speech_id=speech, attempts__gt=0)
    rows.filter(attempts__lt=MAX_ATTEMPTS).update(attempts=0)


def failed_speeches() -> set[int]:
    """Return the speeches with attempts: those in quarantine and those to be retried."""
    return set(IndexOutbox.objects.filter(attempts__gt=0).values_list("speech_id", flat=True))


def retry_candidates(generation: int) -> list[int]:
    """Return the speeches whose indexing failed, or was under way when a process was ended, with
    the fewest attempts first; without those in quarantine."""
    rows = outbox.due_rows(generation).filter(attempts__gt=0).order_by("attempts", "id")
    return list(dict.fromkeys(rows.values_list("speech_id", flat=True)))


# -- the quarantine -------------------------------------------------------------------------------


def add(speech: int) -> None:
    """Put a speech in quarantine at once."""
    IndexOutbox.objects.create(speech_id=speech, attempts=MAX_ATTEMPTS)


def release(speeches: Collection[int]) -> None:
    """Release speeches that have been indexed after all."""
    IndexOutbox.objects.filter(speech_id__in=speeches, attempts__gte=MAX_ATTEMPTS).delete()


def quarantined_speeches() -> set[int]:
    """Return the speeches that are not indexed until they change."""
    rows = IndexOutbox.objects.filter(attempts__gte=MAX_ATTEMPTS)
    return set(rows.values_list("speech_id", flat=True))


# -- retries in a process of their own ------------------------------------------------------------

LOOK_S = 0.5  # how long it may take until a signal to stop is noticed
_NO_SPEECH = 0  # instead of a speech's id: none is being tried

_inherited: list[object] = []  # connections of the parent, which Python would otherwise close


def run_each(
    speeches: Sequence[int], work: Callable[[int], None], must_stop: Callable[[], bool]
) -> bool:
    """Do the work for each speech in turn in a forked process. Return whether all of it was done,
    or a speech ended the process and an attempt was recorded for it."""
    reader, writer = os.pipe()
    parent = os.getpid()
    process = os.fork()
    if not process:
        os.close(reader)
        _run_in_child(speeches, work, writer, parent)
    os.close(writer)
    is_stopped = True
    try:
        last_speech = _watch(reader, must_stop)
        is_stopped = must_stop()
    finally:
        os.close(reader)
        if is_stopped:
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
    if is_stopped:
        return False
    if os.WIFSIGNALED(status) and last_speech != _NO_SPEECH:
        number = os.WTERMSIG(status)
        logger.error("indexing speech %s ended its process by signal %s", last_speech, number)
        record_attempt(last_speech)
        return True
    return status == 0


def _watch(pipe: int, must_stop: Callable[[], bool]) -> int:
    """Wait until the child has ended. Return the speech that it began last."""
    output = b""
    while not must_stop():
        if select.select([pipe], [], [], LOOK_S)[0]:
            if not (data := os.read(pipe, 1 << 12)):
                break
            output += data
    return int(output.split()[-1]) if output else _NO_SPEECH


def _run_in_child(
    speeches: Sequence[int], work: Callable[[int], None], pipe: int, parent: int
) -> None:
    """Do the work in the forked process, and end it."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # the parent's connection holds its locks: this process may neither use nor close it
        _inherited.append(connection.connection)
        connection.connection = None
        for speech in speeches:
            if os.getppid() != parent:
                break
            os.write(pipe, b"%d\n" % speech)
            work(speech)
        os.write(pipe, b"%d\n" % _NO_SPEECH)
        status = 0
    except BaseException:  # the disk or the database fails: the worker will meet that too
        logger.warning("speeches could not be retried", exc_info=True)
    finally:
        sys.stderr.flush()
        os._exit(status)


# -- builds ---------------------------------------------------------------------------------------

_SMALLEST_SEGMENT = 1_000_000  # words; smaller segments would save no more memory


class BuildAttempt:
    """One build of an index. ``words`` is the size of its segments, which is halved for each build
    before it that was ended, after the first."""

    def __init__(self, interrupted: int, name: str, words: int) -> None:
        """``interrupted`` is the number of builds in a row that were ended before this one."""
        self._interrupted = interrupted
        self._name = name
        self.words = max(words >> max(interrupted - 1, 0), _SMALLEST_SEGMENT)

    def note(self, speeches: Sequence[int]) -> None:
        """Note the speeches that are read next; an empty sequence when they have been read."""
        # not flushed to the disk: the note is about the end of a process, not of the machine
        part = generations.root() / f".{self._name}"
        content = {"ended": self._interrupted, "speeches": speeches}
        part.write_text(json.dumps(content), "ascii")
        os.replace(part, generations.root() / self._name)


@contextmanager
def build_attempt(name: str = BUILD_NOTE, words: int | None = None) -> Iterator[BuildAttempt]:
    """Keep the note of a build while it goes on, after recording an attempt for the speeches that
    an interrupted build was reading. ``words`` is the size of a segment, by default
    ``SEGMENT_WORDS``."""
    generations.make_root()
    if interrupted := record_interrupted_build(name):
        logger.warning("%s builds in a row ended their process", interrupted)
    attempt = BuildAttempt(interrupted, name, words or SEGMENT_WORDS)
    attempt.note(())
    try:
        yield attempt
    finally:
        forget_build(name)


def record_interrupted_build(name: str = BUILD_NOTE) -> int:
    """Record an attempt for the speeches that were being read when a build ended its process.
    Return how many builds in a row ended this way. Must not be called while a build of that name
    runs."""
    try:
        content = json.loads((generations.root() / name).read_text("ascii"))
        interrupted, speeches = int(content["ended"]) + 1, list(map(int, content["speeches"]))
    except FileNotFoundError:
        return 0
    except (ValueError, KeyError, TypeError):
        logger.warning("the note of the last build cannot be read")
        return 0
    if speeches:
        logger.error("a build ended its process while it read speeches %s", speeches)
        mark_suspects(speeches)
        BuildAttempt(interrupted - 1, name, 0).note(())  # record the attempt only once
    return interrupted


def forget_build(name: str) -> None:
    """Remove the note of a build that was completed, failed with an error or was stopped."""
    (generations.root() / name).unlink(missing_ok=True)
