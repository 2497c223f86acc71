"""``/healthz``: the process answers. ``/readyz``: pages can be served. ``/status`` and
``/metrics``: the figures, for operators."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from statements.health.access import may_see_status
from statements.health.checks import health
from statements.health.figures import figures, index_figures
from statements.health.metrics import exposition


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer without asking anybody."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while pages can be served, else 503; name whatever is not well in either."""
    found = health()
    body = {"status": found.word, "checks": found.checks}
    if found.index is not None:
        body |= index_figures(found.index)
    return JsonResponse(body, status=200 if found.can_serve else 503)


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show the figures as JSON, with the number that ``/readyz`` answers with."""
    if not may_see_status(request):
        return _refused()
    found, told = figures()
    return JsonResponse(told, status=200 if found.can_serve else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures to Prometheus; with 200 also where parts fail, or it would not read them."""
    if not may_see_status(request):
        return _refused()
    _, told = figures()
    text, content_type = exposition(told, request.headers.get("Accept", ""))
    return HttpResponse(text, content_type=content_type)


def _refused() -> HttpResponse:
    words = "This is for staff who are signed in, programs on this machine, and holders of a token."
    response = JsonResponse({"errors": {"access": words}}, status=401)
    response["WWW-Authenticate"] = "Bearer"
    return response
