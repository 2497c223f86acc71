"""Rate limits of searches, API calls, file downloads and submitted forms.

CLASSES maps the names of the URLconf to what they count as, and FILES has the endings of those that
count as downloads. A client is a network as returned by ``client_network``: an IPv4 address, or the
/64 network of an IPv6 address. Other pages are not counted; the proxy protects them from floods.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from archive.client_address import client_network
from archive.edge.buckets import Buckets
from archive.edge.rates import API, EXPORT, FORM, SEARCH, Rate

# the name of an address, or the namespace of an application for all of its addresses
CLASSES = {
    "search": SEARCH,
    "feed": SEARCH,
    "json-feed": SEARCH,
    "suggestions": API,
    "facet": SEARCH,
    "card": SEARCH,
    "passage-card": SEARCH,
    "original": EXPORT,
    "data-package": EXPORT,
    "page-image": EXPORT,
    "speech-bibliography": SEARCH,
    "speech-markup": SEARCH,
    "passage-bibliography": SEARCH,
    "oai": API,
    "result-set": SEARCH,
    "new-result-set": SEARCH,
    "new-alert": SEARCH,
    "api-v1": API,
}
# how the names of files of what pages show end
FILES = ("-file", "-archive", "-manifest", "-bibliography", "-figure", "-markup", "-book")
FORMS = {"new-alert", "new-result-set"}  # whose submission stores something
# programs read them: they are refused in plain text, with the status that these programs know
TEXTS = {"feed": 429, "json-feed": 429, "suggestions": 429, "oai": 503}
UNCOUNTED = {"OPTIONS"}  # the preflight request that a browser sends before the request itself

Handler = Callable[[HttpRequest], HttpResponseBase]

# created when this module is imported: with preload_app, before the server forks
_buckets = Buckets()


class RateLimitMiddleware:
    """Answers 429, or 503 to harvesters, to a client that exceeds its limit; see
    ``settings.RATE_LIMITS``."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response
        if not settings.RATE_LIMITS:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Count the request after its address is resolved and before its view is called."""
        match = request.resolver_match
        if match is None or request.method in UNCOUNTED:
            return None
        # the addresses of an application are counted together
        name = match.namespaces[0] if match.namespaces else match.url_name
        if request.method == "POST" and name in FORMS:
            kind: str | None = FORM
        else:
            kind = CLASSES.get(name or "") or (EXPORT if (name or "").endswith(FILES) else None)
        excess = count(request, kind) if kind else None
        return _refusal(request, excess) if excess else None


class Excess(NamedTuple):
    """A request beyond the limit of its class."""

    kind: str
    rate: Rate
    seconds: int  # until the next request is allowed

    @property
    def sentence(self) -> str:
        return _explanation(self.kind, self.rate, self.seconds)


def count(request: HttpRequest, kind: str) -> Excess | None:
    """Count a request of a class for its client; return None if it is allowed."""
    rate: Rate | None = settings.RATE_LIMITS.get(kind)
    if rate is None:
        return None
    verdict = _buckets.take(f"{kind} {client_network(request)}", rate)
    if verdict.allowed:
        return None
    return Excess(kind, rate, max(1, math.ceil(verdict.retry_after_s)))


def _explanation(kind: str, rate: Rate, seconds: int) -> str:
    """Return the sentences that explain a limit to a reader."""
    numbers = {
        "quota": number_format(rate.quota, force_grouping=True),
        "burst": number_format(rate.burst, force_grouping=True),
    }
    if kind == SEARCH:
        sentence = gettext(
            "Your network has exceeded the limit for searches: %(quota)s per minute, %(burst)s at "
            "once."
        )
    elif kind == API:
        sentence = gettext(
            "Your network has exceeded the limit for API calls: %(quota)s per minute, %(burst)s at "
            "once."
        )
    elif kind == FORM:
        sentence = gettext(
            "Your network has exceeded the limit for forms: %(quota)s per hour, %(burst)s at once."
        )
    else:
        sentence = gettext(
            "Your network has exceeded the limit for file downloads: %(quota)s per hour, %(burst)s "
            "at once."
        )
    retry = ngettext("Try again in %(count)s second.", "Try again in %(count)s seconds.", seconds)
    return f"{sentence % numbers} {retry % {'count': seconds}}"


def _refusal(request: HttpRequest, excess: Excess) -> HttpResponse:
    kind, rate, seconds = excess
    sentence = excess.sentence
    name = request.resolver_match.url_name if request.resolver_match else ""
    response: HttpResponse
    if name in TEXTS:
        text = "text/plain; charset=utf-8"
        status = TEXTS[name]
        response = HttpResponse(f"{sentence}\n", status=status, content_type=text)
    elif kind == API:
        response = JsonResponse({"errors": {"rate": sentence}}, status=429)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
    else:
        # a link that repeats the request
        again = request.get_full_path() if request.method == "GET" else ""
        context = {"sentence": sentence, "again": again}
        response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    # draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4
    response["RateLimit-Policy"] = f'"{kind}";q={rate.quota};w={rate.period_s}'
    response["RateLimit"] = f'"{kind}";r=0;t={seconds}'
    return response
