"""Addresses of pages as ``django.urls.reverse`` returns them, without its search each time: a page
of results prints sixty."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote_plus

from django.urls import get_script_prefix, reverse

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")  # characters that stand for themselves, RFC 3986

# the same few words and values stand in all links of a page
quote_value = lru_cache(maxsize=4096)(quote_plus)

_around: dict[tuple[str, str], tuple[str, str]] = {}


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and values as ``urllib.parse.urlencode`` does."""
    return "&".join([f"{quote_value(name)}={quote_value(value)}" for name, value in pairs])


def page_address(name: str, key: str = "") -> str:
    """Return the address of a named page; of the one with a key, where the name has many.

    The key is the last part of the path. Raises NoReverseMatch where there is no such page.
    """
    prefix = get_script_prefix()
    if not key:
        return _address(name, prefix)
    if (around := _around.get((name, prefix))) is None or not _UNRESERVED.fullmatch(key):
        address = reverse(name, args=[key])
        before, separator, after = address.rpartition(f"/{key}/")
        if separator:
            _around[name, prefix] = f"{before}/", f"/{after}"
        return address
    before, after = around
    return f"{before}{key}{after}"


@lru_cache(maxsize=256)
def _address(name: str, prefix: str) -> str:
    return reverse(name)
