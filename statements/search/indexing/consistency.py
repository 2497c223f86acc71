"""Compares the index with the database, every speech by id and content, and every byte of the index
with its checksum.
"""

from statements.models import IndexOutbox, Speech
from statements.search.index import generations
from statements.search.index.documents import content_hash
from statements.search.index.generations import IndexDamaged
from statements.search.index.inspection import reading
from statements.search.index.snapshot import open_snapshot
from statements.search.index.writer import Index
from statements.search.indexing import maintenance, outbox, sync
from statements.search.operations import Drift
from statements.search.protocol import Progress, no_progress


def check(progress: Progress = no_progress) -> Drift:
    """Compare the index in use with the database."""
    total = Speech.objects.count()
    try:
        with outbox.write_lock():  # nobody writes the index while its files are read
            maintenance.verify()
            name, indexed = _indexed_hashes()
    except IndexDamaged as error:
        return Drift("none", total, 0, damage=str(error))
    return compare(name, indexed, total, progress)


def compare(
    name: str, indexed: dict[int, str], total: int, progress: Progress = no_progress
) -> Drift:
    """Compare the content hash of each speech of an index with the database, which has so many in
    all. ``indexed`` is emptied."""
    in_index = len(indexed)
    missing, different, in_database = [], [], 0
    for speech, prepared in sync.prepare_all(set()):
        if prepared is None:
            continue  # deleted in the meantime
        in_database += 1
        indexed_hash = indexed.pop(speech, None)
        if indexed_hash is None:
            missing.append(speech)
        elif isinstance(prepared, Exception) or content_hash(prepared) != indexed_hash:
            different.append(speech)
        if in_database % 100 == 0:
            progress(in_database, total)
    # read last: whatever changed during the comparison is in the outbox by now
    waiting = outbox.waiting_speeches()
    return Drift(
        name,
        in_database,
        in_index,
        missing=[speech for speech in missing if speech not in waiting],
        surplus=sorted(indexed.keys() - waiting),
        different=[speech for speech in different if speech not in waiting],
        waiting=sorted(waiting),
    )


def repair(drift: Drift) -> None:
    """Index again what differs, or build the whole index again if it is damaged."""
    if drift.damage:
        sync.rebuild()
        return
    enqueue_differing(drift)
    sync.drain()


def enqueue_differing(drift: Drift) -> None:
    """Have what differs indexed again; speeches that failed before are retried."""
    differing = [*drift.missing, *drift.surplus, *drift.different]
    IndexOutbox.objects.filter(speech_id__in=differing).delete()
    outbox.enqueue(differing)


def _indexed_hashes() -> tuple[str, dict[int, str]]:
    """Return the name of the snapshot in use, and the content hash of each of its speeches."""
    generation = generations.in_use()
    if generation is None:
        raise IndexDamaged("there is no index yet")
    snapshot = open_snapshot(generation)
    hashes: dict[int, str] = {}
    with reading("what the index holds"), Index(generation.path).reader() as reader:
        for document in snapshot.heads[snapshot.alive].tolist():
            stored = reader.stored_fields(document)
            speech = int(stored["django_id"])
            if speech in hashes:
                raise IndexDamaged(f"speech {speech} is in the index twice")
            hashes[speech] = stored["content_hash"]
    return snapshot.name, hashes
