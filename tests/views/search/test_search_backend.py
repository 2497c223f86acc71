"""The public interface of search: its exports, and a second engine behind it."""

import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from support import rows
from support.archive_index import archive_index
from support.search.sql_backend import SqlBackend

from statements import search
from statements.models import IndexOutbox, Speech
from statements.search.backends import search_backend
from statements.search.protocol import Question
from statements.search.query import lexer, parse

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    norway = rows.country("NOR")
    for number in range(4):
        rows.speech(
            f"Number {number}: the river froze.", country=norway, public_id=f"froze-{number}"
        )
    archive_index()
    return archive


def test_the_door_can_be_imported_before_django_is_set_up() -> None:
    script = "import statements.search, statements.search.indexing.malloc"
    subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, check=True)


def test_every_name_of_the_door_can_be_imported() -> None:
    from statements.search import public_api

    for name in public_api.__all__:
        assert getattr(search, name) is getattr(public_api, name)
    with pytest.raises(AttributeError):
        search.no_such_name  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("q", ["river froze", '"river froze" number -lake', "river or lake", ""])
def test_a_search_page_lexes_its_query_once(
    client: Client, indexed: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch, q: str
) -> None:
    lexed: list[str] = []
    lex = lexer.lex

    def counting(text: str) -> list[lexer.Token]:
        lexed.append(text)
        return lex(text)

    monkeypatch.setattr("statements.search.query.lexer.lex", counting)
    monkeypatch.setattr("statements.search.query.parser.lex", counting)
    assert client.get("/search/", {"q": q}).status_code == 200
    # a notice that offers another query lexes that, to see whether it can be run
    assert [text for text in lexed if text == q] == [q] * bool(q)


def test_several_questions_are_answered_as_each_alone(indexed: rows.SmallArchive) -> None:
    questions = [
        Question(tree=parse("river"), facets={"country": 10}, paragraphs=3),
        Question(tree=parse("river -froze"), size=2),
        Question(tree=parse("number"), group="country", group_size=2),
        Question(tree=parse("froze*"), size=0, facets={"year": None}),
    ]
    together = search_backend().search(questions)
    assert list(together) == [search_backend().search([question])[0] for question in questions]
    assert [answer.total for answer in together] == [6, 2, 4, 4]


def test_the_vocabulary_can_be_asked(indexed: rows.SmallArchive) -> None:
    backend = search_backend()
    assert list(backend.prefix_terms("fro", 5).terms) == ["froze"]
    assert list(backend.forms("river")) == ["river"]
    assert backend.paragraph_counts(["river", "froze", "absent"]) == [6, 4, 0]
    assert ("froze", 4, 1) in backend.similar_terms("frozen", 1)
    assert backend.value_counts(["country"]) == {"country": {"KAZ": 1, "NOR": 4}}
    assert backend.canonical_value("country", "nor") == "NOR"
    assert backend.canonical_value("country", "FRA") is None


def test_changes_are_applied(indexed: rows.SmallArchive) -> None:
    added = rows.speech("A glacier calved.")
    search_backend().apply([added.pk])
    assert [hit.speech for hit in _ask("glacier").hits] == [added.pk]
    pk = added.pk
    added.delete()
    search_backend().apply([pk])
    assert not _ask("glacier").hits
    assert not search_backend().check()


def _ask(q: str) -> Any:
    [answer] = search_backend().search([Question(tree=parse(q))])
    return answer


# -- another engine, by settings alone ----------------------------------------------------------


@pytest.fixture
def sql_backend(archive: rows.SmallArchive, settings: Any) -> SqlBackend:
    from statements.search.results.completion import names

    settings.SEARCH_BACKEND = "support.search.sql_backend.SqlBackend"
    names.forget_names()
    norway = rows.country("NOR")
    for number in range(25):
        rows.speech(
            f"Number {number}: the river froze.", country=norway, public_id=f"froze-{number}"
        )
    backend = search_backend()
    assert isinstance(backend, SqlBackend)
    backend.missing = []
    return backend


def test_another_engine_serves_the_search_page(client: Client, sql_backend: SqlBackend) -> None:
    page = client.get("/search/", {"q": "river froze"}).content.decode()
    assert "25 speeches" in page
    assert "the <mark>river</mark> <mark>froze</mark>." in page
    assert "Norway" in page
    assert 'href="/search/?q=river+froze&amp;page=2"' in page
    narrowed = client.get("/search/", {"q": "river", "country": "KAZ"}).content.decode()
    assert "1 speech\n" in narrowed
    assert "/speech/riv-pv-7-001/?q=river&amp;country=KAZ#p1" in narrowed
    grouped = client.get("/search/", {"q": "river", "group": "country"}).content.decode()
    assert grouped.count('<section class="group">') == 2
    assert client.get("/search/", {"q": "river", "country": "zz"}).status_code == 200
    assert client.get("/search/facet/country/", {"q": "river"}).status_code == 200
    assert client.get("/search/feed/", {"q": "river"}).status_code == 200
    assert client.get("/speech/riv-pv-7-001/").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_another_engine_is_written_and_checked_by_the_commands(sql_backend: SqlBackend) -> None:
    def run(*command: str) -> str:
        out = StringIO()
        call_command(*command, stdout=out)
        return out.getvalue()

    speech = Speech.objects.earliest("pk").pk
    assert run("ensure_index") == ""
    assert f"Indexed {Speech.objects.count()} speeches" in run("rebuild_index", "--noinput")
    assert "agree" in run("check_index")
    sql_backend.missing = [speech]
    with pytest.raises(CommandError, match="differ"):
        run("check_index")
    said = run("check_index", "--repair")
    assert f"Missing in the index (1): {speech}\n" in said
    assert said.endswith("agree.\n")
    with pytest.raises(CommandError, match="cannot be emptied"):
        run("clear_index", "--noinput")
    assert IndexOutbox.objects.exists()
    sql_backend.run_worker()
    assert not IndexOutbox.objects.exists()


def test_another_engine_serves_the_api(client: Client, sql_backend: SqlBackend) -> None:
    def ask(path: str, **query: Any) -> Any:
        response = client.get(f"/api/v1/{path}", query)
        assert response.status_code == 200, response.content
        return response.json()

    found = ask("search", q="metre")
    assert [hit["id"] for hit in found["results"]] == ["riv-pv-7-001"]
    assert found["results"][0]["extracts"][0]["html"].endswith("<mark>metre</mark>.")
    assert found["index"]["generation"] == "sql"
    assert ask("complete", q="riv nor")["completions"][0]["q"] == "riv country:NOR"
    assert ask("concordance", q="froze")["lines"] == 25
    assert ask("concordance", q="number", words="froze")["lines"] == 25
    assert ask("keyness", country="NOR")["reference"]["speeches"] >= 1
    assert "froze" in [row["word"] for row in ask("collocates", q="river")["results"]]
    assert ask("usage", q="froze")["shares"]["country"][0]["label"] == "Norway"
    assert ask("matrix", rows="country", columns="year")["row_labels"][0] == "Norway"
    assert ask("trends", q="froze")["trends"][0]["q"] == "froze"
