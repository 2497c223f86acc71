"""Whether a request is that of somebody who works here, for the proxy to ask."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def is_staff(request: HttpRequest) -> HttpResponse:
    """Answer 204 to staff who are signed in, 401 to everybody else, as nginx's ``auth_request``
    wants it: so it takes in no large body that would be refused anyway."""
    return HttpResponse(status=204 if request.user.is_staff else 401)
