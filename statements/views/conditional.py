"""Conditional requests: a reader who has the current page gets 304 before the page is made.

The entity tag of a page is a hash of everything it is made of: the address, the release of the
code, the revision of the public tables, and for pages that use the index its version and the
changes it lacks. All of it is read before the page is made, so that a tag may be older than its
page, but never newer. See ``docs/decisions/revisions.md``.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response

from archive.release import release
from statements.addresses import origin
from statements.models import revision
from statements.search import search_backend

View = Callable[..., HttpResponseBase]


def conditional(
    *, of_index: bool = False, of_day: bool = False, is_exact: bool = True
) -> Callable[[View], View]:
    """Give the responses of a view an entity tag, and answer 304 without calling it if the reader
    has the current page. ``of_index`` is for pages that show results of the index, ``of_day`` for
    those that are different tomorrow. The tag is weak unless responses with one tag are the same
    bytes: ``is_exact``.

    A view marks a response as ``provisional`` if it lacks something that will be known without a
    change of the archive: such a response gets no tag.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def revalidated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with search_backend().pin() if of_index else nullcontext() as pinned:
                now = pinned.revision if pinned else revision.read()
                changes = pinned.changes if pinned else ""
                index = search_backend().version() if of_index else ""
                day = timezone.localdate().isoformat() if of_day else ""
                etag = _etag(request, now, changes, index, day)
                etag = etag if is_exact else f"W/{etag}"
                # "*" is not a tag: only the view knows whether there is such a page
                has_tag = request.META.get("HTTP_IF_NONE_MATCH", "").strip() not in ("", "*")
                same = get_conditional_response(request, etag=etag) if has_tag else None
                with revision.use(now):
                    response: HttpResponseBase = same or view(request, *args, **kwargs)
                # a damaged index is replaced by an older one for a while
                is_settled = not of_index or index == search_backend().version()
                if response.status_code == 200 and is_settled and not is_provisional(response):
                    response.headers.setdefault("ETag", etag)
            response.headers.setdefault("Cache-Control", "no-cache")
            return response

        return revalidated

    return decorate


def provisional[Response: HttpResponseBase](response: Response) -> Response:
    """Mark a response that readers should not keep."""
    response.provisional = True  # type: ignore[attr-defined]
    return response


def is_provisional(response: HttpResponseBase) -> bool:
    return getattr(response, "provisional", False)


def _etag(request: HttpRequest, *states: str) -> str:
    address = (origin(request), request.get_full_path())
    digest = sha256("\n".join((*address, release(), *states)).encode())
    return f'"{digest.hexdigest()[:32]}"'
