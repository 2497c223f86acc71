"""Responses to faults of the database or the disk: 503, 507 or 400 with a sentence, not 500."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from archive.database.outage import outage
from archive.database.watchdog import watchdog
from archive.middleware.fault_kinds import UNREACHABLE, Fault, kind_of
from statements.search import SearchUnavailable
from statements.views import error_pages

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponseBase]
_READS = ("GET", "HEAD")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# bytes that multipart adds to the fields of a form; Django limits their number
_MULTIPART_OVERHEAD = 1024 * 1024
_UNREADABLE = (OSError, ValueError, SuspiciousOperation, BadRequest, MultiPartParserError)


class FaultMiddleware:
    """Answers every fault that ``fault_kinds`` knows, and repeats a read once.

    A read is a GET or HEAD outside a transaction whose response was not sent yet. A request that
    may have changed something is never repeated.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with outage.bounded_request(), watchdog.watched(connections[DEFAULT_DB_ALIAS]):
            response = self.get_response(request)
            fault = _take_fault(request)
            if fault and fault.is_transient and _may_be_repeated(request):
                if fault is UNREACHABLE:
                    connection.close()
                response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse):
            _describe_refused_method(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the response to a fault that a view met."""
        return answer_to(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception that was raised outside of views, for example by a middleware."""
    error = sys.exception()
    response = answer_to(request, error) if error else None
    return error_pages.server_error(request) if response is None else response


def answer_to(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """Return the response to a fault, or None if the error is not a fault."""
    fault = kind_of(
        error,
        is_staff_address=error_pages.is_staff_address(request),
        is_read=request.method in _READS,
    )
    if fault is None:
        return None
    if not hasattr(request, "_is_fault_logged"):  # a read that is repeated meets it twice
        message = str(error).partition("\n")[0].strip()
        logger.warning("%s %s: %s", request.method, request.path, message or type(error).__name__)
        request._is_fault_logged = True  # type: ignore[attr-defined]
    if fault.status == 400:
        logger.debug("rejected as invalid", exc_info=error)
    request._fault = fault  # type: ignore[attr-defined]
    response = fault_response(request, fault)
    # one line is enough; Django would log another, in some cases with a traceback
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def fault_response(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Return a page or, in the API, JSON. Neither needs the database."""
    response: HttpResponse
    if error_pages.is_for_programs(request):
        body: dict[str, Any] = {"errors": {fault.key: str(fault.sentence)}}
        if fault.status == 503:
            body["index"] = SearchUnavailable.NO_INDEX
        response = JsonResponse(body, status=fault.status)
        response["Access-Control-Allow-Origin"] = "*"
    else:
        # without the request, no context processor queries the user or their messages
        context = {"fault": fault, "again": _fields_to_send_again(request, fault)}
        context["address"] = request.get_full_path()
        response = HttpResponse(render_to_string("fault.html", context), status=fault.status)
    response["Cache-Control"] = "no-store"
    if fault.retry_after_s is not None:
        response["Retry-After"] = str(fault.retry_after_s)
    return response


def _describe_refused_method(request: HttpRequest, response: HttpResponse) -> None:
    """Add a page to Django's response to a method that is not allowed, which is empty, or JSON to
    that of the API, which is a word."""
    if response.content and not error_pages.is_for_programs(request):
        return
    page = error_pages.method_not_allowed(request)
    response.content = page.content
    for name, value in page.headers.items():
        response.headers[name] = value
    response.headers["Content-Length"] = str(len(page.content))


def _take_fault(request: HttpRequest) -> Fault | None:
    fault: Fault | None = request.__dict__.pop("_fault", None)
    return fault


def _may_be_repeated(request: HttpRequest) -> bool:
    return request.method in _READS and not connection.in_atomic_block


def _fields_to_send_again(request: HttpRequest, fault: Fault) -> list[tuple[str, str]]:
    """Return the fields of a form, so that the page can offer to send them again.

    Forms with files are left to the browser, which has the files; passwords are never sent back.
    """
    if request.method != "POST" or request.content_type not in _FORMS or fault.status == 400:
        return []
    if _is_upload(request):
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except _UNREADABLE:
        return []
    if request.FILES or any("password" in name for name, _ in fields):
        return []
    return fields


def _is_upload(request: HttpRequest) -> bool:
    """Return whether the body is larger than a form without files may be."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return True
    return length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + _MULTIPART_OVERHEAD
