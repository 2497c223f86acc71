"""The client address of a request, also behind proxies.

A proxy appends the address of its client to ``X-Forwarded-For``; earlier entries come from the
client and cannot be trusted. The list is therefore read from its end, and only as long as the
addresses are in ``TRUSTED_PROXIES``.
"""

import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 providers usually assign a whole /64 to one subscriber
IPV6_PREFIX = 64


def parse_networks(values: Iterable[str]) -> list[Network]:
    """Parse addresses and CIDR ranges; raise ValueError if one is invalid."""
    return [ipaddress.ip_network(value.strip(), strict=False) for value in values if value.strip()]


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, such as "192.0.2.7", or "" if it is unknown.

    A request that arrives through a Unix socket, which has no address of its own, comes from a
    proxy on this machine and is treated as one from the loopback address.
    """
    address = _parse(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    if address is None:
        return ""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while _is_trusted(address) and hops:
        forwarded = _parse(hops.pop())
        if forwarded is None:
            break
        address = forwarded
    return str(address)


def client_network(request: HttpRequest) -> str:
    """Return the key for rate limits: an IPv4 address, or the first address of an IPv6 /64."""
    text = client_address(request)
    address = _parse(text)
    if isinstance(address, ipaddress.IPv6Address):
        network = ipaddress.ip_network((address, IPV6_PREFIX), strict=False)
        return str(network.network_address)
    return text


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _parse(text: str) -> Address | None:
    """Parse an address with or without port, brackets or zone; return None if it is invalid."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
