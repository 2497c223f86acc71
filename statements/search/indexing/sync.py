"""Applies the outbox to the index and builds new generations of it.

PostgreSQL holds the truth. A row leaves the outbox only when the index that has its change is on
the disk, so a crash at any point costs repeated work and nothing else. Readers never wait and never
see a partial state.
"""

import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from pathlib import Path

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
from statements.search.indexing import outbox, quarantine
from statements.search.indexing.outbox import Lock
from statements.search.indexing.quarantine import BuildAttempt
from statements.search.operations import AlreadyRebuilding, Rebuilt
from statements.search.protocol import Progress, no_progress

logger = logging.getLogger(__name__)

BATCH = 50  # outbox rows of one commit: a quarter of a second's work
LATEST = 15  # of these, the newest: an edit does not wait for thousands before it
LOADED = 50  # speeches in memory at a time
ROWS = 5_000  # of the outbox, named in one statement
BATCH_CHARACTERS = 20_000_000  # a batch is committed when its texts exceed this

# errors that are never a speech's own
_DATABASE_ERRORS = (OperationalError, InterfaceError)


class _Unwritable(Exception):
    """A speech was prepared and cannot be written."""


# -- preparing speeches -----------------------------------------------------------------------


def identifier(speech: int) -> str:
    """Return Haystack's identifier of a speech."""
    return f"{Speech._meta.label_lower}.{speech}"


def prepare(speeches: Sequence[int]) -> Iterator[tuple[int, Prepared | Exception | None]]:
    """Yield each speech with the content that the index should have of it: None if the speech was
    deleted, the error if it cannot be prepared."""
    index = haystack_connections["default"].get_unified_index().get_index(Speech)

    def load(pks: Sequence[int]) -> dict[int, Prepared]:
        with transaction.atomic():  # a failed query must not break a transaction around it
            rows = index.index_queryset().filter(pk__in=pks)
            return {speech.pk: index.full_prepare(speech) for speech in rows}

    for batch in batched(speeches, LOADED):
        try:
            prepared: dict[int, Prepared | Exception] = dict(load(batch))
        except _DATABASE_ERRORS:
            raise
        except Exception:
            prepared = {}
            for speech in batch:
                try:
                    prepared |= load([speech])
                except _DATABASE_ERRORS:
                    raise
                except Exception as error:
                    prepared[speech] = error
        for speech in batch:
            yield speech, prepared.get(speech)


def prepare_all(left_out: set[int]) -> Iterator[tuple[int, Prepared | Exception | None]]:
    """Yield all speeches but some with their content, as ``prepare`` does."""
    for batch in batched((pk for pk in _all_speeches() if pk not in left_out), LOADED):
        yield from prepare(batch)


# -- applying the outbox ----------------------------------------------------------------------


