"""Responses of the API: how long they are fresh, errors as status and sentence, and HEAD and
OPTIONS.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.schemas import NotRunnable, Refused, Unavailable
from statements.search import InvalidParameters, SearchUnavailable

FRESH_FOR_S = 15
METHODS = "GET, HEAD, OPTIONS"
REFUSALS: Mapping[int, Any] = {400: NotRunnable, 503: Unavailable}
REFUSALS_OF_PAGES: Mapping[int, Any] = {**REFUSALS, 404: Refused}


class NoSuchPage(Exception):
    """The results have fewer pages."""

    def __init__(self, pages: int) -> None:
        super().__init__(f"There is no such page. Number of pages: {pages}.")


def share(response: HttpResponse) -> None:
    """Allow pages of other sites to read a response and its entity tag."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    response["Cache-Control"] = "no-store"  # unless all goes well


def answer(
    response: HttpResponse, work: Callable[[], Any], fresh_for_s: int = FRESH_FOR_S
) -> Status[Any]:
    """Return the result of ``work`` with status 200, or the error that it raises."""
    share(response)
    try:
        result = work()
    except InvalidParameters as invalid:
        return Status(400, {"errors": invalid.errors, "repaired": invalid.repaired})
    except NoSuchPage as beyond:
        return Status(404, {"errors": {"page": str(beyond)}})
    except SearchUnavailable as unavailable:
        response["Retry-After"] = str(unavailable.RETRY_AFTER_S)
        errors = {"index": str(unavailable)}
        return Status(503, {"errors": errors, "index": unavailable.NO_INDEX})
    response["Cache-Control"] = f"public, max-age={fresh_for_s}"
    return Status(200, result)


def answer_other_methods(
    router: Router, path: str, view: Callable[..., Any], responses: Mapping[int, Any]
) -> None:
    """Add HEAD, which runs GET without its body, and OPTIONS."""
    router.add_api_operation(
        path, ["HEAD"], view, response=dict(responses), include_in_schema=False
    )
    router.add_api_operation(path, ["OPTIONS"], options, include_in_schema=False)


def options(request: HttpRequest) -> HttpResponse:
    """Allow pages of other sites to read, without cookies."""
    allowed = HttpResponse(status=204)
    allowed["Allow"] = allowed["Access-Control-Allow-Methods"] = METHODS
    allowed["Access-Control-Allow-Origin"] = "*"
    allowed["Access-Control-Allow-Headers"] = "If-None-Match"
    allowed["Access-Control-Max-Age"] = "86400"
    return allowed
