"""Every page responds, describes its content, and follows the rules for all pages."""

import gzip
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import URLPattern
from pytest_django import DjangoAssertNumQueries
from support import rows
from support.html import Elements
from support.sites.public_pages import PAGES

from archive.edge import limits
from statements import urls
from statements.models import Speech

# have tests of their own
ELSEWHERE = {
    *("search", "facet", "transcript", "original", "robots", "sitemap", "sitemap-of"),
    *("feed", "json-feed", "added-feed", "added-json-feed"),
    *("card", "passage-card", "embed", "page-of-original", "page-image"),
    *("result-set", "new-result-set", "new-alert", "confirm-alert", "end-alert"),
    *("session-country", "country-year", "on-this-day-today"),
    *("oai", "opensearch", "suggestions", "llms", "data", "data-package"),
}
LISTS = ["/documents/", "/meetings/", "/speakers/", "/topics/", "/browse/undated/"]


def test_no_page_is_forgotten_here() -> None:
    patterns = (*urls.pages, *urls.urlpatterns)
    named = {each.name or "" for each in patterns if isinstance(each, URLPattern)}
    named = {name for name in named if not name.endswith(limits.FILES)}
    assert named == PAGES.keys() | ELSEWHERE


@pytest.mark.parametrize("path", PAGES.values())
def test_every_page_answers(client: Client, archive: rows.SmallArchive, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    "path",
    [*PAGES.values(), "/search/", "/search/feed/", "/added/feed.json", "/robots.txt",
     "/sitemap.xml", "/sitemap-speeches.xml"],
)  # fmt: skip
def test_pages_are_only_to_be_read(client: Client, archive: rows.SmallArchive, path: str) -> None:
    for asking in (client, Client(enforce_csrf_checks=True)):
        assert asking.post(path).status_code == 405
        assert asking.delete(path).status_code == 405


