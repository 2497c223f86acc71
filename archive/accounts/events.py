"""The security log: one line for each event, with the account's name and the client's address.

Names come from strangers. They are written as quoted ASCII, so that none of them can end a line
or pretend to be another one.
"""

import logging

from django.http import HttpRequest

from archive.client_address import client_address

log = logging.getLogger("archive.accounts")
LONGEST_NAME = 150


def record(
    event: str, account: object, request: HttpRequest | None = None, **details: object
) -> None:
    """Log an event that belongs to normal use, such as a new password."""
    log.info("%s", _line(event, account, request, details))


def warn(
    event: str, account: object, request: HttpRequest | None = None, **details: object
) -> None:
    """Log an event that somebody should look at where it is frequent, such as a wrong password."""
    log.warning("%s", _line(event, account, request, details))


def _line(
    event: str, account: object, request: HttpRequest | None, details: dict[str, object]
) -> str:
    words = [event, f"account={quoted(account)}"]
    if request is not None:
        words.append(f"address={client_address(request) or 'unknown'}")
    words += [
        f"{name}={value if isinstance(value, int) else quoted(value)}"
        for name, value in details.items()
    ]
    return " ".join(words)


def quoted(value: object) -> str:
    """Return a text as one quoted ASCII word of bounded length."""
    return ascii(str(value)[:LONGEST_NAME])
