"""Scans: their text is recognised on request, and their pages are shown beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import BinaryField
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from statements import ingest
from statements.admin.review_site import (
    PUBLISH,
    UPLOAD,
    VIEW,
    current_user,
    require_post_from,
    requires_permission,
)
from statements.exports import page_images
from statements.ingest.drafts.draft import DraftSpeech
from statements.models import Recognition, Transcript
from statements.transcripts.values.parsed import UnreadableTranscript

_PDF = "application/pdf"
# what browsers show, by its first bytes; they do not show TIFF
_PICTURES = ((b"%PDF", _PDF), (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True, slots=True)
class RecognitionStatus:
    """What a page says about the recognition of a scan's text."""

    unavailable: str  # why text cannot be recognised here; "" if it can
    recognition: Recognition | None = None
    done: int = 0  # pages

    @property
    def is_running(self) -> bool:
        return (
            self.recognition is not None
            and self.recognition.outcome == Recognition.Outcome.WAITING
            and not self.unavailable
        )

    @property
    def is_possible(self) -> bool:
        """Whether the text can be recognised now, perhaps once more."""
        return not (self.unavailable or self.is_running)


def missing_pages(transcript: Transcript) -> RecognitionStatus | None:
    """Return the status of a file that waits for review if some of its pages have no text."""
    return RecognitionStatus(ingest.why_unavailable()) if ingest.lacks_pages(transcript) else None


def recognition_status(scan: Transcript) -> RecognitionStatus | None:
    """Return the status of a scan that has no text yet; None for other files."""
    if scan.state != Transcript.State.SCAN or scan.texts.exists():
        return None
    recognition = Recognition.objects.filter(transcript=scan).first()
    done = recognition.recognized_pages.count() if recognition else 0
    return RecognitionStatus(ingest.why_unavailable(), recognition, done)


@require_post_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@requires_permission(UPLOAD)
def recognize(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker recognise the text of a scan, or of those pages of a file that lack it."""
    scan = get_object_or_404(Transcript, pk=pk)
    user = current_user(request)
    if reason := ingest.why_unavailable():
        messages.error(request, reason)
    elif not (
        ingest.request_missing_pages(scan, by=user) or ingest.request_recognition(scan, by=user)
    ):
        messages.info(request, _("“%(name)s” is not waiting for its text.") % {"name": scan.name})
    return HttpResponseRedirect(reverse("admin:statements_transcript_review", args=[scan.pk]))


@require_safe
@requires_permission(UPLOAD, PUBLISH, VIEW)
def page_image(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a page of a PDF as an image, or the image that a file is."""
    transcript = get_object_or_404(Transcript, pk=pk)
    media_type = picture_type(transcript.pk)
    if media_type == _PDF:
        media_type, picture = "image/png", _drawn_page(transcript.sha256, number)
    else:
        # not kept in memory, since such files may be large
        picture = bytes(transcript.content) if media_type and number == 1 else b""
    if not picture:
        raise Http404
    return HttpResponse(
        picture, content_type=media_type, headers={"X-Content-Type-Options": "nosniff"}
    )


def picture_type(pk: int) -> str:
    """Return the media type of a file whose pages browsers can show here, or ""."""
    head = Substr("content", 1, 4, output_field=BinaryField())
    row = Transcript.objects.filter(pk=pk).values_list(head).first()
    content = bytes(row[0]) if row else b""
    return next((kind for start, kind in _PICTURES if content.startswith(start)), "")


def _drawn_page(sha256: str, number: int) -> bytes:
    try:
        return page_images.page_image(sha256, number)
    except (UnreadableTranscript, page_images.DrawingBusy) as error:
        raise Http404 from error


def pages_of(speech: DraftSpeech, problems: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the pages of a file on which a speech is printed, from 1."""
    pages = {paragraph.page for paragraph in speech.paragraphs}
    pages |= {problem.get("page") for problem in problems}
    known = sorted(page for page in pages if page)
    return list(range(known[0], known[-1] + 1)) if known else []
