"""What a person sees where their form could not be taken, and of what is kept for them."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from statements.admin.desk import posted_from
from statements.admin.unsaved.keeping import keep, kept_by


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without a valid token: nothing is done, and what was typed is kept."""
    match = request.resolver_match
    keeps = match is not None and getattr(match.func, "keeps_input", False)
    kept = keep(request) if keeps else None
    address = kept.get_absolute_url() if kept else ""
    if kept and request.user.pk != kept.person_id:
        login = redirect_to_login(address, reverse("admin:login"))
        address = login["Location"]
    context = {"address": address, "signed_in": kept and request.user.pk == kept.person_id}
    response = render(request, "403_csrf.html", context, status=403)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@posted_from(lambda request, key: reverse("admin:index"))
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw away what was kept."""
    if kept_by(request).filter(key=key).delete()[0]:
        messages.success(request, "The unsaved input was deleted.")
    return HttpResponseRedirect(reverse("admin:index"))
