"""The beginning of absolute links: the configured address, or the host of the request."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from support import rows
from support.archive_index import archive_index

from archive.edge.addresses import HostMiddleware, host_of, parse_base_url

__all__ = ["archive_index"]

BASE = "https://archive.example.org"
ADDRESSES = ["/robots.txt", "/sitemap.xml", "/sitemap-speeches.xml", "/search/feed/?q=river"]
LINK = re.compile(r"https?://[^/\s<\"]+(?=/)")
# names of vocabularies, not links
VOCABULARIES = {"http://www.sitemaps.org", "http://www.w3.org"}


def links(response: HttpResponse) -> set[str]:
    return set(LINK.findall(response.content.decode())) - VOCABULARIES


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("host", ["testserver", "testserver:8443"])
def test_links_begin_with_the_configured_address(
    client: Client,
    archive: rows.SmallArchive,
    archive_index: Callable[[], int],
    settings: Settings,
    address: str,
    host: str,
) -> None:
    archive_index()
    settings.BASE_URL = BASE
    response = client.get(address, headers={"host": host})
    assert links(response) == {BASE}  # type: ignore[arg-type]
    assert "Host" not in response.get("Vary", "")


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_it_they_name_the_host_and_no_shared_cache_keeps_them(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int], address: str
) -> None:
    archive_index()
    response = client.get(address, headers={"host": "testserver:8443"})
    assert links(response) == {"http://testserver:8443"}  # type: ignore[arg-type]
    assert "Host" in response["Vary"]
    assert "public" not in response["Cache-Control"]


@pytest.mark.django_db
def test_answers_without_absolute_links_are_the_same_for_every_host(client: Client) -> None:
    assert "Host" not in client.get("/nowhere/").get("Vary", "")


@pytest.mark.parametrize("directive", ["public", "public, s-maxage=60"])
def test_what_a_shared_cache_may_keep_is_taken_from_it(directive: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        request.build_absolute_uri("/")
        return HttpResponse(headers={"Cache-Control": f"{directive}, max-age=60"})

    request = HttpRequest()
    request.META = {"SERVER_NAME": "testserver", "SERVER_PORT": "80"}
    response = HostMiddleware(view)(request)
    assert response["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("", ""),
        (" https://Archive.Example.org/ ", BASE),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_a_base_address_is_a_scheme_and_a_host(text: str, parsed: str) -> None:
    assert parse_base_url(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "archive.example.org",
        "ftp://archive.example.org",
        "https://",
        "https://archive.example.org/rostrum",
        "https://archive.example.org/?q=1",
        "https://archive.example.org:99999",
        "https://archive.example.org:0",
        "https://me:secret@archive.example.org",
        "https://[2001:db8::1",
        "https://archive.example.org\tx",
        "https://arch ive.example.org",
        'https://"/',
    ],
)
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="for example https://"):
        parse_base_url(text)


def test_the_host_of_a_base_address_is_one_that_is_served() -> None:
    assert host_of("https://archive.example.org:8443") == "archive.example.org"
    assert host_of("https://[2001:db8::1]:8443") == "[2001:db8::1]"
    assert host_of("") == ""
