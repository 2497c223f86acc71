"""How every face for programs answers: for how long an answer is fresh, and in which words and by
which number it is refused; and what it answers to HEAD and OPTIONS.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from statements.api.schemas import NotRunnable, Refused, Unavailable
from statements.search.features.kwic import ContextUnknown
from statements.search.index.snapshot import Snapshot
from statements.search.indexing.outbox import Backlog
from statements.search.matching.session import (
    NO_INDEX,
    RETRY_AFTER_S,
    SearchUnavailable,
    on_index,
    read_backlog,
    state,
)
from statements.search.parameters import InvalidParameters

FRESH_FOR_S = 15
METHODS = "GET, HEAD, OPTIONS"
REFUSALS: Mapping[int, Any] = {400: NotRunnable, 503: Unavailable}
REFUSALS_OF_PAGES: Mapping[int, Any] = {**REFUSALS, 404: Refused}

Answer = dict[str, Any]


class NoSuchPage(Exception):
    """Of results that have fewer pages."""

    def __init__(self, pages: int) -> None:
        super().__init__(f"These results have {pages} page{'' if pages == 1 else 's'}.")


def answer(
    response: HttpResponse, work: Callable[[], Answer], fresh_for_s: int = FRESH_FOR_S
) -> Status[Answer]:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    try:
        found = work()
    except InvalidParameters as invalid:
        return Status(400, {"errors": invalid.errors, "repaired": invalid.repaired})
    except NoSuchPage as beyond:
        return Status(404, {"errors": {"page": str(beyond)}})
    except (SearchUnavailable, ContextUnknown) as unavailable:
        response["Retry-After"] = str(RETRY_AFTER_S)
        return Status(503, {"errors": {"index": str(unavailable)}, "index": NO_INDEX})
    response["Cache-Control"] = f"public, max-age={fresh_for_s}"
    return Status(200, found)


def told(work: Callable[[Snapshot, Backlog], Answer]) -> Answer:
    """What the index tells, with how far it can be trusted."""
    backlog = read_backlog()  # before the index: what is not in the one is in the other
    return on_index(
        lambda snapshot: {
            **work(snapshot, backlog),
            "index": asdict(state(snapshot, backlog)),
        }
    )


def answer_other_methods(
    router: Router, path: str, view: Callable[..., Any], responses: Mapping[int, Any]
) -> None:
    """HEAD as GET, whose body the server leaves out, and OPTIONS."""
    router.add_api_operation(
        path, ["HEAD"], view, response=dict(responses), include_in_schema=False
    )
    router.add_api_operation(path, ["OPTIONS"], options, include_in_schema=False)


def options(request: HttpRequest) -> HttpResponse:
    """What a page of another site may ask: to read, without cookies."""
    allowed = HttpResponse(status=204)
    allowed["Allow"] = allowed["Access-Control-Allow-Methods"] = METHODS
    allowed["Access-Control-Allow-Origin"] = "*"
    allowed["Access-Control-Max-Age"] = "86400"
    return allowed
