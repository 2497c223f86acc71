"""An archive with an index of its own, for every test that searches."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def archive_index(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], int]]:
    """Give the test an empty index, and a function that updates it from the database."""
    from django.conf import settings

    from statements.search.index import snapshot
    from statements.search.indexing import sync
    from statements.search.results.completion import names

    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", str(tmp_path / "index"))
    monkeypatch.setenv("INDEX_DIR", str(tmp_path / "index"))
    names.forget_names()
    sync.rebuild()
    yield sync.drain
    snapshot.forget()
