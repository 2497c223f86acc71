"""Permissions, decorators and page rendering shared by the archive's own administration pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.models import Transcript

UPLOAD = "statements.upload_transcript"
PUBLISH = "statements.publish_transcript"
VIEW = "statements.view_transcript"
WITHDRAW = "statements.withdraw_speech"

View = Callable[..., HttpResponse]


def requires_permission(*permissions: str) -> Callable[[View], View]:
    """Raise PermissionDenied unless the user has at least one of these permissions.

    ``admin_view`` has already redirected anonymous users to the login page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(name) for name in permissions):
                raise missing_permission(*permissions)
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def missing_permission(*permissions: str) -> PermissionDenied:
    """Return the exception for a user who has none of these permissions; it names them."""
    codes = [name.partition(".")[2] for name in permissions]
    found = Permission.objects.filter(codename__in=codes, content_type__app_label="statements")
    names = ", ".join(f"“{name}”" for name in found.order_by("pk").values_list("name", flat=True))
    sentence = ngettext(
        "This requires the permission %(names)s. Only administrators can give it to you.",
        "This requires one of these permissions: %(names)s. Only administrators can give you one.",
        len(permissions),
    )
    return PermissionDenied(sentence % {"names": names})


def require_post_from(form_page: Callable[..., str]) -> Callable[[View], View]:
    """Allow only POST; redirect GET and HEAD to the page that contains the form.

    Someone who has to log in before submitting the form returns with GET. ``form_page`` receives
    the view's arguments and returns an address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["POST"])
            messages.info(request, _("Nothing has been changed yet. Please use the button again."))
            return HttpResponseRedirect(form_page(request, *args, **kwargs))

        return wrapper

    return decorate


def current_user(request: HttpRequest) -> User:
    """Return the user who is logged in; raise PermissionDenied for anonymous users."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def desk_context(request: HttpRequest, title: str) -> dict[str, Any]:
    """Return the context of every page in the layout of the administration."""
    return admin.site.each_context(request) | {"title": title}


def render_page(
    request: HttpRequest, name: str, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """Render a template of ``admin/statements/transcript/`` in the administration's layout."""
    context = (
        desk_context(request, title)
        | {
            "opts": Transcript._meta,
            "may_upload": request.user.has_perm(UPLOAD),
            "may_publish": request.user.has_perm(PUBLISH),
        }
        | context
    )
    template = f"admin/statements/transcript/{name}.html"
    return TemplateResponse(request, template, context, status=status)
