"""The list of transcripts waiting for review."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from statements.admin import unsaved_input
from statements.admin.batches.decisions import job_progress, recent_jobs, selections_for
from statements.admin.review_site import PUBLISH, UPLOAD, VIEW, render_page, requires_permission
from statements.ingest.waiting.summaries import MAX_LINES, current_summaries
from statements.models import Transcript

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting transcript in a list."""

    transcript: Transcript
    summary: dict[str, Any]  # see ``summaries.summarize``

    @property
    def choice(self) -> str:
        """The value of the checkbox."""
        return f"{self.transcript.pk}:{self.transcript.revision}"

    @property
    def hidden_count(self) -> int:
        return max(0, int(self.summary["speeches"]) - MAX_LINES)

    @property
    def days(self) -> list[datetime.date]:
        """The first day and, if different, the last day."""
        return [datetime.date.fromisoformat(day) for day in self.summary["days"]]


def rows_for(transcripts: Iterable[Transcript]) -> list[Row]:
    """Return the rows of one page; only these transcripts are loaded and summarized."""
    ids = [transcript.pk for transcript in transcripts]
    by_id = Transcript.objects.filter(pk__in=ids).select_related("uploader").in_bulk()
    summaries = current_summaries(by_id.values())
    return [Row(by_id[pk], summaries[pk]) for pk in ids if pk in summaries]


def restored_selection(request: HttpRequest) -> list[str] | None:
    """Return the checkboxes of a list that was submitted after the session ended, if any."""
    fields = unsaved_input.restored_fields(request)
    if fields is None:
        return None
    messages.warning(request, _("Nothing has been changed yet. Please use the button again."))
    selected = fields.getlist("transcript")
    if not selected:
        unsaved_input.discard_saved(request)
    return selected


def selection_note(request: HttpRequest, title: str) -> unsaved_input.Note:
    """Return the note for the list at the address of the request."""
    query = request.GET.copy()
    query.pop(unsaved_input.RESTORED_KEY, None)
    path = f"{request.path}?{query.urlencode()}" if query else request.path
    if len(path) > unsaved_input.MAX_PATH_LENGTH:
        path = request.path
    return unsaved_input.form_note(request, title, path)


@require_GET
@requires_permission(UPLOAD, PUBLISH, VIEW)
def review_queue(request: HttpRequest) -> HttpResponse:
    transcripts = Transcript.objects.waiting()
    jobs = job_progress(recent_jobs())
    shown = Paginator(transcripts, PER_PAGE).get_page(request.GET.get("page"))
    # reloading the page would clear its checkboxes, so it shows either progress or the list
    auto_refresh = any(progress.is_running for progress in jobs) and "page" not in request.GET
    selected = restored_selection(request)
    auto_refresh = auto_refresh and selected is None
    return render_page(
        request,
        "batch/waiting",
        _("Waiting for review"),
        rows=[] if auto_refresh else rows_for(shown),
        shown=shown,
        selections={} if auto_refresh else selections_for(transcripts),
        selected=selected,
        note=selection_note(request, _("Selection in the review list")),
        jobs=jobs,
        auto_refresh=auto_refresh,
        without_text_count=Transcript.objects.without_text().count(),
    )
