"""The worker as a process: killed, doubled, orphaned, cut off from the database."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, connections
from support.factories import make_speech

from statements.models import IndexOutbox, Paragraph, Speech, Transcript
from statements.search.index import generations, snapshot
from statements.search.indexing import (
    background,
    consistency,
    maintenance,
    outbox,
    quarantine,
    sync,
)
from statements.search.indexing.outbox import Lock
from statements.search.indexing.worker import FEW
from statements.search.parameters import SearchParameters
from statements.search.protocol import SearchUnavailable
from statements.search.results.page import find

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

PATIENCE_S = 60  # for what should take a second, on a machine that does much else


def until(what: Callable[[], bool], *, within: float = PATIENCE_S) -> None:
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def drained() -> bool:
    return not IndexOutbox.objects.exists()


@pytest.fixture
def environment(archive_index, project: Path) -> dict[str, str]:
    """Return what a process needs to work on this test's database and index."""
    of = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgres://{of['USER']}:{of['PASSWORD']}@/{of['NAME']}",
        "PGHOST": str(of["HOST"]),
        "PGPORT": str(of["PORT"] or 5432),
        "SECRET_KEY": "of a test",
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "0",
        "PYTHONPATH": str(project),
    }


@pytest.fixture
def start(
    environment: dict[str, str], project: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return a function that starts a worker; all are ended after the test."""
    started = []

    def start_one(*command: str) -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [sys.executable, *(command or ("manage.py", "run_worker"))],
                cwd=project,
                env=environment,
                stderr=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start_one
    for worker in started:
        with suppress(ProcessLookupError):
            worker.kill()
        worker.wait()


def test_an_edit_is_found_within_a_second(start):
    speech = make_speech(["river"])
    start()
    until(drained)
    for word in ("dam", "weir", "lock"):
        speech.paragraphs.update(text=word)
        begun = time.monotonic()
        until(lambda word=word: find(SearchParameters(q=word)).total == 1)
        assert time.monotonic() - begun < 1.0


def test_a_lost_notice_is_made_up_for(start):
    start()
    until(lambda: outbox.is_locked(Lock.WORKER))
    speech = make_speech(["river"])
    with connection.cursor() as cursor:  # no trigger, and so no notice
        cursor.execute("ALTER TABLE statements_paragraph DISABLE TRIGGER USER")
        cursor.execute("UPDATE statements_paragraph SET text = 'dam'")
        cursor.execute("ALTER TABLE statements_paragraph ENABLE TRIGGER USER")
    IndexOutbox.objects.create(speech_id=speech.pk)
    until(lambda: find(SearchParameters(q="dam")).total == 1)


def test_killed_at_any_point_the_next_worker_goes_on(start):
    for number in range(60):
        make_speech([f"river {number}", "dam"])
    for round_ in range(4):
        Paragraph.objects.filter(position=1).update(text=f"river round{round_}")
        worker = start()
        until(lambda: outbox.is_locked(Lock.WORKER))
        time.sleep(0.03 + 0.05 * round_)
        worker.kill()
        worker.wait()
        until(lambda: not outbox.is_locked(Lock.WORKER))
        Speech.objects.order_by("pk")[round_].delete()
    start()
    until(drained)
    assert not consistency.check()
    assert find(SearchParameters(q="round3")).total == 56


def importing(number: int) -> list[Speech]:
    """Store enough speeches for a background build."""
    with outbox.importing():
        speeches = [make_speech([f"river {one}", "dam"]) for one in range(number)]
    assert IndexOutbox.objects.count() > FEW
    return speeches


def is_building() -> bool:
    return any(generations.root().glob(f"*/{background.FOLDER}*"))


def test_an_import_is_indexed_beside_what_people_do(start):
    speeches = importing(110)
    worker = start()
    until(is_building)
    changed, deleted = speeches[0], speeches[1]
    changed.paragraphs.filter(position=2).update(text="weir")
    deleted.delete()
    new = make_speech(["lock"])
    until(lambda: find(SearchParameters(q="lock")).total == 1)
    until(drained)
    assert find(SearchParameters(q="weir")).total == 1
    assert find(SearchParameters(q="river")).total == 109
    assert worker.poll() is None
    assert not is_building()
    assert not consistency.check()
    assert new.pk in snapshot.current().numbers["speech"]


def test_killed_while_it_builds_in_the_background_the_next_worker_goes_on(start):
    for delay in (0.0, 0.3, 0.8):
        speeches = importing(110)
        worker = start()
        until(is_building)
        speeches[0].paragraphs.filter(position=2).update(text="weir")
        time.sleep(delay)
        worker.kill()
        worker.wait()
        until(lambda: not outbox.is_locked(Lock.WORKER))
        speeches[1].delete()
    start()
    until(drained)
    until(lambda: not is_building())
    assert find(SearchParameters(q="river")).total == 3 * 109
    assert find(SearchParameters(q="weir")).total == 3
    assert not consistency.check()


def test_a_speech_that_ends_the_background_build_is_left_alone(start):
    poison = importing(sync.LOADED * 2 + 10)[-1]
    with outbox.importing():
        poison.paragraphs.filter(position=2).update(text="poison")
    worker = start(*FRAIL_WORKER)
    until(lambda: drained_but_for(poison=1), within=2 * PATIENCE_S)
    assert worker.poll() is None  # it was not the one to end
    assert quarantine.quarantined_speeches() == {poison.pk}
    assert find(SearchParameters(q="river")).total == sync.LOADED * 2 + 9
    assert consistency.check().missing == [poison.pk]


def test_a_second_worker_waits_for_the_first(start):
    first = start()
    until(lambda: outbox.is_locked(Lock.WORKER))
    second = start()
    make_speech(["river"])
    until(drained)
    assert second.poll() is None
    first.kill()
    first.wait()
    make_speech(["dam"])
    until(drained)
    assert not consistency.check()


# a command that ends, as by a fault in a library, when it writes a certain word
FRAIL = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
django.setup()
from django.core.management import call_command
from statements.search.index import writer

def documents(prepared, before=writer.documents):
    if any("poison" in text for _, text in prepared["text"]):
        os.kill(os.getpid(), signal.SIGSEGV)
    return before(prepared)

writer.documents = documents
call_command(sys.argv[1])
"""
FRAIL_WORKER = ("-c", FRAIL, "run_worker")


@pytest.mark.parametrize("others", [0, 3, 2 * sync.BATCH])
def test_a_speech_that_ends_its_process_is_left_alone_after_three_attempts(start, others):
    sync.rebuild()
    for number in range(others):
        make_speech([f"river {number}"])
    poison = make_speech(["poison"])
    make_speech(["dam"])
    worker = start(*FRAIL_WORKER)
    assert worker.wait(timeout=PATIENCE_S) == -signal.SIGSEGV
    assert {row.attempts for row in IndexOutbox.objects.filter(speech_id=poison.pk)} == {1}
    worker = start(*FRAIL_WORKER)
    until(lambda: not IndexOutbox.objects.exclude(speech_id=poison.pk).exists())
    until(lambda: not IndexOutbox.objects.exclude(attempts=3).exists())
    assert find(SearchParameters(q="river")).total == others
    state = find(SearchParameters(q="dam")).index
    assert (state.lag_s, state.complete) == (0, False)
    make_speech(["weir"])
    until(lambda: find(SearchParameters(q="weir")).total == 1)
    poison.paragraphs.update(text="cured")  # is tried again when it changes
    until(drained)
    assert worker.poll() is None
    assert find(SearchParameters(q="cured")).index.complete
    assert not consistency.check()


def lose_index(tmp_path: Path) -> None:
    # in one step: a worker that looks meanwhile would begin to build in the folder
    generations.root().rename(tmp_path / "lost")


def is_mended() -> bool:
    with suppress(SearchUnavailable):
        return find(SearchParameters(q="river")).index.lag_s == 0 and drained_but_for(poison=1)
    return False


def drained_but_for(*, poison: int) -> bool:
    """Return whether nothing waits except that many quarantined speeches."""
    waiting = IndexOutbox.objects.filter(attempts__lt=outbox.MAX_ATTEMPTS)
    return not waiting.exists() and len(quarantine.quarantined_speeches()) == poison


def test_what_is_left_alone_is_left_out_of_a_rebuild_and_nothing_else_is(start, tmp_path):
    for number in range(2 * sync.LOADED):
        make_speech([f"river {number}"])
    poison = make_speech(["poison"])
    sync.drain()
    IndexOutbox.objects.create(speech_id=poison.pk, attempts=outbox.MAX_ATTEMPTS)
    worker = start(*FRAIL_WORKER)
    until(lambda: outbox.is_locked(Lock.WORKER))
    lose_index(tmp_path)
    make_speech(["river"])
    until(is_mended)
    assert worker.poll() is None
    page = find(SearchParameters(q="river"))
    assert (page.total, page.index.complete) == (2 * sync.LOADED + 1, False)
    assert consistency.check().missing == [poison.pk]


@pytest.mark.parametrize("command", ["rebuild_index", "run_worker"])
def test_a_speech_that_ends_the_process_that_builds_is_left_alone(start, command, tmp_path):
    for number in range(sync.LOADED + 10):
        make_speech([f"river {number}"])
    poisons = [make_speech(["poison"]) for _ in range(2)]
    for number in range(sync.LOADED):
        make_speech([f"dam {number}"])
    poisons.append(make_speech(["poison"]))
    IndexOutbox.objects.all().delete()  # no worker ever met them
    lose_index(tmp_path)
    for _ in range(2):  # for each fifty speeches of which one is of that kind
        ended = start("-c", FRAIL, command)
        assert ended.wait(timeout=PATIENCE_S) == -signal.SIGSEGV
        assert not generations.read_pointer()
    at_work = start("-c", FRAIL, command)
    until(lambda: drained_but_for(poison=len(poisons)))
    if command == "rebuild_index":
        assert at_work.wait(timeout=PATIENCE_S) == 1  # and says which were not indexed
    else:
        assert at_work.poll() is None
    assert quarantine.quarantined_speeches() == {one.pk for one in poisons}
    assert find(SearchParameters(q="river")).total == sync.LOADED + 10
    assert find(SearchParameters(q="dam")).total == sync.LOADED
    assert not find(SearchParameters(q="dam")).index.complete
    assert consistency.check().missing == sorted(quarantine.quarantined_speeches())
    assert not (generations.root() / generations.BUILD_NOTE).exists()


def test_asked_to_stop_it_ends_with_success(start):
    worker = start()
    until(lambda: outbox.is_locked(Lock.WORKER))
    for _ in range(20):
        make_speech(["river"])
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE_S) == 0
    sync.drain()
    assert not consistency.check()


