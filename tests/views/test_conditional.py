"""Conditional requests: 304 without making the page, and never where the page would differ."""

import gc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from support import rows

from archive import serving
from archive.release import release
from statements.models import Country, Meeting, Speaker, Speech, Topic

SPEECH = "/speech/riv-pv-7-001/"


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    archive_index()
    return archive


def tag(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response["ETag"])


def status(client: Client, path: str, etag: str) -> int:
    return client.get(path, headers={"if-none-match": etag}).status_code


@pytest.mark.parametrize(
    "path", ["/", "/meetings/", "/documents/", "/countries/", SPEECH, "/meeting/riv-pv-7/"]
)
def test_an_unchanged_page_is_not_made(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    etag = tag(client, path)
    with CaptureQueriesContext(connection) as captured:
        assert status(client, path, etag) == 304
    assert len(captured) <= 2


def test_a_page_of_the_index_costs_one_statement(
    client: Client, indexed: rows.SmallArchive
) -> None:
    etag = tag(client, "/search/?q=river")
    with CaptureQueriesContext(connection) as captured:
        assert status(client, "/search/?q=river", etag) == 304
    assert len(captured) == 1


# what is changed somewhere else, and a page that shows it
ELSEWHERE: dict[str, tuple[str, Callable[[rows.SmallArchive], Any]]] = {
    "the speaker's name": (SPEECH, lambda _: Speaker.objects.update(honorific="Dame")),
    "the country's name": (
        SPEECH,
        lambda _: Country.objects.filter(pk="KAZ").update(short_name="X"),
    ),
    "a topic's title": (SPEECH, lambda _: Topic.objects.update(title="Calm")),
    "the meeting": (SPEECH, lambda _: Meeting.objects.update(organ=rows.organ("Lakes Council"))),
    "a neighbour comes": (
        SPEECH,
        lambda archive: rows.speech("After it.", meeting=archive.meeting, position=90),
    ),
    "the speech goes": (SPEECH, lambda archive: archive.speech.delete()),
    "a speech elsewhere": ("/", lambda _: rows.speech("Elsewhere.")),
}


@pytest.mark.parametrize("change", ELSEWHERE)
def test_what_is_changed_elsewhere_is_shown(
    client: Client, archive: rows.SmallArchive, change: str
) -> None:
    path, make = ELSEWHERE[change]
    etag = tag(client, path)
    make(archive)
    assert status(client, path, etag) != 304


def test_a_tag_is_of_one_address_and_host(client: Client, archive: rows.SmallArchive) -> None:
    etag = tag(client, "/meetings/")
    assert status(client, "/topics/", etag) == 200
    assert status(client, "/meetings/?page=1", etag) == 200
    other = client.get("/meetings/", headers={"if-none-match": etag}, HTTP_HOST="localhost")
    assert other.status_code == 200


def test_a_page_that_is_not_there_is_never_said_to_be_unchanged(
    client: Client, archive: rows.SmallArchive
) -> None:
    missing = client.get("/speech/none/")
    assert missing.status_code == 404
    assert "ETag" not in missing
    for sent in ("*", tag(client, SPEECH), 'W/"x", *', "nonsense"):
        assert status(client, "/speech/none/", sent) == 404
    archive.speech.delete()
    assert status(client, SPEECH, "*") == 410


def test_a_search_is_made_again_when_the_index_has_changed(
    client: Client, indexed: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    path = "/search/?q=river"
    before = tag(client, path)
    rows.speech("The river again.")
    waiting = tag(client, path)
    archive_index()
    after = tag(client, path)
    assert len({before, waiting, after}) == 3
    assert status(client, path, after) == 304


@pytest.mark.parametrize(
    "view", ["compare&by=query&series=ice", "table", "words&function_words=show"]
)
def test_a_page_that_prints_the_date_is_made_again_on_the_next_day(
    client: Client, indexed: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    path, today = f"/search/?q=river&view={view}", timezone.localdate()
    assert f"as of {date_format(today, 'j F Y')}" in client.get(path).text
    etag = tag(client, path)
    assert status(client, path, etag) == 304
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + timedelta(days=1))
    assert status(client, path, etag) == 200


def test_a_speech_is_shown_to_a_librarian_as_to_anybody(
    client: Client, admin_client: Client, archive: rows.SmallArchive
) -> None:
    # a tag does not say who asks, and need not
    for path in ("/", SPEECH, "/meetings/"):
        assert client.get(path).content == admin_client.get(path).content
    assert Speech.objects.count()


def test_all_processes_of_the_server_give_the_same_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("freeze", "set_threshold"):  # for good
        monkeypatch.setattr(gc, name, lambda *_: None)
    release.cache_clear()
    serving.when_ready(None)
    assert release.cache_info().currsize == 1, "each process would hash the files"
