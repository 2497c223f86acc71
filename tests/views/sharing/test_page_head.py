"""What the head of a page says to search engines, to sites that show links, and to feed readers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from support import rows
from support.archive_index import archive_index
from support.html import Elements
from support.sites.public_pages import PAGES

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db


class Head:
    def __init__(self, client: Client, address: str) -> None:
        response = client.get(address)
        self.status = response.status_code
        self.elements = Elements(response.content.decode())
        self.meta: dict[str, Any] = {
            str(each.get("name") or each.get("property")): each["content"]
            for tag, each in self.elements.found
            if tag == "meta" and "content" in each
        }
        self.feeds = {
            str(each["type"]): str(each["href"])
            for tag, each in self.elements.found
            if tag == "link" and each.get("rel") == "alternate" and "type" in each
        }
        self.canonical = self.elements.links("canonical")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_page_says_what_it_is_where_and_how_it_is_followed(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    head = Head(client, f"{path}?visit=2")
    assert head.canonical == [f"http://testserver{path}"]
    assert head.meta["og:url"] == f"http://testserver{path}"
    assert head.meta["description"] == head.meta["og:description"]
    assert 10 < len(head.meta["description"]) <= 200
    assert head.meta["og:title"]
    assert head.meta["og:site_name"] == "Rostrum"
    atom, json = head.feeds["application/atom+xml"], head.feeds["application/feed+json"]
    assert atom.startswith(("/search/feed/?", "/added/feed/"))
    assert json == atom.replace("/feed/", "/feed.json")


def test_descriptions_of_pages_differ(client: Client, archive: rows.SmallArchive) -> None:
    same = {PAGES["home"], PAGES["about"]}
    pages = [path for path in PAGES.values() if path not in same]
    described = [Head(client, path).meta["description"] for path in pages]
    assert len(set(described)) == len(described)


def test_a_speech_is_shared_by_its_country_speaker_and_year(client: Client) -> None:
    tokayev = rows.speaker("Tokayev", honorific="Mr.", country=rows.country("KAZ"))
    rows.speech(
        "Mr. President,",
        f"I say “{'peace ' * 60}” & <more>.",
        country=rows.country("KAZ"),
        speaker=tokayev,
        date=None,
        year_stated=1997,
        public_id="kaz-1997",
    )
    head = Head(client, "/speech/kaz-1997/")
    assert head.meta["og:title"] == "Kazakhstan, Mr. Tokayev, 1997"
    assert head.meta["og:type"] == "article"
    assert head.meta["description"].startswith("Mr. President, I say “peace peace")
    assert head.meta["description"].endswith("peace…")
    assert head.feeds["application/atom+xml"] == "/search/feed/?country=KAZ"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/meetings/?page=1", "/meetings/"),
        ("/speakers/?letter=U&visit=2", "/speakers/?letter=U"),
        (
            "/documents/?symbol=S%2FRES%2F1325%20%282000%29",
            "/documents/?symbol=S%2FRES%2F1325+%282000%29",
        ),
        ("/search/?q=river", "/search/?q=river"),
        ("/documents/?order=symbol&page=1", "/documents/?order=symbol"),
        ("/topics/?filter=flood&visit=2", "/topics/?filter=flood"),
    ],
)  # fmt: skip
def test_what_a_page_is_about_is_part_of_its_address(
    client: Client,
    archive: rows.SmallArchive,
    archive_index: Callable[[], int],
    address: str,
    canonical: str,
) -> None:
    archive_index()
    assert Head(client, address).canonical == [f"http://testserver{canonical}"]


def test_the_address_is_that_of_the_site(client: Client, db: None, settings: Settings) -> None:
    settings.BASE_URL = "https://archive.example.org"
    response = client.get("/about/")
    assert Elements(response.content.decode()).links("canonical") == [
        "https://archive.example.org/about/"
    ]
    assert "Host" not in response.get("Vary", "")


@pytest.mark.parametrize("address", ["/nowhere/", "/search/?q=%28", "/speech/none/"])
def test_a_page_that_stands_for_another_has_no_address(client: Client, address: str) -> None:
    head = Head(client, address)
    assert head.status >= 400
    assert head.canonical == []
    assert head.meta["robots"] == "noindex"
