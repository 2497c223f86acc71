"""Every address answers 503 with a sentence, quickly, while the database does not respond."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from support.sites.server import PROJECT, Server, serving

SETTINGS = {
    "SECRET_KEY": "for this test alone, and as long as it has to be; 0123456789",
    "ALLOWED_HOSTS": "localhost",
    "WEB_CONCURRENCY": "1",
    "STATUS_TOKEN": "a token of this test",
}
PAGES = [
    "/",
    "/search/?q=river",
    "/search/feed/?q=river",
    "/speech/some-speech/",
    "/meetings/",
    "/meeting/some-meeting/",
    "/countries/",
    "/country/NG/",
    "/country/NG/votes/",
    "/documents/",
    "/speakers/",
    "/topics/",
    f"/transcript/{'0' * 64}/",
    f"/transcript/{'0' * 64}/original",
    "/browse/",
    "/browse/2014/",
    "/sitemap.xml",
    "/admin/login/",
    "/admin/",
    "/admin/statements/speech/",
    "/admin/statements/transcript/upload/",
]
API = [
    "/api/v1/search?q=river",
    "/api/v1/complete?q=ri",
    "/api/v1/concordance?q=river",
    "/api/v1/usage?q=river",
    "/api/v1/keyness?q=river",
    "/api/v1/collocates?q=river",
    "/api/v1/trends?q=river",
    "/api/v1/compare?q=river&q=rose",
    "/api/v1/matrix?q=river&rows=country&columns=year",
    "/api/v1/speeches/some-speech",
]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose database refuses connections at once."""
    folder = tmp_path_factory.mktemp("state")
    url = "postgres://someone:secret@127.0.0.1:1/archive"
    with serving(DATABASE_URL=url, STATE_DIR=str(folder), **collected(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose database accepts connections and never responds."""
    folder = tmp_path_factory.mktemp("state")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"postgres://someone:secret@127.0.0.1:{listener.getsockname()[1]}/archive"
        with serving(DATABASE_URL=url, STATE_DIR=str(folder), **collected(folder)) as server:
            yield server


def collected(folder: Path) -> dict[str, str]:
    """Settings of a server whose static files were collected, as an operator's are."""
    given = {
        **SETTINGS,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "STATE_DIR": str(folder),
        "PATH": "/usr/bin:/bin",
        "PYTHONWARNINGS": "ignore",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        cwd=PROJECT,
        env=given,
        check=True,
    )
    return SETTINGS


@pytest.mark.parametrize("address", PAGES)
def test_pages(refusing, address):
    status, headers, body, seconds = refusing.ask(address)
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert seconds < 3
    assert headers["Content-Type"].startswith("text/html")
    assert b"The archive is temporarily unavailable" in body
    assert b"</html>" in body
    assert b"secret" not in body
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("address", API)
def test_addresses_for_programs(refusing, address):
    status, headers, body, seconds = refusing.ask(address)
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert seconds < 3
    told = json.loads(body)
    assert "not responding" in told["errors"]["database"]
    assert told["index"] == {
        "generation": None,
        "lag_s": None,
        "complete": False,
        "waiting": None,
    }
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_what_asks_no_database_is_served(refusing):
    for address in ("/healthz", "/api/v1/openapi.json"):
        assert refusing.ask(address)[0] == 200, address


def test_signing_in(refusing):
    form = urlencode({"username": "ama", "password": "x", "csrfmiddlewaretoken": "a" * 32})
    status, headers, body, _ = refusing.ask(
        "/admin/login/",
        "POST",
        form,
        Cookie=f"csrftoken={'a' * 32}",
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert status == 503
    assert headers["Retry-After"]
    assert b"Send again" not in body  # it would hold the password


def test_a_page_for_somebody_who_was_signed_in(refusing):
    status, _, body, seconds = refusing.ask("/admin/", Cookie=f"sessionid={'a' * 32}")
    assert (status, seconds < 3) == (503, True)
    assert b"is temporarily unavailable" in body


def test_health(refusing):
    status, _, body, seconds = refusing.ask("/readyz")
    assert (status, seconds < 3) == (503, True)
    assert json.loads(body)["checks"]["database"] == "not responding"
    status, _, body, _ = refusing.ask("/status", Authorization="Bearer a token of this test")
    assert status == 503
    assert json.loads(body)["disk"]["state"]["free_bytes"] > 0
    status, _, body, _ = refusing.ask("/metrics")
    assert status == 200
    assert b"rostrum_ready 0.0" in body


@pytest.mark.parametrize("address", ["/", "/api/v1/search?q=river", "/admin/", "/readyz"])
def test_a_database_that_says_nothing_holds_nobody_for_three_seconds(silent, address):
    status, _, _, seconds = silent.ask(address)
    assert status == 503
    assert seconds < 3
