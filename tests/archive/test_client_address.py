"""The client address of a request, with and without proxies, and with forged headers."""

from typing import Any

import pytest
from django.test import RequestFactory

from archive.client_address import client_address, client_network, parse_networks

PROXIES = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"]


def address(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.fixture(autouse=True)
def _proxies(settings: Any) -> None:
    settings.TRUSTED_PROXIES = parse_networks(PROXIES)


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.5", "198.51.100.7"),  # no proxy of ours: a pretence
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.5", "203.0.113.5"),
        ("10.1.2.3", "1.1.1.1, 203.0.113.5", "203.0.113.5"),  # 1.1.1.1 is the client's claim
        ("10.1.2.3", "1.1.1.1, 203.0.113.5, 192.0.2.1", "203.0.113.5"),  # two proxies
        ("10.1.2.3", "10.9.9.9, 192.0.2.1", "10.9.9.9"),  # a client within the trusted network
        ("10.1.2.3", "203.0.113.5, nonsense", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.5,", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.5:4711", "203.0.113.5"),
        ("10.1.2.3", "[2001:db8::1]:4711", "2001:db8::1"),
        ("10.1.2.3", '"[2001:db8::1]"', "2001:db8::1"),
        ("::ffff:10.1.2.3", "::ffff:203.0.113.5", "203.0.113.5"),
        ("fd00::5", "2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("not an address", "203.0.113.5", ""),
        ("10.1.2.3", "9" * 5000, "10.1.2.3"),
        ("10.1.2.3", "," * 5000, "10.1.2.3"),
        ("10.1.2.3", "1.2.3.4\r\nX: y", "10.1.2.3"),
    ],
)
def test_only_what_trusted_proxies_say_counts(
    remote: str, forwarded: str | None, expected: str
) -> None:
    assert address(remote, forwarded) == expected


def test_without_trusted_proxies_nothing_is_believed(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    assert address("127.0.0.1", "203.0.113.5") == "127.0.0.1"


def test_a_unix_socket_counts_as_this_machine(settings: Any) -> None:
    settings.TRUSTED_PROXIES = parse_networks(["127.0.0.1"])
    assert address("", "203.0.113.5") == "203.0.113.5"
    assert address("") == "127.0.0.1"


def test_limits_count_ipv6_by_what_a_subscriber_gets() -> None:
    def network(remote: str) -> str:
        return client_network(RequestFactory().get("/", REMOTE_ADDR=remote))

    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("198.51.100.7") == "198.51.100.7"
    assert network("nothing") == ""


def test_a_wrong_network_is_named() -> None:
    assert parse_networks(["", " 192.0.2.0/24 "])[0].num_addresses == 256
    with pytest.raises(ValueError, match=r"proxy\.local"):
        parse_networks(["proxy.local"])
