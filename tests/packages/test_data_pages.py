"""The public package on the site: written when it is due, listed, and sent in whole or in part."""

import gzip
import hashlib
import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from support import rows

from statements import ingest
from statements.models import Speech
from statements.packages import publication
from statements.packages.contents import Scope
from statements.packages.creation import create_package
from statements.packages.descriptor import Package, hash_of


@pytest.fixture
def folder(archive: rows.SmallArchive, settings: LazySettings, tmp_path: Path) -> Path:
    """The folder of packages of a site that offers them."""
    settings.PUBLISH_DATA = True
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return Path(settings.DATA_DIR)


@pytest.fixture
def package(folder: Path) -> Package:
    return create_package(folder / "public-20200109T030000Z", Scope.PUBLIC)


def body(response: Any) -> bytes:
    return response.getvalue() if response.streaming else bytes(response.content)


def test_the_page_lists_every_file(client: Client, package: Package) -> None:
    for language in ("", "/fr"):
        page = client.get(f"{language}/data/").content.decode()
        for name, resource in package.resources.items():
            assert f'href="/data/{name}"' in page
            assert resource["hash"].removeprefix("sha256:") in page
        assert 'href="/data/datapackage.json"' in page
        assert f'href="{language}/data/"' in page.partition("<footer")[2]
    assert "https://archive.example.org/data/<" in client.get("/sitemap-pages.xml").content.decode()
    assert 'href="/data/"' in client.get("/about/").content.decode()


