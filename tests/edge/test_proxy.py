"""The proxy's committed configuration, run by a real nginx before the real web server."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from benchmarks.drills import slow_clients

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        slow_clients.nginx() is None, reason="NGINX IS NOT INSTALLED: the proxy was not tried"
    ),
]
HEALTH = "/healthz"  # needs no database


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the user whom nginx becomes may enter."""
    path = Path(tempfile.mkdtemp(prefix="rostrum-proxy-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def web(project: Path, folder: Path) -> Iterator[int]:
    """The port of gunicorn as the container runs it, behind a proxy it trusts."""
    port = free_port()
    server = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "SECRET_KEY": "only-for-this-test",
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "0",
        "TRUSTED_PROXIES": "127.0.0.1",
        "STATE_DIR": str(folder),
        "ACCESS_LOG": str(folder / "access.log"),
        "PORT": str(port),
        "STATIC_ROOT": str(folder / "static"),
        "RATE_LIMIT_API_CALLS_PER_MINUTE": "1",
        "RATE_LIMIT_BURST": "2",
        "RATE_LIMITS": "1",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input"]
    subprocess.run(collect, cwd=project, env=os.environ | server, check=True, capture_output=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"],
        cwd=project,
        env=os.environ | server,
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_until_answered(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def proxied(folder: Path, web: int) -> Iterator[int]:
    """The port of nginx before it."""
    port = free_port()
    place = folder / "plain"
    place.mkdir()
    configuration = slow_clients.write_configuration(place, web=web, plain=port)
    with slow_clients.proxy(configuration, port):
        yield port


def wait_until_answered(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 60
    while not slow_clients.ask(port, HEALTH):
        assert process.poll() is None, "gunicorn ended"
        assert time.monotonic() < deadline, "gunicorn does not answer"
        time.sleep(0.1)


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request("GET", path, headers={"Host": "localhost"} | named)
        answer = line.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read()


def test_both_configurations_are_accepted_by_nginx(folder: Path) -> None:
    program = slow_clients.nginx()
    assert program
    for name, tls in (("check", 0), ("check-tls", free_port())):
        (folder / name).mkdir()
        configuration = slow_clients.write_configuration(
            folder / name, web=free_port(), plain=free_port(), tls=tls
        )
        if tls:
            make_certificate(configuration.parent / "tls")
        done = subprocess.run(
            [program, "-t", "-c", str(configuration)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def make_certificate(into: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    into.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-days", "1", "-keyout", into / "privkey.pem", "-out", into / "fullchain.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip


@pytest.mark.parametrize("kind", slow_clients.KINDS)
def test_slow_clients_shut_nobody_out(proxied: int, folder: Path, kind: str) -> None:
    with slow_clients.slow_clients(kind, 40, proxied, sent_at_once=400_000_000):
        assert [slow_clients.ask(proxied, HEALTH) for _ in range(12)] == [True] * 12
        held = slow_clients.held_in(folder / "plain" / "scratch")
    # twelve forms at most, and no upload of somebody who is not signed in
    assert held < {"form": 130_000_000, "upload": 1_000_000}.get(kind, 10_000_000)


def test_without_the_proxy_they_do(web: int) -> None:
    """Else the test above could not fail."""
    # of forty, some requests get through by chance
    with slow_clients.slow_clients("head", 200, web):
        assert not all(slow_clients.ask(web, HEALTH) for _ in range(6))
    deadline = time.monotonic() + 60
    while not slow_clients.ask(web, HEALTH):
        assert time.monotonic() < deadline, "the web server did not recover"


def test_without_the_server_for_assistants_the_proxy_says_so(proxied: int) -> None:
    status, headers, body = get(proxied, "/mcp")
    assert (status, headers["retry-after"]) == (503, "10")
    assert b"The server for assistants (MCP) does not run here" in body


def test_limits_count_the_client_and_not_the_proxy_nor_what_clients_claim(proxied: int) -> None:
    """The proxy in front of ours appends the address it was called from."""
    call = "/api/v1/openapi.json"

    def ask(address: str) -> int:
        return get(proxied, call, X_Forwarded_For=address)[0]

    assert [ask("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert ask("192.0.2.2") == 200
    assert ask("192.0.2.99, 192.0.2.1") == 429


UPLOAD = "/admin/statements/transcript/upload/"
TEXT = "/admin/statements/transcript/12/text/"


def begin(port: int, path: str, length: int | None, **headers: str) -> http.client.HTTPConnection:
    """Send the head of a POST, without its body; without a length it is chunked."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.putrequest("POST", path, skip_host=True)
    line.putheader("Host", "localhost")
    if length is None:
        line.putheader("Transfer-Encoding", "chunked")
    else:
        line.putheader("Content-Length", str(length))
    for name, value in headers.items():
        line.putheader(name.replace("_", "-"), value)
    line.endheaders()
    return line


def answer(line: http.client.HTTPConnection) -> tuple[int, dict[str, str], bytes]:
    with contextlib.closing(line):
        given = line.getresponse()
        headers = {name.lower(): value for name, value in given.getheaders()}
        return given.status, headers, given.read()


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("/search/", 20_000),
        ("/api/v1/search", 20_000),
        ("/admin/login/", 19_500_000),
        ("/admin/statements/speech/1/change/", 19_500_000),
        ("/admin/statements/transcript/upload", 19_500_000),
        (UPLOAD, 300_000_000),
        (TEXT, 300_000_000),
    ],
)
def test_a_body_that_is_too_long_never_reaches_the_web_server(
    proxied: int, folder: Path, path: str, length: int
) -> None:
    before = (folder / "access.log").read_text()
    status, headers, body = answer(begin(proxied, path, length))
    assert status == 413
    assert b"18 MB in a form, 200 MB in an upload" in body
    assert headers["cache-control"] == "no-store"
    assert "POST" not in (folder / "access.log").read_text()[len(before) :]


@pytest.mark.parametrize("path", [UPLOAD, TEXT])
@pytest.mark.parametrize("length", [100_000_000, None])
def test_a_large_upload_of_a_stranger_is_sent_to_sign_in_before_it_is_taken_in(
    proxied: int, path: str, length: int | None
) -> None:
    # more than may be under way at once, one after the other
    for _ in range(5):
        status, headers, _ = answer(begin(proxied, path, length))
        assert status == 303
        assert headers["location"] == f"/admin/login/?next={path}"


def test_a_database_that_is_away_is_said_to_who_uploads_much(proxied: int) -> None:
    line = begin(proxied, UPLOAD, 100_000_000, Cookie=f"sessionid={'a' * 32}")
    status, headers, body = answer(line)
    assert status == 503
    assert headers["retry-after"] == "10"
    assert b"Try again" in body


def test_one_address_sends_few_long_forms_at_once(proxied: int) -> None:
    def start(address: str) -> http.client.HTTPConnection:
        return begin(proxied, "/admin/login/", 2_000_000, X_Forwarded_For=address)

    with contextlib.ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(contextlib.closing(start("192.0.2.7")))
        time.sleep(0.5)
        assert answer(start("192.0.2.7"))[0] == 429
        # a short form passes all the same, and so does a long one from elsewhere
        assert get(proxied, HEALTH, X_Forwarded_For="192.0.2.7")[0] == 200
        other = stack.enter_context(contextlib.closing(start("192.0.2.8")))
        other.sock.settimeout(0.5)
        with pytest.raises(TimeoutError):  # it waits for the rest
            other.sock.recv(1)


@pytest.fixture
def open_web(
    transactional_db: None, project: Path, folder: Path, web: int
) -> Iterator[tuple[int, str]]:
    """A proxy before a web server that has the test database, and the cookie of an archivist."""
    of = connection.settings_dict
    port, plain = free_port(), free_port()
    place = Path(tempfile.mkdtemp(dir=folder))
    server = {
        "DATABASE_URL": f"postgres://{of['USER']}:{of['PASSWORD']}@/{of['NAME']}",
        "PGHOST": str(of["HOST"]),
        "PGPORT": str(of["PORT"] or 5432),
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "0",
        "STATE_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    client = Client()
    client.force_login(User.objects.create_superuser("keeper"))
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"],
        cwd=project,
        env=os.environ | server,
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_until_answered(process, port)
        configuration = slow_clients.write_configuration(place, web=port, plain=plain)
        with slow_clients.proxy(configuration, plain):
            yield plain, f"sessionid={client.cookies['sessionid'].value}"
    finally:
        process.terminate()
        process.wait(20)


def test_a_large_upload_of_staff_reaches_the_web_server(open_web: tuple[int, str]) -> None:
    port, cookie = open_web
    kind = "multipart/form-data; boundary=x"
    line = begin(port, UPLOAD, 20_000_000, Cookie=cookie, Content_Type=kind)
    line.send(b"x" * 20_000_000)
    status, headers, body = answer(line)
    assert status not in (303, 413, 429, 503), body
    assert "permissions-policy" in headers  # from the web server and not the proxy


def test_staff_send_few_large_uploads_at_once(open_web: tuple[int, str]) -> None:
    port, cookie = open_web
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            line = begin(port, UPLOAD, 100_000_000, Cookie=cookie)
            stack.enter_context(contextlib.closing(line))
        time.sleep(0.5)
        status, _, body = answer(begin(port, UPLOAD, 100_000_000, Cookie=cookie))
        assert status == 429
        assert b"too much data at once" in body
        assert get(port, UPLOAD, Cookie=cookie)[0] == 200


def test_a_proxy_without_room_says_so(folder: Path, web: int) -> None:
    """Its disk is full, so nginx cannot store the body."""
    port = free_port()
    place = folder / "no-room"
    place.mkdir()
    configuration = slow_clients.write_configuration(place, web=web, plain=port)
    with slow_clients.proxy(configuration, port):
        bodies = place / "scratch" / "body"
        shutil.rmtree(bodies)
        bodies.write_text("in the way")
        line = begin(port, "/admin/login/", 500_000)
        line.send(b"x" * 500_000)
        status, headers, body = answer(line)
    assert status == 503
    assert headers["retry-after"] == "10"
    assert b"out of disk space" in body


def test_hosts_are_refused_as_without_the_proxy(proxied: int) -> None:
    assert get(proxied, HEALTH, Host="evil.example")[0] == 400
    assert get(proxied, HEALTH, Host="localhost:99999")[0] == 400


def test_headers_of_the_web_server_come_through(proxied: int) -> None:
    _, headers, _ = get(proxied, HEALTH)
    assert "camera=()" in headers["permissions-policy"]
    assert headers["server"] == "nginx"


def test_refusals_of_the_proxy_have_security_headers(proxied: int) -> None:
    refused = answer(begin(proxied, "/search/", 20_000))
    misspelt = get(proxied, "/" + "x" * 9_000)
    for status, headers, _ in (refused, misspelt):
        assert status in (413, 414)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cache-control"] == "no-store"
        assert "retry-after" not in headers


def test_headers_of_the_web_server_are_not_repeated(proxied: int) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxied, timeout=20)) as line:
        line.request("GET", HEALTH, headers={"Host": "localhost"})
        response = line.getresponse()
        names = [name.lower() for name, _ in response.getheaders()]
        response.read()
    assert len(names) == len(set(names))


def test_a_web_server_that_is_away_is_said_with_the_time_to_wait(folder: Path) -> None:
    port = free_port()
    (folder / "away").mkdir()
    configuration = slow_clients.write_configuration(folder / "away", web=free_port(), plain=port)
    with slow_clients.proxy(configuration, port):
        status, headers, body = get(port, "/")
    assert status == 503
    assert headers["retry-after"] == "10"
    assert b"Try again" in body


def test_one_address_has_only_so_many_requests_a_second(folder: Path, web: int) -> None:
    port = free_port()
    (folder / "flood").mkdir()
    configuration = slow_clients.write_configuration(folder / "flood", web=web, plain=port)
    words = configuration.read_text().replace("rate=100r/s", "rate=1r/s")
    configuration.write_text(words)
    site = configuration.parent / "site.conf"
    site.write_text(site.read_text().replace("burst=300", "burst=5"))
    with slow_clients.proxy(configuration, port):
        statuses = [get(port, HEALTH)[0] for _ in range(20)]
        _, headers, _ = get(port, HEALTH)
    assert statuses.count(200) in range(5, 12)
    assert statuses[-1] == 429
    assert headers["retry-after"] == "10"
