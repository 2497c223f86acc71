"""What the pages of the way in share: who may do what, and the frame of a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse

from statements.models import Transcript

UPLOAD = "statements.upload_transcript"
PUBLISH = "statements.publish_transcript"
VIEW = "statements.view_transcript"
WITHDRAW = "statements.withdraw_speech"

View = Callable[..., HttpResponse]


def needs(*permissions: str) -> Callable[[View], View]:
    """Refuse whoever has none of these permissions; who is nobody was sent to log in before."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(name) for name in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def posted_from(form_page: Callable[..., str]) -> Callable[[View], View]:
    """Take POST only; lead whoever comes with GET to the page with the form.

    A person who has to sign in before a form is taken comes back this way. ``form_page`` gets the
    view's arguments and returns an address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def posted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["POST"])
            messages.info(request, "Nothing has been changed yet. Please use the button again.")
            return HttpResponseRedirect(form_page(request, *args, **kwargs))

        return posted

    return decorate


def person(request: HttpRequest) -> User:
    """Whoever is logged in; ``admin_view`` let nobody else through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def page(
    request: HttpRequest, name: str, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """A page of the archive desk, within the administration's frame."""
    context = (
        admin.site.each_context(request)
        | {
            "title": title,
            "opts": Transcript._meta,
            "may_upload": request.user.has_perm(UPLOAD),
            "may_publish": request.user.has_perm(PUBLISH),
        }
        | context
    )
    template = f"admin/statements/transcript/{name}.html"
    return TemplateResponse(request, template, context, status=status)
