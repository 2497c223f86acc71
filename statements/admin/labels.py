"""Decides on the review page which labels begin speeches; the file is then read again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from statements import ingest
from statements.admin.review_site import UPLOAD, require_post_from, requires_permission
from statements.models import Transcript
from statements.transcripts.values.parsed import LabelUse, UnreadableTranscript


def _review_url(request: HttpRequest, pk: int) -> str:
    return reverse("admin:statements_transcript_review", args=[pk])


def unread_first(labels: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the labels of a draft in the order in which they are shown."""
    return sorted(labels, key=lambda label: label["use"] != LabelUse.UNREAD)


@require_post_from(_review_url)
@requires_permission(UPLOAD)
def choose_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a waiting file again under the choices of the form."""
    transcript = get_object_or_404(Transcript.objects.defer(None).defer("content"), pk=pk)
    revision = request.POST.get("revision", "")
    try:
        draft = ingest.draft_waiting(transcript)
        labels = [label["text"] for label in unread_first(draft.labels)]
        chosen = {
            text: request.POST.get(f"label-{index}") for index, text in enumerate(labels, start=1)
        }
        ingest.choose_labels(
            transcript,
            accepted=[text for text, use in chosen.items() if use == LabelUse.SPEAKER],
            rejected=[text for text, use in chosen.items() if use == LabelUse.TEXT],
            revision=int(revision) if revision.isdecimal() else -1,
        )
    except (ingest.IngestError, UnreadableTranscript) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file was read again. Nothing is public yet."))
    return HttpResponseRedirect(_review_url(request, pk))
