"""Meetings and speeches as documents in markup, and what pages list as a book."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from statements.addresses import origin
from statements.downloads.files import Find, Refused, streamed
from statements.downloads.streams import missing, refusal
from statements.exports.markup import epub
from statements.exports.markup.debate import (
    Debate,
    meeting_document,
    selection_document,
    speech_document,
)
from statements.exports.markup.files import MARKUP
from statements.exports.tables.archives import joined
from statements.models import Meeting
from statements.views.error_pages import get_or_404


def speech(request: HttpRequest, public_id: str, suffix: str) -> HttpResponseBase:
    """Answer with a speech in markup."""
    debate = speech_document(public_id, origin(request))
    return missing(public_id) if debate is None else _document(request, debate, suffix)


def meeting(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """Answer with the speeches of a meeting in markup."""
    shown = get_or_404(
        Meeting.objects.select_related("organ"),
        gettext("There is no meeting at this address."),
        slug=slug,
    )
    return _document(request, meeting_document(shown, origin(request)), suffix)


def book(request: HttpRequest, suffix: str, find: Find, **parts: Any) -> HttpResponseBase:
    """Answer with the speeches of a page as a book."""
    try:
        source = find(request, **parts)
    except Refused as refused:
        return refused.response
    count = len(source.keys)
    if count > epub.MAX_SPEECHES:
        sentence = gettext(
            "A book has at most %(most)d speeches, and these are %(count)d. Please narrow the "
            "search, or choose another format."
        )
        return refusal(sentence % {"most": epub.MAX_SPEECHES, "count": count}, 400)
    title = f"{settings.SITE_NAME}: {source.name}" if source.name else settings.SITE_NAME
    debate = selection_document(title, source.page, source.keys, source.origin)
    name = source.file_name(suffix)
    return _sent(request, debate, epub.write(debate), name, epub.MEDIA_TYPE)


def _document(request: HttpRequest, debate: Debate, suffix: str) -> HttpResponseBase:
    name = f"{debate.key}.{suffix}"
    if suffix == epub.SUFFIX:
        return _sent(request, debate, epub.write(debate), name, epub.MEDIA_TYPE)
    kind = MARKUP[suffix]
    return _sent(request, debate, joined(kind.write(debate)), name, kind.content_type)


def _sent(
    request: HttpRequest, debate: Debate, pieces: Iterator[bytes], name: str, content_type: str
) -> HttpResponseBase:
    page = f'<{debate.address(debate.path)}>; rel="cite-as"'  # RFC 8574
    headers = {"Link": page}
    if not debate.is_speech:
        return streamed(request, pieces, name, content_type, headers)
    response = HttpResponse(b"".join(pieces), content_type=content_type, headers=headers)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
