"""Decides on the review page which labels begin speeches, and which of two columns is read; the
file is then read again.

What was decided is remembered for files of the same series; the list of it is here, too.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from statements import ingest
from statements.admin.review_site import UPLOAD, require_post_from, requires_permission
from statements.models import LabelChoice, Transcript
from statements.transcripts.values.choices import Column
from statements.transcripts.values.parsed import LabelUse, UnreadableTranscript

if TYPE_CHECKING:  # Django's classes take no type arguments at run time
    Admin = admin.ModelAdmin[LabelChoice]
else:
    Admin = admin.ModelAdmin


def _review_url(request: HttpRequest, pk: int) -> str:
    return reverse("admin:statements_transcript_review", args=[pk])


def unread_first(draft: ingest.Draft) -> list[Mapping[str, Any]]:
    """Return the labels of a draft in the order in which they are shown."""
    decided = {*draft.accepted_labels, *draft.rejected_labels}
    labels = [{**label, "is_decided": label["text"] in decided} for label in draft.labels]
    return sorted(labels, key=lambda label: label["use"] != LabelUse.UNREAD)


def _chosen(request: HttpRequest, draft: ingest.Draft) -> tuple[list[str], list[str], str]:
    """Return the accepted and the rejected labels, and the column to read.

    The page has a form for labels and one for columns; each leaves the choices of the other.
    """
    column = request.POST.get("column")
    if column in set(Column):
        return draft.accepted_labels, draft.rejected_labels, column
    labels = [label["text"] for label in unread_first(draft)]
    uses = {text: request.POST.get(f"label-{index}") for index, text in enumerate(labels, start=1)}
    accepted = [text for text, use in uses.items() if use == LabelUse.SPEAKER]
    rejected = [text for text, use in uses.items() if use == LabelUse.TEXT]
    return accepted, rejected, draft.column


@require_post_from(_review_url)
@requires_permission(UPLOAD)
def choose_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a waiting file again under the choices of the form."""
    transcript = get_object_or_404(Transcript.objects.defer(None).defer("content"), pk=pk)
    revision = request.POST.get("revision", "")
    try:
        draft = ingest.draft_waiting(transcript)
        accepted, rejected, column = _chosen(request, draft)
        ingest.choose_labels(
            transcript,
            accepted=accepted,
            rejected=rejected,
            column=column,
            revision=int(revision) if revision.isdecimal() else -1,
        )
    except (ingest.IngestError, UnreadableTranscript) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file was read again. Nothing is public yet."))
    return HttpResponseRedirect(_review_url(request, pk))


@admin.register(LabelChoice)
class LabelChoiceAdmin(Admin):
    """What is remembered; whoever may upload may look at it and forget it."""

    list_display = ["label", "begins_turns", "series", "file_name", "decided_at"]
    list_filter = ["begins_turns"]
    search_fields = ["label", "series", "file_name"]
    fields = ["label", "begins_turns", "series", "file_name", "decided_at"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(UPLOAD)

    def has_view_permission(self, request: HttpRequest, obj: LabelChoice | None = None) -> bool:
        return request.user.has_perm(UPLOAD)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LabelChoice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LabelChoice | None = None) -> bool:
        return request.user.has_perm(UPLOAD)
