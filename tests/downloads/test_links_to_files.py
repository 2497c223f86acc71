"""What pages say of their files, and of themselves, to readers and programs."""

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from support import rows
from support.sites.public_pages import PAGES

from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.markup import epub
from statements.exports.tables.files import TABLES
from statements.ingest import annotate_again
from statements.models import Speech

pytestmark = pytest.mark.django_db
WITHOUT_FILES = {"home", "about", "help", "quotation", "browse", "on-this-day", "browse-undated"}
_ALTERNATE = re.compile(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="(/[^"]+)">')


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def alternates(text: str) -> dict[str, str]:
    """Return the addresses of the files in the head of a page by their types, without feeds."""
    return {kind: unescape(url) for kind, url in _ALTERNATE.findall(text) if "feed" not in url}


def linked_data(text: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("name", PAGES)
def test_a_head_has_the_files_of_its_page(
    client: Client, archive: rows.SmallArchive, name: str
) -> None:
    text = page(client, PAGES[name])
    files = alternates(text)
    assert bool(files) == (name not in WITHOUT_FILES)
    for kind, address in files.items():
        response = client.get(address)
        assert response.status_code == 200, address
        content = response.getvalue()
        assert content or name == "collection", address  # it may hold no speech
        assert response["Content-Type"].partition(";")[0] == kind
        assert f'href="{address}" type="{kind}"' in text, "readers find it, too"
    french = page(client, f"/fr{PAGES[name]}")
    assert alternates(french) == files


def test_the_number_of_speeches_is_in_the_label(client: Client, archive: rows.SmallArchive) -> None:
    rows.speech(country=archive.country, meeting=archive.meeting)
    count = archive.meeting.speeches.count()
    assert f"<p>Download {count} speeches</p>" in page(client, "/meeting/riv-pv-7/")
    assert "<p>Download 1 speech</p>" in page(client, "/speaker/umarov/")
    assert "<p>Download this speech</p>" in page(client, "/speech/riv-pv-7-001/")
    assert "<p>Download this list</p>" in page(client, "/countries/")
    assert "<p>Download these speeches</p>" in page(client, "/browse/2020/")


def test_readers_find_archives_books_and_documents(
    client: Client, archive: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = {
        "/speech/riv-pv-7-001": ("csv.zip", "tei.xml", "akn.xml", "epub"),
        "/meeting/riv-pv-7": ("csv.zip", "tei.xml", "akn.xml", "epub"),
        "/country/KAZ": ("csv.zip", "epub"),
        "/speaker/umarov": ("csv.zip", "epub"),
        "/countries": ("csv.zip",),
    }
    for path, suffixes in offered.items():
        text = page(client, f"{path}/")
        for suffix in ("csv.zip", "tei.xml", "akn.xml", "epub"):
            assert (f'href="{path}.{suffix}"' in text) is (suffix in suffixes)
        for suffix in suffixes:
            assert client.get(f"{path}.{suffix}").getvalue()
    monkeypatch.setattr(epub, "MAX_SPEECHES", 0)
    assert "KAZ.epub" not in page(client, "/country/KAZ/")
    assert client.get("/country/KAZ.epub").status_code == 400


def test_the_chart_of_the_home_page_is_a_file(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    assert "search.svg" not in page(client, "/"), "one year is no figure"
    rows.speech(date=date(1994, 5, 6), public_id="earlier")
    archive_index()
    text = page(client, "/fr/")
    links = re.findall(r'href="(/search\.[^"]+)" type="(?:image|text)', text)
    figure, numbers = [unescape(link) for link in links]
    assert client.get(figure)["Content-Type"] == "image/svg+xml"
    rows_of_file = client.get(numbers).getvalue().decode().split()[1:]
    counted = sum(int(row.rpartition(",")[2]) for row in rows_of_file)
    assert counted == Speech.objects.filter(year__isnull=False).count()


def test_files_of_a_part_of_a_list(client: Client, archive: rows.SmallArchive) -> None:
    files = alternates(page(client, "/countries/?filter=kaz&page=1"))
    assert files["text/csv"] == "/countries.csv?filter=kaz"
    read = alternates(page(client, "/speech/riv-pv-7-001/?q=river"))
    assert read["text/csv"] == "/speech/riv-pv-7-001.csv"
    rows.speech("See RIV/PV.3.", public_id="cites")
    annotate_again(Speech.objects.filter(public_id="cites"))
    cited = page(client, "/documents/?symbol=RIV/PV.3")
    assert alternates(cited)["application/x-bibtex"] == "/documents.bib?symbol=RIV%2FPV.3"
    assert "<p>Download 1 speech</p>" in cited


def test_searches_and_their_views_name_their_files(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    archive_index()
    text = page(client, "/search/?q=river&page=1")
    assert alternates(text)["text/csv"] == "/search.csv?q=river"
    assert len(alternates(text)) == len(TABLES) + len(BIBLIOGRAPHIES)
    number = re.search(r"Table \(CSV\)<span[^>]*>: (\d+) speech", text)
    link = text[: number.start()].rpartition('href="')[2].partition('"')[0] if number else ""
    assert link == "/search.csv?q=river", "the second click of a search for a table"
    written = client.get(link).getvalue().decode().strip().count("\r\n")
    assert number
    assert written == int(number[1])
    assert re.search(r"<summary><span>\s*Download \d+ speech", text)
    timeline = page(client, "/search/?q=river&view=time")
    assert 'href="/search.svg?q=river&amp;view=time" type="image/svg+xml"' in timeline
    assert 'href="/search.csv?q=river&amp;view=time" type="text/csv"' in timeline
    assert "search.svg" not in page(client, "/search/?q=river&view=context")
    assert not alternates(page(client, "/search/?q=glacier"))


@pytest.mark.parametrize("path", ["/country/KAZ/?page=99", "/speech/none/", "/search/?from=x"])
def test_refusals_have_no_files(client: Client, archive: rows.SmallArchive, path: str) -> None:
    text = client.get(path).content.decode()
    assert not alternates(text)
    assert "page-files" not in text


def test_pages_say_what_they_are_about(client: Client, archive: rows.SmallArchive) -> None:
    node = linked_data(page(client, "/speech/riv-pv-7-001/"))
    assert (node["@context"], node["@type"]) == ("https://schema.org", "CreativeWork")
    assert node["url"] == "http://testserver/speech/riv-pv-7-001/"
    assert node["dateCreated"] == "2020-01-09"
    assert node["author"]["@id"] == "http://testserver/speaker/umarov/"
    assert node["recordedAt"]["location"]["name"] == "Ghent"
    assert linked_data(page(client, "/fr/speech/riv-pv-7-001/"))["@id"] == node["@id"]
    assert linked_data(page(client, "/meeting/riv-pv-7/"))["startDate"] == "2020-01-09"
    assert linked_data(page(client, "/country/KAZ/"))["@type"] == "Country"
    assert linked_data(page(client, "/speaker/umarov/"))["nationality"]["name"] == "Kazakhstan"
    data_set = linked_data(page(client, "/coverage/"))
    assert data_set["temporalCoverage"] == "2020/2020"
    for file in data_set["distribution"]:
        assert file["contentUrl"].startswith("http://testserver/search.")


def test_no_name_ends_the_element(client: Client) -> None:
    hostile = "</script><script>alert(1)</script>"
    rows.speech(public_id="hostile", speaker_printed=hostile, role="<!--")
    text = page(client, "/speech/hostile/")
    assert "<script>alert" not in text
    assert linked_data(text)["author"]["name"] == hostile
