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

from benchmarks.drills import slow_clients

pytestmark = pytest.mark.skipif(
    slow_clients.nginx() is None, reason="NGINX IS NOT INSTALLED: the proxy was not tried"
)
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
def test_slow_clients_shut_nobody_out(proxied: int, kind: str) -> None:
    with slow_clients.slow_clients(kind, 40, proxied):
        assert [slow_clients.ask(proxied, HEALTH) for _ in range(12)] == [True] * 12


def test_without_the_proxy_they_do(web: int) -> None:
    """Else the test above could not fail."""
    # of forty, some requests get through by chance
    with slow_clients.slow_clients("head", 200, web):
        assert not all(slow_clients.ask(web, HEALTH) for _ in range(6))
    deadline = time.monotonic() + 60
    while not slow_clients.ask(web, HEALTH):
        assert time.monotonic() < deadline, "the web server did not recover"


def test_limits_count_the_client_and_not_the_proxy_nor_what_clients_claim(proxied: int) -> None:
    """The proxy in front of ours appends the address it was called from."""
    call = "/api/v1/openapi.json"

    def ask(address: str) -> int:
        return get(proxied, call, X_Forwarded_For=address)[0]

    assert [ask("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert ask("192.0.2.2") == 200
    assert ask("192.0.2.99, 192.0.2.1") == 429


def test_a_body_that_is_too_long_never_reaches_the_web_server(proxied: int, folder: Path) -> None:
    before = (folder / "access.log").read_text()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxied, timeout=20)) as line:
        line.putrequest("POST", "/too-long", skip_host=True)
        line.putheader("Host", "localhost")
        line.putheader("Content-Length", str(300 * 1024 * 1024))
        line.endheaders()
        assert line.getresponse().status == 413
    assert "/too-long" not in (folder / "access.log").read_text()[len(before) :]


def test_hosts_are_refused_as_without_the_proxy(proxied: int) -> None:
    assert get(proxied, HEALTH, Host="evil.example")[0] == 400
    assert get(proxied, HEALTH, Host="localhost:99999")[0] == 400


def test_headers_of_the_web_server_come_through(proxied: int) -> None:
    _, headers, _ = get(proxied, HEALTH)
    assert "camera=()" in headers["permissions-policy"]
    assert headers["server"] == "nginx"


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
