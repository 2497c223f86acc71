"""Access control of status and metrics."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest

# a request with one of these came through a proxy, so its address is not the client's
_PROXY_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


def may_see_status(request: HttpRequest) -> bool:
    """Return whether a request has the token, or comes from this machine or from staff."""
    if _has_token(request) or is_from_this_machine(request):
        return True
    user = request.user  # last, because it needs a query
    return bool(user.is_active and user.is_staff)


def is_from_this_machine(request: HttpRequest) -> bool:
    """Return whether a request comes from a program on this machine that is not a proxy.

    A proxy is recognised by the headers it adds, even if they are empty. A local proxy that adds
    none of them makes every client look local; see docs/operations.md.
    """
    if any(name in request.META for name in _PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected: str = settings.STATUS_TOKEN
    if not expected or scheme.lower() != "bearer":
        return False
    return secrets.compare_digest(token.strip().encode(), expected.encode())