def drain(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Apply the whole outbox to the index in use. Return how many rows were acknowledged. Raises
    IndexDamaged if there is no index that can be written to."""
    acknowledged = 0
    while not stop():
        rows = apply_batch()
        if rows is None:
            break
        acknowledged += rows
    return acknowledged


def apply_batch(*, fresh: bool = False, after: int = 0, imports: bool = True) -> int | None:
    """Apply one batch of the outbox in one commit, people's edits first. Return how many rows were
    acknowledged, or None if nothing was due.

    ``fresh`` leaves out speeches with attempts and ``after`` all rows up to this one; ``imports``
    is False to leave changes of imports for later.
    """
    with outbox.write_lock():
        generation = writable()
        if not outbox.is_locked(Lock.REBUILD):
            # left by a rebuild that was interrupted
            IndexOutbox.objects.filter(indexed_in=generation.number).delete()
        rows = next_rows(generation.number, fresh=fresh, after=after, imports=imports)
        if not rows:
            return None
        with quarantine.attempting([row for row, _ in rows]):
            return _apply_rows(generation, rows)


def apply_speech(speech: int) -> None:
    """Apply the outbox's changes of one speech, in a commit of its own."""
    with outbox.write_lock():
        generation = writable()
        rows = outbox.due_rows(generation.number).filter(speech_id=speech)
        _apply_rows(generation, list(rows.values_list("pk", "speech_id")))


def retry_failed(must_stop: Callable[[], bool]) -> bool:
    """Retry every speech that has attempts, each in an isolated process. Return whether this
    settled anything: a speech was indexed, or an attempt was recorded."""
    speeches = quarantine.retry_candidates(writable().number)
    if not speeches or must_stop():
        return False
    return quarantine.run_each(speeches, apply_speech, must_stop)


def _apply_rows(generation: Generation, rows: Sequence[tuple[int, int]]) -> int:
    """Apply rows, each given with its speech. Return how many were acknowledged."""
    applied = _apply(generation, sorted({speech for _, speech in rows}))
    acknowledged = [row for row, speech in rows if speech in applied]
    outbox.acknowledge(acknowledged, generation.number)
    quarantine.release(applied)
    return len(acknowledged)


def next_rows(
    generation: int, *, fresh: bool = False, after: int = 0, imports: bool = True
) -> list[tuple[int, int]]:
    """Return the rows of the next batch for a generation, each with its speech: the oldest of
    people's edits and, if there are many, some of the newest; if there are none, the oldest of an
    import."""
    due = outbox.due_rows(generation)
    if fresh:
        due = due.exclude(speech_id__in=quarantine.retry_candidates(generation))
    speeches = due.filter(pk__gt=after).values_list("speech_id", flat=True)
    of_people = speeches.filter(priority=outbox.Priority.PERSON)
    oldest = list(of_people[: BATCH - LATEST])
    newest = list(of_people.order_by("-id")[:LATEST]) if oldest else []
    if imports and not oldest:
        oldest = list(speeches[:BATCH])
    if not oldest:
        return []
    # a speech is indexed once, however many rows it has
    return list(due.filter(speech_id__in={*oldest, *newest}).values_list("pk", "speech_id"))


def writable() -> Generation:
    """Return the generation in use. Raises IndexDamaged if it cannot be written to."""
    generation = generations.in_use()
    if generation is None:
        raise IndexDamaged("there is no index yet")
    generation.record()
    latest_commit(generation)
    return generation


def _apply(generation: Generation, speeches: Sequence[int], *, strict: bool = False) -> set[int]:
    """Bring speeches up to date in a generation, in one commit, and return those that were applied.
    For one that cannot be prepared or written an attempt is recorded; if ``strict``, its error is
    raised."""
    failed: dict[int, Exception] = {}
    while True:
        applied: set[int] = set()
        characters = 0
        with writing(BulkWriter(generation)) as writer:
            remaining = [speech for speech in speeches if speech not in failed]
            for speech, prepared in prepare(remaining):
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
                except Exception as error:
                    failed[speech] = error
                    writer.cancel()  # half of it may be written: start again without it
                    break
                applied.add(speech)
                characters += _characters(prepared)
                if characters > BATCH_CHARACTERS:
                    break
            if not writer.is_closed:
                writer.commit()
                break
    for speech, failure in failed.items():
        if strict:
            raise failure
        logger.error("speech %s cannot be indexed: %r", speech, failure, exc_info=failure)
        quarantine.record_attempt(speech)
    return applied


def _characters(prepared: Prepared | None) -> int:
    return sum(len(text) for _, text in prepared["text"]) if prepared else 0


# -- building a generation --------------------------------------------------------------------


def rebuild(
    progress: Progress = no_progress, *, yield_to: Callable[[], None] = lambda: None
) -> Rebuilt:
    """Build a new generation from the database while the present one is in use, then replace it.

    ``yield_to`` is called regularly. Changes made during the build stay in the outbox until the new
    generation has them too. Raises AlreadyRebuilding.
    """
    while True:
        try:
            return _rebuild(progress, yield_to)
        except _Unwritable as error:
            logger.warning("%s; it is quarantined, and the index built without it", error)


def _rebuild(progress: Progress, yield_to: Callable[[], None]) -> Rebuilt:
    if not outbox.try_lock(Lock.REBUILD):
        raise AlreadyRebuilding("Another process is building the index already.")
    started_at = time.monotonic()
    try:
        for generation in generations.useless():
            generations.discard(generation)
        with quarantine.build_attempt() as attempt:
            _test_suspects(yield_to)
            generation = generations.begin()
            try:
                with outbox.write_lock():  # no attempt is under way: it would be left out too
                    left_out = quarantine.failed_speeches()
                    outbox.mark_covered(generation.number, except_for=left_out)
                speeches, paragraphs = _fill(generation, left_out, attempt, progress, yield_to)
                generations.finish(generation, complete=True, speeches=speeches)
                _put_in_use(generation)
            except BaseException:
                if generation != generations.in_use():
                    generations.discard(generation)
                raise
    finally:
        outbox.unlock(Lock.REBUILD)
    seconds = time.monotonic() - started_at
    quarantined = sorted(quarantine.quarantined_speeches())
    return Rebuilt(str(generation.number), speeches, paragraphs, seconds, quarantined)


def _test_suspects(yield_to: Callable[[], None]) -> None:
    """Index every suspect in an isolated process, until those that end it are in quarantine, so
    that the build lacks no others. Raises OSError if that cannot be found out."""

    def must_stop() -> bool:
        yield_to()
        return False

    while suspects := sorted(quarantine.failed_speeches() - quarantine.quarantined_speeches()):
        if not quarantine.run_each(suspects, _test_indexing, must_stop):
            raise OSError("speeches that may crash the build could not be tested")


def _test_indexing(speech: int) -> None:
    """Index one speech into an index that nobody reads."""
    with tempfile.TemporaryDirectory(prefix=".", dir=generations.root()) as folder:
        generation = Generation(Path(folder))
        create(generation)
        try:
            with writing(BulkWriter(generation)) as writer:
                for _, prepared in prepare([speech]):
                    if prepared and not isinstance(prepared, Exception):
                        writer.append(prepared)
                writer.commit()
        except (*_DATABASE_ERRORS, OSError):
            raise
        except Exception as error:  # does not end the process: the build will report it
            logger.warning("speech %s: %r", speech, error)
    quarantine.clear_suspicion(speech)


def _fill(
    generation: Generation,
    left_out: set[int],
    attempt: BuildAttempt,
    progress: Progress,
    yield_to: Callable[[], None],
) -> tuple[int, int]:
    """Index all speeches except those left out, which may end this process as they ended others.
    Return the numbers of speeches and paragraphs."""
    create(generation)
    total = Speech.objects.count()
    processed = paragraphs = 0
    failed: list[int] = []
    batches = batched((pk for pk in _all_speeches() if pk not in left_out), LOADED)
    has_more = True
    while has_more:
        with writing(BulkWriter(generation, words=attempt.words)) as writer:
            has_more = False
            for batch in batches:
                attempt.note(batch)
                for speech, prepared in prepare(batch):
                    if isinstance(prepared, Exception):
                        logger.error("speech %s cannot be indexed: %r", speech, prepared)
                        failed.append(speech)
                    elif prepared is not None:
                        _append(writer, speech, prepared)
                        paragraphs += len(prepared["text"]) + len(prepared["narrative"])
                    processed += 1
                progress(processed, total)
                yield_to()
                if has_more := writer.full:
                    break
            attempt.note(())
            writer.commit()
    for speech in failed:
        quarantine.add(speech)
    return processed - len(failed), paragraphs


def _append(writer: BulkWriter, speech: int, prepared: Prepared) -> None:
    try:
        writer.append(prepared)
    except OSError:
        raise
    except Exception as error:  # half of it may be written: the build starts again without it
        quarantine.add(speech)
        raise _Unwritable(f"speech {speech} cannot be indexed: {error!r}") from error


def _all_speeches() -> Iterator[int]:
    return Speech.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)


