"""What else programs may ask of the index, and in which words they are refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rows
from django.conf import settings
from django.test import Client
from search_fixtures import archive_index

from statements.search import snapshot

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    for number in range(3):
        rows.speech("The river froze.", country=rows.country("NOR"), public_id=f"froze-{number}")
    archive_index()
    return archive


def ask(client: Client, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response
    assert response["Cache-Control"].startswith("public" if status == 200 else "no-store")
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", str(tmp_path / "none"))
    snapshot.forget()


def test_what_is_typed_is_completed(client: Client, indexed: rows.SmallArchive) -> None:
    assert ask(client, "complete", q="riv nor")["completions"] == [
        {"kind": "country", "label": "Norway", "q": "riv country:NOR"},
    ]
    assert ask(client, "complete", q="froz")["completions"] == [
        {"kind": "word", "label": "froze", "q": "froze"},
    ]
    assert ask(client, "complete") == {"completions": []}


def test_too_much_to_complete_is_refused(client: Client, indexed: rows.SmallArchive) -> None:
    assert ask(client, "complete", 400, q="a" * 513)["errors"]["q"]


def test_without_an_index_nothing_is_completed(client: Client, db: None, no_index: None) -> None:
    assert ask(client, "complete", 503, q="froz")["errors"]["index"]
