"""Addresses of pages: a cache for ``django.urls.reverse``, as a page of results needs sixty."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote_plus

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from archive import languages

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")  # characters that need no escaping (RFC 3986)

# all links of a page have the same few names and values
quote_value = lru_cache(maxsize=4096)(quote_plus)

_around: dict[tuple[str, str, str], tuple[str, str]] = {}


def origin(request: HttpRequest) -> str:
    """Return the beginning of absolute addresses, such as "https://archive.example.org"."""
    # not build_absolute_uri(): it makes the response vary by host
    return settings.BASE_URL or f"{request.scheme}://{request.get_host()}"


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a query string as ``urllib.parse.urlencode`` does, but faster."""
    return "&".join([f"{quote_value(name)}={quote_value(value)}" for name, value in pairs])


def page_address(name: str, key: str = "") -> str:
    """Return the address of a page by its name in the URLconf, in the language of the request.

    ``key`` is the last part of the path, for pages that have one. Raises NoReverseMatch if there is
    no such page.
    """
    prefix, language = get_script_prefix(), languages.current()
    if not key:
        return _address(name, prefix, language)
    if (around := _around.get((name, prefix, language))) is None or not _UNRESERVED.fullmatch(key):
        address = reverse(name, args=[key])
        before, separator, after = address.rpartition(f"/{key}/")
        if separator:
            _around[name, prefix, language] = f"{before}/", f"/{after}"
        return address
    before, after = around
    return f"{before}{key}{after}"


def search_address(*pairs: tuple[str, str]) -> str:
    """Return the address of a search for all speeches that have some values of facets, given as
    pairs of facet and value, as pages count them: what chairs say to conduct a meeting is found
    too."""
    return f"{page_address('search')}?{query_string([*pairs, ('procedure', 'show')])}"


def address_with(address: str, query: str) -> str:
    """Return an address with a query string, which may be empty, before its anchor if it has one.

    >>> address_with("/speech/a/#p4", "q=river"), address_with("/speech/a/", "")
    ('/speech/a/?q=river#p4', '/speech/a/')
    """
    if not query:
        return address
    path, separator, anchor = address.partition("#")
    return f"{path}?{query}{separator}{anchor}"


def file_address(page: str, suffix: str, options: Iterable[tuple[str, str]] = ()) -> str:
    """Return the address of a file of what a page shows, which is the same in all languages, given
    the address of the page without its host.

    >>> file_address("/search/?q=river", "csv", [("rows", "paragraphs")])
    '/search.csv?q=river&rows=paragraphs'
    """
    path, _, query = page.partition("?")
    more = query_string(options)
    path = f"{languages.permanent(path).removesuffix('/')}.{suffix}"
    return address_with(path, f"{query}&{more}" if query and more else query or more)


def passage_anchor(
    position: int, sentence_starts: Sequence[int] = (), place: int | None = None
) -> str:
    """Return the anchor of a paragraph of a speech, or of the sentence at a place in its text.

    ``sentence_starts`` are those of the paragraph, in characters like ``place``.

    >>> passage_anchor(4), passage_anchor(4, [0, 20, 45], 30)
    ('p4', 'p4s2')
    """
    sentence = bisect_right(sentence_starts, place) if place is not None else 0
    return f"p{position}s{sentence}" if sentence else f"p{position}"


@lru_cache(maxsize=256)
def _address(name: str, prefix: str, language: str) -> str:
    return reverse(name)
