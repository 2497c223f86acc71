"""Files stored without text: scans that need one, and files that could not be read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from statements.admin.batches.decisions import SeeOther
from statements.admin.batches.review_queue import PER_PAGE
from statements.admin.review_site import (
    PUBLISH,
    UPLOAD,
    VIEW,
    render_page,
    require_post_from,
    requires_permission,
)
from statements.ingest.intake.reading import try_again
from statements.models import DeliveredFile, Transcript


@require_safe
@requires_permission(UPLOAD, PUBLISH, VIEW)
def files_without_text(request: HttpRequest) -> HttpResponse:
    """List the files stored without text."""
    transcripts = Transcript.objects.without_text().select_related("uploader")
    shown = Paginator(transcripts, PER_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "batch/without_text", _("Files without text"), shown=shown)


@require_post_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@requires_permission(UPLOAD)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a quarantined file to be read again."""
    transcript = get_object_or_404(Transcript, pk=pk)
    files = DeliveredFile.objects.filter(transcript=transcript, outcome=DeliveredFile.Outcome.ASIDE)
    file = files.order_by("-pk").first()
    if file is None or not try_again(file):
        messages.info(request, _("“%(name)s” is no longer set aside.") % {"name": transcript.name})
        return HttpResponseRedirect(
            reverse("admin:statements_transcript_review", args=[transcript.pk])
        )
    messages.success(request, _("“%(name)s” will be read again.") % {"name": transcript.name})
    return SeeOther(reverse("admin:statements_transcript_delivery", args=[file.delivery_id]))
