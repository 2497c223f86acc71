"""The commands of the index, as operators and Haystack's users know them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from support.factories import make_speech

from statements.models import IndexOutbox
from statements.search.index import generations
from statements.search.indexing import sync
from statements.search.indexing.outbox import Lock
from statements.search.parameters import SearchParameters
from statements.search.protocol import SearchUnavailable
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


def told(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def total(q: str) -> int:
    return find(SearchParameters(q=q)).total


def test_check_index_tells_what_differs_and_repairs_it(archive_index):
    gone, changed = make_speech(["river"]), make_speech(["river"])
    archive_index()
    assert "agree" in told("check_index")
    missing = make_speech(["dam"])
    changed.paragraphs.update(text="weir")
    gone_id = gone.pk
    gone.delete()
    assert f"Waiting in the outbox (3): {gone_id}, {changed.pk}, {missing.pk}" in told(
        "check_index"
    )
    IndexOutbox.objects.all().delete()
    with pytest.raises(CommandError, match="differ") as error:
        told("check_index")
    assert error.value.returncode == 1
    said = told("check_index", "--repair")
    assert f"Missing in the index (1): {missing.pk}" in said
    assert f"Only in the index (1): {gone_id}" in said
    assert f"With content that differs from the database (1): {changed.pk}" in said
    assert said.endswith("The index and the database agree.\n")
    assert (total("river"), total("dam"), total("weir")) == (0, 1, 1)


def test_check_index_tells_of_damage_and_repairs_it(archive_index):
    make_speech(["river"])
    archive_index()
    folder = generations.in_use().path
    spoilt = max(folder.glob("*.pst"), key=lambda path: path.stat().st_size)
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"?")
    said = told("check_index", "--repair")
    assert "The index is damaged" in said
    assert said.endswith("The index and the database agree.\n")


def test_ensure_index_builds_only_what_is_missing(archive_index):
    make_speech(["river"])
    archive_index()
    assert told("ensure_index") == ""
    generations.discard(generations.in_use())
    assert "Indexed 1 speeches (1 paragraphs)" in told("ensure_index")
    assert total("river") == 1


def test_clear_index_asks_first(archive_index, monkeypatch):
    make_speech(["river"])
    archive_index()
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert "Nothing was changed." in told("clear_index")
    assert total("river") == 1
    monkeypatch.setattr("builtins.input", lambda _: "y")
    told("clear_index")
    with pytest.raises(SearchUnavailable, match="cleared"):
        total("river")
    assert "Indexed 1 speeches" in told("rebuild_index", "--noinput")


def test_what_is_built_by_another_process_is_not_built_twice(archive_index):
    make_speech(["river"])
    sync.rebuild()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [0x526F7374, Lock.REBUILD])
        for command in (["rebuild_index", "--noinput"], ["clear_index", "--noinput"]):
            with pytest.raises(CommandError, match="building"):
                told(*command)
    finally:
        other.close()
