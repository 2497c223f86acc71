"""Keeping the fields of a form that could not be taken, and giving them back to its person."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import reverse

from statements.models import UnsavedInput

if TYPE_CHECKING:
    from django.db.models import QuerySet

NOTE = "_form"  # the signed note: whose form it is, and where it stands
KEPT = "kept"  # the key of what was kept, in the address and in the form
NOTE_GOOD_FOR = timedelta(days=8)  # a page may stay open over a weekend and longer
MOST_OF_A_PERSON = 30
_SALT = "statements.admin.unsaved"
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
    """What a form carries so that it can be kept."""

    signed: str
    person: int
    path: str  # of the form; the browser keeps its draft under it
    kept: str  # the key of what is shown again
    unsaved: bool  # whether the form is shown with something typed that is not stored


def note_of(request: HttpRequest, title: str, path: str) -> Note:
    """The note of a form that the person signed in is shown at a path."""
    content = {"person": request.user.pk, "path": path, "title": title[:200]}
    kept = request.POST.get(KEPT, "") or request.GET.get(KEPT, "")
    return Note(
        signing.dumps(content, salt=_SALT),
        request.user.pk or 0,
        path,
        kept if _KEY.fullmatch(kept) else "",
        request.method == "POST",
    )


def keep(request: HttpRequest) -> UnsavedInput | None:
    """Keep the fields of a form that comes with its note; None where there is no valid one.

    Raises RequestDataTooBig where the form is too large to be read, which is answered with a page
    that says so: the person must not be led on as if nothing was lost.
    """
    try:
        posted = request.POST
    except RequestDataTooBig:
        raise
    except _UNREADABLE:  # not what a browser sends
        return None
    note = _read(posted.get(NOTE, ""))
    if note is None:
        return None
    fields = [
        [name, [value.replace("\0", "") for value in values]]
        for name, values in posted.lists()
        if _is_input(name) and "\0" not in name
    ]
    UnsavedInput.objects.outdated().delete()
    same = UnsavedInput.objects.filter(person_id=note["person"], path=note["path"], fields=fields)
    if there := same.first():  # sent again, as by reloading the page
        return there
    kept = UnsavedInput.objects.create(
        key=secrets.token_urlsafe(32),
        person_id=note["person"],
        path=note["path"],
        title=note["title"],
        fields=fields,
    )
    surplus = UnsavedInput.objects.filter(person_id=note["person"]).order_by("-pk")
    UnsavedInput.objects.filter(
        pk__in=list(surplus.values_list("pk", flat=True)[MOST_OF_A_PERSON:])
    ).delete()
    return kept


def _read(note: str) -> dict[str, Any] | None:
    try:
        read = signing.loads(note, salt=_SALT, max_age=NOTE_GOOD_FOR)
    except signing.BadSignature:
        return None
    exists = get_user_model().objects.filter(pk=read["person"], is_active=True).exists()
    return read if exists else None


def _is_input(name: str) -> bool:
    """Whether a field was typed; buttons and actions begin with "_" in the administration."""
    if name == ACTION_CHECKBOX_NAME:
        return True
    return not name.startswith("_") and name not in {"csrfmiddlewaretoken", KEPT}


def keeps_input(view: View) -> View:
    """Keep what comes from somebody who is not signed in any more, and have them sign in."""

    @wraps(view)
    def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not admin.site.has_permission(request):
            if kept := keep(request):
                return redirect_to_login(kept.get_absolute_url(), reverse("admin:login"))
        return view(request, *args, **kwargs)

    keeping.keeps_input = True  # type: ignore[attr-defined]
    return keeping


def kept_by(request: HttpRequest) -> "QuerySet[UnsavedInput]":
    """What is kept for the person signed in, the latest first."""
    return UnsavedInput.objects.of(request.user.pk)


def restored(request: HttpRequest) -> QueryDict | None:
    """The fields that are asked for by the page's address, as they were sent; None where none are
    asked for, or none of this person for this page. Whoever shows them must store nothing: they
    come without a token."""
    key = request.GET.get(KEPT, "")
    if request.method not in ("GET", "HEAD") or not _KEY.fullmatch(key):
        return None
    kept = kept_by(request).defer(None).filter(key=key).first()
    if kept is None or kept.path.partition("?")[0] != request.path:
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept.fields:
        fields.setlist(name, values)
    fields[KEPT] = key
    return fields


def show_as_posted(request: HttpRequest, fields: QueryDict) -> None:
    """Have a view treat a request that shows fields again as the one that sent them."""
    request.method = "POST"
    setattr(request, "POST", fields)  # noqa: B010 - only the type checker thinks it is fixed


def forget(request: HttpRequest) -> None:
    """Delete what was kept, once the form that showed it again is saved."""
    key = request.POST.get(KEPT, "") or request.GET.get(KEPT, "")
    if _KEY.fullmatch(key):
        kept_by(request).filter(key=key).delete()


def saved(request: HttpRequest, response: HttpResponse, path: str) -> HttpResponse:
    """Tell the browser that the draft it keeps of the form at a path is saved and can go."""
    forget(request)
    draft = quote(path, safe="")
    before = [each for each in request.COOKIES.get(_COOKIE, "").split("!") if each != draft]
    response.set_cookie(
        _COOKIE,
        "!".join([*before[1 - _DRAFTS_IN_COOKIE :], draft])[:3500],
        max_age=int(NOTE_GOOD_FOR.total_seconds()),
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
        httponly=False,  # the script that keeps drafts reads it
    )
    return response
