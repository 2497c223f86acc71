"""Forms of readers, who have no session and get no cookie: taken from pages of this site alone.

Browsers state from which site a form was sent (https://www.w3.org/TR/fetch-metadata/, section 2.4,
and RFC 6454, section 7), and no page can change that. A program that states nothing may send forms:
it acts for itself, and not for a reader who is misled.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]

_SAME = ("same-origin", "none")  # "none" is sent if a reader enters an address


def from_same_site(view: View) -> View:
    """Have a view show a form and take it only from a page of this site. Neither page is cached."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and _is_from_elsewhere(request):
            raise PermissionDenied(gettext("This form was sent from another site."))
        return view(request, *args, **kwargs)

    return csrf_exempt(never_cache(require_http_methods(["GET", "HEAD", "POST"])(checked)))


def _is_from_elsewhere(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site not in _SAME
    origin = request.headers.get("Origin", "")  # of browsers without Fetch Metadata
    return bool(origin) and urlsplit(origin).netloc != request.get_host()
