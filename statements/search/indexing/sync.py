"""Keeping the index: applying the outbox, building generations.

PostgreSQL is the truth. A row leaves the outbox only after the index that has it is on the disk,
so that a crash at any point costs work done twice and nothing else. Readers are never kept
waiting and never see a half of anything.
"""

import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from haystack import connections as haystack_connections

from statements.models import IndexOutbox, Speech
from statements.search.index import generations
from statements.search.index.bulk_writer import BulkWriter
from statements.search.index.commits import latest_commit
from statements.search.index.documents import Prepared
from statements.search.index.generations import Generation, IndexDamaged
from statements.search.index.snapshot import open_snapshot
from statements.search.index.writer import IndexWriter, create, writing
from statements.search.indexing import building, isolation, outbox
from statements.search.indexing.building import Attempt
from statements.search.indexing.outbox import Lock

logger = logging.getLogger(__name__)

BATCH = 50  # outbox rows of one commit: a quarter of a second's work
LATEST = 15  # of these, the newest: an edit does not wait for thousands before it
LOADED = 50  # speeches in memory at a time
ROWS = 5_000  # of the outbox, named in one statement
BATCH_CHARACTERS = 20_000_000  # after which a batch is committed as it is

# no speech's own fault
_DATABASE_GONE = (OperationalError, InterfaceError)


class AlreadyRebuilding(Exception):
    """Another process is building a generation."""


class _Unwritable(Exception):
    """A speech was prepared and cannot be written."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    generation: str
    speeches: int
    paragraphs: int
    seconds: float


# -- speeches, prepared for the index ---------------------------------------------------------


def identifier(speech: int) -> str:
    """Haystack's identifier of a speech."""
    return f"{Speech._meta.label_lower}.{speech}"


def prepare(speeches: Sequence[int]) -> Iterator[tuple[int, Prepared | Exception | None]]:
    """What the index is to hold of each speech: None of one that is gone. Where one cannot be
    prepared its error stands in its place, and the others are prepared all the same."""
    index = haystack_connections["default"].get_unified_index().get_index(Speech)

    def load(chosen: Sequence[int]) -> dict[int, Prepared]:
        with transaction.atomic():  # a failed query must not spoil a transaction around it
            rows = index.index_queryset().filter(pk__in=chosen)
            return {speech.pk: index.full_prepare(speech) for speech in rows}

    for chosen in batched(speeches, LOADED):
        try:
            prepared: dict[int, Prepared | Exception] = dict(load(chosen))
        except _DATABASE_GONE:
            raise
        except Exception:
            prepared = {}
            for speech in chosen:
                try:
                    prepared |= load([speech])
                except _DATABASE_GONE:
                    raise
                except Exception as error:
                    prepared[speech] = error
        for speech in chosen:
            yield speech, prepared.get(speech)


# -- the outbox -------------------------------------------------------------------------------


