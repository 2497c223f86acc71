"""The security log: one line per event, with the account name and the client address.

Names are user input. They are written as quoted ASCII, so that a name can neither end a line nor
forge another one.
"""

import logging

from django.http import HttpRequest

from archive.client_address import client_address

log = logging.getLogger("archive.accounts")
MAX_NAME_LENGTH = 150


def record(
    event: str, account: object, request: HttpRequest | None = None, **details: object
) -> None:
    """Log an event of normal use, such as a password change."""
    log.info("%s", _line(event, account, request, details))


def warn(
    event: str, account: object, request: HttpRequest | None = None, **details: object
) -> None:
    """Log an event that is suspicious if it is frequent, such as a wrong password."""
    log.warning("%s", _line(event, account, request, details))


def _line(
    event: str, account: object, request: HttpRequest | None, details: dict[str, object]
) -> str:
    parts = [event, f"account={quoted(account)}"]
    if request is not None:
        parts.append(f"address={client_address(request) or 'unknown'}")
    parts += [
        f"{name}={value if isinstance(value, int) else quoted(value)}"
        for name, value in details.items()
    ]
    return " ".join(parts)


def quoted(value: object) -> str:
    """Return a value as one quoted ASCII word of limited length."""
    return ascii(str(value)[:MAX_NAME_LENGTH])
