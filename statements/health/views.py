"""``/healthz``: the process responds. ``/readyz``: pages can be served. ``/status`` and
``/metrics``: figures for operators."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from statements.health.access import may_see_status
from statements.health.checks import health
from statements.health.figures import figures, index_figures
from statements.health.metrics import exposition
from statements.search import SearchUnavailable


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 without any check: the process responds."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if pages can be served, otherwise 503; with the result of every check."""
    result = health()
    body = {"status": result.status, "checks": result.checks}
    if result.index is not None:
        body |= index_figures(result.index)
    return _answer(body, can_serve=result.can_serve)


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Answer with the figures as JSON, and the status code of ``/readyz``."""
    if not may_see_status(request):
        return _refuse()
    result, values = figures()
    return _answer(values, can_serve=result.can_serve)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures for Prometheus, which reads them only if the status code is 200."""
    if not may_see_status(request):
        return _refuse()
    _, values = figures()
    text, content_type = exposition(values, request.headers.get("Accept", ""))
    return HttpResponse(text, content_type=content_type)


def _answer(body: dict[str, Any], *, can_serve: bool) -> JsonResponse:
    if can_serve:
        return JsonResponse(body)
    headers = {"Retry-After": str(SearchUnavailable.RETRY_AFTER_S)}
    return JsonResponse(body, status=503, headers=headers)


def _refuse() -> HttpResponse:
    message = "Only signed-in staff, programs on this machine and holders of the token have access."
    response = JsonResponse({"errors": {"access": message}}, status=401)
    response["WWW-Authenticate"] = "Bearer"
    return response