def drain(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Apply the whole outbox to the index in use; yields how many rows were settled. Raises
    IndexDamaged where there is no index that could be written to."""
    settled = 0
    while not stop():
        rows = apply_batch()
        if rows is None:
            break
        settled += rows
    return settled


def apply_batch(*, fresh: bool = False, after: int = 0, imports: bool = True) -> int | None:
    """Apply one batch of the outbox in one commit, those of people first; None where nothing was
    due. ``fresh`` leaves out what was tried before, ``after`` what was noted before that row,
    ``imports`` tells whether changes of an import are applied, too."""
    with outbox.turn():
        generation = writable()
        if not outbox.held(Lock.REBUILD):
            # left by a rebuild that did not come to its end
            IndexOutbox.objects.filter(indexed_in=generation.number).delete()
        rows = _next_rows(generation, fresh=fresh, after=after, imports=imports)
        if not rows:
            return None
        with outbox.charged([row for row, _ in rows]):
            return _settle(generation, rows)


def apply_one(speech: int) -> None:
    """Apply what the outbox has of a speech, in a commit of its own."""
    with outbox.turn():
        generation = writable()
        rows = list(outbox.due(generation.number).filter(speech_id=speech).values_list("pk"))
        _settle(generation, [(row, speech) for (row,) in rows])


def settle_suspects(must_stop: Callable[[], bool]) -> bool:
    """Try every suspect once, in a process that may end; yields whether any of them is settled, or
    charged, by that."""
    suspects = outbox.suspects(writable().number)
    return bool(suspects) and not must_stop() and isolation.each(suspects, apply_one, must_stop)


def _settle(generation: Generation, rows: Sequence[tuple[int, int]]) -> int:
    done = _apply(generation, sorted({speech for _, speech in rows}))
    settled = [row for row, speech in rows if speech in done]
    outbox.settle(settled, generation.number)
    outbox.pardon(done)
    return len(settled)


def _next_rows(
    generation: Generation, *, fresh: bool = False, after: int = 0, imports: bool = True
) -> list[tuple[int, int]]:
    """The rows of one batch, each with its speech: of people's changes the oldest and, of many,
    the newest; where there are none, the oldest of an import."""
    due = outbox.due(generation.number)
    if fresh:
        due = due.exclude(speech_id__in=outbox.suspects(generation.number))
    speeches = due.filter(pk__gt=after).values_list("speech_id", flat=True)
    of_people = speeches.filter(priority=outbox.Priority.PERSON)
    oldest = list(of_people[: BATCH - LATEST])
    newest = list(of_people.order_by("-id")[:LATEST]) if oldest else []
    if imports and not oldest:
        oldest = list(speeches[:BATCH])
    if not oldest:
        return []
    # a speech is indexed once, however many rows speak of it
    return list(due.filter(speech_id__in={*oldest, *newest}).values_list("pk", "speech_id"))


def writable() -> Generation:
    """The generation in use, if it is whole enough to be written to. Raises IndexDamaged."""
    generation = generations.in_use()
    if generation is None:
        raise IndexDamaged("there is no index yet")
    generation.record()
    latest_commit(generation)
    return generation


def _apply(generation: Generation, speeches: Sequence[int], *, strict: bool = False) -> set[int]:
    """Bring speeches up to date in a generation, in one commit; yields those that were. One
    that cannot be prepared or written is charged with an attempt, or raises if ``strict``."""
    failed: dict[int, Exception] = {}
    while True:
        done: set[int] = set()
        characters = 0
        with writing(BulkWriter(generation)) as writer:
            for speech, prepared in prepare([one for one in speeches if one not in failed]):
                if isinstance(prepared, Exception):
                    failed[speech] = prepared
                    continue
                try:
                    if prepared is None:
                        writer.remove(identifier(speech))
                    else:
                        writer.replace(prepared)
                except (OSError, IndexDamaged):
                    raise  # the disk's fault, not the speech's
                except Exception as caught:
                    failed[speech] = caught
                    writer.cancel()  # half of it may be written: begin again without it
                    break
                done.add(speech)
                characters += _characters(prepared)
                if characters > BATCH_CHARACTERS:
                    break
            if not writer.is_closed:
                writer.commit()
                break
    for speech, error in failed.items():
        if strict:
            raise error
        logger.error("speech %s cannot be indexed: %r", speech, error, exc_info=error)
        outbox.charge(speech)
    return done


def _characters(prepared: Prepared | None) -> int:
    return sum(len(text) for _, text in prepared["text"]) if prepared else 0


# -- building beside --------------------------------------------------------------------------


def rebuild(
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Rebuilt:
    """Build a generation from the database beside the one in use, then put it in use.

    ``progress`` is told how many speeches of how many are done, ``meanwhile`` is called now and
    then. What changes while building stays in the outbox until the new generation has it too.
    """
    while True:
        try:
            return _rebuild(progress, meanwhile)
        except _Unwritable as error:
            logger.warning("%s; it is left alone, and the index built without it", error)


def _rebuild(progress: Callable[[int, int], None], meanwhile: Callable[[], None]) -> Rebuilt:
    if not outbox.try_lock(Lock.REBUILD):
        raise AlreadyRebuilding("Another process is building the index already.")
    begun = time.monotonic()
    try:
        for left in generations.useless():
            generations.discard(left)
        with building.attempt() as attempt:
            _try_out_suspects(meanwhile)
            generation = generations.begin()
            try:
                with outbox.turn():  # while nobody tries any: those would be left out too
                    left_out = outbox.accused()
                    outbox.cover(generation.number, but=left_out)
                filled = _fill(generation, left_out, attempt, progress, meanwhile)
                speeches, paragraphs = filled
                generations.finish(generation, complete=True, speeches=speeches)
                _put_in_use(generation)
            except BaseException:
                if generation != generations.in_use():
                    generations.discard(generation)
                raise
    finally:
        outbox.unlock(Lock.REBUILD)
    seconds = time.monotonic() - begun
    return Rebuilt(str(generation.number), speeches, paragraphs, seconds)


def _try_out_suspects(meanwhile: Callable[[], None]) -> None:
    """See in a process that may end which speeches end one, until each of those is left alone: the
    others must not be wanting in what is built. Raises OSError where that cannot be seen."""

    def must_stop() -> bool:
        meanwhile()
        return False

    while suspects := sorted(outbox.accused() - outbox.quarantined()):
        if not isolation.each(suspects, _try_out, must_stop):
            raise OSError("what may end the process that builds the index could not be tried out")


def _try_out(speech: int) -> None:
    with tempfile.TemporaryDirectory(prefix=".", dir=generations.root()) as folder:
        generation = Generation(Path(folder))
        create(generation)
        try:
            with writing(BulkWriter(generation)) as writer:
                for _, prepared in prepare([speech]):
                    if prepared and not isinstance(prepared, Exception):
                        writer.append(prepared)
                writer.commit()
        except (*_DATABASE_GONE, OSError):
            raise
        except Exception as error:  # is no end of a process: the build will tell of it
            logger.warning("speech %s: %r", speech, error)
    outbox.acquit(speech)


def _fill(
    generation: Generation,
    left_out: set[int],
    attempt: Attempt,
    progress: Callable[[int, int], None],
    meanwhile: Callable[[], None],
) -> tuple[int, int]:
    """Index all speeches but those left alone, which may end this process as they did others;
    yields how many, and of how many paragraphs."""
    create(generation)
    total = Speech.objects.count()
    done = paragraphs = 0
    failed: list[int] = []
    batches = batched((one for one in _all_speeches() if one not in left_out), LOADED)
    left = True
    while left:
        with writing(BulkWriter(generation, words=attempt.words)) as writer:
            left = False
            for chosen in batches:
                attempt.note(chosen)
                for speech, prepared in prepare(chosen):
                    if isinstance(prepared, Exception):
                        logger.error("speech %s cannot be indexed: %r", speech, prepared)
                        failed.append(speech)
                    elif prepared is not None:
                        _append(writer, speech, prepared)
                        paragraphs += len(prepared["text"]) + len(prepared["narrative"])
                    done += 1
                progress(done, total)
                meanwhile()
                if left := writer.full:
                    break
            attempt.note(())
            writer.commit()
    for speech in failed:
        outbox.leave_alone(speech)
    return done - len(failed), paragraphs


def _append(writer: BulkWriter, speech: int, prepared: Prepared) -> None:
    try:
        writer.append(prepared)
    except OSError:
        raise
    except Exception as error:  # half of it may be written: the build begins again without it
        outbox.leave_alone(speech)
        raise _Unwritable(f"speech {speech} cannot be indexed: {error!r}") from error


def _all_speeches() -> Iterator[int]:
    return Speech.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)


def _put_in_use(generation: Generation) -> None:
    """Publish a generation that has everything that the one before has, but for changes that could
    not be indexed since and are to be tried apart."""
    with outbox.turn():
        while rows := _next_rows(generation, fresh=True):
            with outbox.charged([row for row, _ in rows]):
                done = _apply(generation, sorted({speech for _, speech in rows}))
                settled = [row for row, speech in rows if speech in done]
                IndexOutbox.objects.filter(pk__in=settled).update(indexed_in=generation.number)
            outbox.pardon(done)
        _publish(generation)
        IndexOutbox.objects.filter(indexed_in=generation.number).delete()


def clear() -> None:
    """Put an empty generation in use, known not to be complete."""
    if not outbox.try_lock(Lock.REBUILD):
        raise AlreadyRebuilding("Another process is building the index.")
    try:
        with outbox.turn():
            generation = generations.begin()
            create(generation)
            generations.finish(generation, complete=False, speeches=0)
            _publish(generation)
    finally:
        outbox.unlock(Lock.REBUILD)


def _publish(generation: Generation) -> None:
    """Put a generation in use and keep the newest of the others that can still be read."""
    before = None
    for other in generations.candidates():
        try:
            open_snapshot(other)
        except IndexDamaged:
            continue
        if other != generation:
            before = other
            break
    generations.publish(generation, before)


def ensure(**watch: Any) -> Rebuilt | None:
    """Build the index if there is none in use that is readable and complete."""
    try:
        if open_snapshot(writable()).record.get("complete"):
            return None
    except IndexDamaged as error:
        logger.warning("the index must be built: %s", error)
    return rebuild(**watch)


# -- one by one, as Haystack's commands and signal processors ask ------------------------------


def update(speeches: Sequence[int]) -> None:
    """Index speeches now. Raises the error of the first that cannot be indexed."""
    with outbox.turn():
        generation = writable()
        for chosen in batched(speeches, BATCH):
            left = set(chosen)
            while left:
                left -= _apply(generation, sorted(left), strict=True)
    if outbox.held(Lock.REBUILD):
        outbox.enqueue(speeches)


def remove(speech: int) -> None:
    """Take a speech out of the index now, whether or not the database has it."""
    with outbox.turn(), writing(IndexWriter(writable())) as writer:
        writer.remove(identifier(speech))
        writer.commit()


def sentence(built: Rebuilt) -> str:
    """What was built, for an operator."""
    return (
        f"Indexed {built.speeches:,} speeches ({built.paragraphs:,} paragraphs) in "
        f"{built.seconds:.1f} s: generation {built.generation}."
    )


def is_complete() -> bool:
    """Whether the index in use was built to its end."""
    return bool(writable().record().get("complete"))


def is_due(*, after: int = 0) -> bool:
    """Whether a change of a person waits in the outbox that was not tried yet, of those noted after
    a row."""
    due = outbox.due(writable().number).filter(attempts=0, pk__gt=after)
    return due.filter(priority=outbox.Priority.PERSON).exists()
