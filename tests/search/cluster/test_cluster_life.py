"""The index in a cluster follows the database, and says so where it cannot be reached."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from support.factories import make_speech

from statements.models import IndexOutbox
from statements.search.backends.opensearch import OpenSearchBackend
from statements.search.opensearch import client as nodes
from statements.search.opensearch.storage import indexing, state
from statements.search.opensearch.storage.writing import Writer
from statements.search.protocol import Question, SearchUnavailable
from statements.search.query import parse_query

pytestmark = [pytest.mark.django_db, pytest.mark.cluster]


@pytest.fixture
def backend(cluster: None) -> OpenSearchBackend:
    return OpenSearchBackend()


def found(backend: OpenSearchBackend, typed: str) -> list[int]:
    [answer] = backend.search([Question(tree=parse_query(typed).tree)])
    return [hit.speech for hit in answer.hits]


def connect(urls: list[str]) -> None:
    """Have this process use other nodes."""
    settings.SEARCH_URLS = urls
    nodes.client.cache_clear()
    state.forget()


def drain() -> None:
    generation = indexing.writable()
    writer = Writer(generation)
    while indexing.apply_batch(writer, generation) is not None:
        pass


def test_additions_edits_and_deletions_are_applied(backend: OpenSearchBackend) -> None:
    kept = make_speech(["A river of words."], on=date(2014, 3, 1))
    edited = make_speech(["A dam of words."])
    backend.rebuild()
    before = backend.version()
    added = make_speech(["A glacier, and les glaciers que nous avons dans une des vallées."])
    paragraph = edited.paragraphs.get()
    paragraph.text = "A harbour of words."
    paragraph.save()
    deleted_id = kept.pk
    kept.delete()
    assert found(backend, "river") == []  # hidden before the cluster knows that it was deleted
    drain()
    assert backend.version() != before
    assert not IndexOutbox.objects.exists()
    assert found(backend, "glaciers") == [added.pk]
    assert found(backend, "harbor") == [edited.pk]
    assert found(backend, "dam") == []
    assert not backend.check()
    nodes.client().delete(index=state.alias(), id=str(added.pk), params={"refresh": "true"})
    drift = backend.check()
    assert list(drift.missing) == [added.pk]
    assert not drift.surplus
    backend.repair(drift)
    assert not backend.check()
    assert deleted_id not in found(backend, "words")


def test_a_new_generation_replaces_the_old_one_in_one_step(backend: OpenSearchBackend) -> None:
    with pytest.raises(SearchUnavailable, match="is being built"):
        found(backend, "river")
    assert not backend.report().is_readable
    speech = make_speech(["A river of words."])
    first = backend.rebuild()
    second = backend.rebuild()
    third = backend.rebuild()
    assert [first.generation, second.generation, third.generation] == ["1", "2", "3"]
    assert len(state.names()) == 2  # the one before is kept for readers that still use it
    assert found(backend, "river") == [speech.pk]
    assert backend.report().speeches == 1
    backend.clear()
    assert not backend.report().is_complete


def test_an_index_of_another_version_is_not_read(
    backend: OpenSearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech = make_speech(["A river of words."])
    backend.rebuild()
    monkeypatch.setattr("statements.search.opensearch.schema.CLUSTER_VERSION", 999)
    state.forget()
    with pytest.raises(SearchUnavailable, match="is being built"):
        found(backend, "river")
    assert backend.rebuild().generation == "2"
    assert found(backend, "river") == [speech.pk]


def test_pages_are_answered_by_the_cluster_and_say_when_it_is_away(
    backend: OpenSearchBackend, client: Client
) -> None:
    speech = make_speech(["A river of words."], country="KAZ", on=date(2014, 3, 1))
    backend.rebuild()
    page = client.get("/search/", {"q": "river"})
    assert page.status_code == 200
    assert speech.get_absolute_url() in page.content.decode()
    assert client.get(speech.get_absolute_url()).status_code == 200
    connect(["http://127.0.0.1:1"])
    try:
        away = client.get("/search/", {"q": "river"})
        assert away.status_code == 503
        assert "search cluster does not answer" in away.content.decode()
        assert client.get(speech.get_absolute_url()).status_code == 200
        assert client.get("/api/v1/search", {"q": "river"}).status_code == 503
    finally:
        connect(settings.CLUSTER_URLS)
    assert client.get("/search/", {"q": "river"}).status_code == 200
