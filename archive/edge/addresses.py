"""The address that absolute links are made with, and the names the archive answers to.

``BASE_URL`` fixes it. Without that setting the links carry the host a request named, so such
answers must not be kept by a cache that serves other hosts.
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
# where HttpRequest keeps what build_absolute_uri() puts before a path
_SCHEME_AND_HOST = "_current_scheme_host"

Handler = Callable[[HttpRequest], HttpResponseBase]


def parse_base_url(text: str) -> str:
    """Return a base address such as "https://archive.example.org", without a slash at its end.

    ImproperlyConfigured says what is wrong with one that has no scheme, no host, or more than
    the two: the archive always lives at the root of its host.
    """
    if not (text := text.strip(" ")):
        return ""
    try:
        parts = urlsplit(text)
        usable = (
            text.isprintable()  # urlsplit leaves out line ends and tabs
            and parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and bool(split_domain_port(parts.netloc)[0])
            and parts.port != 0
            and parts.path in ("", "/")
            and not (parts.query or parts.fragment or "@" in parts.netloc)
        )
    except ValueError:  # a port that is none, a bracket that is not closed
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"BASE_URL is {text!r}, but must be a scheme and a host and nothing else, "
            "for example https://archive.example.org"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def host_of(base_url: str) -> str:
    """Return the name in a base address as ALLOWED_HOSTS takes it, "" for none."""
    return split_domain_port(urlsplit(base_url).netloc)[0] if base_url else ""


class HostMiddleware:
    """Refuses names and ports that are not the archive's; settles what absolute links begin with.

    It stands before everything that looks at the host, static files included.
    """

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _check_port(request.get_host())
        base = settings.BASE_URL
        if base:
            request.__dict__[_SCHEME_AND_HOST] = base
        response = self._get_response(request)
        if not base and _SCHEME_AND_HOST in request.__dict__:  # an absolute link was made
            patch_vary_headers(response, ["Host"])
            _keep_from_shared_caches(response)
        return response


def _check_port(host: str) -> None:
    port = split_domain_port(host)[1]
    if port and not 0 < int(port) <= LARGEST_PORT:
        raise DisallowedHost(f"Invalid HTTP_HOST header: {host!r} has no port that can exist.")


def _keep_from_shared_caches(response: HttpResponseBase) -> None:
    directives = [each.strip() for each in response.get("Cache-Control", "").split(",")]
    if "public" in directives:
        kept = ["private" if each == "public" else each for each in directives]
        response.headers["Cache-Control"] = ", ".join(
            each for each in kept if not each.startswith("s-maxage")
        )
