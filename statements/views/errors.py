"""Pages for what went wrong: plain words, a way on, and nothing of the machinery."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

API = "/api/"


def found[M: Model](rows: QuerySet[M], sentence: str, **lookup: object) -> M:
    """The one row looked up; or the page 404 with a sentence for its reader."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(sentence)
    return row


def gone(request: HttpRequest, sentence: str, reason: str = "") -> HttpResponse:
    context = {"sentence": sentence, "reason": reason}
    return render(request, "410.html", context, status=410)


def is_for_programs(request: HttpRequest) -> bool:
    """Tell whether an address is answered with JSON."""
    return request.path_info.startswith(API)


def _refusal(
    request: HttpRequest, status: int, key: str, words: str, **context: object
) -> HttpResponse:
    """Return the page of a status; for programs its words in the shape of the API's refusals."""
    if not is_for_programs(request):
        return render(request, f"{status}.html", context, status=status)
    response = JsonResponse({"errors": {key: words}}, status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refused: 413 where its form is too large, else 400."""
    if isinstance(exception, RequestDataTooBig):
        most = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        words = f"The form holds more than {most}, which is the most that can be sent at once."
        return _refusal(request, 413, "request", words, sentence=words)
    return _refusal(request, 400, "request", "This request was not understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 403, "request", "This is not allowed.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # the resolver's own exception carries a dictionary of patterns, which is nobody's business
    said = exception.args[0] if exception.args else ""
    sentence = said if isinstance(said, str) else ""
    default = "There is nothing at this address; /api/v1/docs describes those that exist."
    return _refusal(request, 404, "address", sentence or default, sentence=sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    return _refusal(request, 500, "server", "Something failed here; it was logged.")
