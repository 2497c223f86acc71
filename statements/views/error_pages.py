"""Error pages and their JSON for the API. They never show internals, and always offer a way to
continue."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext

from statements.models.withdrawal_notices import departure

API = "/api/"


def get_or_404[M: Model](rows: QuerySet[M], sentence: str, **lookup: object) -> M:
    """Return the row that matches ``lookup``. Raises Http404 with ``sentence`` if there is none."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(sentence)
    return row


def gone_response(
    request: HttpRequest, sentence: str, reason: str = "", template: str = "410.html"
) -> HttpResponse:
    """Return the page of something that was withdrawn or deleted, with status 410."""
    context = {"sentence": sentence, "reason": reason}
    return render(request, template, context, status=410)


def gone_or_404(
    request: HttpRequest, public_id: str, otherwise: str, template: str = "410.html"
) -> HttpResponse:
    """Return the page that says what happened to the speech with this id, with status 410.

    Raises Http404 with the sentence ``otherwise`` if it is public, or there never was one.
    """
    if departed := departure(public_id):
        return gone_response(request, departed.sentence, departed.reason, template)
    raise Http404(otherwise)


def is_for_programs(request: HttpRequest) -> bool:
    """Return whether the address belongs to the API, whose answers are JSON."""
    return request.path_info.startswith(API)


def is_staff_address(request: HttpRequest) -> bool:
    """Return whether the address belongs to the administration."""
    return request.path.startswith(reverse("admin:index"))


def _staff_refusal(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """Return an error page with the navigation of the administration."""
    context = admin.site.each_context(request) | {"title": title, "sentence": sentence}
    return render(request, "admin/_refusal.html", context, status=status)


def _refusal(
    request: HttpRequest, status: int, key: str, message: str, **context: object
) -> HttpResponse:
    """Return the error page of a status; in the API, ``message`` as JSON."""
    if not is_for_programs(request):
        return render(request, f"{status}.html", context, status=status)
    response = JsonResponse({"errors": {key: message}}, status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django rejected: 413 if its form is too large, otherwise 400."""
    if isinstance(exception, RequestDataTooBig):
        maximum = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        message = gettext("The form is larger than the limit of %(size)s.") % {"size": maximum}
        return _refusal(request, 413, "request", message, sentence=message)
    return _refusal(request, 400, "request", gettext("The request is not valid."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for something that needs a permission, with status 403."""
    user = getattr(request, "user", None)
    if is_staff_address(request) and user is not None and user.is_authenticated:
        sentence = str(exception) or gettext("Only administrators may do this.")
        return _staff_refusal(request, 403, gettext("You do not have permission"), sentence)
    return _refusal(request, 403, "request", gettext("Access denied."))


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """Return the page for an address that does not accept the method of the request."""
    if request.method in ("GET", "HEAD"):
        sentence = gettext("This address only accepts submitted forms.")
    else:
        sentence = gettext("This address does not accept requests of this kind.")
    if is_staff_address(request):
        title = gettext("This address cannot be opened this way")
        return _staff_refusal(request, 405, title, sentence)
    return _refusal(request, 405, "method", sentence, sentence=sentence)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for something that does not exist, with status 404."""
    # the argument of the resolver's own exception is a dictionary of URL patterns: not for readers
    argument = exception.args[0] if exception.args else ""
    sentence = argument if isinstance(argument, str) else ""
    default = gettext("There is nothing at this address. See /api/v1/docs for a list of addresses.")
    return _refusal(request, 404, "address", sentence or default, sentence=sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed because of an error in the program, with status 500."""
    return _refusal(request, 500, "server", gettext("Something went wrong. The error was logged."))
