"""Requests that the web server cannot parse, sent to a real one."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from django.http import HttpResponse
from support.sites.server import Server, serving
from test_headers import assert_guarded

from archive.edge.unparsed_requests import MAX_REQUEST_LINE


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("state")
    with serving(
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        SECRET_KEY="only-for-this-test",
        ALLOWED_HOSTS="localhost",
        STATE_DIR=str(folder),
        STATIC_ROOT=str(Path(folder, "static")),
    ) as server:
        yield server


def send(server: Server, request: bytes) -> tuple[int, Message, str]:
    """Return status, headers and body of the answer to some bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(request)
        answer = b""
        while part := line.recv(65_536):
            answer += part
    status, _, rest = answer.partition(b"\r\n")
    head, _, body = rest.partition(b"\r\n\r\n")
    return int(status.split()[1]), message_from_bytes(head), body.decode()


HOST = b"Host: localhost\r\n"
UNPARSED = {
    "long address": (b"GET /?q=" + b"x" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "long header": (b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: " + b"x" * 20_000 + b"\r\n\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 200 + b"\r\n", 431),
    "method": (b"<script> / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "version": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    "length": (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
    "expectation": (b"GET / HTTP/1.1\r\n" + HOST + b"Expect: wonders\r\n\r\n", 417),
}


@pytest.mark.parametrize("kind", list(UNPARSED))
def test_a_request_that_cannot_be_parsed_gets_a_guarded_page(server: Server, kind: str) -> None:
    request, status = UNPARSED[kind]
    given, headers, body = send(server, request)
    assert given == status
    response = HttpResponse(body, status=given, headers=dict(headers.items()))
    assert_guarded(response)
    assert int(headers["Content-Length"]) == len(body.encode())
    assert headers["Cache-Control"] == "no-store"
    assert "<h1>" in body
    assert 'href="/"' in body
    assert "script" not in body
    assert "wonders" not in body


def test_the_longest_query_fits_whatever_its_script(server: Server) -> None:
    query = "%F0%9F%95%8A" * 512
    address = f"/healthz?q={query}&country=SWE&order=newest".encode()
    assert len(address) < MAX_REQUEST_LINE
    request = b"GET " + address + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert send(server, request)[0] == 200
