"""The list of what waits for review."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from statements.admin.batches.decisions import progress_of, recent_jobs
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, needs, page
from statements.ingest.waiting.summaries import LINES, current_summaries
from statements.models import DeliveredFile, Delivery, Transcript

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting transcript as a list shows it."""

    transcript: Transcript
    look: dict[str, Any]  # see ``summaries.summary_of``

    @property
    def more(self) -> int:
        return max(0, int(self.look["speeches"]) - LINES)

    @property
    def days(self) -> list[datetime.date]:
        """The first day and, where it is another, the last."""
        return [datetime.date.fromisoformat(day) for day in self.look["days"]]


def waiting_of(delivery: Delivery) -> "QuerySet[Transcript]":
    """The transcripts that came with a delivery and wait for review."""
    files = DeliveredFile.objects.filter(delivery=delivery, outcome=DeliveredFile.Outcome.READ)
    waiting: QuerySet[Transcript] = Transcript.objects.waiting()
    return waiting.filter(pk__in=files.values("transcript")).order_by("pk")


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
    newest = Transcript.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return page(
        request,
        "batch/waiting",
        "Waiting for review",
        rows=[] if look_again else rows_of(shown),
        shown=shown,
        totals=transcripts.aggregate(all=Count("pk"), sound=Count("pk", filter=Q(doubts=0))),
        jobs=jobs,
        look_again=look_again,
        newest=newest,
        kept=Transcript.objects.without_text().count(),
    )
