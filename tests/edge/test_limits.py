"""Limits per client, as readers, programs and operators meet them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from archive.edge import limits
from archive.edge.buckets import Buckets
from archive.edge.rates import API, EXPORT, FORM, SEARCH, Rate, rates

pytestmark = pytest.mark.django_db

# the search's own answer is of no interest here: it is counted before it is made
ADDRESSES = {
    SEARCH: "/search/?q=river",
    API: "/api/v1/complete?q=river",
    EXPORT: f"/transcript/{'0' * 64}/original",
    FORM: "/result/new/",
}
# addresses that are read from the database or the disk alone, or have limits of their own
NOT_COUNTED = {
    *("opensearch", "llms"),
    *("home", "about", "help", "robots", "sitemap", "sitemap-of", "security-txt"),
    *("speech", "meetings", "meeting", "countries", "country", "country-votes", "documents"),
    *("speakers", "speaker", "topics", "topic", "transcript", "sessions", "session"),
    *("organ", "affiliations", "affiliation"),
    *("browse", "browse-undated", "browse-year", "browse-month", "browse-day"),
    *("healthz", "readyz", "status", "metrics", "admin", "is_staff"),
    *("added-feed", "added-json-feed", "quotation", "embed"),
    *("page-of-original", "coverage", "session-country", "country-year"),
    *("collection", "confirm-alert", "end-alert", "on-this-day", "on-this-day-today"),
    "data",
}


@pytest.fixture(autouse=True)
def limited(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests at once of each class, and hardly any later."""
    settings.RATE_LIMITS = {
        SEARCH: Rate(3, 1, 60),
        API: Rate(3, 1, 60),
        EXPORT: Rate(3, 1, 3600),
        FORM: Rate(3, 1, 3600),
    }
    monkeypatch.setattr(limits, "_buckets", Buckets())


def ask(client: Client, kind: str, **meta: str) -> HttpResponse:
    method = client.post if kind == FORM else client.get
    return method(ADDRESSES[kind], **meta)  # type: ignore[arg-type,return-value]


def exhaust(client: Client, kind: str, **meta: str) -> HttpResponse:
    statuses = [ask(client, kind, **meta).status_code for _ in range(3)]
    assert 429 not in statuses
    response = ask(client, kind, **meta)
    assert response.status_code == 429
    return response


@pytest.mark.parametrize("kind", list(ADDRESSES))
def test_what_is_too_much_is_refused_with_the_time_to_wait(client: Client, kind: str) -> None:
    response = exhaust(client, kind)
    period = 3600 if kind in (EXPORT, FORM) else 60
    assert 0 < int(response["Retry-After"]) <= period
    assert response["Cache-Control"] == "no-store"
    assert response["RateLimit-Policy"] == f'"{kind}";q=1;w={period}'
    assert response["RateLimit"].startswith(f'"{kind}";r=0;t=')
    assert "Content-Security-Policy" in response


def test_readers_get_a_page_with_a_way_on(client: Client) -> None:
    page = exhaust(client, SEARCH).content.decode()
    assert "Too many requests" in page
    assert 'href="/search/?q=river"' in page
    assert "1 per minute, 3 at once" in page


def test_programs_get_json_that_other_sites_may_read(client: Client) -> None:
    response = exhaust(client, API)
    assert "API calls" in response.json()["errors"]["rate"]  # type: ignore[attr-defined]
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_harvester_is_told_to_come_back_as_its_protocol_says(client: Client) -> None:
    exhaust(client, API)
    response = client.get("/oai?verb=Identify")
    assert response.status_code == 503
    assert 0 < int(response["Retry-After"]) <= 60
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_a_feed_is_counted_as_a_search_and_refused_in_words(client: Client) -> None:
    exhaust(client, SEARCH)
    response = client.get("/search/feed/?q=river")
    assert response.status_code == 429
    assert response["Content-Type"].startswith("text/plain")


def test_classes_are_counted_apart_and_other_pages_not_at_all(client: Client) -> None:
    exhaust(client, SEARCH)
    assert ask(client, API).status_code != 429
    assert {client.get("/about/").status_code for _ in range(9)} == {200}


def test_a_preflight_is_not_counted(client: Client) -> None:
    assert {client.options(ADDRESSES[API]).status_code for _ in range(9)} == {204}
    assert ask(client, API).status_code != 429


