"""Pages for what went wrong: plain words, a way on, and nothing of the machinery."""

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def found[M: Model](rows: QuerySet[M], sentence: str, **lookup: object) -> M:
    """The one row looked up; or the page 404 with a sentence for its reader."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(sentence)
    return row


def gone(request: HttpRequest, sentence: str, reason: str = "") -> HttpResponse:
    context = {"sentence": sentence, "reason": reason}
    return render(request, "410.html", context, status=410)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # the resolver's own exception carries a dictionary of patterns, which is nobody's business
    said = exception.args[0] if exception.args else ""
    sentence = said if isinstance(said, str) else ""
    return render(request, "404.html", {"sentence": sentence}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
