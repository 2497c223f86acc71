"""Who may see what only operators need to know."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest

# a request with one of these came through a proxy, whose own address says nothing of the reader
_PROXY_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


def may_see_status(request: HttpRequest) -> bool:
    """Tell whether a request bears the token, comes from this machine itself, or from staff."""
    if _has_token(request) or is_from_this_machine(request):
        return True
    user = request.user  # the only way that asks the database, so the last
    return bool(user.is_active and user.is_staff)


def is_from_this_machine(request: HttpRequest) -> bool:
    """Tell whether a request comes from a program on this machine that is not a proxy.

    A proxy is recognised by the headers it adds. One on the same machine that adds none of them
    makes every reader look local: docs/operations.md says so.
    """
    if any(request.META.get(name) for name in _PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    expected: str = settings.STATUS_TOKEN
    if not expected or scheme.lower() != "bearer":
        return False
    return secrets.compare_digest(given.strip().encode(), expected.encode())