def test_head_is_counted(client: Client) -> None:
    for _ in range(3):
        client.head(ADDRESSES[SEARCH])
    assert client.head(ADDRESSES[SEARCH]).status_code == 429


def test_clients_are_told_apart_by_address_and_by_network(client: Client) -> None:
    exhaust(client, API, REMOTE_ADDR="192.0.2.1")
    assert ask(client, API, REMOTE_ADDR="192.0.2.2").status_code != 429
    exhaust(client, API, REMOTE_ADDR="2001:db8:1:2::1")
    assert ask(client, API, REMOTE_ADDR="2001:db8:1:2:ffff::9").status_code == 429
    assert ask(client, API, REMOTE_ADDR="2001:db8:1:3::1").status_code != 429


def test_nobody_escapes_by_a_header_of_their_own(client: Client) -> None:
    exhaust(client, API, REMOTE_ADDR="192.0.2.7")
    for forged in ("198.51.100.9", "198.51.100.9, 203.0.113.4", "unknown", "192.0.2.8\t"):
        response = ask(client, API, REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forged)
        assert response.status_code == 429


def test_without_limits_nothing_is_counted(settings: Settings) -> None:
    settings.RATE_LIMITS = {}
    client = Client()
    assert 429 not in {ask(client, API).status_code for _ in range(9)}


def test_a_limit_of_nought_leaves_its_class_without() -> None:
    chosen = rates(
        burst=60, searches_a_minute=600, calls_a_minute=0, exports_an_hour=120, forms_an_hour=20
    )
    assert chosen == {
        SEARCH: Rate(60, 600, 60),
        EXPORT: Rate(60, 120, 3600),
        FORM: Rate(20, 20, 3600),
    }


@pytest.mark.parametrize(("burst", "quota"), [(0, 1), (-1, 1), (1, -1)])
def test_limits_that_cannot_be_are_refused(burst: int, quota: int) -> None:
    with pytest.raises(ImproperlyConfigured, match="RATE_LIMIT_BURST"):
        rates(
            burst=burst,
            searches_a_minute=quota,
            calls_a_minute=1,
            exports_an_hour=1,
            forms_an_hour=1,
        )


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """Every address by the name that limits know it by."""
    found: set[str] = set()
    for each in patterns:
        if isinstance(each, URLPattern):
            found.add(each.name or getattr(each.callback, "__name__", ""))
        elif each.namespace:
            found.add(each.namespace)
        else:
            found |= names(each.url_patterns)
    return found


def test_it_is_decided_for_every_address_whether_it_is_counted() -> None:
    known = NOT_COUNTED | set(limits.CLASSES)
    known |= {name for name in names(get_resolver().url_patterns) if name.endswith(limits.FILES)}
    undecided = names(get_resolver().url_patterns) - known
    assert not undecided, f"give {undecided} a class in archive.edge.limits, or list them here"


def test_openapi_declares_the_refusal_for_every_operation(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            answer = operation["responses"]["429"]
            assert answer["content"]["application/json"]["schema"], (path, method)
            assert "Retry-After" in answer["headers"]


SETTINGS = "import django; django.setup(); from django.conf import settings as s; print(s.{})"


def told(project: Path, tmp_path: Path, name: str, **environment: str) -> str:
    """The value of a setting in a process with only this environment."""
    chosen = {"DJANGO_SETTINGS_MODULE": "archive.settings", "STATE_DIR": str(tmp_path)}
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SETTINGS.format(name)],
        cwd=project,
        env=kept | chosen | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_limits_are_on_where_an_operator_serves_others(project: Path, tmp_path: Path) -> None:
    assert told(project, tmp_path, "RATE_LIMITS") == "{}"
    server = {"DATABASE_URL": "postgres://x@nowhere/x", "SECRET_KEY": "x"}
    on = told(project, tmp_path, "RATE_LIMITS", **server)
    for rate in ("quota=600, period_s=60", "quota=1200, period_s=60", "quota=120, period_s=3600"):
        assert f"burst=60, {rate}" in on
    assert told(project, tmp_path, "RATE_LIMITS", **server, RATE_LIMITS="0") == "{}"
    assert "quota=7, period_s=60" in told(
        project, tmp_path, "RATE_LIMITS", **server, RATE_LIMIT_SEARCHES_PER_MINUTE="7"
    )
