"""Responses that readers of the proxy's committed configuration leave unread."""

import contextlib
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.drills import slow_clients
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.markup.files import MARKUP
from statements.exports.tables.files import TABLES

pytestmark = pytest.mark.skipif(
    slow_clients.nginx() is None, reason="NGINX IS NOT INSTALLED: the proxy was not tried"
)
PIECE = b"x" * 65_536
LENGTH = 64_000_000
HASH = "a" * 64


class LongResponses(ThreadingHTTPServer):
    """Answers every address with a body that no buffer of a connection holds."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _LongResponse)
        self.sent: dict[BaseHTTPRequestHandler, int] = {}  # bytes so far, of each response


class _LongResponse(BaseHTTPRequestHandler):
    server: LongResponses

    def do_GET(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(PIECE))
        self.send_response(200)
        self.send_header("Content-Length", str(LENGTH))
        self.end_headers()
        self.server.sent[self] = 0
        with contextlib.suppress(OSError):  # the reader went away
            for _ in range(LENGTH // len(PIECE)):
                self.wfile.write(PIECE)
                self.server.sent[self] += len(PIECE)
        del self.server.sent[self]

    def log_message(self, *_: object) -> None: ...


class Proxied(NamedTuple):
    port: int  # of nginx
    server: LongResponses


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the user whom nginx becomes may enter."""
    path = Path(tempfile.mkdtemp(prefix="rostrum-proxy-", dir="/var/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def proxied(place: Path) -> Iterator[Proxied]:
    """A server of long responses behind nginx."""
    server = LongResponses()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
    configuration = slow_clients.write_configuration(place, web=server.server_port, plain=port)
    try:
        with slow_clients.proxy(configuration, port):
            yield Proxied(port, server)
    finally:
        server.shutdown()
        server.server_close()


def begin(port: int, path: str, address: str) -> socket.socket:
    """Return a connection that asked for an address and reads nothing."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    line.settimeout(20)
    line.connect(("127.0.0.1", port))
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n\r\n"
    line.sendall(request.encode())
    return line


def read_slowly(
    proxied: Proxied, paths: list[str], *, one_address: bool = False
) -> tuple[list[int], list[int]]:
    """Return the statuses that slow readers get, one after the other, and how many bytes the web
    server could send to the proxy for each of those with a file."""
    sent = proxied.server.sent
    with contextlib.ExitStack() as stack:
        statuses = []
        for number, path in enumerate(paths):
            address = "192.0.2.1" if one_address else f"192.0.2.{number + 1}"
            line = begin(proxied.port, path, address)
            stack.enter_context(contextlib.closing(line))
            statuses.append(int(line.recv(12).decode().rpartition(" ")[2]))
        taken: list[int] = []
        while taken != (taken := sorted(sent.values())):
            time.sleep(1)  # until the proxy receives no more
    deadline = time.monotonic() + 20
    while sent:
        assert time.monotonic() < deadline, "the proxy waits for readers that went away"
        time.sleep(0.1)
    return statuses, taken


FILES = [
    *(f"/search.{suffix}?q=a.b" for suffix in (*TABLES, *BIBLIOGRAPHIES, "epub")),
    *(f"/speech/riv-pv-7-001.{suffix}.zip" for suffix in TABLES),
    *(f"/meeting/riv-pv-7.{suffix}" for suffix in (*MARKUP, "epub")),
    "/browse/2020/01.csv",
    "/data/datapackage.json",
    "/data/paragraphs.jsonl.gz",
    "/data/paragraphs.parquet",
    "/data/tei.zip",
]


def test_files_that_nobody_reads_need_no_room(proxied: Proxied) -> None:
    statuses, taken = read_slowly(proxied, FILES)
    assert statuses == [200] * len(FILES)
    assert len(taken) == len(FILES)
    assert taken[-1] < 28_000_000  # buffers of the system hold some


def test_one_address_reads_two_files_at_once(proxied: Proxied) -> None:
    paths = ["/search.csv", f"/transcript/{HASH}/original", "/data/tei.zip", "/", "/search/"]
    statuses, _ = read_slowly(proxied, paths, one_address=True)
    assert statuses == [200, 200, 429, 200, 200]


def test_original_files_have_room_for_four(proxied: Proxied) -> None:
    statuses, taken = read_slowly(proxied, [f"/transcript/{HASH}/original"] * 6)
    assert statuses == [200] * 4 + [429] * 2
    assert len(taken) == 4
    assert taken[0] > 32_000_000
    assert taken[-1] < LENGTH


def test_pages_have_little_room_and_are_not_counted_as_files(proxied: Proxied) -> None:
    pages = ["/", "/search/feed.json", "/search/suggestions.json?q=a", "/api/v1/openapi.json"]
    statuses, taken = read_slowly(proxied, pages, one_address=True)
    assert statuses == [200] * 4
    assert taken[0] > 16_000_000
    assert taken[-1] < 46_000_000
