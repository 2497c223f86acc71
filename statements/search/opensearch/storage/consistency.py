"""Compares the index in the cluster with the database, every speech by id and content."""

from statements.models import Speech
from statements.search.indexing.consistency import compare, enqueue_differing
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
    return compare(str(generation.number), indexed, total, progress)


def repair(drift: Drift) -> None:
    """Index again what differs, or build the whole index again if there is none."""
    if drift.damage:
        indexing.rebuild()
        return
    enqueue_differing(drift)
    generation = indexing.writable()
    writer = Writer(generation)
    while indexing.apply_batch(writer, generation) is not None:
        pass
