"""The MCP server over HTTP: requests are checked as those of the site are, and have no session."""

import logging
from io import BytesIO

import uvicorn
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.edge.addresses import check_port
from archive.edge.headers import HEADERS
from archive.edge.limits import count
from archive.edge.rates import API
from statements.addresses import origin
from statements.assistants.server import CALLER, AssistantServer, Caller

PATH = "/mcp"
HEALTH = "/healthz"
MAX_BODY_BYTES = 16 * 1024  # as the proxy accepts
MAX_CONNECTIONS = 256
GRACE_S = 3  # for calls in progress when the server is stopped


class Gate:
    """Refuses requests of foreign hosts and origins, and all but POST, with a sentence.

    A page of another site could otherwise have the browser of a reader call a server on that
    reader's machine (DNS rebinding). Tools count their calls as those of the API are counted.
    ``site`` is where the addresses of answers begin; without it, they begin with the host of the
    request, behind a proxy that has both at the same host.
    """

    def __init__(self, served: ASGIApp, site: str) -> None:
        self._served, self._site = served, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._served(scope, receive, send)
            return
        request = ASGIRequest(scope, BytesIO())
        response = self._response(request)
        if response is None:
            scope[CALLER] = lambda: self._caller(request)
        await (response or self._served)(scope, receive, _with_headers(send))

    def _response(self, request: ASGIRequest) -> Response | None:
        """Return the response to a request that is no call; None for a call."""
        if request.path == HEALTH:
            return _sentence(200, "ok")
        if request.path != PATH:
            return _sentence(404, f"The address of this server is {PATH}.")
        try:
            check_port(request.get_host())
        except DisallowedHost:
            return _sentence(421, "This archive does not answer to this host name.")
        page = request.headers.get("Origin", "").lower()
        if page and page not in (self._site, origin(request).lower()):
            return _sentence(403, "Pages of other sites may not call this server.")
        if request.method != "POST":
            refused = _sentence(
                405, "This server answers POST only: it keeps no session and begins no stream."
            )
            refused.headers["Allow"] = "POST"
            return refused
        return None

    def _caller(self, request: ASGIRequest) -> Caller:
        excess = count(request, API)
        return Caller(self._site or origin(request), excess.sentence if excess else "")


def _sentence(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status)


def _with_headers(send: Send) -> Send:
    """Return ``send`` so that every response has the security headers of the site."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["Cache-Control"] = "no-store"
        await send(message)

    return send_with_headers


def application(site: str) -> ASGIApp:
    """Return the server as an ASGI application; ``site`` is as for ``Gate``."""
    served = AssistantServer().server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY_BYTES,
        # the gate checks hosts and origins, by the settings of the site
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Gate(served, site)


def configuration(host: str, port: int, site: str) -> uvicorn.Config:
    """Return the configuration of the web server, which trusts no header of a proxy: the gate reads
    them by the settings of the site."""
    return uvicorn.Config(
        application(site),
        host=host,
        port=port,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        log_level="warning",
        access_log=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )


def serve(host: str, port: int, site: str) -> None:
    """Answer at a host and port until the process is told to stop."""
    logging.getLogger("mcp").setLevel(logging.WARNING)  # it has a line for every call
    uvicorn.Server(configuration(host, port, site)).run()
