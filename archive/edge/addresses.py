"""The base address of absolute links, and the host names that the archive answers to.

The setting ``BASE_URL`` fixes the address. Without it, links use the host of the request, so a
shared cache must not store such responses.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, ImproperlyConfigured
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

LARGEST_PORT = 65_535
# the attribute in which HttpRequest caches the beginning of absolute addresses
_SCHEME_AND_HOST = "_current_scheme_host"

Handler = Callable[[HttpRequest], HttpResponseBase]


def parse_base_url(text: str) -> str:
    """Return a base address such as "https://archive.example.org", without a trailing slash.

    Raises ImproperlyConfigured if it has no scheme, no host, or more than these two: the archive
    is always served from the root of its host.
    """
    if not (text := text.strip(" ")):
        return ""
    try:
        parts = urlsplit(text)
        usable = (
            text.isprintable()  # urlsplit removes line ends and tabs
            and parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and bool(split_domain_port(parts.netloc)[0])
            and parts.port != 0
            and parts.path in ("", "/")
            and not (parts.query or parts.fragment or "@" in parts.netloc)
        )
    except ValueError:  # an invalid port, an unclosed bracket
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"BASE_URL is {text!r}, but must consist of a scheme and a host, "
            "for example https://archive.example.org"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def host_of(base_url: str) -> str:
    """Return the host of a base address in the form of ALLOWED_HOSTS, or ""."""
    return split_domain_port(urlsplit(base_url).netloc)[0] if base_url else ""


class HostMiddleware:
    """Rejects foreign hosts and invalid ports, and sets the beginning of absolute links.

    It must come before everything that uses the host, including static files.
    """

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        check_port(request.get_host())
        base = settings.BASE_URL
        if base:
            request.__dict__[_SCHEME_AND_HOST] = base
        response = self._get_response(request)
        if not base and _SCHEME_AND_HOST in request.__dict__:  # the response has an absolute link
            patch_vary_headers(response, ["Host"])
            _keep_from_shared_caches(response)
        return response


def check_port(host: str) -> None:
    """Raise DisallowedHost if a Host header has a port that cannot be."""
    port = split_domain_port(host)[1]
    if port and not 0 < int(port) <= LARGEST_PORT:
        raise DisallowedHost(f"Invalid HTTP_HOST header: {host!r} has an invalid port.")


def _keep_from_shared_caches(response: HttpResponseBase) -> None:
    header = response.get("Cache-Control", "")
    directives = [directive.strip() for directive in header.split(",")]
    if "public" in directives:
        response.headers["Cache-Control"] = ", ".join(
            "private" if directive == "public" else directive
            for directive in directives
            if not directive.startswith("s-maxage")
        )
