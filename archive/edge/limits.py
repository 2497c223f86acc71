"""How many requests one client may make: of searches, of the API, of whole files.

What an address of the site counts as is said in CLASSES, by its name in the URLconf. Clients are
told apart by ``client_network``: an IPv4 address, or the /64 network of an IPv6 one. Pages that
are not in CLASSES are not counted; floods of them are the proxy's to stop.
"""

import math
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from archive.client_address import client_network
from archive.edge.buckets import Buckets, Verdict
from archive.edge.rates import API, EXPORT, SEARCH, Rate

# an address of the URLconf, or all of an application's
CLASSES = {
    "search": SEARCH,
    "feed": SEARCH,
    "facet": SEARCH,
    "original": EXPORT,
    "api-v1": API,
}
UNCOUNTED = {"OPTIONS"}  # the question that a browser asks before the request itself
# told in words, and counted in searches, calls or files
NOUNS = {SEARCH: "searches", API: "calls of the API", EXPORT: "files"}
PERIODS = {60: "a minute", 3600: "an hour"}

Handler = Callable[[HttpRequest], HttpResponseBase]

# made when this module is imported, which with preload_app is before the server forks
_buckets = Buckets()


class RateLimitMiddleware:
    """Answers 429 to a client that asks more than it may; see ``settings.RATE_LIMITS``."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response
        self._rates: dict[str, Rate] = settings.RATE_LIMITS
        if not self._rates:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Count the request when its address is known, before its view is called."""
        match = request.resolver_match
        if match is None or request.method in UNCOUNTED:
            return None
        # an application's addresses are counted together, whatever their own names
        name = match.namespaces[0] if match.namespaces else match.url_name
        kind = CLASSES.get(name or "")
        rate = self._rates.get(kind) if kind else None
        if kind is None or rate is None:
            return None
        verdict = _buckets.take(f"{kind} {client_network(request)}", rate)
        return None if verdict.allowed else _refusal(request, kind, rate, verdict)


def _refusal(request: HttpRequest, kind: str, rate: Rate, verdict: Verdict) -> HttpResponse:
    seconds = max(1, math.ceil(verdict.retry_after_s))
    sentence = (
        f"Your network has asked for more {NOUNS[kind]} than the archive allows one network: "
        f"{rate.quota:,} {PERIODS[rate.period_s]}, and {rate.burst:,} at once. "
        f"Try again in {seconds} second{'' if seconds == 1 else 's'}."
    )
    response: HttpResponse
    if kind == API:
        response = JsonResponse({"errors": {"rate": sentence}}, status=429)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
    elif request.resolver_match and request.resolver_match.url_name == "feed":
        text = "text/plain; charset=utf-8"
        response = HttpResponse(f"{sentence}\n", status=429, content_type=text)
    else:
        # a link that takes the reader back to what was asked for
        again = request.get_full_path() if request.method == "GET" else ""
        context = {"sentence": sentence, "again": again}
        response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    # draft-ietf-httpapi-ratelimit-headers-10, section 3 and 4
    response["RateLimit-Policy"] = f'"{kind}";q={rate.quota};w={rate.period_s}'
    response["RateLimit"] = f'"{kind}";r=0;t={seconds}'
    return response
