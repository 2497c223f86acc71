"""Store the fields of a form that could not be processed, and restore them for its user."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext

from archive.accounts.site import log_in_again
from statements.models import UnsavedInput

if TYPE_CHECKING:
    from django.db.models import QuerySet

NOTE = "_form"  # the form field with the signed note
RESTORED_KEY = "kept"  # the query parameter and form field with the key of stored input
NOTE_MAX_AGE = timedelta(days=8)  # a page may stay open over a weekend and longer
MAX_PER_USER = 30
MAX_PATH_LENGTH = UnsavedInput._meta.get_field("path").max_length or 0
_SALT = "statements.admin.unsaved_input"
_KEY = re.compile("[A-Za-z0-9_-]{43}")
_COOKIE = "saved_drafts"
_DRAFTS_IN_COOKIE = 10
_UNREADABLE = (
    BadRequest,
    MultiPartParserError,
    StopUpload,
    SuspiciousOperation,
    UnreadablePostError,
)

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Note:
    """What a form carries so that its input can be stored."""

    signed: str
    user_id: int
    path: str  # of the form; the browser stores its draft under this path
    restored_key: str  # key of the stored input that the form shows
    has_unsaved_input: bool


def form_note(request: HttpRequest, title: str, path: str) -> Note:
    """Return the note for a form rendered for the current user at a path."""
    content = {"person": request.user.pk, "path": path, "title": title[:200]}
    return Note(
        signing.dumps(content, salt=_SALT),
        request.user.pk or 0,
        path,
        _restored_key(request),
        request.method == "POST",
    )


def _restored_key(request: HttpRequest) -> str:
    """Return the key of the stored input that the submitted form shows, or an empty string."""
    key = request.POST.get(RESTORED_KEY, "") or request.GET.get(RESTORED_KEY, "")
    return key if _KEY.fullmatch(key) else ""


def keep(request: HttpRequest) -> UnsavedInput | None:
    """Store the fields of a form with a valid note; return None if it has none.

    The input replaces the one that the form was restored from, and no other: the same form may be
    open in two tabs.

    Raises RequestDataTooBig if the form is too large to be read. The user then sees an error page
    instead of continuing as if nothing had been lost.
    """
    try:
        posted = request.POST
    except RequestDataTooBig:
        raise
    except _UNREADABLE:  # not sent by a browser
        return None
    note = submitted_note(request)
    if note is None:
        return None
    fields = _typed_fields(posted)
    UnsavedInput.objects.outdated().delete()
    earlier = UnsavedInput.objects.filter(person_id=note["person"])
    # submitted again, for example by reloading the page
    if duplicate := earlier.filter(path=note["path"], fields=fields).first():
        return duplicate
    stored = UnsavedInput.objects.create(
        key=secrets.token_urlsafe(32),
        person_id=note["person"],
        path=note["path"],
        title=note["title"],
        fields=fields,
    )
    if key := _restored_key(request):
        earlier.filter(key=key).delete()
    _delete_surplus(request, earlier)
    return stored


def _delete_surplus(request: HttpRequest, inputs: "QuerySet[UnsavedInput]") -> None:
    """Delete the oldest of a user's inputs above MAX_PER_USER, and say so."""
    surplus = inputs.order_by("-pk").values_list("pk", flat=True)[MAX_PER_USER:]
    if inputs.filter(pk__in=list(surplus)).delete()[0]:
        message = gettext(
            "At most %(limit)s forms with unsaved input are kept, so your oldest one was deleted."
        )
        messages.warning(request, message % {"limit": MAX_PER_USER})


def submitted_note(request: HttpRequest) -> dict[str, Any] | None:
    """Return the content of the valid note in the form or, for uploads, in the query string."""
    try:
        signed = request.GET.get(NOTE) or request.POST.get(NOTE, "")
        content: dict[str, Any] = signing.loads(signed, salt=_SALT, max_age=NOTE_MAX_AGE)
    except signing.BadSignature:
        return None
    exists = get_user_model().objects.filter(pk=content["person"], is_active=True).exists()
    return content if exists else None


def _typed_fields(posted: QueryDict) -> list[list[Any]]:
    """Return the names of the fields that users fill in, each with its values."""
    return [
        [name, [value.replace("\0", "") for value in values]]
        for name, values in posted.lists()
        if _is_input(name) and "\0" not in name
    ]


def _is_input(name: str) -> bool:
    """Return True for fields that users fill in, except passwords.

    The names of admin buttons begin with "_".
    """
    if name == ACTION_CHECKBOX_NAME:
        return True
    if is_password(name):
        return False
    return not name.startswith("_") and name not in {"csrfmiddlewaretoken", RESTORED_KEY}


def is_password(name: str) -> bool:
    """Return True for a field whose value is never stored."""
    return "password" in name


def preserves_input(view: View) -> View:
    """Store a form submitted after the session expired, and redirect to the login page."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not admin.site.has_permission(request):
            if stored := keep(request):
                return log_in_again(stored.get_absolute_url(), is_input_kept=True)
        return view(request, *args, **kwargs)

    wrapper.preserves_input = True  # type: ignore[attr-defined]
    return wrapper


def inputs_of_user(request: HttpRequest) -> "QuerySet[UnsavedInput]":
    """Return the stored input of the current user, newest first."""
    return UnsavedInput.objects.of(request.user.pk)


def restored_fields(request: HttpRequest) -> QueryDict | None:
    """Return the stored fields that the page's query string refers to, as they were submitted.

    Returns None if there are none, or none of this user for this page, and says so. Views that
    show the fields must not save them: the request has no CSRF token.
    """
    key = request.GET.get(RESTORED_KEY, "")
    if request.method not in ("GET", "HEAD") or not key:
        return None
    stored = inputs_of_user(request).defer(None).filter(key=_restored_key(request)).first()
    if stored is None or stored.path.partition("?")[0] != request.path:
        messages.warning(request, gettext("This input is no longer stored."))
        return None
    fields = QueryDict(mutable=True)
    for name, values in stored.fields:
        fields.setlist(name, values)
    fields[RESTORED_KEY] = key
    return fields


def show_as_posted(request: HttpRequest, fields: QueryDict) -> None:
    """Make a view treat this request as a POST of the restored fields."""
    request.FILES  # noqa: B018 - read later, it would replace the fields
    request.method = "POST"
    setattr(request, "POST", fields)  # noqa: B010 - read-only to the type checker


def discard_saved(request: HttpRequest) -> None:
    """Delete what was stored for a form once the form has been saved.

    That is the input that it was restored from, and the same input submitted before. Other input
    for the same page stays, as it may have been typed in another tab.
    """
    if key := _restored_key(request):
        inputs_of_user(request).filter(key=key).delete()
    note = submitted_note(request)
    if note is None or note["person"] != request.user.pk:
        return
    fields = _typed_fields(request.POST)
    inputs_of_user(request).filter(path=note["path"], fields=fields).delete()


def mark_saved(request: HttpRequest, response: HttpResponse, path: str) -> HttpResponse:
    """Set a cookie that lets the browser delete its draft of the form at a path."""
    discard_saved(request)
    draft = quote(path, safe="")
    earlier = [name for name in request.COOKIES.get(_COOKIE, "").split("!") if name != draft]
    response.set_cookie(
        _COOKIE,
        "!".join([*earlier[1 - _DRAFTS_IN_COOKIE :], draft])[:3500],
        max_age=int(NOTE_MAX_AGE.total_seconds()),
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
        httponly=False,  # drafts.js reads it
    )
    return response
