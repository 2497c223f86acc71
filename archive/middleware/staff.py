"""Refuses what no address of the archive desk can mean."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from archive.middleware.faults import is_staff_address


class StaffAddressMiddleware:
    """Answers 400 to an address of the desk with a NUL, which PostgreSQL cannot store in a text.

    Every page of the desk needs the database, if only for its form to be of any use; where that
    does not answer, the fault is met here.

    Numbers and dates that no column can hold are met where Django converts them:
    ``archive.middleware.kinds``. Fields of a form are checked by the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if is_staff_address(request):
            if "\0" in request.path or "\0" in query or "%00" in query:
                raise BadRequest("The address holds a NUL character.")
            with connection.cursor():
                pass
        return self.get_response(request)