def test_files_are_what_the_package_has(client: Client, package: Package) -> None:
    for name in ("datapackage.json", *package.resources):
        response = client.get(f"/data/{name}")
        assert response.status_code == 200
        data = body(response)
        assert data == (package.folder / name).read_bytes()
        assert response["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
        assert response["Content-Length"] == str(len(data))
        assert response["Access-Control-Allow-Origin"] == "*"
        same = client.get(f"/data/{name}", headers={"If-None-Match": response["ETag"]})
        assert same.status_code == 304
        head = client.head(f"/data/{name}")
        assert (head["Content-Length"], body(head)) == (str(len(data)), b"")


def test_a_download_that_broke_off_is_continued(client: Client, package: Package) -> None:
    address = "/data/paragraphs.jsonl.gz"
    data = (package.folder / "paragraphs.jsonl.gz").read_bytes()
    size = len(data)
    for asked, first, last in (
        ("bytes=0-9", 0, 9),
        (f"bytes={size - 5}-", size - 5, size - 1),
        ("bytes=-5", size - 5, size - 1),
        (f"bytes=10-{size + 100}", 10, size - 1),
    ):
        response = client.get(address, headers={"Range": asked})
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert response["Content-Length"] == str(last - first + 1)
        assert body(response) == data[first : last + 1]
    for asked in (f"bytes={size}-", "bytes=9-3", "bytes=-", "bytes=-0"):
        response = client.get(address, headers={"Range": asked})
        assert response.status_code == 416
        assert response["Content-Range"] == f"bytes */{size}"
    for asked in ("bytes=0-1,3-4", "lines=0-1", "bytes=one-two"):
        assert body(client.get(address, headers={"Range": asked})) == data
    other = {"Range": "bytes=0-9", "If-Range": '"of another day"'}
    assert body(client.get(address, headers=other)) == data


def test_a_new_package_breaks_off_no_download(client: Client, package: Package) -> None:
    data = (package.folder / "paragraphs.jsonl.gz").read_bytes()
    response = client.get("/data/paragraphs.jsonl.gz")
    shutil.rmtree(package.folder)
    assert body(response) == data


def test_a_file_that_was_just_deleted_is_refused(client: Client, package: Package) -> None:
    for name in ("datapackage.json", "paragraphs.jsonl.gz"):
        (package.folder / name).unlink()
        for method in (client.get, client.head):
            response = method(f"/data/{name}")
            assert (response.status_code, response["Retry-After"]) == (503, "600")


def test_nothing_else_is_given_out(
    client: Client, package: Package, folder: Path, settings: LazySettings
) -> None:
    (package.folder / "notes.txt").write_text("Not of the package.")
    (folder / "secret.txt").write_text("Not of the package.")
    for name in ("notes.txt", "../secret.txt", "..%2fsecret.txt", "missing.jsonl.gz", ""):
        assert client.get(f"/data/x{name}").status_code == 404
        assert client.get(f"/data/{name or 'x'}").status_code == 404
    full = create_package(folder / "public-20300109T030000Z", Scope.FULL)
    assert full.scope is Scope.FULL
    assert publication.published_package() == package
    assert client.get("/data/users.jsonl.gz").status_code == 404
    settings.PUBLISH_DATA = False
    for address in ("/data/", "/data/datapackage.json", "/data/speeches.jsonl.gz"):
        assert client.get(address).status_code == 404
    assert 'href="/data/"' not in client.get("/").content.decode()


def test_until_the_first_is_written_the_page_says_so(client: Client, folder: Path) -> None:
    assert "is being written" in client.get("/data/").content.decode()
    assert client.get("/data/datapackage.json").status_code == 503


def refused(client: Client, package: Package) -> bool:
    """Return whether the files of a package are refused, however they are asked for."""
    statuses = set()
    for name in ("datapackage.json", *package.resources):
        hashed = hash_of(package.folder / name).removeprefix("sha256:")
        for headers in ({}, {"Range": "bytes=0-9"}, {"If-None-Match": f'"{hashed}"'}):
            response = client.get(f"/data/{name}", headers=headers)
            response.close()
            statuses.add(response.status_code)
    statuses.add(client.head("/data/speeches.jsonl.gz").status_code)
    page = client.get("/data/").content.decode()
    assert ("is being written" in page) == (503 in statuses)
    assert ("speeches.jsonl.gz" in page) == (200 in statuses)
    return statuses == {503}


def test_a_package_with_words_of_a_withdrawn_speech_is_not_given_out(
    client: Client, archive: rows.SmallArchive, package: Package, folder: Path
) -> None:
    key, public_id = archive.speech.pk, f'"{archive.speech.public_id}"'
    changes = [
        lambda: ingest.withdraw([key], "A name was printed by mistake."),
        lambda: ingest.reinstate([key]),
        lambda: ingest.erase(key, "A court said so."),
    ]
    for number, (change, is_public) in enumerate(zip(changes, (False, True, False), strict=True)):
        before = publication.published_package()
        assert before is not None
        assert not refused(client, before)
        change()
        assert refused(client, before)
        assert publication.is_due(publication.published_package(), before.created_at)
        shutil.rmtree(before.folder)
        create_package(folder / f"public-2030010{number}T030000Z", Scope.PUBLIC)
        sent = body(client.get("/data/paragraphs.jsonl.gz"))
        assert (public_id in gzip.decompress(sent).decode()) == is_public


def test_an_edit_waits_for_the_night(
    client: Client, archive: rows.SmallArchive, package: Package
) -> None:
    archive.speech.paragraphs.filter(position=1).update(text="Shorter.")
    assert publication.published_package() == package
    assert not refused(client, package)


def test_at_most_a_few_files_are_sent_at_once(client: Client, package: Package) -> None:
    sent = [client.get("/data/speeches.jsonl.gz") for _ in range(3)]
    assert [response.status_code for response in sent] == [200, 200, 503]
    for response in sent:
        response.close()
    assert body(client.get("/data/speeches.jsonl.gz"))


def test_a_package_is_due_each_night_after_a_change(folder: Path, package: Package) -> None:
    at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    made = create_package(folder / "public-20260504T120000Z", Scope.PUBLIC)
    path = made.folder / "datapackage.json"
    described = json.loads(path.read_text()) | {"created": at.isoformat()}
    path.write_text(json.dumps(described))
    made = Package(made.folder, described)
    assert publication.is_due(None, at)
    assert not publication.is_due(made, at + timedelta(days=9))
    Speech.objects.filter(public_id="undated-1").update(role="President")
    assert not publication.is_due(made, at + timedelta(hours=14, minutes=59))
    assert publication.is_due(made, at + timedelta(hours=15, minutes=1))


def test_the_worker_publishes_what_another_process_wrote(folder: Path, package: Package) -> None:
    """The process that writes is tested by its command; here its folder is ready to be used."""
    shutil.rmtree(package.folder)
    following = create_package(folder / "next", Scope.PUBLIC)
    (folder / "public-19990101T000000Z").mkdir()
    publication.publish(threading.Event())
    published = publication.published_package()
    assert published is not None
    assert published.created_at == following.created_at
    assert [path.name for path in folder.iterdir()] == [published.folder.name]
    publication.publish(threading.Event())
    assert publication.published_package() == published
