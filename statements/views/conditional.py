"""Conditional requests: who has the page already is told so before it is made.

The entity tag of a page names what the page is made of: the address, the release of the code, the
revision of the public tables, and for pages that ask the index also the commit that this process
reads and what that lacks. All of it is read before the page is made, so that a tag may be older
than its page, and never newer. See ``docs/decisions/revisions.md``.
"""

import platform
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache, wraps
from hashlib import sha256
from importlib.metadata import distributions
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from statements import revision
from statements.search.matching.session import name_of_backlog, name_of_index, one_backlog

View = Callable[..., HttpResponseBase]

# settings that show on pages
_SHOWN = ("SITE_NAME", "LANGUAGE_CODE", "TIME_ZONE", "STATIC_URL", "STORAGES", "DEBUG")


def conditional(*, of_index: bool = False) -> Callable[[View], View]:
    """Give a view's answers an entity tag, and answer 304 without calling it where the reader has
    the page. ``of_index`` is for pages that show what the index finds.

    A view whose answer lacks something that will come without a change of the archive marks it by
    ``provisional``: it gets no tag.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def revalidated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with one_backlog() if of_index else nullcontext() as backlog:
                now = backlog.revision if backlog else revision.read()
                lacking = name_of_backlog(backlog) if backlog else ""
                index = name_of_index() if of_index else ""
                etag = _etag(request, now, lacking, index)
                # "*" is no tag of ours: whether there is such a page, the view knows
                known = request.META.get("HTTP_IF_NONE_MATCH", "").strip() not in ("", "*")
                same = get_conditional_response(request, etag=etag) if known else None
                with revision.held(now):
                    response: HttpResponseBase = same or view(request, *args, **kwargs)
                # an index found to be damaged is left for an older one, and taken up again
                settled = not of_index or index == name_of_index()
                if response.status_code == 200 and settled and not is_provisional(response):
                    response.headers.setdefault("ETag", etag)
            response.headers.setdefault("Cache-Control", "no-cache")
            return response

        return revalidated

    return decorate


def provisional[Response: HttpResponseBase](response: Response) -> Response:
    """Mark an answer that is not to be kept by its reader."""
    response.provisional = True  # type: ignore[attr-defined]
    return response


def is_provisional(response: HttpResponseBase) -> bool:
    return getattr(response, "provisional", False)


def _etag(request: HttpRequest, *states: str) -> str:
    # not build_absolute_uri(): that marks the answer as one that differs between hosts
    origin = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    address = (origin, request.get_full_path())
    named = sha256("\n".join((*address, _release(), *states)).encode())
    return f'"{named.hexdigest()[:32]}"'


@cache
def _release() -> str:
    """What runs here: the code, templates and static files, what they stand on, and settings."""
    digest = sha256(f"{platform.python_version()} {django.VERSION}".encode())
    digest.update(repr(sorted((one.name, one.version) for one in distributions())).encode())
    digest.update(repr([getattr(settings, name) for name in _SHOWN]).encode())
    for folder in ("archive", "statements", "templates", "static"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
