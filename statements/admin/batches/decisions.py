"""Publishing and discarding many: asked for here, carried out by the worker."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from statements.admin.desk import PUBLISH, UPLOAD, VIEW, needs, page, person
from statements.ingest import OnCollision
from statements.ingest.waiting import jobs
from statements.models import DeliveredFile, Delivery, ReviewJob, ReviewTask, Transcript

Action = ReviewJob.Action
Outcome = ReviewTask.Outcome
NAMED = 20  # of many on one page
PER_PAGE = 50
_STALLED = timedelta(minutes=1)  # after which the page asks whether there is a worker
_RECENT = timedelta(days=1)
_DOING = {Action.PUBLISH: "Publishing", Action.DISCARD: "Discarding"}
_DONE = {Action.PUBLISH: "Published", Action.DISCARD: "Discarded"}


class SeeOther(HttpResponseRedirect):
    """What was asked for was taken on; what becomes of it is to be seen elsewhere."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the worker is with what somebody asked for."""

    job: ReviewJob
    total: int
    done: int
    failed: int
    failures: list[ReviewTask]  # the first few
    is_stalled: bool

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.failed

    @property
    def is_under_way(self) -> bool:
        return self.waiting > 0

    @property
    def title(self) -> str:
        action = Action(self.job.action)
        return _DOING[action] if self.is_under_way else _DONE[action]

    @property
    def more(self) -> int:
        return self.failed - len(self.failures)


def progress_of(asked: "QuerySet[ReviewJob]") -> list[Progress]:
    """How far the newest of some jobs are, those under way before all others."""
    counted = (
        asked.select_related("asked_by", "delivery")
        .annotate(
            total=Count("tasks"),
            done=Count("tasks", filter=Q(tasks__outcome=Outcome.DONE)),
            failed=Count("tasks", filter=Q(tasks__outcome=Outcome.FAILED)),
            last=Max("tasks__done_at"),
        )
        .order_by("-pk")[:5]
    )
    return [_progress(job) for job in counted]


def _progress(job: "ReviewJob") -> Progress:
    counted = vars(job)
    failures = list(job.tasks.filter(outcome=Outcome.FAILED)[:NAMED]) if counted["failed"] else []
    return Progress(
        job,
        counted["total"],
        counted["done"],
        counted["failed"],
        failures,
        timezone.now() - (counted["last"] or job.asked_at) > _STALLED,
    )


def recent_jobs() -> "QuerySet[ReviewJob]":
    """What was asked for on the list of all that waits, lately or not done yet."""
    unfinished = ReviewTask.objects.filter(outcome=Outcome.WAITING).values("job")
    lately = Q(asked_at__gte=timezone.now() - _RECENT)
    return ReviewJob.objects.filter(Q(delivery=None) & (lately | Q(pk__in=unfinished)))


@require_safe
@needs(UPLOAD, PUBLISH, VIEW)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job, with everything that was not done and why."""
    asked = get_object_or_404(ReviewJob, pk=pk)
    [progress] = progress_of(ReviewJob.objects.filter(pk=asked.pk))
    failures = asked.tasks.filter(outcome=Outcome.FAILED)
    shown = Paginator(failures, PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "batch/job",
        progress.title,
        progress=progress,
        jobs=[progress],
        shown=shown,
        look_again=progress.is_under_way and "page" not in request.GET,
    )


@require_POST
@needs(PUBLISH)
def publish_many(request: HttpRequest) -> HttpResponse:
    word = request.POST.get("on_collision", OnCollision.REFUSE)
    on_collision = OnCollision(word) if word in set(OnCollision) else OnCollision.REFUSE
    return _ask(request, Action.PUBLISH, on_collision)


@require_POST
@needs(PUBLISH)
def discard_many(request: HttpRequest) -> HttpResponse:
    """Ask first; only a form that names what it is about to discard does it."""
    if "confirmed" in request.POST:
        return _ask(request, Action.DISCARD, OnCollision.REFUSE)
    chosen = _all_chosen(request)
    count = chosen.count() if isinstance(chosen, QuerySet) else len(chosen)
    if not count:
        return _nothing_chosen(request)
    named = list(chosen[:NAMED]) if isinstance(chosen, QuerySet) else [each for each, _ in chosen]
    return page(
        request,
        "batch/discarding",
        "Discard these transcripts?",
        count=count,
        named=named[:NAMED],
        more=count - len(named[:NAMED]),
        choices=[]
        if isinstance(chosen, QuerySet)
        else [f"{each.pk}:{rev}" for each, rev in chosen],
        which=request.POST.get("which", ""),
        delivery=_delivery(request),
        newest=request.POST.get("newest", ""),
    )


def _ask(request: HttpRequest, action: Action, on_collision: OnCollision) -> HttpResponse:
    chosen = _all_chosen(request)
    asked = jobs.ask(
        action,
        chosen,
        by=person(request),
        on_collision=on_collision,
        without_doubts=request.POST.get("which") == "sound",
        delivery=_delivery(request),
    )
    if asked is None:
        return _nothing_chosen(request)
    messages.success(
        request,
        f"{_DOING[action]} {asked.tasks.count()} was asked for. The worker does it, one after the "
        "other; you may leave this page and come back.",
    )
    return SeeOther(_back(request))


def _nothing_chosen(request: HttpRequest) -> HttpResponse:
    if _seen(request) or request.POST.get("which"):
        messages.info(request, "All of these are being decided already, or do not wait any more.")
    else:
        messages.warning(request, "No transcript was chosen.")
    return SeeOther(_back(request))


def _back(request: HttpRequest) -> str:
    if delivered := _delivery(request):
        return reverse("admin:statements_transcript_delivery", args=[delivered.pk])
    return reverse("admin:statements_transcript_waiting")


def _delivery(request: HttpRequest) -> Delivery | None:
    pk = request.POST.get("delivery", "")
    return Delivery.objects.filter(pk=int(pk)).first() if re.fullmatch("[0-9]{1,18}", pk) else None


def _all_chosen(
    request: HttpRequest,
) -> "QuerySet[Transcript] | list[tuple[Transcript, int]]":
    """What the form is about: all of its list, all of that without doubts, or what was ticked."""
    which = request.POST.get("which")
    if which not in ("all", "sound"):
        return _ticked(request)
    if delivered := _delivery(request):
        files = DeliveredFile.objects.filter(delivery=delivered, outcome=DeliveredFile.Outcome.READ)
        found: QuerySet[Transcript] = Transcript.objects.waiting().filter(
            pk__in=files.values("transcript")
        )
    else:
        # nothing that came after the list was looked at
        newest = request.POST.get("newest", "")
        most = int(newest) if re.fullmatch("[0-9]{1,18}", newest) else 0
        found = Transcript.objects.waiting().filter(pk__lte=most)
    return found.filter(doubts=0) if which == "sound" else found


def _ticked(request: HttpRequest) -> list[tuple[Transcript, int]]:
    """The transcripts that were ticked, each with the revision at which it was looked at.

    A choice is "id:revision", one field for a transcript: fifty come with one page.
    """
    seen = _seen(request)
    found: Iterable[Transcript] = Transcript.objects.filter(pk__in=seen)
    return [(each, seen[each.pk]) for each in found]


def _seen(request: HttpRequest) -> dict[int, int]:
    pairs = (
        re.fullmatch("([0-9]{1,18}):([0-9]{1,9})", value)
        for value in request.POST.getlist("transcript")
    )
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair}
