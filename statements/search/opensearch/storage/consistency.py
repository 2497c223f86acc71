"""Compares the index in the cluster with the database, every speech by id and content."""

from statements.models import IndexOutbox, Speech
from statements.search.index.documents import content_hash
from statements.search.indexing import outbox, sync
from statements.search.opensearch.client import pages
from statements.search.opensearch.storage import indexing, state
from statements.search.opensearch.storage.writing import Writer
from statements.search.operations import Drift
from statements.search.protocol import Progress, no_progress

READ = 5_000  # speeches of one request


def check(progress: Progress = no_progress) -> Drift:
    """Compare the index in use with the database. Raises SearchUnavailable."""
    total = Speech.objects.count()
    if (generation := state.in_use(fresh=True)) is None:
        return Drift("none", total, 0, damage="there is no index yet")
    body = {
        "size": READ,
        "query": {"match_all": {}},
        "sort": [{"speech": "asc"}],
        "_source": False,
        "docvalue_fields": ["speech", "content_hash"],
    }
    indexed = {
        int(hit["fields"]["speech"][0]): hit["fields"]["content_hash"][0]
        for hit in pages(generation.speeches, body)
    }
    in_index, in_database = len(indexed), 0
    missing, different = [], []
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
    waiting = outbox.waiting_speeches()
    return Drift(
        str(generation.number),
        in_database,
        in_index,
        missing=[speech for speech in missing if speech not in waiting],
        surplus=sorted(indexed.keys() - waiting),
        different=[speech for speech in different if speech not in waiting],
        waiting=sorted(waiting),
    )


def repair(drift: Drift) -> None:
    """Index again what differs, or build the whole index again if there is none."""
    if drift.damage:
        indexing.rebuild()
        return
    differing = [*drift.missing, *drift.surplus, *drift.different]
    # speeches that failed before are retried
    IndexOutbox.objects.filter(speech_id__in=differing).delete()
    outbox.enqueue(differing)
    generation = indexing.writable()
    writer = Writer(generation)
    while indexing.apply_batch(writer, generation) is not None:
        pass