@pytest.mark.parametrize("path", [*LISTS, "/", "/about/", "/coverage/", "/countries/", "/browse/"])
@pytest.mark.django_db
def test_an_empty_archive_has_pages_too(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_space_stands_before_a_comma_or_a_full_stop(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    printed = re.sub(r"<[^>]+>", "", client.get(path).content.decode())
    assert re.findall(r".*\w\s+[,.](?=\s).*", printed) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_link_has_words(client: Client, archive: rows.SmallArchive, path: str) -> None:
    assert re.findall(r"<a\b[^>]*>\s*</a>", client.get(path).content.decode()) == []


@pytest.mark.django_db
def test_an_empty_archive_says_how_to_add_transcripts(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "ingest_transcripts" in page
    assert 'href="/admin/"' in page


@pytest.mark.parametrize("path", PAGES.values())
def test_pages_ask_a_bounded_number_of_questions(
    client: Client,
    archive: rows.SmallArchive,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    for number in range(30):
        rows.speech(
            "One.",
            "Two.",
            meeting=archive.meeting,
            country=archive.country,
            speaker=rows.speaker(f"Speaker {number}", country=archive.country),
            topics=[archive.topic],
        )
        rows.meeting(f"RIV/PV.{number + 100}").agenda_items.add(archive.topic)
    with django_assert_max_num_queries(20):
        client.get(path)


def crawl(client: Client, *starts: str) -> Iterator[tuple[str, str]]:
    """Every page in English that a reader can reach by links, search aside."""
    waiting, seen = list(starts), set(starts)
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.status_code == 302:  # to the only speech of a country in a year, or a search
            link = response["Location"]
            if link not in seen and not link.startswith("/search/"):
                seen.add(link)
                waiting.append(link)
            continue
        assert response.status_code == 200, path
        if not response["Content-Type"].startswith("text/html"):
            response.getvalue()  # or the place of a file that is being written stays taken
            continue
        page = response.content.decode()
        yield path, page
        for _, attributes in Elements(page).found:
            link = (attributes.get("href") or "").partition("#")[0]
            link = link.removeprefix("http://testserver")
            link = path.partition("?")[0] + link if link.startswith("?") else link
            if (
                link.startswith(("/static/", "/admin/", "/search/", "/search.", "/fr/"))
                or re.match(r"/api/v1/\w+\?", link)  # a search
                or not link
                or link in seen
            ):
                continue
            seen.add(link)
            waiting.append(link)


def test_no_page_has_inline_code_or_a_foreign_address(
    client: Client, archive: rows.SmallArchive
) -> None:
    paths = set()
    for path, page in crawl(client, "/", "/browse/undated/"):
        paths.add(path)
        elements = Elements(page)
        assert elements.inline == [], path
        for tag, attributes in elements.found:
            assert tag != "style", path
            for name, value in attributes.items():
                assert name != "style", (path, tag)
                assert not name.startswith("on"), (path, tag, name)
                if name in {"href", "src", "action", "srcset", "data"}:
                    own = (value or "").removeprefix("http://testserver")
                    assert re.match(r"[/#?][^/]|[/?]$", own), (path, tag, value)
    assert set(PAGES.values()) <= paths
    assert {archive.transcript.get_absolute_url(), "/api/v1/docs"} <= paths


def test_every_page_has_one_main_heading_and_steps_down_in_order(
    client: Client, archive: rows.SmallArchive
) -> None:
    for path, page in crawl(client, "/"):
        levels = [int(tag[1]) for tag, _ in Elements(page).found if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        steps = pairwise(levels)
        assert all(after - before <= 1 for before, after in steps), (path, levels)


@pytest.mark.parametrize(
    "path",
    [
        "/speech/nope/",
        "/meeting/nope/",
        "/speaker/nope/",
        "/topic/nope/",
        f"/transcript/{'0' * 64}/",
        f"/transcript/{'0' * 64}/original",
        "/transcript/..%2f..%2fetc%2fpasswd/original",
        "/speech/a%00b/",
        "/speech/%F0%9F%90%9F/",
        "/browse/0000/",
        "/browse/1066/",
        "/browse/2020/13/",
        "/browse/2020/02/",
        "/browse/2020/02/30/",
        "/browse/2020/01/10/",
        "/nowhere",
        *(f"{path}?page={page}" for path in LISTS for page in ("0", "-1", "2", "1e9", "%D9%A3")),
        "/meetings/?page=999999999999999999999",
        "/meetings/?page=%00",
        "/meeting/riv-pv-7/?page=2",
        "/country/KAZ/?page=x",
        "/speakers/?letter=%00",
        "/speakers/?letter=ZZ",
        "/speakers/?country=%00",
    ],
)
def test_what_is_not_there_is_a_helpful_404(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    page = response.content.decode()
    assert 'action="/search/"' in page
    assert "urlpatterns" not in page
    assert "DoesNotExist" not in page


def test_lists_come_in_pages_of_fifty(client: Client, archive: rows.SmallArchive) -> None:
    for number in range(51):
        rows.speech(date=None, public_id=f"more-{number}")
    first = client.get("/browse/undated/").content.decode()
    second = client.get("/browse/undated/?page=2").content.decode()
    assert first.count('class="row"') == 50
    assert second.count('class="row"') == 2
    assert Elements(first).links("next") == ["?page=2"]
    assert Elements(second).links("prev") == ["?page=1"]
    assert 'start="51"' in second


def test_a_country_in_small_letters_is_the_same_country(
    client: Client, archive: rows.SmallArchive
) -> None:
    response = client.get("/country/kaz/")
    assert response.status_code == 301
    assert response["Location"] == "/country/KAZ/"


def test_speakers_are_listed_by_letter_and_by_country(
    client: Client, archive: rows.SmallArchive
) -> None:
    rows.speech(speaker=rows.speaker("Ålund", slug="alund"))
    by_letter = client.get("/speakers/?letter=A").content.decode()
    assert "/speaker/alund/" in by_letter
    assert "/speaker/umarov/" not in by_letter
    by_country = client.get("/speakers/?country=KAZ").content.decode()
    assert "/speaker/umarov/" in by_country
    assert "/speaker/alund/" not in by_country


def test_an_ended_state_names_what_came_after(client: Client, archive: rows.SmallArchive) -> None:
    before = rows.country("OLD-A", short_name="Old Land", formal_name="the Realm of Old Land")
    after = rows.country("NEW-A", short_name="New Land")
    before.successors.add(after)
    page = client.get("/country/OLD-A/").content.decode()
    assert "the Realm of Old Land" in page
    assert 'href="/country/NEW-A/"' in page
    assert 'href="/country/OLD-A/"' in client.get("/country/NEW-A/").content.decode()


def test_bars_of_a_country_lead_to_searches_within_it(
    client: Client, archive: rows.SmallArchive
) -> None:
    rows.speech(country=archive.country, date="2018-05-01")
    page = client.get("/country/KAZ/").content.decode()
    assert 'href="/search/?country=KAZ&amp;year=2018&amp;procedure=show"' in page
    assert 'name="country" value="KAZ"' in page


def test_browsing_leads_over_years_without_speeches(
    client: Client, archive: rows.SmallArchive
) -> None:
    rows.speech(date="2016-05-01")
    year = client.get("/browse/2020/").content.decode()
    assert Elements(year).links("prev") == ["/browse/2016/"]
    month = client.get("/browse/2016/05/").content.decode()
    assert Elements(month).links("next") == ["/browse/2020/01/"]


def test_undated_speeches_are_listed_apart(client: Client, archive: rows.SmallArchive) -> None:
    page = client.get("/browse/undated/").content.decode()
    assert "/speech/undated-1/" in page
    assert archive.speech.get_absolute_url() not in page
    assert Speech.objects.undated().count() == 1


@pytest.mark.parametrize("path", [*PAGES.values(), "/sitemap.xml"])
def test_a_page_is_sent_compressed_and_only_where_it_has_changed(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    plain = client.get(path)
    assert plain["Cache-Control"] == "no-cache"
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    for tag in (plain["ETag"], packed["ETag"]):
        again = client.get(path, headers={"accept-encoding": "gzip", "if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
    rows.speech("Said since.", country=archive.country, meeting=archive.meeting)
    assert client.get("/", headers={"if-none-match": plain["ETag"]}).status_code == 200


def test_no_form_with_a_token_is_compressed(client: Client, db: None) -> None:
    form = client.get("/admin/login/", headers={"accept-encoding": "gzip"})
    assert b"csrfmiddlewaretoken" in form.content
    assert "Content-Encoding" not in form
    page = client.get("/").content
    assert b"csrfmiddlewaretoken" not in page
