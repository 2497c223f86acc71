"""What the pages of the way in share: who may do what, and how a read speech is judged."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from statements.ingest import SpeechPreview
from statements.models import Transcript
from statements.transcripts.names import fold

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


# problems that say who may have spoken; others, as of a hyphen, say nothing of that
_OF_THE_LINE = {"no-speaker", "unknown-affiliation"}


def standing(item: SpeechPreview) -> tuple[str, str]:
    """How sure it is who speaks: "recognised", "guessed" or "unknown", and why, as far as
    no problem of the speech says it."""
    speech = item.speech
    explained = any(found["code"] in _OF_THE_LINE for found in item.problems)
    if not speech.speaker and not speech.country:
        if speech.role:
            return "unknown", "Only an office is printed; nobody is named for it."
        return "unknown", "" if explained else "No speaker was found."
    if speech.affiliation and item.country is None:
        return "unknown", "" if explained else "No country was chosen for what the line prints."
    if fold(speech.speaker) not in fold(speech.speaker_line):
        return "guessed", "The line does not print this name; it was filled in."
    if not speech.affiliation and item.country:
        return "guessed", "The line prints no country; this one was filled in."
    if item.country is None:
        return "recognised", "The line prints no country, so none is assumed."
    return "recognised", ""
