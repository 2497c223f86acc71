"""Related speeches on the page of a speech, which never fails because of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from support import rows
from support.archive_index import archive_index

from statements.models import Speech
from statements.search.features import more_like_this
from statements.search.index import generations, snapshot
from statements.search.index.sealing import FORWARD_INDEX_EXTENSION

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db

LONG = (
    "The delegations upstream hold back what the delegations downstream wait for, and in between "
    "lie seven barrages that nobody has repaired since the spring in which the treaty lapsed and "
    "the gauges were left to rust."
)
ABOUT_BARRAGES = "Barrages, gauges and sluices decide how a valley fares in a dry spring."


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> None:
    rows.speech(LONG, ABOUT_BARRAGES, public_id="first", speaker_printed="Mr. One")
    rows.speech("Thank you.", LONG, public_id="second", speaker_printed="Mr. Two")
    rows.speech(ABOUT_BARRAGES, "Nothing else.", public_id="third", speaker_printed="Mr. Three")
    for number in range(6):
        rows.speech(f"Of harvests and of granaries, part {number}.", public_id=f"other-{number}")
    archive_index()


def test_the_same_words_elsewhere_and_similar_speeches_are_told(
    client: Client, indexed: None
) -> None:
    page = client.get("/speech/first/").content.decode()
    assert "Shared passages" in page
    assert '<a href="#p1">Paragraph 1</a>' in page
    assert '<a href="/speech/second/#p2">Mr. Two' in page
    alike = page[page.index("Similar speeches") :]
    assert "/speech/second/" in alike
    assert "/speech/third/" in alike
    assert "/speech/other" not in alike


def test_the_differences_of_shared_passages_are_shown(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    rows.speech(LONG, public_id="first")
    rows.speech(LONG.replace("seven", "six"), public_id="second")
    archive_index()
    page = client.get("/speech/first/").content.decode()
    assert "lie <del>six</del> <ins>seven</ins> barrages" in page
    assert (
        "lie <del>seven</del> <ins>six</ins> barrages"
        in client.get("/speech/second/").content.decode()
    )


def test_a_speech_like_no_other_has_nothing_beside_it(client: Client, indexed: None) -> None:
    rows.speech("Quixotic zeppelins.", public_id="alone")
    response = client.get("/speech/alone/")
    assert response.status_code == 200
    assert "Similar speeches" not in response.content.decode()


def test_the_page_stands_without_an_index(
    client: Client, indexed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", str(tmp_path / "none"))
    snapshot.forget()
    response = client.get("/speech/first/")
    assert response.status_code == 200
    page = response.content.decode()
    assert LONG in page
    assert "Similar speeches" not in page


def test_the_page_stands_whatever_goes_wrong_beside_it(
    client: Client,
    indexed: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(more_like_this, "MAX_TERMS", "not a number")
    assert client.get("/speech/first/").status_code == 200
    assert "no related speeches can be shown for speech" in caplog.text


def test_a_speech_deleted_since_is_not_told_of(client: Client, indexed: None) -> None:
    from statements.models import Speech

    Speech.objects.get(public_id="second").delete()
    page = client.get("/speech/first/").content.decode()
    assert "Shared passages" not in page
    assert "/speech/third/" in page


def test_a_page_that_lacks_what_will_be_known_is_not_kept_by_readers(
    client: Client, indexed: None
) -> None:
    path = Speech.objects.get(public_id="first").get_absolute_url()
    assert "ETag" in client.get(path)
    for folder in generations.candidates():
        for written in folder.path.glob(f"*{FORWARD_INDEX_EXTENSION}"):
            written.unlink()
    snapshot.forget()
    response = client.get(path)
    assert response.status_code == 200
    assert "ETag" not in response
