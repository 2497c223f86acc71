"""The headers of every response, whichever part of the site produced it; and security.txt."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django.fixtures import Settings
from support import rows

from archive import urls
from archive.edge.security_txt import expiry, parse_contacts

NOTHING = "default-src 'none'"


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [*urls.urlpatterns, path("fails", fails)]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500

KINDS = {
    "page": ("/", 200),
    "page of a list": ("/meetings/", 200),
    "help": ("/help/", 200),
    "not found": ("/nowhere/", 404),
    "not found under the API": ("/api/v1/nowhere", 404),
    "redirect": ("/about", 301),
    "failure": ("/fails", 500),
    "refused search": ("/search/?q=%28", 400),
    "refused call": ("/api/v1/search?q=%28", 400),
    "description of the API": ("/api/v1/openapi.json", 200),
    "documentation of the API": ("/api/v1/docs", 200),
    "feed that is refused": ("/search/feed/?q=%28", 400),
    "robots": ("/robots.txt", 200),
    "sitemap": ("/sitemap.xml", 200),
    "part of the sitemap": ("/sitemap-pages.xml", 200),
    "health": ("/healthz", 200),
    "sign-in": ("/admin/login/", 200),
    "sign-in needed": ("/admin/", 302),
    "style sheet": ("/static/css/site.css", 200),
    "image": ("/static/images/mark.svg", 200),
    "script": ("/static/js/site.js", 200),
    "style sheet of the administration": ("/static/admin/css/base.css", 200),
    "static file that is not there": ("/static/nothing.css", 404),
    "no contact": ("/.well-known/security.txt", 404),
}


def assert_guarded(response: HttpResponse) -> None:
    assert isinstance(response.getvalue(), bytes)  # a static file is open until it is read
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    policy = response["Content-Security-Policy"]
    assert NOTHING in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_answer_is_guarded(kind: str) -> None:
    address, status = KINDS[kind]
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == status
    assert_guarded(response)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/static/css/tokens.css", "/api/v1/openapi.json"])
@pytest.mark.parametrize("host", ["evil.example", "testserver:99999", "testserver:0", "a b"])
def test_a_host_that_is_not_ours_is_refused_with_all_headers(
    client: Client, address: str, host: str
) -> None:
    response = client.get(address, headers={"host": host})
    assert response.status_code == 400
    assert_guarded(response)  # type: ignore[arg-type]
    assert "evil" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["testserver", "testserver:1", "testserver:65535", "TESTSERVER."])
def test_a_host_with_a_port_that_can_be_is_served(client: Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "trace"])
def test_a_method_that_is_refused_is_guarded(client: Client, method: str) -> None:
    response = getattr(client, method)("/about/")
    assert response.status_code == 405
    assert_guarded(response)


@pytest.mark.django_db
def test_static_files_may_do_nothing_and_pages_may_not_be_taken_by_others(client: Client) -> None:
    style = client.get("/static/css/tokens.css")
    style.getvalue()
    assert "'self'" not in style["Content-Security-Policy"]
    assert style["Cross-Origin-Resource-Policy"] == "same-origin"
    assert client.get("/")["Cross-Origin-Resource-Policy"] == "same-origin"
    assert client.get("/api/v1/openapi.json")["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_an_original_keeps_its_sandbox(client: Client, archive: rows.SmallArchive) -> None:
    from statements.models import Transcript

    kept = Transcript.objects.public().first()
    assert kept is not None
    response = client.get(f"{kept.get_absolute_url()}original")
    assert response.status_code == 200
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert_guarded(response)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_over_https_the_redirect_is_guarded_too(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/")
    assert response.status_code == 301
    assert response["Location"] == "https://testserver/"
    assert_guarded(response)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_security_txt_names_the_operators_contacts(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = parse_contacts(["security@archive.example", "https://a.example/s"])
    settings.BASE_URL = "https://archive.example.org"
    response = client.get("/.well-known/security.txt")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[:2] == ["Contact: mailto:security@archive.example", "Contact: https://a.example/s"]
    assert "Canonical: https://archive.example.org/.well-known/security.txt" in lines
    expires = next(line for line in lines if line.startswith("Expires: "))
    ahead = datetime.fromisoformat(expires.removeprefix("Expires: ")) - datetime.now(UTC)
    assert 150 < ahead.days < 365


@pytest.mark.django_db
def test_without_a_base_address_security_txt_claims_no_place(
    client: Client, settings: Settings
) -> None:
    settings.SECURITY_CONTACT = ["mailto:security@archive.example"]
    assert b"Canonical" not in client.get("/.well-known/security.txt").content


@pytest.mark.django_db
def test_without_a_contact_security_txt_says_so(client: Client) -> None:
    response = client.get("/.well-known/security.txt")
    assert response.status_code == 404
    assert "have not published a security contact" in response.content.decode()


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ((2026, 1, 1), (2026, 7, 31)),
        ((2026, 1, 31), (2026, 7, 31)),
        ((2026, 6, 15), (2026, 12, 31)),
        ((2026, 8, 31), (2027, 2, 28)),
        ((2027, 8, 1), (2028, 2, 29)),
        ((2026, 12, 31), (2027, 6, 30)),
    ],
)
def test_the_expiry_is_the_end_of_a_month_half_a_year_ahead(
    now: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert expiry(datetime(*now, tzinfo=UTC)) == datetime(*end, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["nobody", "http://a.example/", "mailto:", "https:", "https://", "javascript:x", "a@b\nX: y"],
)
def test_a_contact_that_nobody_can_use_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        parse_contacts([text])


def test_no_contact_is_none() -> None:
    assert parse_contacts(["", " "]) == []
