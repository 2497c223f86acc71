"""The target of a login, the text of its page, and the pages of addresses that refuse a request."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver

from archive.accounts.views import next_address

PASSWORD = "rivers run to the sea"


@pytest.fixture
def root(db: None) -> Client:
    User.objects.create_superuser("root", password=PASSWORD)
    client = Client()
    client.force_login(User.objects.get())
    return client


NOWHERE = [
    "/admin/nothere/",
    "/admin/statements/nothere/",
    "/admin/logout/",
    "/admin/login/",
    "/admin/login/?next=/admin/login/",
    "/nothere",
    "/admin/jsi18n/",
    "/admin/autocomplete/?term=a",
    "/sitemap-speeches-1.xml",
    "https://elsewhere.example/",
]
SOMEWHERE = [
    ("/admin/statements/country/?q=a", "/admin/statements/country/?q=a"),
    ("/admin/statements/country", "/admin/statements/country/"),
    ("/admin/auth/", "/admin/auth/"),
    ("/", "/"),
    (" /admin/auth/ ", "/admin/auth/"),
]


@pytest.mark.parametrize(
    ("target", "reached"), [*((target, "/admin/") for target in NOWHERE), *SOMEWHERE]
)
def test_a_login_leads_to_a_page(root: Client, target: str, reached: str) -> None:
    query = urlencode({"next": target})
    fields = {"username": "root", "password": PASSWORD}
    client = Client()
    answer = client.post(f"/admin/login/?{query}", fields)
    assert answer["Location"] == reached
    assert client.get(reached).status_code == 200
    assert root.get(f"/admin/login/?{query}")["Location"] == reached


def addresses(entries: list[Any], before: str = "/") -> Iterator[str]:
    """Every address without arguments."""
    for entry in entries:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif not set("<(?*") & set(route):
            yield route


def test_a_login_leads_to_no_address_that_is_for_programs(root: Client) -> None:
    found = set(addresses(get_resolver().url_patterns)) - {"/admin/login/", "/admin/sign-in-code/"}
    assert {"/is-staff", "/readyz", "/api/v1/search", "/admin/logout/"} < found
    for address in found:
        answer = root.get(address, follow=True)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        # there is no index to search, not everything may be added by a form, the data package is
        # not published, and alerts need a token
        may_fail = address.endswith("/add/") or address.startswith(("/alert/", "/data/"))
        is_page &= answer.status_code in (200, 503) or may_fail
        request = RequestFactory().get("/admin/login/", {"next": address})
        assert next_address(request) == (address if is_page else "/admin/"), address


@pytest.mark.parametrize("path", ["/admin/account/sessions/", "/admin/statements/topic/add/"])
def test_a_form_sent_after_the_session_says_so(root: Client, path: str) -> None:
    answer = Client().post(path, {"title": "x"}, follow=True)
    assert "Your session has ended. Log in again; nothing was changed." in answer.text
    page = root.get("/admin/statements/topic/add/").text
    note = page.partition('name="_form"')[2].partition('value="')[2].partition('"')[0]
    answer = Client().post("/admin/statements/topic/add/", {"_form": note}, follow=True)
    assert "Your session has ended. Your input is saved; log in to see it." in answer.text
    assert "Your session has ended" not in Client().get("/admin/", follow=True).text


def test_a_refused_method_has_a_page(root: Client) -> None:
    answer = root.get("/admin/logout/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST, OPTIONS"
    assert int(answer["Content-Length"]) == len(answer.content)
    assert "only accepts submitted forms" in answer.text
    assert 'href="/admin/"' in answer.text
    answer = root.post("/")
    assert answer.status_code == 405
    assert "does not accept requests of this kind" in answer.text


@pytest.mark.parametrize(
    "address",
    ["/admin/login/?next=%00", "/admin/?a=%00", "/admin/statements/country/%00/change/"],
)
def test_a_nul_is_logged_in_one_line(
    root: Client, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    with caplog.at_level(logging.INFO):
        assert root.get(address).status_code == 400
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is None


def test_a_number_that_no_column_holds_is_logged_without_a_traceback(
    root: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert root.get("/admin/statements/speech/?date__year=99999999999").status_code == 400
    assert [record for record in caplog.records if record.exc_info] == []


def test_the_page_after_logout(root: Client) -> None:
    answer = root.post("/admin/logout/")
    assert "You are logged out of the administration." in answer.text
    assert "quality time" not in answer.text


def test_accounts_do_not_speak_of_other_ways_to_log_in(root: Client) -> None:
    pk = User.objects.get().pk
    for path in ("add/", f"{pk}/password/"):
        page: Any = root.get(f"/admin/auth/user/{path}")
        assert "LDAP" not in page.text
        assert "the user cannot log in until a password is set" in page.text
