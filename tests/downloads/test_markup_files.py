"""Meetings and speeches as documents, and pages as books, by their addresses."""

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from django.test import Client
from exports.markup.hostile import ARABIC, SECRET, hostile_meeting, withdraw
from lxml import etree
from support import rows

from statements.downloads import streams
from statements.exports.markup import epub
from statements.models import Speech

pytestmark = pytest.mark.django_db

DOCUMENTS = ("tei.xml", "akn.xml", "epub")
BOOKS = (
    "/organ/rivers-council", "/session/rivers-council-12-general-debate",
    "/session/rivers-council-12-general-debate/KAZ", "/country/KAZ", "/country/KAZ/2020",
    "/speaker/umarov", "/topic/floods", "/browse/2020", "/browse/2020/01", "/browse/2020/01/09",
    "/affiliation/greens",
)  # fmt: skip


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


def content(response: HttpResponse) -> bytes:
    assert response.status_code == 200, response.content
    data: bytes = response.getvalue()
    return data


def members(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        return {name: book.read(name).decode() for name in book.namelist()}


@pytest.mark.parametrize("path", ["/speech/riv-pv-7-001", "/meeting/riv-pv-7"])
@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_documents_have_the_words_and_name_their_page(
    client: Client, archive: rows.SmallArchive, path: str, suffix: str
) -> None:
    response = client.get(f"{path}.{suffix}")
    data = content(response)
    text = "".join(members(data).values()) if suffix == "epub" else data.decode()
    assert "The river rose by a metre." in text
    assert response["Link"] == f'<http://testserver{path}/>; rel="cite-as"'
    assert f"{path.rsplit('/', 1)[-1]}.{suffix}" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"{path}.{suffix}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert client.head(f"{path}.{suffix}").status_code == 200


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_addresses_in_capitals_lead_to_documents(
    client: Client, archive: rows.SmallArchive, suffix: str
) -> None:
    for _ in range(streams.AT_ONCE + 1):  # which take no place among the files that are written
        response = client.get(f"/meeting/RIV-PV-7.{suffix}")
    assert (response.status_code, response["Location"]) == (301, f"/meeting/riv-pv-7.{suffix}")


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_withdrawn_words_are_in_no_document(client: Client, suffix: str) -> None:
    hostile_meeting()
    data = content(client.get(f"/meeting/riv-pv-9.{suffix}"))
    text = "".join(members(data).values()) if suffix == "epub" else data.decode()
    assert ARABIC in text
    assert SECRET not in text
    assert client.get(f"/speech/9-withdrawn.{suffix}").status_code == 410
    assert client.get(f"/speech/nobody.{suffix}").status_code == 404
    assert client.get(f"/meeting/none.{suffix}").status_code == 404


def test_book_is_one_that_programs_open(client: Client) -> None:
    hostile_meeting()
    data = content(client.get("/meeting/riv-pv-9.epub"))
    # OCF 3.3: the media type stands uncompressed at a fixed place
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    book = members(data)
    trees = {
        name: etree.fromstring(text.encode())
        for name, text in book.items()
        if name not in ("mimetype", "EPUB/style.css")
    }
    (root,) = trees["META-INF/container.xml"].findall(".//{*}rootfile")
    package = trees[root.get("full-path")]
    items = {item.get("id"): item.get("href") for item in package.findall(".//{*}item")}
    assert {f"EPUB/{href}" for href in items.values()} == {
        name for name in book if name.startswith("EPUB/") and not name.endswith(".opf")
    }
    read = [items[reference.get("idref")] for reference in package.findall(".//{*}itemref")]
    assert read == [
        "title.xhtml", "nav.xhtml", "speech.9-opening.xhtml", "speech.9-lund.xhtml",
        "speech.9-arabic.xhtml", "speech.9-silent.xhtml",
    ]  # fmt: skip
    listed = [link.get("href") for link in trees["EPUB/nav.xhtml"].findall(".//{*}a")]
    assert listed == [name for name in read if name != "nav.xhtml"]
    for name in read:
        headings = [
            int(etree.QName(element).localname[1])
            for element in trees[f"EPUB/{name}"].iter("{*}h1", "{*}h2")
        ]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert not list(trees[f"EPUB/{name}"].iter("{*}script"))
    assert 'id="p5"' in book["EPUB/speech.9-lund.xhtml"]
    assert 'lang="ar"' in book["EPUB/speech.9-arabic.xhtml"]
    (modified,) = package.findall(".//{*}meta[@property='dcterms:modified']")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified.text)


@pytest.mark.parametrize("path", ["/meeting/riv-pv-7", "/speech/riv-pv-7-001"])
def test_same_book_is_the_same_bytes(client: Client, archive: rows.SmallArchive, path: str) -> None:
    assert content(client.get(f"{path}.epub")) == content(client.get(f"{path}.epub"))


@pytest.mark.parametrize("path", BOOKS)
def test_pages_of_speeches_are_books(client: Client, archive: rows.SmallArchive, path: str) -> None:
    found = [name for name in members(content(client.get(f"{path}.epub"))) if "/speech." in name]
    listed = content(client.get(f"{path}.jsonl")).decode().splitlines()
    assert len(found) == len(listed) > 0


def test_searches_are_books(client: Client, archive_index: Callable[[], int]) -> None:
    rows.small_archive()
    archive_index()
    response = client.get("/search.epub?q=river&speaker=umarov")
    book = members(content(response))
    assert "EPUB/speech.riv-pv-7-001.xhtml" in book
    assert "/search/?q=river" in unquote(book["EPUB/package.opf"])


def test_collections_are_books(client: Client, archive: rows.SmallArchive) -> None:
    book = members(content(client.get("/collection.epub?ids=undated-1,riv-pv-7-001")))
    assert book["EPUB/nav.xhtml"].index("undated-1") < book["EPUB/nav.xhtml"].index("riv-pv-7")


def test_books_that_are_too_large_are_refused(
    client: Client, archive: rows.SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epub, "MAX_SPEECHES", 1)
    response = client.get("/browse/2020.epub")
    assert response.status_code == 400
    assert "at most 1 speeches" in response.content.decode()


def test_meeting_without_public_speeches_is_a_document(
    client: Client, archive: rows.SmallArchive
) -> None:
    withdraw(Speech.objects.all())
    for suffix in DOCUMENTS:
        assert content(client.get(f"/meeting/riv-pv-7.{suffix}"))
