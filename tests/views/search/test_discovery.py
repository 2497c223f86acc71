"""What browsers, language models and search engines find the archive by."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from support import rows
from support.archive_index import archive_index
from support.html import Elements

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db

NAMES = {"": "http://a9.com/-/spec/opensearch/1.1/"}
SITEMAP = {"": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    archive_index()
    return archive


@pytest.mark.parametrize("site", ["", "https://archive.example.org"])
def test_a_browser_can_add_the_search(
    client: Client, indexed: rows.SmallArchive, settings: Settings, site: str
) -> None:
    settings.BASE_URL = site
    settings.SITE_NAME = "What was said in the <Rivers> Council"
    page = Elements(client.get("/").content.decode())
    [link] = [each for tag, each in page.found if tag == "link" and each.get("rel") == "search"]
    assert link["type"] == "application/opensearchdescription+xml"
    assert link["title"] == settings.SITE_NAME
    response = client.get(link["href"])
    assert response["Content-Type"] == link["type"]
    description = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    assert len(description.findtext("ShortName", "", NAMES)) <= 16
    addresses = [each.get("template", "") for each in description.findall("Url", NAMES)]
    assert len(addresses) == 3
    for address, media_type in zip(
        addresses,
        ("text/html", "application/atom+xml", "application/x-suggestions+json"),
        strict=True,
    ):
        assert address.startswith(f"{site or 'http://testserver'}/")
        path = urlsplit(address.replace("{searchTerms}", "river%20rose"))
        answer = client.get(f"{path.path}?{path.query}")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(media_type)


def test_what_is_typed_is_completed_for_browsers(
    client: Client, indexed: rows.SmallArchive
) -> None:
    typed, completions = client.get("/search/suggestions.json?q=kazakh").json()
    assert typed == "kazakh"
    expected = client.get("/api/v1/complete?q=kazakh").json()["completions"]
    assert completions == [each["q"] for each in expected] != []


@pytest.mark.parametrize("q", ["", "a" * 10_000, "\0", '"</script>', "é"])
def test_anything_can_be_typed(client: Client, indexed: rows.SmallArchive, q: str) -> None:
    response = client.get("/search/suggestions.json", {"q": q})
    assert response.status_code == 200
    assert response.json()[0] == q


def test_completions_are_missing_while_there_is_no_index(client: Client, db: None) -> None:
    assert client.get("/search/suggestions.json?q=riv").json() == ["riv", []]


def test_language_models_are_told_where_to_read(client: Client, indexed: rows.SmallArchive) -> None:
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# Rostrum\n\n> ")
    assert "3 speeches, 1 meetings, 1 speakers, from 2020 to 2020" in " ".join(text.split())
    links = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert len(links) >= 8
    for link in links:
        path = urlsplit(link)
        assert client.get(f"{path.path}?{path.query}").status_code == 200, link


def test_crawlers_may_read_what_language_models_are_told_of(
    client: Client, indexed: rows.SmallArchive, settings: Settings
) -> None:
    told = client.get("/llms.txt").content.decode()
    assert "/data/)" not in told
    settings.PUBLISH_DATA = True
    told = client.get("/llms.txt").content.decode()
    assert "http://testserver/data/)" in told
    for suffix in (".tei.xml", ".akn.xml", ".epub", ".ris", ".csl.json", ".xlsx"):
        assert suffix in told
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    addresses = re.findall(r"http://testserver/[^\s),;]+", told)
    assert len(addresses) >= 14
    refused = [each for each in addresses if not rules.can_fetch("*", each)]
    assert refused == ["http://testserver/search/?q=water"], "as the file itself says"


def test_llms_txt_of_an_empty_archive_names_no_years(client: Client, db: None) -> None:
    assert "0 speeches" in client.get("/llms.txt").content.decode()
    assert "None" not in client.get("/llms.txt").content.decode()


def test_pages_that_change_with_a_speech_have_its_date(
    client: Client, archive: rows.SmallArchive
) -> None:
    for section in (
        "speeches",
        "meetings",
        "sessions",
        "countries",
        "speakers",
        "topics",
        "affiliations",
    ):
        document = ElementTree.fromstring(client.get(f"/sitemap-{section}.xml").content)  # noqa: S314
        pages = document.findall("url", SITEMAP)
        assert pages
        for page in pages:
            day = page.findtext("lastmod", "", SITEMAP)
            assert day == f"{archive.speech.updated_at:%Y-%m-%d}", section
