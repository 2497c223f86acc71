"""The list of transcripts waiting for review."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

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


@require_GET
@requires_permission(UPLOAD, PUBLISH, VIEW)
def review_queue(request: HttpRequest) -> HttpResponse:
    transcripts = Transcript.objects.waiting()
    jobs = job_progress(recent_jobs())
    shown = Paginator(transcripts, PER_PAGE).get_page(request.GET.get("page"))
    # reloading the page would clear its checkboxes, so it shows either progress or the list
    auto_refresh = any(progress.is_running for progress in jobs) and "page" not in request.GET
    return render_page(
        request,
        "batch/waiting",
        _("Waiting for review"),
        rows=[] if auto_refresh else rows_for(shown),
        shown=shown,
        selections={} if auto_refresh else selections_for(transcripts),
        jobs=jobs,
        auto_refresh=auto_refresh,
        without_text_count=Transcript.objects.without_text().count(),
    )
