"""Views for rejected forms and for stored input."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.accounts.site import log_in_again
from statements.admin.review_site import require_post_from
from statements.admin.unsaved_input.storage import inputs_of_user, keep


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Reject a form without a valid CSRF token, but store its input where the view allows it."""
    match = request.resolver_match
    preserves = match is not None and getattr(match.func, "preserves_input", False)
    stored = keep(request) if preserves else None
    address = stored.get_absolute_url() if stored else ""
    is_owner = stored is not None and request.user.pk == stored.person_id
    if stored and not is_owner:
        address = log_in_again(address, is_input_kept=True).url
    context: dict[str, Any] = {"address": address, "signed_in": is_owner}
    template = "403_csrf.html"
    if request.path.startswith(reverse("admin:index")):
        template = "admin/403_csrf.html"
        context |= admin.site.each_context(request)
        context["title"] = _("Your changes were not saved")
    response = render(request, template, context, status=403)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_post_from(lambda request, key: reverse("admin:index"))
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Delete stored input."""
    if inputs_of_user(request).filter(key=key).delete()[0]:
        messages.success(request, _("The unsaved input was deleted."))
    return HttpResponseRedirect(reverse("admin:index"))
