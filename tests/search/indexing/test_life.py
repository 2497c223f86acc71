"""The life cycle of the index: edits, rebuilds, merges and failures, in one process."""

import gc
import resource
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from support.factories import make_speech

from statements.models import IndexOutbox, Speech
from statements.search.index import generations, snapshot, writer
from statements.search.indexing import consistency, outbox, quarantine, sync
from statements.search.parameters import SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


def total(q: str) -> int:
    return find(SearchParameters(q=q)).total


def edit(speech: Speech, text: str) -> None:
    speech.paragraphs.filter(position=1).update(text=text)


def test_a_speech_that_is_deleted_is_gone_at_once_from_hits_totals_and_facets(archive_index):
    speeches = [make_speech(["river"], country="KAZ") for _ in range(3)]
    archive_index()
    speeches[0].delete()
    page = find(SearchParameters(q="river", page_size=1))
    assert (page.total, page.pages) == (2, 2)
    assert [value.count for value in page.facets["country"]] == [2]


def test_the_index_tells_how_far_it_lags(archive_index):
    make_speech(["river"])
    archive_index()
    assert find(SearchParameters()).index.lag_s == 0
    speech = make_speech(["dam"])
    IndexOutbox.objects.filter(speech_id=speech.pk).update(
        created_at=timezone.now() - timedelta(minutes=7)
    )
    assert 420 <= find(SearchParameters()).index.lag_s < 430


def test_edits_of_names_reach_every_speech(archive_index):
    speeches = [make_speech(["river"], speaker="Umarov", topics=["Dams"]) for _ in range(3)]
    archive_index()
    speeches[0].speaker.names.create(name="Oumarov", folded="oumarov")
    speeches[0].topics.update(title="Weirs")
    archive_index()
    assert [total(q) for q in ("umarov", "oumarov", "dams", "weirs")] == [3, 3, 0, 3]


def test_what_changes_during_a_rebuild_is_in_the_new_generation(archive_index, monkeypatch):
    monkeypatch.setattr(sync, "LOADED", 2)
    speeches = [make_speech([f"river {number}"]) for number in range(8)]
    archive_index()
    steps = iter(range(100))

    def meanwhile() -> None:
        step = next(steps)
        edit(speeches[0], f"dam {step}")  # read already
        edit(speeches[7], f"weir {step}")  # not read yet
        if step == 1:
            speeches[1].delete()
            make_speech(["A new lock."])
        archive_index()
        # the generation in use follows, and none of its hits is lost
        assert total(f"dam {step}") == 1
        assert total("river") == (6 if step < 1 else 5)

    sync.rebuild(yield_to=meanwhile)
    assert next(steps) == 4
    assert [total(q) for q in ("river", '"dam 3"', '"weir 3"', "lock")] == [5, 1, 1, 1]
    assert not consistency.check()
    assert not IndexOutbox.objects.exists()


def test_a_rebuild_that_dies_leaves_the_index_as_it_was(archive_index):
    make_speech(["river"])
    archive_index()
    before = generations.in_use()

    class Killed(Exception):
        pass

    def meanwhile() -> None:
        make_speech(["dam"])
        archive_index()
        raise Killed

    with pytest.raises(Killed):
        sync.rebuild(yield_to=meanwhile)
    assert generations.in_use() == before
    assert [one.name for one in generations.root().iterdir() if one.is_dir()] == [
        str(before.number)
    ]
    assert (total("river"), total("dam")) == (1, 1)
    archive_index()
    assert not consistency.check()
    assert not IndexOutbox.objects.exists()


def test_what_a_killed_rebuild_left_is_collected(archive_index):
    left = generations.begin()
    (left.path / "MAIN_half.trm").write_bytes(b"half")
    assert snapshot.current().generation != left
    sync.rebuild()
    assert not (left.path / "MAIN_half.trm").exists()


def test_the_previous_generation_is_kept_and_older_ones_are_not(archive_index):
    for _ in range(3):
        sync.rebuild()
    assert [one.number for one in generations.candidates()] == [4, 3]


def test_a_speech_that_cannot_be_indexed_is_left_alone_after_three_attempts(archive_index):
    before = make_speech(["river"])
    poison = make_speech(["dam"])
    with connection.cursor() as cursor:  # beyond what Python's dates can hold
        cursor.execute(
            "UPDATE statements_speech SET date = '12000-01-01' WHERE id = %s", [poison.pk]
        )
    after = make_speech(["weir"])
    for _ in range(outbox.MAX_ATTEMPTS):
        archive_index()
        assert (total("river"), total("weir")) == (1, 1)
    assert {row.speech_id for row in IndexOutbox.objects.all()} == {poison.pk}
    assert archive_index() == 0
    state = find(SearchParameters(q="river")).index
    assert (state.lag_s, state.complete) == (0, False)

    sync.rebuild()  # nor does it keep the others out of a new generation
    assert quarantine.quarantined_speeches() == {poison.pk}
    assert (total("river"), total("weir")) == (1, 1)
    drift = consistency.check()
    assert drift.missing == [poison.pk]

    Speech.objects.filter(pk=poison.pk).update(date=None)
    consistency.repair(consistency.check())
    assert not consistency.check()
    assert find(SearchParameters(q="dam")).index.complete
    assert {before, after} <= {hit.speech for hit in find(SearchParameters()).hits}


