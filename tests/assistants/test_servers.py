"""The MCP server as clients meet it: a process on standard input and output, and one over HTTP."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.core.management import CommandError, call_command
from mcp import Client, StdioServerParameters, stdio_client
from pytest_django.fixtures import Settings
from support import rows

from archive.client_address import parse_networks
from archive.edge import limits
from archive.edge.buckets import Buckets
from archive.edge.rates import API, Rate
from statements import ingest
from statements.assistants import http, server, tools
from statements.models import Speech

pytestmark = pytest.mark.django_db(transaction=True)

SITE = "https://archive.example.org"
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "search", "arguments": {"q": "froze"}},
}


def run(talk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a conversation in a thread of its own: that of the tests may have an event loop, left
    open by a browser."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(talk())).result()


@pytest.fixture
def stdio(
    indexed: rows.SmallArchive, environment: dict[str, str], project: Path
) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-W", "ignore::SyntaxWarning", "manage.py", "mcp"],
        cwd=project,
        env=environment,
    )


def test_a_client_finds_and_calls_every_tool_of_a_process(stdio: StdioServerParameters) -> None:
    async def talk() -> None:
        async with Client(stdio_client(stdio)) as client:
            listed = (await client.list_tools()).tools
            assert {tool.name for tool in listed} == set(tools.TOOLS)
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
            assert client.instructions == server.INSTRUCTIONS
            # the client checks the data of answers by the schemas of their tools
            found = await client.call_tool("search", {"q": "froze", "sort": "oldest"})
            assert found.structured_content
            assert not found.is_error
            [text] = found.content
            assert json.loads(text.text) == found.structured_content  # type: ignore[union-attr]
            first = found.structured_content["results"][0]
            assert first["url"].startswith(f"{SITE}/speech/froze-1999-")
            for name, arguments in (
                ("first_use", {"q": "froze"}),
                ("speech", {"id": first["url"]}),
                ("paragraph", {"id": first["extracts"][0]["url"]}),
                ("concordance", {"q": "froze"}),
                ("trend", {"q": ["froze"]}),
                ("compare", {"q": ["froze", "rose"]}),
                ("vote", {"meeting": "RIV/PV.7"}),
            ):
                answer = await client.call_tool(name, arguments)
                assert not answer.is_error, answer
                assert answer.structured_content
            refused = await client.call_tool("speech", {"id": "nothing"})
            assert refused.is_error
            assert "There is no speech" in refused.content[0].text  # type: ignore[union-attr]
            unknown = await client.call_tool("summary", {})
            assert "The tools are: search, first_use" in unknown.content[0].text  # type: ignore[union-attr]

    run(talk)


def test_without_a_site_address_there_is_no_answer(settings: Settings) -> None:
    settings.FIRST_RUN, settings.BASE_URL = False, ""
    with pytest.raises(CommandError, match="Set BASE_URL"):
        call_command("mcp")


@pytest.mark.parametrize("port", ["0", "65536"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match="The port must be"):
        call_command("mcp", "--http", "--port", port)


def test_without_the_package_the_site_runs_and_the_command_says_what_to_install(
    project: Path, environment: dict[str, str]
) -> None:
    hidden = "import sys; sys.modules['mcp'] = None; from manage import main; main()"
    for command, status, sentence in (
        ("check", 0, "no issues"),
        ("mcp", 1, "requirements/mcp.txt"),
    ):
        done = subprocess.run(
            [sys.executable, "-W", "ignore::SyntaxWarning", "-c", hidden, command],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, sentence in done.stdout + done.stderr) == (status, True), done


# -- over HTTP ---------------------------------------------------------------------------------


def _serve(site: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port: int = line.getsockname()[1]
        served = uvicorn.Server(http.configuration("127.0.0.1", port, site))
        thread = threading.Thread(target=served.run, kwargs={"sockets": [line]})
        thread.start()
        try:
            while not served.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield port
        finally:
            served.should_exit = True
            thread.join(20)


@pytest.fixture
def port(indexed: rows.SmallArchive) -> Iterator[int]:
    """The port of a server whose answers have addresses of the site."""
    yield from _serve(SITE)


@pytest.fixture
def port_behind_proxy(indexed: rows.SmallArchive, settings: Settings) -> Iterator[int]:
    """The port of a server that learns the address of the site from the proxy."""
    settings.ALLOWED_HOSTS = ["archive.example.com"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    yield from _serve("")


def post(
    port: int, body: object = CALL, path: str = http.PATH, method: str = "POST", **headers: str
) -> tuple[int, dict[str, str], str]:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    accepted = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        line.request(method, path, text, {**accepted, **named})
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        line.close()


def text_of(answer: str) -> str:
    [content] = json.loads(answer)["result"]["content"]
    text: str = content["text"]
    return text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_clients_of_both_kinds_of_protocol_get_answers_over_http(port: int, mode: Any) -> None:
    async def talk() -> None:
        async with Client(f"http://127.0.0.1:{port}{http.PATH}", mode=mode) as client:
            assert len((await client.list_tools()).tools) == len(tools.TOOLS)
            calls: list[Awaitable[Any]] = [
                client.call_tool("search", {"q": "froze", "page_size": 1}) for _ in range(6)
            ]
            for answer in await asyncio.gather(*calls):
                assert answer.structured_content["total"] == 3
                assert answer.structured_content["results"][0]["url"].startswith(SITE)

    run(talk)


def test_answers_follow_the_index(port: int, archive_index: Callable[[], int]) -> None:
    assert json.loads(text_of(post(port)[2]))["total"] == 3
    rows.speech("It froze again.", public_id="froze-again")
    archive_index()
    assert json.loads(text_of(post(port)[2]))["total"] == 4
    ingest.withdraw(
        Speech.objects.filter(public_id="froze-again").values_list("pk", flat=True), "A mistake."
    )
    assert json.loads(text_of(post(port)[2]))["total"] == 3


REQUESTS: tuple[tuple[dict[str, str], int, str], ...] = (
    ({"Host": "evil.example"}, 421, "This archive does not answer to this host name."),
    ({"Host": "127.0.0.1:99999"}, 421, "This archive does not answer to this host name."),
    ({"Origin": "https://evil.example"}, 403, "Pages of other sites may not call"),
    ({"Origin": "null"}, 403, "Pages of other sites may not call"),
    ({"method": "GET"}, 405, "This server answers POST only"),
    ({"method": "DELETE"}, 405, "This server answers POST only"),
    ({"path": "/"}, 404, "The address of this server is /mcp."),
    ({"path": http.HEALTH, "method": "GET"}, 200, "ok"),
    ({"body": "{"}, 400, "Parse error"),
    ({"body": "x" * (http.MAX_BODY_BYTES + 1)}, 413, "too large"),
    ({"Content_Type": "text/plain"}, 400, "Content-Type"),
    ({"Origin": SITE}, 200, '"total":3'),
)


def test_other_requests_are_refused_with_a_sentence(port: int) -> None:
    for changes, status, sentence in REQUESTS:
        answered, headers, body = post(port, **changes)
        assert (answered, sentence in body.replace('\\"', '"')) == (status, True), body
        named = {name.lower(): value for name, value in headers.items()}
        assert named["cache-control"] == "no-store"
        assert named["x-content-type-options"] == "nosniff"
        assert "server" not in named
        assert named.get("allow") == ("POST" if status == 405 else None)


def test_behind_a_proxy_addresses_begin_with_the_host_of_the_request(
    port_behind_proxy: int,
) -> None:
    site = "https://archive.example.com"
    status, _, body = post(
        port_behind_proxy, Host="archive.example.com", X_Forwarded_Proto="https", Origin=site
    )
    assert status == 200
    assert json.loads(text_of(body))["results"][0]["url"].startswith(f"{site}/speech/")


def test_calls_are_limited_as_those_of_the_api(
    port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = {API: Rate(2, 1, 60)}
    settings.TRUSTED_PROXIES = parse_networks(["127.0.0.0/8"])
    monkeypatch.setattr(limits, "_buckets", Buckets())
    answers = [json.loads(post(port, X_Forwarded_For="192.0.2.7")[2])["result"] for _ in range(3)]
    assert [answer.get("isError", False) for answer in answers] == [False, False, True]
    assert "Your network has exceeded the limit" in answers[2]["content"][0]["text"]
    assert "Try again in" in answers[2]["content"][0]["text"]
    other = json.loads(post(port, X_Forwarded_For="192.0.2.8")[2])["result"]
    assert not other.get("isError", False)


def test_a_mistake_of_the_program_is_logged_and_not_given_out(
    port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr(server, "answer_in_thread", fail)
    body = post(port)[2]
    assert "secret" not in body
    assert "The error was logged" in text_of(body)
    assert "a secret of the program" in caplog.text
