"""The search as a feed, and the files for web search engines."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from support import rows
from support.archive_index import archive_index
from support.sites.public_pages import PAGES

from statements.feeds import sitemaps
from statements.models import Speech

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


def test_a_search_can_be_followed_as_json(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    archive_index()
    response = client.get("/search/feed.json?country=KAZ&page=2")
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    feed = response.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/search/feed.json?country=KAZ"
    assert feed["home_page_url"] == "http://testserver/search/?country=KAZ"
    [item] = feed["items"]
    assert item["id"] == item["url"] == "http://testserver/speech/riv-pv-7-001/"
    assert item["title"].startswith("Kazakhstan, Mr. Umarov")
    assert item["title"].endswith("9 January 2020")
    assert item["authors"] == [{"name": "Kazakhstan, Mr. Umarov"}]
    assert item["date_published"] == "2020-01-09T00:00:00+00:00"
    assert datetime.fromisoformat(item["date_modified"]) == archive.speech.updated_at
    assert "<p>" in item["content_html"]


@pytest.mark.parametrize("format_", ["", ".json"])
def test_a_title_has_the_year_where_the_day_is_unknown(
    client: Client, archive_index: Callable[[], int], format_: str
) -> None:
    rows.speech(date=None, year_stated=1997, country=rows.country("KAZ"))
    archive_index()
    address = f"/search/feed{format_ or '/'}"
    read_out = client.get(address).content.decode()
    assert re.search(r"Kazakhstan, [^<]*, 1997", read_out)
    assert "published" not in read_out


def test_what_was_added_last_can_be_followed(
    client: Client,
    archive: rows.SmallArchive,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows.speech("It was <long> ago.", date="1961-02-03", public_id="newest")
    with django_assert_max_num_queries(4):
        feed = read(client, "/added/feed/")
    first = feed.findall(f"{ATOM}entry")[0]
    assert first.findtext(f"{ATOM}id") == "http://testserver/speech/newest/"
    assert (first.findtext(f"{ATOM}summary") or "").startswith("<p>It was &lt;long&gt; ago.</p>")
    same = client.get("/added/feed.json").json()
    assert [item["id"] for item in same["items"]] == [
        entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")
    ]
    added = Speech.objects.get(public_id="newest").stored_at
    assert datetime.fromisoformat(same["items"][0]["date_published"]) == added


@pytest.mark.django_db
def test_an_archive_without_speeches_has_a_feed(client: Client) -> None:
    assert client.get("/added/feed.json").json()["items"] == []


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
    without = {"collection", "quotation", "country-votes", "on-this-day"}
    named = {address for name, address in PAGES.items() if name not in without}
    named |= {archive.transcript.get_absolute_url(), "/documents/?symbol=S%2FPV.8628"}
    assert named <= paths
    for path in paths:
        assert client.get(path).status_code == 200


@pytest.mark.usefixtures("archive")
def test_the_sitemap_says_when_a_page_changed(client: Client) -> None:
    """When a speech on it was changed last."""
    now = timezone.now()
    changes = {"riv-pv-7-001": 3, "riv-pv-7-002": 2, "undated-1": 1}  # days ago
    for public_id, days in changes.items():
        speech = Speech.objects.filter(public_id=public_id)
        speech.update(updated_at=now - timedelta(days=days))
    days_ago = {}
    for part in read(client, "/sitemap.xml"):
        section = (part.findtext(f"{MAP}loc") or "").removeprefix("http://testserver")
        assert part.findtext(f"{MAP}lastmod"), section
        for entry in read(client, section):
            path = (entry.findtext(f"{MAP}loc") or "").removeprefix("http://testserver")
            if day := entry.findtext(f"{MAP}lastmod"):
                days_ago[path] = (now.date() - date.fromisoformat(day[:10])).days
            else:
                assert path in ("/help/", "/fr/help/")
    assert days_ago["/"] == days_ago["/documents/"] == days_ago["/browse/undated/"] == 1
    assert days_ago["/organ/rivers-council/"] == days_ago["/browse/2020/"] == 2
    assert days_ago["/documents/?symbol=S%2FPV.8628"] == 2
    assert days_ago["/speaker/umarov/"] == days_ago["/speech/riv-pv-7-001/"] == 3


def test_the_sitemap_asks_a_bounded_number_of_questions(
    client: Client,
    archive: rows.SmallArchive,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(15):
        client.get("/sitemap.xml")
    with django_assert_max_num_queries(3):
        client.get("/sitemap-speeches.xml")


def test_robots_are_led_to_the_sitemap_and_away_from_results(client: Client) -> None:
    told = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml\n" in told
    assert "Disallow: /documents/?\n" in told
    assert "Allow: /documents/?symbol=\n" in told  # which are in the sitemap
    for path in ("/search/", "/admin/"):
        assert f"Disallow: {path}\n" in told