def _put_in_use(generation: Generation) -> None:
    """Publish a generation once it has everything that the present one has, except for failed
    changes, which are retried in isolation."""
    with outbox.write_lock():
        while rows := next_rows(generation.number, fresh=True):
            with quarantine.attempting([row for row, _ in rows]):
                applied = _apply(generation, sorted({speech for _, speech in rows}))
                acknowledged = [row for row, speech in rows if speech in applied]
                IndexOutbox.objects.filter(pk__in=acknowledged).update(indexed_in=generation.number)
            quarantine.release(applied)
        _publish(generation)
        IndexOutbox.objects.filter(indexed_in=generation.number).delete()


def clear() -> None:
    """Replace the index by an empty generation that is marked as incomplete. Raises
    AlreadyRebuilding."""
    if not outbox.try_lock(Lock.REBUILD):
        raise AlreadyRebuilding("Another process is building the index.")
    try:
        with outbox.write_lock():
            generation = generations.begin()
            create(generation)
            generations.finish(generation, complete=False, speeches=0)
            _publish(generation)
    finally:
        outbox.unlock(Lock.REBUILD)


def _publish(generation: Generation) -> None:
    """Put a generation in use and keep the newest of the others that can still be read."""
    previous = None
    for candidate in generations.candidates():
        try:
            open_snapshot(candidate)
        except IndexDamaged:
            continue
        if candidate != generation:
            previous = candidate
            break
    generations.publish(generation, previous)


# -- single speeches, for Haystack's commands and signal processors ----------------------------


def update(speeches: Sequence[int]) -> None:
    """Index speeches now. Raises the error of the first that cannot be indexed."""
    with outbox.write_lock():
        generation = writable()
        for batch in batched(speeches, BATCH):
            remaining = set(batch)
            while remaining:
                remaining -= _apply(generation, sorted(remaining), strict=True)
    if outbox.is_locked(Lock.REBUILD):
        outbox.enqueue(speeches)


def remove(speech: int) -> None:
    """Remove a speech from the index now, whether or not it is in the database."""
    with outbox.write_lock(), writing(IndexWriter(writable())) as writer:
        writer.remove(identifier(speech))
        writer.commit()


def is_complete() -> bool:
    """Return whether the build of the index in use was completed. Raises IndexDamaged."""
    return bool(writable().record().get("complete"))


def is_due(*, after: int = 0) -> bool:
    """Return whether an edit by a person, later than the row ``after``, waits for its first
    attempt. Raises IndexDamaged."""
    return outbox.has_pending_edits(writable().number, 1, after=after)