def test_it_ends_with_the_process_that_started_it(environment, project):
    parent = subprocess.Popen(
        ["sh", "-c", f"{sys.executable} manage.py run_worker & echo $!; wait"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert parent.stdout
    worker = int(parent.stdout.readline())
    until(lambda: outbox.is_locked(Lock.WORKER))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not outbox.is_locked(Lock.WORKER))
    with pytest.raises(ProcessLookupError):
        until(lambda: os.kill(worker, 0))


def test_it_survives_the_loss_of_its_connection(start):
    worker = start()
    until(lambda: outbox.is_locked(Lock.WORKER))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    make_speech(["river"])
    until(drained)
    assert worker.poll() is None
    assert find(SearchParameters(q="river")).total == 1


def test_it_mends_an_index_that_a_reader_found_damaged(start):
    make_speech(["river"])
    sync.drain()
    start()
    until(lambda: outbox.is_locked(Lock.WORKER))
    time.sleep(1.0)  # it has looked at the index by now
    generation = snapshot.current().generation
    for path in [*generation.path.glob("*.pst"), *generation.path.glob("*.side")]:
        path.write_bytes(b"\0" * path.stat().st_size)
    snapshot.forget()

    def mended() -> bool:
        with suppress(SearchUnavailable):
            return find(SearchParameters(q="river")).total == 1
        return False

    assert not mended()
    until(mended)
    assert snapshot.current().generation.number > generation.number
    assert find(SearchParameters(q="river")).index.complete


def test_two_hundred_speeches_edited_and_deleted_while_searching(archive_index, monkeypatch):
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 2)
    speeches = [make_speech([f"river number{number}", "dam"]) for number in range(200)]
    sync.drain()
    failures: list[BaseException] = []
    searches = 0
    done = threading.Event()

    def in_thread(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                while not done.is_set():
                    work()
            except BaseException as error:
                failures.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def search() -> None:
        nonlocal searches
        for q in ("river", "dam", "", "edited"):
            page = find(SearchParameters(q=q, page_size=50))
            assert len(page.hits) == min(page.total, 50)
            assert page.total <= 200
            searches += 1

    def write() -> None:
        sync.drain()
        maintenance.merge(lambda: None)  # and files of what is searched go away

    threads = [in_thread(search) for _ in range(3)] + [in_thread(write)]
    try:
        for number, speech in enumerate(speeches):
            if number % 3 == 0:
                speech.delete()
            else:
                speech.paragraphs.filter(position=1).update(text=f"edited number{number}")
    finally:
        until(lambda: searches > 40 or bool(failures))
        done.set()
        for thread in threads:
            thread.join()
    assert not failures
    sync.drain()
    assert not consistency.check()
    assert find(SearchParameters(q="edited")).total == 133
    assert find(SearchParameters(q="river")).total == 0
    Transcript.objects.filter(speeches=None).delete()
