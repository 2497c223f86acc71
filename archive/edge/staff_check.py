"""Tells the proxy whether a request is from a member of staff."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def is_staff(request: HttpRequest) -> HttpResponse:
    """Answer 204 to staff who are signed in and 401 to all others, for nginx's ``auth_request``.

    The proxy then rejects large uploads of others before it reads them.
    """
    return HttpResponse(status=204 if request.user.is_staff else 401)
