"""Readers in several threads while generations and segments come and go."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from support.factories import make_speech

from statements.models import Speech
from statements.search.index import generations, snapshot
from statements.search.index.caching import cached_per_snapshot
from statements.search.indexing import maintenance, sync
from statements.search.parameters import SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 4
COUNTRIES = ("KAZ", "CIV", "GIN")


@contextmanager
def reading(ask: Callable[[], object]) -> Iterator[list[object]]:
    """Ask in several threads until the context ends; yields the answers, errors among them."""
    answers: list[object] = []
    ended = threading.Event()

    def read() -> None:
        try:
            while not ended.is_set():
                try:
                    answers.append(ask())
                except Exception as error:
                    answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def asked_often(answers: list[object], since: int) -> None:
    until = time.monotonic() + 60
    while len(answers) < since + 3 * THREADS:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_rebuild_never_shows_less_than_there_is(archive_index):
    for number in range(12):
        make_speech([f"The river {number}."], country=COUNTRIES[number % 3])
    sync.rebuild()

    def ask() -> tuple[int, int, bool]:
        page = find(SearchParameters(q="river"))
        return page.total, sum(one.count for one in page.facets["country"]), page.index.complete

    with reading(ask) as answers:
        used = set()
        for _ in range(5):
            since = len(answers)
            sync.rebuild()
            asked_often(answers, since)
            used.add(generations.in_use().number)
    assert len(used) == 5
    # one that began before the generation changed says that it is not of the newest
    assert {(12, 12, True)} <= set(answers) <= {(12, 12, True), (12, 12, False)}


def test_a_rebuild_that_dies_under_readers_shows_nothing_of_it(archive_index, monkeypatch):
    for number in range(6):
        make_speech([f"The river {number}."])
    sync.rebuild()
    before = generations.in_use()
    kept = {one.name for one in generations.root().iterdir()}

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    with reading(lambda: find(SearchParameters(q="river")).total) as answers:
        for name in ("_fill", "_put_in_use", "_publish"):
            with monkeypatch.context() as patch:
                patch.setattr(sync, name, die)
                with pytest.raises(Died):
                    sync.rebuild()
            asked_often(answers, len(answers))
    assert set(answers) == {6}
    assert generations.in_use() == before
    assert {one.name for one in generations.root().iterdir()} == kept


def test_threads_share_a_snapshot_that_is_replaced_under_them(archive_index):
    """Totals, facets and hits of one answer are of one snapshot, whatever is committed, merged,
    built and removed in the meantime; and an older one can be read as long as it is in use."""
    for number in range(30):
        make_speech([f"The river {number}, the dam."], country=COUNTRIES[number % 3])
    sync.rebuild()
    held = snapshot.current()
    least, most = 30, 30

    def ask() -> tuple[int, int, int]:
        page = find(SearchParameters(q='"the dam"', page_size=100))
        return page.total, sum(one.count for one in page.facets["country"]), len(page.hits)

    with reading(ask) as answers:
        for step in range(8):
            since = len(answers)
            make_speech(["Another river, the dam."], country=COUNTRIES[step % 3])
            most += 1
            archive_index()
            maintenance.merge(lambda: None, max_documents=10)
            if step % 3 == 2:
                sync.rebuild()
            asked_often(answers, since)
    wrong = [
        one
        for one in answers
        if isinstance(one, Exception) or not (least <= one[0] <= most and len({*one}) == 1)
    ]
    assert not wrong
    assert find(SearchParameters(q="dam")).total == most
    # its generation was removed from the disk
    assert not held.generation.path.exists()
    assert len(held.postings("text", "dam", places=True).documents) == 30
    assert Speech.objects.count() == most


# -- who waits for the opening of a snapshot ----------------------------------------------------


class SlowOpening:
    """Opens snapshots as usual, but only when it is allowed to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.let = threading.Event(), threading.Event()
        self._open = snapshot.open_snapshot
        monkeypatch.setattr(snapshot, "open_snapshot", self)

    def __call__(self, *given: object) -> snapshot.Snapshot:
        self.begun.set()
        assert self.let.wait(60)
        return self._open(*given)


@contextmanager
def asking(ask: Callable[[], object]) -> Iterator[list[object]]:
    """Ask once in another thread; yields the answer when the context has ended."""
    answers: list[object] = []

    def read() -> None:
        try:
            answers.append(ask())
        finally:
            connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    yield answers
    thread.join(60)


def river() -> int:
    return find(SearchParameters(q="river")).total


def test_others_are_answered_from_the_snapshot_before_while_one_opens_the_next(
    archive_index, monkeypatch
):
    make_speech(["river"])
    sync.drain()
    assert river() == 1
    make_speech(["river"])
    sync.drain()
    opening = SlowOpening(monkeypatch)
    with asking(river) as first:
        assert opening.begun.wait(60)
        assert river() == 1
        assert river() == 1
        assert not first
        opening.let.set()
    assert first == [2]
    assert river() == 2


def test_the_first_snapshot_is_waited_for(archive_index, monkeypatch):
    make_speech(["river"])
    sync.drain()
    snapshot.forget()
    opening = SlowOpening(monkeypatch)
    with asking(river) as first:
        assert opening.begun.wait(60)
        with asking(river) as second:
            time.sleep(0.3)
            assert not second
            opening.let.set()
    assert first == second == [1]


def test_an_answer_that_is_being_made_is_not_waited_for_without_end():
    class Of:
        pass

    let = threading.Event()
    turns = []

    @cached_per_snapshot
    def work(of: Of) -> str:
        turns.append(1)
        if len(turns) == 1:
            assert let.wait(60)
            return "first"
        return "second"

    of = Of()
    with asking(lambda: work(of)) as first:
        while not turns:
            time.sleep(0.01)
        assert work(of) == "second"
        let.set()
    assert first == ["first"]
