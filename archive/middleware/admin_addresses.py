"""Rejects invalid addresses of the administration."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from statements.views import error_pages


class StaffAddressMiddleware:
    """Answers 400 to an address of the administration with a NUL, which PostgreSQL cannot store.

    Every page of the administration needs the database, if only because its form would be useless
    without it. If the database does not respond, the fault is raised here.

    Numbers and dates that no column can store fail where Django converts them; see
    ``archive.middleware.fault_kinds``. The fields of a form are validated by the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if error_pages.is_staff_address(request):
            if "\0" in request.path or "\0" in query or "%00" in query:
                error = BadRequest("The address contains a NUL character.")
                return error_pages.bad_request(
                    request, error
                )  # raised, it is logged with a traceback
            with connection.cursor():
                pass
        return self.get_response(request)
