"""The search as a feed, and the files for web search engines."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from support import rows
from support.archive_index import archive_index

from statements.feeds import sitemaps

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client: Client, address: str) -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def test_a_search_can_be_followed(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    rows.speech("The <b>river</b> & its \x01 bed.", date="2021-02-03", public_id="newer")
    archive_index()
    feed = read(client, "/search/feed/?q=river&sort=oldest&group=country&page=7")
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids[0] == "http://testserver/speech/newer/"
    assert "http://testserver/speech/riv-pv-7-001/" in ids
    assert entries[0].findtext(f"{ATOM}summary") == (
        "<p>The &lt;b&gt;<mark>river</mark>&lt;/b&gt; &amp; its  bed.</p>"
        "<p><cite>Ms. Brook, 3 February 2021, transcript a.txt, "
        "http://testserver/speech/newer/</cite></p>"
    )
    assert (entries[0].findtext(f"{ATOM}published") or "").startswith("2021-02-03")
    assert feed.findtext(f"{ATOM}updated")
    page = client.get("/search/", {"q": "river", "sort": "oldest"}).content.decode()
    assert 'href="/search/feed/?q=river"' in page
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert links["self"] == "http://testserver/search/feed/?q=river"
    assert links["alternate"] == "http://testserver/search/?q=river"
    assert feed.findtext(f"{ATOM}id") == links["alternate"]
    told = client.get("/api/v1/search", {"q": "river"}).json()
    assert feed.findtext(f"{ATOM}subtitle") == (
        f"The newest of {told['total']} matching speeches, from index generation "
        f"{told['index']['generation']}."
    )


@pytest.mark.parametrize("query", ["q=(river", "from=soon", "q=%00"])
def test_a_feed_of_no_search_is_refused_in_plain_words(client: Client, query: str) -> None:
    response = client.get(f"/search/feed/?{query}")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.strip().endswith(b".")


def test_a_feed_of_nothing_is_a_feed(client: Client, archive_index: Callable[[], int]) -> None:
    archive_index()
    assert read(client, "/search/feed/?q=zebra").findall(f"{ATOM}entry") == []


def test_every_page_that_stays_is_in_the_sitemap(
    client: Client, archive: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps.SpeechSitemap, "limit", 2)
    parts = [one.text or "" for one in read(client, "/sitemap.xml").iter(f"{MAP}loc")]
    assert sum("sitemap-speeches.xml" in part for part in parts) == 2
    found = []
    for part in parts:
        address = part.removeprefix("http://testserver")
        found += [one.text or "" for one in read(client, address).iter(f"{MAP}loc")]
    assert len(set(found)) == len(found)
    paths = {one.removeprefix("http://testserver") for one in found}
    subjects = [archive.country, archive.speaker, archive.topic, archive.meeting, archive.speech]
    assert {"/", "/help/", *(one.get_absolute_url() for one in subjects)} <= paths
    for path in paths:
        assert client.get(path).status_code == 200


def test_the_sitemap_asks_a_bounded_number_of_questions(
    client: Client,
    archive: rows.SmallArchive,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(12):
        client.get("/sitemap.xml")
    with django_assert_max_num_queries(3):
        client.get("/sitemap-speeches.xml")


def test_robots_are_led_to_the_sitemap_and_away_from_results(client: Client) -> None:
    told = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml\n" in told
    for path in ("/search/", "/admin/", "/api/"):
        assert f"Disallow: {path}\n" in told
