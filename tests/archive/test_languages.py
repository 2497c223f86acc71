"""Pages in more than one language, which the address alone chooses."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings
from support import rows
from support.archive_index import archive_index
from support.html import Elements
from support.sites.public_pages import PAGES

from archive import languages
from statements.addresses import page_address
from statements.models import Session

__all__ = ["archive_index"]

SPEECH = "/speech/riv-pv-7-001/"
SEARCHES = (
    "/search/",
    "/search/?q=river",
    "/search/?q=river&country=KAZ&sort=newest",
    "/search/?q=zebra+cow",
    "/search/?q=river&view=time",
    "/search/?q=river&view=context",
    "/search/facet/country/?q=river",
)
# what has one address in all languages
SHARED = (
    "/admin/",
    "/api/",
    "/static/",
    "/search/feed",
    "/added/feed",
    "/embed/",
    "/search.",
    "/opensearch.xml",
)


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


@pytest.fixture(autouse=True)
def _french(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]


def test_a_path_in_each_language() -> None:
    for path in ("/", "/search/?q=river", "/fresh/", "/frog", "/speech/fr/"):
        assert languages.language_of(path) == "en"
        assert languages.path_in("en", languages.path_in("fr", path)) == path
    assert languages.language_of("/fr") == languages.language_of("/fr/search/") == "fr"
    assert languages.path_in("fr", "/fr/about/") == "/fr/about/"
    assert languages.path_in("fr", "/") == "/fr/"


@pytest.mark.django_db
def test_a_language_that_is_not_offered_has_no_addresses(
    client: Client, settings: Settings
) -> None:
    assert client.get("/de/about/").status_code == 404
    settings.LANGUAGES = [("en", "English")]
    assert client.get("/fr/about/").status_code == 404
    assert "hreflang" not in client.get("/about/").content.decode()


def test_links_are_in_the_language_of_the_block() -> None:
    with languages.use("fr"):
        assert page_address("search") == "/fr/search/"
        assert page_address("speech", "a") == "/fr/speech/a/"
        assert page_address("feed") == "/search/feed/"
        with languages.use("en"):
            assert page_address("speech", "a") == "/speech/a/"
        assert page_address("speech", "b") == "/fr/speech/b/"
    assert page_address("speech", "b") == "/speech/b/"


def links(page: str) -> Iterator[tuple[str, str | None]]:
    """Yield where each link and form of a page leads, and the language that it promises."""
    for tag, attributes in Elements(page).found:
        address = attributes.get("href") or attributes.get("action") or ""
        path = address.removeprefix("http://testserver")
        # only files have a suffix: "/countries.csv?kind=state"
        is_file = "." in path.partition("?")[0] or "original" in path or path.startswith(SHARED)
        if tag in ("a", "form", "link") and path.startswith("/") and not is_file:
            yield path, attributes.get("hreflang")


def drawings(page: str) -> list[list[tuple[str, str | None]]]:
    """Return the attributes of what a page draws, except for texts and addresses."""
    texts = ("href", "aria-label")
    return [
        [each for each in attributes.items() if each[0] not in texts]
        for tag, attributes in Elements(page).found
        if tag in ("svg", "g", "rect", "path", "line", "polyline", "circle", "meter", "progress")
    ]


def check_languages(client: Client, path: str) -> None:
    """Check a page in English, then in French, then in English again."""
    english, french, again = (client.get(each) for each in (path, f"/fr{path}", path))
    assert (english.status_code, french.status_code) == (200, 200)
    assert english.content == again.content
    assert (english["Content-Language"], french["Content-Language"]) == ("en", "fr")
    assert english["ETag"] == again["ETag"] != french["ETag"]
    assert "Language" not in french.get("Vary", "")
    # numbers of French texts have a comma
    assert drawings(english.content.decode()) == drawings(french.content.decode())
    for own, page in (("en", english.content.decode()), ("fr", french.content.decode())):
        assert f'<html lang="{own}">' in page
        found = list(links(page))
        for address, language in found:
            expected = "en" if language == "x-default" else language or own
            assert languages.language_of(address) == expected, address
        promised = [language for _, language in found if language]
        other = "fr" if own == "en" else "en"
        assert sorted(promised) == sorted(["en", "fr", "x-default", other])


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_page_leads_on_in_its_own_language(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    check_languages(client, path)


def test_searches_lead_on_in_their_own_language(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    archive_index()
    for path in SEARCHES:
        check_languages(client, path)


def test_the_link_to_the_other_language_keeps_the_state_of_the_page(
    client: Client, archive: rows.SmallArchive
) -> None:
    path = f"{SPEECH}?q=river&page=2"
    for here, there in ((path, f"/fr{path}"), (f"/fr{path}", path)):
        page = client.get(here).content.decode()
        assert f'<a href="{there.replace("&", "&amp;")}" hreflang=' in page
        # the search that marks the page is no other page
        canonical = here.partition("?")[0]
        assert f'<link rel="canonical" href="http://testserver{canonical}">' in page


def test_names_dates_and_numbers_are_french(client: Client, archive: rows.SmallArchive) -> None:
    page = client.get(f"/fr{SPEECH}").content.decode()
    assert "9 janvier 2020" in page
    assert "9 January 2020" in page  # in the citation
    assert "9 janvier 2020" not in client.get(SPEECH).content.decode()
    assert "12e " in client.get(f"/fr{PAGES['session']}").content.decode()


def test_a_citation_is_the_same_in_every_language(
    client: Client, archive: rows.SmallArchive
) -> None:
    def citations(path: str) -> list[str]:
        page = client.get(path).content.decode()
        return [part.partition("</cite>")[0] for part in page.split("<cite")[1:]]

    english, french = citations(SPEECH), citations(f"/fr{SPEECH}")
    assert english
    strip = [each.rpartition(">")[2] for each in english]
    assert strip == [each.rpartition(">")[2] for each in french]
    assert "http://testserver/speech/" in strip[0]


def test_pages_that_only_lead_elsewhere_keep_the_language(
    client: Client, archive: rows.SmallArchive
) -> None:
    for path, target in (
        ("/fr/country/kaz/", "/fr/country/KAZ/"),
        ("/fr/meeting/RIV-PV-7/?q=river", "/fr/meeting/riv-pv-7/?q=river"),
        ("/fr/about", "/fr/about/"),
        ("/fr", "/fr/"),
    ):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, target)


def test_errors_are_in_the_language_of_the_address(
    client: Client, archive: rows.SmallArchive
) -> None:
    for path in ("/fr/nowhere/", "/fr/speech/nothing/", "/fr/browse/2020/13/"):
        response = client.get(path)
        assert response.status_code == 404
        page = response.content.decode()
        assert '<html lang="fr">' in page
        assert 'href="/fr/"' in page
    assert client.post("/fr/about/").status_code == 405
    assert '<html lang="en">' in client.get("/nowhere/").content.decode()


def test_what_programs_read_has_one_address(client: Client, archive: rows.SmallArchive) -> None:
    for path in ("/api/v1/docs", "/added/feed/", "/robots.txt", "/sitemap.xml", "/admin/login/"):
        assert client.get(path).status_code == 200
        assert client.get(f"/fr{path}").status_code == 404
    body = json.loads(client.get("/api/v1/speeches/riv-pv-7-001").content)
    assert body["url"] == SPEECH


def test_sitemaps_name_each_page_in_each_language(
    client: Client, archive: rows.SmallArchive
) -> None:
    text = client.get("/sitemap-speeches.xml").content.decode()
    for path in (SPEECH, f"/fr{SPEECH}"):
        assert f"<loc>http://testserver{path}</loc>" in text
    link = '<xhtml:link rel="alternate" hreflang="{}" href="http://testserver{}"/>'
    for language, path in (("en", SPEECH), ("fr", f"/fr{SPEECH}"), ("x-default", SPEECH)):
        assert text.count(link.format(language, path)) == 2
    assert "Disallow: /fr/search/\n" in client.get("/robots.txt").content.decode()


def test_what_is_cached_for_a_revision_is_cached_in_each_language(
    client: Client, archive: rows.SmallArchive
) -> None:
    for path in ("/", "/countries/", "/affiliations/", "/browse/"):
        for _ in range(2):
            check_languages(client, path)


def test_the_first_of_a_month_is_an_ordinal_in_french(client: Client, db: None) -> None:
    spoken = rows.speech(date="2020-01-01")
    rows.speech(date="2020-01-11")
    days = {"": "1 January 2020", "/fr": "1er janvier 2020"}
    for prefix, printed in days.items():
        assert printed in client.get(f"{prefix}/browse/2020/01/01/").content.decode()
        assert printed in client.get(f"{prefix}{spoken.get_absolute_url()}").content.decode()
    page = client.get("/fr/browse/2020/01/11/").content.decode()
    assert "11 janvier 2020" in page
    assert "11er" not in page


def test_speeches_of_a_year_follow_the_names_of_countries_in_the_language_of_the_page(
    client: Client, db: None
) -> None:
    def countries(path: str) -> list[str]:
        return re.findall(
            r'<li><a href="/(?:fr/)?speech/(\w+)/"', client.get(path).content.decode()
        )

    for code in ("DEU", "CHL", "ZAF"):
        rows.speech(date=None, year_stated=1950, country=rows.country(code), public_id=code.lower())
    assert countries("/browse/1950/") == ["chl", "deu", "zaf"]  # Chile, Germany, South Africa
    assert countries("/fr/browse/1950/") == ["zaf", "deu", "chl"]  # Afrique, Allemagne, Chili


def test_a_catalogue_that_is_not_compiled_is_reported(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    assert languages.missing_catalogues() == []
    settings.LOCALE_PATHS = [tmp_path]
    [warning] = languages.missing_catalogues()
    assert "“fr”" in warning.msg
    assert warning in run_checks()


@pytest.mark.parametrize(
    ("number", "title"), [(1, "1re session"), (2, "2e session"), (101, "101e session")]
)
def test_sessions_are_feminine_in_french(number: int, title: str) -> None:
    with translation.override("fr"):
        assert Session(number=number).title == title
