"""Applies the outbox to the cluster and builds new generations in it.

PostgreSQL holds the truth, as for the archive's own index: a row leaves the outbox only when the
cluster has acknowledged its change, so that a crash costs repeated work and nothing else.
"""

import logging
import time
from collections.abc import Callable, Sequence

from statements.models import IndexOutbox, Speech
from statements.search.index.documents import Prepared
from statements.search.indexing import outbox, quarantine, sync
from statements.search.indexing.outbox import Lock
from statements.search.opensearch.storage import state
from statements.search.opensearch.storage.state import Generation
from statements.search.opensearch.storage.writing import Change, UnwritableSpeech, Writer
from statements.search.operations import AlreadyRebuilding, Rebuilt
from statements.search.protocol import Progress, SearchUnavailable, no_progress

logger = logging.getLogger(__name__)


def writable() -> Generation:
    """Return the generation in use. Raises SearchUnavailable."""
    if (generation := state.in_use(fresh=True)) is None:
        raise SearchUnavailable("There is no index in the cluster yet.")
    return generation


def apply_batch(writer: Writer, generation: Generation, *, fresh: bool = False) -> int | None:
    """Apply one batch of the outbox, people's edits first. Return how many rows were acknowledged,
    or None if nothing was due."""
    with outbox.write_lock():
        rows = sync.next_rows(generation.number, fresh=fresh)
        if not rows:
            return None
        with quarantine.attempting([row for row, _ in rows]):
            applied = apply_speeches(writer, generation, sorted({speech for _, speech in rows}))
            acknowledged = [row for row, speech in rows if speech in applied]
            outbox.acknowledge(acknowledged, generation.number)
            quarantine.release(applied)
        return len(acknowledged)


def apply_speech(speech: int) -> None:
    """Apply the outbox's changes of one speech."""
    generation = writable()
    with outbox.write_lock():
        rows = outbox.due_rows(generation.number).filter(speech_id=speech)
        acknowledged = list(rows.values_list("pk", flat=True))
        if apply_speeches(Writer(generation), generation, [speech]):
            outbox.acknowledge(acknowledged, generation.number)
            quarantine.release({speech})


def apply_speeches(writer: Writer, generation: Generation, speeches: Sequence[int]) -> set[int]:
    """Bring speeches up to date. Return those that were applied; for one that cannot be, an attempt
    is recorded."""
    failed: dict[int, Exception] = {}
    while True:
        changes: list[Change] = []
        for speech, prepared in sync.prepare([one for one in speeches if one not in failed]):
            if isinstance(prepared, Exception):
                failed[speech] = prepared
            else:
                changes.append((speech, prepared))
        try:
            writer.write(changes)
            break
        except UnwritableSpeech as error:
            failed[error.speech] = error
    for speech, failure in failed.items():
        logger.error("speech %s cannot be indexed: %r", speech, failure, exc_info=failure)
        quarantine.record_attempt(speech)
    generation.count_commit()
    return {speech for speech, _ in changes}


def rebuild(
    progress: Progress = no_progress, *, yield_to: Callable[[], None] = lambda: None
) -> Rebuilt:
    """Build a new generation from the database while the present one is in use, then replace it.
    Raises AlreadyRebuilding."""
    if not outbox.try_lock(Lock.REBUILD):
        raise AlreadyRebuilding("Another process is building the index already.")
    started_at = time.monotonic()
    try:
        generation = state.begin()
        try:
            with outbox.write_lock():
                left_out = quarantine.failed_speeches()
                outbox.mark_covered(generation.number, except_for=left_out)
            writer = Writer(generation)
            speeches, paragraphs = _fill(writer, left_out, progress, yield_to)
            with outbox.write_lock():
                while rows := sync.next_rows(generation.number, fresh=True):
                    applied = apply_speeches(
                        writer, generation, sorted({speech for _, speech in rows})
                    )
                    acknowledged = [row for row, speech in rows if speech in applied]
                    IndexOutbox.objects.filter(pk__in=acknowledged).update(
                        indexed_in=generation.number
                    )
                    quarantine.release(applied)
                state.publish(generation, complete=True)
                IndexOutbox.objects.filter(indexed_in=generation.number).delete()
        except BaseException:
            if (used := state.in_use(fresh=True)) is None or used.number != generation.number:
                state.discard([generation.number])
            raise
    finally:
        outbox.unlock(Lock.REBUILD)
    seconds = time.monotonic() - started_at
    quarantined = sorted(quarantine.quarantined_speeches())
    return Rebuilt(str(generation.number), speeches, paragraphs, seconds, quarantined)


def _fill(
    writer: Writer, left_out: set[int], progress: Progress, yield_to: Callable[[], None]
) -> tuple[int, int]:
    """Index all speeches except those left out. Return the numbers of speeches and paragraphs."""
    total, processed, paragraphs = Speech.objects.count(), 0, 0
    waiting: list[Change] = []
    written = 0

    def write() -> None:
        nonlocal written
        while waiting:
            try:
                writer.write(waiting, visible=False)
                written += len(waiting)
                waiting.clear()
            except UnwritableSpeech as error:
                logger.exception("the speech is quarantined")
                quarantine.add(error.speech)
                waiting[:] = [change for change in waiting if change[0] != error.speech]

    for speech, prepared in sync.prepare_all(left_out):
        processed += 1
        if isinstance(prepared, Exception):
            logger.error("speech %s cannot be indexed: %r", speech, prepared)
            quarantine.add(speech)
        elif prepared is not None:
            paragraphs += _paragraphs(prepared)
            waiting.append((speech, prepared))
        if len(waiting) == 100:
            write()
            progress(processed, total)
            yield_to()
    write()
    writer.finish()
    progress(processed, total)
    return written, paragraphs


def _paragraphs(prepared: Prepared) -> int:
    return len(prepared["text"]) + len(prepared["narrative"])


def clear() -> None:
    """Put an empty generation in use that is marked as incomplete. Raises AlreadyRebuilding."""
    if not outbox.try_lock(Lock.REBUILD):
        raise AlreadyRebuilding("Another process is building the index.")
    try:
        with outbox.write_lock():
            state.publish(state.begin(), complete=False)
    finally:
        outbox.unlock(Lock.REBUILD)
