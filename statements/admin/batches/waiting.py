"""The list of what waits for review."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from statements.admin.batches.decisions import progress_of, recent_jobs, selections_of
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, needs, page
from statements.ingest.waiting.summaries import MAX_LINES, current_summaries
from statements.models import Transcript

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting transcript as a list shows it."""

    transcript: Transcript
    look: dict[str, Any]  # see ``summaries.summarize``

    @property
    def more(self) -> int:
        return max(0, int(self.look["speeches"]) - MAX_LINES)

    @property
    def days(self) -> list[datetime.date]:
        """The first day and, where it is another, the last."""
        return [datetime.date.fromisoformat(day) for day in self.look["days"]]


def rows_of(transcripts: Iterable[Transcript]) -> list[Row]:
    """Rows of a page; only what is on it is looked at."""
    ids = [each.pk for each in transcripts]
    found = Transcript.objects.filter(pk__in=ids).select_related("uploader").in_bulk()
    summaries = current_summaries(found.values())
    return [Row(found[pk], summaries[pk]) for pk in ids if pk in summaries]


@require_GET
@needs(UPLOAD, PUBLISH, VIEW)
def waiting(request: HttpRequest) -> HttpResponse:
    transcripts = Transcript.objects.waiting()
    jobs = progress_of(recent_jobs())
    shown = Paginator(transcripts, PER_PAGE).get_page(request.GET.get("page"))
    # a page that asks again would lose what was ticked on it
    look_again = any(each.is_under_way for each in jobs) and "page" not in request.GET
    return page(
        request,
        "batch/waiting",
        "Waiting for review",
        rows=[] if look_again else rows_of(shown),
        shown=shown,
        selections={} if look_again else selections_of(transcripts),
        jobs=jobs,
        look_again=look_again,
        kept=Transcript.objects.without_text().count(),
    )
