"""Every view of a search, and the map of the archive, offers the files of what is found."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from support import rows

from statements.exports.bibliographies.files import BIBLIOGRAPHIES

pytestmark = pytest.mark.django_db
VIEWS = ["", "&view=context", "&view=time", "&view=compare", "&view=table", "&view=words"]


def files(client: Client, path: str) -> list[str]:
    """Return the addresses of the files that a page of a search offers."""
    response = client.get(path)
    assert response.status_code == 200, path
    menus = "".join(re.findall("<details.*?</details>", response.content.decode(), re.DOTALL))
    found = re.findall(r'href="(/search\.[^"]*)"', menus)
    return [unescape(url) for url in found]


@pytest.fixture
def rivers(archive_index: Callable[[], int]) -> None:
    rows.speech("The river rises in spring.", country=rows.country("NOR"))
    rows.speech("The river sinks in summer.", country=rows.country("PER"))
    rows.speech("The lake is calm.", country=rows.country("PER"))
    archive_index()


@pytest.mark.usefixtures("rivers")
def test_every_view_offers_the_same_files(client: Client) -> None:
    listed = files(client, "/search/?q=river&country=PER")
    assert all(url.partition("?")[2].startswith("q=river&country=PER") for url in listed)
    for view in VIEWS:
        assert files(client, f"/search/?q=river&country=PER{view}") == listed, view
    suffixes = {url.partition("?")[0].removeprefix("/search.") for url in listed}
    assert suffixes >= {*BIBLIOGRAPHIES, "xlsx", "csv", "jsonl"}
    citations = next(url for url in listed if ".csl.json" in url)
    assert [item["type"] for item in client.get(citations).json()] == ["speech"]


@pytest.mark.usefixtures("rivers")
def test_the_map_offers_the_whole_archive(client: Client) -> None:
    citations = [url for url in files(client, "/search/") if ".csl.json" in url]
    assert citations == ["/search.csl.json"]
    assert len(client.get(citations[0]).json()) == 3


@pytest.mark.usefixtures("rivers")
def test_nothing_found_has_no_files(client: Client) -> None:
    for view in VIEWS:
        assert files(client, f"/search/?q=glacier{view}") == [], view


@pytest.mark.usefixtures("rivers")
def test_bars_are_named_in_the_language_of_the_page(client: Client) -> None:
    rows.speech("The river froze.", country=rows.country("NOR"), date="1992-02-01")
    assert 'aria-label="1992: 1"' in client.get("/country/NOR/").content.decode()
    page = client.get("/fr/country/NOR/").content.decode()
    assert 'aria-label="1992\u202f: 1"' in page
    assert client.get("/fr/search/facet/river/").status_code == 404