def test_a_speech_that_fails_while_it_is_written_does_not_keep_the_index_from_being_built(
    archive_index, monkeypatch
):
    monkeypatch.setattr(sync, "LOADED", 2)
    make_speech(["river"])
    poison = make_speech(["poison"])
    make_speech(["river"])
    archive_index()
    before = writer.documents

    def documents(prepared):
        for document in before(prepared):
            yield document
            if document.get("text") == "poison":
                raise ValueError("as by a fault in a library")

    monkeypatch.setattr(writer, "documents", documents)
    sync.rebuild()
    assert quarantine.quarantined_speeches() == {poison.pk}
    assert (total("river"), total("poison")) == (2, 0)
    assert not find(SearchParameters(q="river")).index.complete
    assert consistency.check().missing == [poison.pk]


def test_a_batch_is_bounded(archive_index, monkeypatch):
    monkeypatch.setattr(sync, "BATCH", 4)
    monkeypatch.setattr(sync, "LATEST", 1)
    monkeypatch.setattr(sync, "LOADED", 2)
    monkeypatch.setattr(sync, "BATCH_CHARACTERS", 10)
    for number in range(9):
        make_speech([f"river {number}"])
    commits = snapshot.current().commit
    archive_index()
    assert snapshot.current().commit > commits + 2
    assert not consistency.check()


def test_an_edit_does_not_wait_for_thousands_before_it(archive_index, monkeypatch):
    monkeypatch.setattr(sync, "BATCH", 8)
    monkeypatch.setattr(sync, "LATEST", 2)
    speeches = [make_speech([f"river {number}"]) for number in range(40)]
    archive_index()
    Speech.objects.update(role="Rapporteur")
    edit(speeches[20], "dam")
    sync.apply_batch()
    assert (total("dam"), outbox.backlog(1, counted=True).waiting) == (1, 32)
    edit(speeches[0], "weir")
    sync.apply_batch()
    assert total("weir") == 1
    archive_index()
    assert not consistency.check()


def test_what_came_last_can_be_applied_before_thousands(archive_index):
    speeches = [make_speech(["river"]) for _ in range(2 * sync.BATCH)]
    archive_index()
    for speech in speeches:
        edit(speech, "dam")
    known = outbox.newest_row()
    assert sync.apply_batch(fresh=True, after=known) is None
    edit(speeches[3], "weir")
    # with it goes the older row that speaks of the same speech
    assert sync.apply_batch(fresh=True, after=known) == 2
    assert (total("weir"), total("dam")) == (1, 0)
    assert sync.apply_batch(fresh=True, after=known) is None
    archive_index()
    assert (total("weir"), total("dam"), total("river")) == (1, 2 * sync.BATCH - 1, 0)


def test_a_full_disk_is_survived_without_a_word_from_the_garbage_collector(archive_index):
    make_speech(["river"])
    archive_index()
    make_speech(["dam " + " ".join(f"word{number}" for number in range(5000))])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))  # no file may become larger
    try:
        with pytest.raises(OSError, match="File too large"):
            archive_index()
        assert total("river") == 1
        with pytest.raises(OSError, match="File too large"):
            archive_index()
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not IndexOutbox.objects.filter(attempts__gt=0).exists()
    archive_index()
    assert total("dam") == 1
    assert not consistency.check()


def test_check_finds_drift_of_every_kind_and_repairs_it(archive_index):
    gone, changed, kept = (make_speech([f"river {number}"]) for number in range(3))
    archive_index()
    missing = make_speech(["dam"])
    edit(changed, "weir")
    gone_id = gone.pk
    gone.delete()
    IndexOutbox.objects.all().delete()  # the notices are lost
    drift = consistency.check()
    assert (drift.missing, drift.surplus, drift.different) == (
        [missing.pk],
        [gone_id],
        [changed.pk],
    )
    consistency.repair(drift)
    assert not consistency.check()
    assert [total(q) for q in ("river", "dam", "weir")] == [1, 1, 1]
    edit(kept, "lock")
    assert not consistency.check()  # what waits in the outbox is no drift
    assert consistency.check().waiting == [kept.pk]
