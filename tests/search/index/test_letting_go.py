"""Files that a commit replaced are closed at once, without waiting for the garbage collector, which
does not know what an open file or a mapping costs.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from support.factories import make_speech

from statements.models import Speech
from statements.search.features.more_like_this import similar_to
from statements.search.index import generations, snapshot
from statements.search.indexing import consistency, maintenance, sync
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.django_db

FILES_OF_A_SEGMENT = 4  # terms, postings, side-car, words in their order
MAPS_OF_A_SEGMENT = 1


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Turn off the garbage collector, so that reference cycles are not collected."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def held() -> tuple[list[str], list[str]]:
    """The files of the index that this process has open, and those that it has mapped."""
    root = str(generations.root())
    files = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # that of the listing itself
            files.append(os.readlink(f"/proc/self/fd/{number}"))
    maps = Path("/proc/self/maps").read_text().splitlines()
    return [one for one in files if root in one], [one for one in maps if root in one]


def assert_only_the_living() -> None:
    living = len(snapshot.current().segments)
    files, maps = held()
    assert len(files) <= FILES_OF_A_SEGMENT * living
    assert len(maps) <= MAPS_OF_A_SEGMENT * living
    assert not [one for one in files + maps if one.endswith("(deleted)")]


def edit(speech: Speech, word: str) -> None:
    speech.paragraphs.filter(position=1).update(text=f"the river {word}")
    sync.drain()


def search(**parameters: object) -> Callable[[object], object]:
    return lambda _: find(SearchParameters(**parameters))  # type: ignore[arg-type]


def search_in_vain(_: object) -> None:
    with pytest.raises(InvalidParameters):
        find(SearchParameters(q="(river"))


ASKED: dict[str, Callable[..., object]] = {
    "a word": search(q="river"),
    "two words": search(q="river dam"),
    "a compound": search(q="sluice-gate"),
    "a phrase": search(q='"dam of the weir"'),
    "words near": search(q='"dam weir"~4'),
    "the beginning of words": search(q="riv*"),
    "one paragraph": search(q="same:paragraph dam weir"),
    "a word that there is not": search(q="rivver"),
    "no word": search(),
    "a query that cannot be read": search_in_vain,
    "a country": search(q="dam", country=("KAZ",)),
    "groups": search(q="dam", group="country"),
    "by date": search(q="dam", sort="newest"),
    "what is similar": lambda _: similar_to(snapshot.current(), 0),
    "the page": lambda client: client.get("/search/", {"q": "river dam", "country": "KAZ"}),
    "the page in vain": lambda client: client.get("/search/", {"q": "(river"}),
    "the answer for programs": lambda client: client.get("/api/v1/search", {"q": "river dam"}),
    "what completes it": lambda client: client.get("/api/v1/complete", {"q": "riv"}),
    "words in context": lambda client: client.get("/api/v1/concordance", {"q": "river"}),
    "uses of a word": lambda client: client.get("/api/v1/usage", {"q": "river"}),
    "uses over time": lambda client: client.get("/api/v1/trends", {"q": "river"}),
    "key words": lambda client: client.get("/api/v1/keyness", {"q": "river"}),
    "collocates": lambda client: client.get("/api/v1/collocates", {"q": "river"}),
    "topics by country": lambda client: client.get("/api/v1/matrix", {"q": "river"}),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_reader_holds_no_file_but_of_living_segments(
    archive_index, no_collector, client, monkeypatch, asked
):
    monkeypatch.setattr(maintenance, "FEW_SEGMENTS", 2)
    speeches = [
        make_speech(["the river", "dam of the weir"], country="KAZ", on=date(2018, 1, 18))
        for _ in range(4)
    ]
    sync.drain()
    for round_ in range(2):
        for number, speech in enumerate(speeches):
            edit(speech, f"edited{round_}n{number}")
            asked(client)
        assert maintenance.merge(lambda: None)
        asked(client)
        assert_only_the_living()


def test_the_worker_holds_no_file_of_what_it_wrote(archive_index, no_collector):
    speeches = [make_speech(["the river", "dam of the weir"]) for _ in range(12)]
    sync.rebuild()
    for number, speech in enumerate(speeches):
        edit(speech, f"edited{number}")
        maintenance.check_current_index()
        maintenance.verify()
    assert maintenance.merge(lambda: None)
    assert not consistency.check()
    assert held() == ([], [])
