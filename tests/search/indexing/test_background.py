"""Long outboxes: which rows are applied first, and bulk builds while people edit."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from support.factories import make_speech

from statements.models import CountryName, IndexOutbox, Speech, Withdrawal
from statements.search.index import generations, snapshot
from statements.search.indexing import (
    background,
    consistency,
    maintenance,
    outbox,
    quarantine,
    sync,
)
from statements.search.indexing.background import Build
from statements.search.indexing.outbox import Change, Lock, Priority
from statements.search.indexing.worker import Worker
from statements.search.matching.session import read_backlog
from statements.search.parameters import SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.django_db(transaction=True)


def imported(number: int, word: str = "river") -> list[Speech]:
    with outbox.importing():
        return [make_speech([f"{word} number{one}", "dam"]) for one in range(number)]


def total(q: str) -> int:
    return find(SearchParameters(q=q)).total


def ended(build: Build) -> Build:
    until = time.monotonic() + 60
    while not build.has_ended():
        assert time.monotonic() < until
        time.sleep(0.02)
    return build


@pytest.fixture
def builds(archive_index) -> Iterator[None]:
    yield
    assert not list(generations.root().glob(f"*/{background.FOLDER}*"))
    assert not (generations.root() / background.NOTE).exists()


# -- whose change it is ------------------------------------------------------------------------


def priorities() -> set[int]:
    return set(IndexOutbox.objects.values_list("priority", flat=True))


def test_a_change_is_a_persons_unless_an_import_is_at_work(archive_index):
    make_speech(["river"])
    assert priorities() == {Priority.PERSON}
    sync.drain()
    with outbox.importing():
        speech = make_speech(["river"])
        with transaction.atomic():
            make_speech(["river"])
    assert priorities() == {Priority.IMPORT}
    sync.drain()
    speech.paragraphs.update(text="dam")
    assert priorities() == {Priority.PERSON}


def test_a_large_job_is_indexed_after_edits_but_is_no_import(archive_index):
    with outbox.low_priority():
        make_speech(["river"])
        assert not outbox.is_locked(Lock.IMPORT)
    assert priorities() == {Priority.IMPORT}
    sync.drain()
    make_speech(["river"])
    assert priorities() == {Priority.PERSON}


def test_an_import_is_known_to_run_until_it_ends(archive_index):
    with outbox.importing():
        assert outbox.is_locked(Lock.IMPORT)
        connection.close()
        make_speech(["river"])  # on a new connection
        assert outbox.is_locked(Lock.IMPORT)
        assert priorities() == {Priority.IMPORT}
    assert not outbox.is_locked(Lock.IMPORT)
    with transaction.atomic():
        with outbox.importing():
            assert outbox.is_locked(Lock.IMPORT)
        with pytest.raises(ZeroDivisionError), outbox.importing():
            raise ZeroDivisionError
    assert not outbox.is_locked(Lock.IMPORT)


def test_changes_are_gathered_only_while_an_import_runs(builds):
    worker = Worker()
    worker._built_at = time.monotonic()  # the first changes of an import were applied just now
    with outbox.importing():
        make_speech(["river"])
        assert not worker._apply_import()
        worker._apply_pending()
        assert total("river") == 0
    assert worker._apply_import()
    assert total("river") == 1
    with outbox.low_priority():
        make_speech(["dam"])
        assert worker._apply_import()
        assert total("dam") == 1
        make_speech(["weir"])
        worker._looked_for_jobs_at = 0.0
        worker._apply_pending()  # as during a long merge
        assert total("weir") == 1


def test_an_import_in_a_transaction_ends_with_it(archive_index):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), outbox.importing():
        raise ZeroDivisionError
    with transaction.atomic():
        with outbox.importing():
            make_speech(["river"])
        speech = make_speech(["dam"])
    make_speech(["weir"])
    of_people = IndexOutbox.objects.filter(priority=Priority.PERSON)
    assert of_people.values("speech_id").distinct().count() == 2
    assert of_people.filter(speech_id=speech.pk).exists()


def test_a_failed_statement_leaves_no_import_behind(archive_index):
    with pytest.raises(Exception, match="nowhere"), transaction.atomic(), outbox.importing():
        connection.cursor().execute("SELECT * FROM nowhere")
    make_speech(["river"])
    assert priorities() == {Priority.PERSON}


def test_rows_tell_new_speeches_and_those_that_are_no_more(archive_index):
    speech = make_speech(["river"])
    rows = IndexOutbox.objects.filter(speech_id=speech.pk)
    assert rows.filter(change=Change.ADDED).count() == 1
    assert rows.filter(change=Change.CHANGED).exists()
    pk = speech.pk
    speech.delete()
    assert IndexOutbox.objects.filter(speech_id=pk, change=Change.REMOVED).count() == 1


def test_changes_of_people_are_applied_before_those_of_an_import(archive_index):
    imported(sync.BATCH + 10)
    mine = make_speech(["weir"])
    assert sync.apply_batch()
    assert total("weir") == 1
    assert total("river") == 0
    mine.paragraphs.update(text="lock")
    assert sync.apply_batch(imports=False)
    assert sync.apply_batch(imports=False) is None
    assert total("lock") == 1
    assert total("river") == 0
    assert sync.apply_batch()
    assert 0 < total("river") <= sync.BATCH
    sync.drain()
    assert total("river") == sync.BATCH + 10
    assert not consistency.check()


# -- what readers are told ---------------------------------------------------------------------


def test_an_answer_is_not_complete_while_speeches_are_missing(archive_index, client):
    known = make_speech(["river"])
    sync.drain()
    assert find(SearchParameters(q="river")).index.complete
    imported(3)
    state = find(SearchParameters(q="river")).index
    assert (state.complete, state.waiting) == (False, 3)
    told = client.get("/api/v1/search", {"q": "river"}).json()["index"]
    assert (told["complete"], told["waiting"]) == (False, 3)
    assert "3 speeches cannot be found yet" in client.get("/search/?q=river").content.decode()
    sync.drain()
    told = client.get("/api/v1/search", {"q": "river"}).json()["index"]
    assert (told["complete"], told["waiting"]) == (True, 0)
    assert "cannot be found yet" not in client.get("/search/?q=river").content.decode()
    known.paragraphs.update(text="river dam")  # is found with its former words meanwhile
    assert find(SearchParameters(q="river")).index.complete


def test_the_page_speaks_of_one_speech_in_the_singular(archive_index, client):
    make_speech(["river"])
    page = client.get("/search/?q=river").content.decode()
    assert "1 speech cannot be found yet, because it is not in the index." in page


def test_a_deleted_speech_is_not_found_whoever_deleted_it(archive_index):
    speeches = [make_speech([f"river {number}"]) for number in range(3)]
    sync.drain()
    speeches[0].delete()
    with outbox.importing():
        speeches[1].delete()
    assert total("river") == 1
    assert len(read_backlog().deleted) == 2
    assert find(SearchParameters(q="river")).index.complete


@pytest.mark.parametrize("by_import", [False, True])
def test_a_withdrawn_speech_is_not_found_until_it_is_reinstated(archive_index, by_import):
    speech, other = make_speech(["river one"]), make_speech(["river two"])
    sync.drain()
    withdrawal = Withdrawal.objects.create(reason="Doubtful.")
    both = Speech.all_objects.filter(pk__in=[speech.pk, other.pk])
    with outbox.importing() if by_import else nullcontext():
        both.update(withdrawal=withdrawal)
    assert total("river") == 0
    assert sorted(read_backlog().deleted) == [speech.pk, other.pk]
    both.filter(pk=other.pk).update(withdrawal=None)
    both.update(role="Envoy")
    assert total("river") == 1
    assert read_backlog().deleted == [speech.pk]
    changes = IndexOutbox.objects.order_by("pk").values_list("speech_id", "change")
    assert list(changes) == [
        (speech.pk, Change.REMOVED),
        (other.pk, Change.REMOVED),
        (other.pk, Change.CHANGED),
        (speech.pk, Change.CHANGED),
        (other.pk, Change.CHANGED),
    ]
    sync.drain()
    assert total("river") == 1
    assert not read_backlog().deleted


# -- builds in the background ------------------------------------------------------------------


def test_a_build_adds_what_an_import_brought(builds):
    before = make_speech(["river before"])
    sync.drain()
    imported(70)
    commits = snapshot.current().commit
    build = ended(Build(background.rows_of(Priority.IMPORT)))
    assert total("river") == 1  # not before it is put in use
    assert build.finish()
    assert total("river") == 71
    assert snapshot.current().commit == commits + 1
    assert not IndexOutbox.objects.exists()
    assert not consistency.check()
    before.delete()
    sync.drain()
    while maintenance.merge(lambda: None):
        pass
    assert not consistency.check()


def test_what_people_do_meanwhile_wins(builds):
    known = imported(3, "known")
    sync.drain()
    changed = imported(60)
    with outbox.importing():
        known[0].paragraphs.filter(position=1).update(text="river changed by the import")
        removed = known[1].pk
        known[1].delete()
    build = Build(background.rows_of(Priority.IMPORT))
    changed[0].paragraphs.filter(position=1).update(text="lock")
    sync.drain()  # as the worker does meanwhile: it takes all rows of that speech
    assert total("lock") == 1
    changed[1].delete()
    with outbox.importing():
        changed[2].paragraphs.filter(position=1).update(text="weir")
    ended(build)
    changed[3].paragraphs.filter(position=1).update(text="sluice")  # after it was read
    assert build.finish()
    assert total("lock") == 1
    assert total('"river number0"') == 0
    assert total("number1") == 0
    sync.drain()
    assert (total("weir"), total("sluice")) == (1, 1)
    assert total("river") == 57
    assert removed not in snapshot.current().numbers["speech"][snapshot.current().alive]
    assert not consistency.check()


def test_a_build_replaces_what_the_index_has(builds):
    speeches = [make_speech([f"river {number}"], country="KAZ") for number in range(55)]
    sync.drain()
    CountryName.objects.create(country_id="KAZ", name="Steppeland", folded="steppeland")
    rows = background.rows_of(Priority.PERSON)
    assert {speech for _, speech in rows} == {one.pk for one in speeches}
    assert ended(Build(rows)).finish()
    assert total("Steppeland") == 55
    assert snapshot.current().count == 55
    assert not IndexOutbox.objects.exists()
    assert not consistency.check()


def test_a_build_for_a_generation_that_was_replaced_is_thrown_away(builds):
    imported(10)
    build = ended(Build(background.rows_of(Priority.IMPORT)))
    sync.rebuild()
    assert build.finish()
    assert total("river") == 10
    assert not consistency.check()


def test_a_build_of_many_words_makes_several_segments(builds, monkeypatch):
    monkeypatch.setattr(quarantine, "_SMALLEST_SEGMENT", 10)
    monkeypatch.setattr(background, "SEGMENT_WORDS", 100)
    imported(150)
    assert ended(Build(background.rows_of(Priority.IMPORT))).finish()
    assert len(snapshot.current().segments) > 1
    assert total("river") == 150
    assert not consistency.check()


def test_what_cannot_be_prepared_is_tried_again_apart(builds, monkeypatch):
    speeches = imported(60)
    prepare = sync.prepare

    def failing(chosen):
        for speech, prepared in prepare(chosen):
            yield speech, ValueError("spoilt") if speech == speeches[7].pk else prepared

    with monkeypatch.context() as patched:
        patched.setattr(sync, "prepare", failing)
        assert ended(Build(background.rows_of(Priority.IMPORT))).finish()
    assert total("river") == 59
    assert find(SearchParameters(q="river")).index.waiting == 1
    assert quarantine.retry_candidates(generations.in_use().number) == [speeches[7].pk]
    assert sync.retry_failed(lambda: False)
    assert total("river") == 60
    assert not consistency.check()


def test_a_build_that_is_killed_charges_what_it_was_reading(builds, monkeypatch):
    speeches = imported(2 * sync.LOADED)
    poison = speeches[sync.LOADED + 5].pk
    prepare = sync.prepare

    def deadly(chosen):
        if poison in chosen:
            os.kill(os.getpid(), signal.SIGKILL)
        return prepare(chosen)

    with monkeypatch.context() as patched:
        patched.setattr(sync, "prepare", deadly)
        build = ended(Build(background.rows_of(Priority.IMPORT)))
    assert not build.finish()
    assert total("river") == 0
    suspects = quarantine.retry_candidates(generations.in_use().number)
    assert suspects == [one.pk for one in speeches[sync.LOADED :]]
    assert background.interrupted_in_a_row() == 1
    assert quarantine.retry_candidates(generations.in_use().number) == suspects  # charged once
    assert ended(Build(background.rows_of(Priority.IMPORT))).finish()  # without the suspects
    assert total("river") == sync.LOADED
    assert background.interrupted_in_a_row() == 0
    assert sync.retry_failed(lambda: False)
    assert total("river") == 2 * sync.LOADED
    assert not consistency.check()


def test_a_build_that_hangs_is_killed_and_stops_no_import(builds, monkeypatch):
    speeches = imported(2 * sync.LOADED)

    def hang(chosen):
        time.sleep(300)
        yield from ()

    with monkeypatch.context() as patched:
        patched.setattr(background, "STALLED_S", 5.0)  # a busy machine takes a while to begin
        patched.setattr(sync, "prepare", hang)
        build = ended(Build(background.rows_of(Priority.IMPORT)))
    assert not build.finish()
    suspects = quarantine.retry_candidates(generations.in_use().number)
    assert 0 < len(suspects) <= sync.LOADED
    assert ended(Build(background.rows_of(Priority.IMPORT))).finish()
    while sync.retry_failed(lambda: False):
        pass
    assert total("river") == len(speeches)
    assert not consistency.check()


def test_a_build_that_makes_progress_is_not_killed(builds, monkeypatch):
    imported(3 * sync.LOADED)
    prepare = sync.prepare

    def slow(chosen):
        time.sleep(2)
        return prepare(chosen)

    monkeypatch.setattr(background, "STALLED_S", 5.0)
    monkeypatch.setattr(sync, "prepare", slow)
    assert ended(Build(background.rows_of(Priority.IMPORT))).finish()
    assert total("river") == 3 * sync.LOADED


def test_a_build_that_is_stopped_leaves_nothing(builds):
    imported(60)
    build = Build(background.rows_of(Priority.IMPORT))
    build.stop()
    assert quarantine.failed_speeches() == set()
    assert IndexOutbox.objects.exists()
    sync.drain()
    assert not consistency.check()
