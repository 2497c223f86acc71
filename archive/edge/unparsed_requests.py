"""Responses to requests that gunicorn cannot parse, so that Django never sees them.

Gunicorn's own have no security headers, and repeat parts of the request.
"""

import html
import socket

from django.utils.translation import gettext
from gunicorn import util

from archive.edge.headers import HEADERS

# bytes; gunicorn's largest. A query of 512 characters is longer than gunicorn's default if each
# character takes twelve bytes of an address
MAX_REQUEST_LINE = 8_190


def install() -> None:
    """Have gunicorn use ``write_error``; gunicorn has no setting for it."""
    util.write_error = write_error


def write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """Send a page and close the connection. ``message`` is gunicorn's, for the log only."""
    body = _page(status).encode()
    headers = {
        **HEADERS,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {headers[name]}" for name in headers)]
    util.write_nonblock(sock, "\r\n".join([*lines, "", ""]).encode("latin-1") + body)


def _page(status: int) -> str:
    title, sentence = map(html.escape, _texts(status))
    return (
        f'<!DOCTYPE html><html lang="en"><title>{title}</title>'
        f'<h1>{title}</h1><p>{sentence}</p><p><a href="/">{html.escape(gettext("Home"))}</a></p>'
    )


def _texts(status: int) -> tuple[str, str]:
    """Return a title and a sentence."""
    if status == 414:
        sentence = gettext("The limit is %(limit)s bytes. Shorten the query or remove filters.")
        return gettext("The address is too long"), sentence % {"limit": f"{MAX_REQUEST_LINE:,}"}
    if status == 431:
        return (
            gettext("The headers of the request are too large"),
            gettext("Usually, these are cookies. Delete the cookies of this site, and try again."),
        )
    if status >= 500:
        return gettext("Something went wrong"), gettext("The error was logged.")
    return gettext("The request is not valid"), gettext("It does not conform to HTTP.")
