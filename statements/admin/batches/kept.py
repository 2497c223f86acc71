"""Files that are kept without a text: scans that wait for theirs, and what ended its readers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from statements.admin.batches.decisions import SeeOther
from statements.admin.batches.waiting import PER_PAGE
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, needs, page, posted_from
from statements.ingest.intake.reading import try_again
from statements.models import DeliveredFile, Transcript


@require_safe
@needs(UPLOAD, PUBLISH, VIEW)
def kept(request: HttpRequest) -> HttpResponse:
    """List the files that are kept without text."""
    transcripts = Transcript.objects.without_text().select_related("uploader")
    shown = Paginator(transcripts, PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "batch/kept", "Kept without text", shown=shown)


@posted_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@needs(UPLOAD)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a file that was set aside read once more."""
    transcript = get_object_or_404(Transcript, pk=pk)
    files = DeliveredFile.objects.filter(transcript=transcript, outcome=DeliveredFile.Outcome.ASIDE)
    file = files.order_by("-pk").first()
    if file is None or not try_again(file):
        messages.info(request, f"“{transcript.name}” is no longer set aside.")
        return HttpResponseRedirect(
            reverse("admin:statements_transcript_review", args=[transcript.pk])
        )
    messages.success(request, f"“{transcript.name}” will be read again.")
    return SeeOther(reverse("admin:statements_transcript_delivery", args=[file.delivery_id]))
