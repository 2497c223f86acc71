"""Publishing and discarding many: asked for here, carried out by the worker."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from statements.admin.desk import PUBLISH, UPLOAD, VIEW, needs, page, person, posted_from
from statements.ingest import OnCollision
from statements.ingest.waiting import jobs
from statements.models import DeliveredFile, Delivery, ReviewJob, ReviewTask, Transcript

Action = ReviewJob.Action
Outcome = ReviewTask.Outcome
NAMED = 20  # of many on one page
_FINISHED = 5  # jobs in a list, where no more are under way
PER_PAGE = 50
_STALLED = timedelta(minutes=1)  # after which the page asks whether there is a worker
_RECENT = timedelta(days=1)
_LISTS = ("all", "sound")
_DOING = {Action.PUBLISH: "Publishing", Action.DISCARD: "Discarding"}
_DONE = {Action.PUBLISH: "Published", Action.DISCARD: "Discarded"}


class SeeOther(HttpResponseRedirect):
    """A request was accepted; another page shows what becomes of it."""

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
    """How far jobs are: those under way, then the newest of the others."""
    under_way = ReviewTask.objects.filter(job=OuterRef("pk"), outcome=Outcome.WAITING)
    counted = (
        asked.select_related("asked_by", "delivery")
        .annotate(
            total=Count("tasks"),
            done=Count("tasks", filter=Q(tasks__outcome=Outcome.DONE)),
            failed=Count("tasks", filter=Q(tasks__outcome=Outcome.FAILED)),
            last=Max("tasks__done_at"),
            is_under_way=Exists(under_way),
        )
        .order_by("-is_under_way", "-pk")[:NAMED]
    )
    listed = [_progress(job) for job in counted]
    return [each for number, each in enumerate(listed) if each.is_under_way or number < _FINISHED]


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


@dataclass(frozen=True, slots=True)
class Selection:
    """Waiting transcripts that a button is about, each at the revision at which it is shown."""

    rows: list[tuple[int, int]]  # pk and revision, by pk

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def token(self) -> str:
        """The last pk and a digest, by which a form names what its page was about."""
        last = self.rows[-1][0] if self.rows else 0
        return f"{last}-{hashlib.sha256(repr(self.rows).encode()).hexdigest()}"


def selections_of(transcripts: "QuerySet[Transcript]") -> dict[str, Selection]:
    """What the buttons of a list are about: ``all`` of it, and what is ``sound``."""
    rows = list(transcripts.order_by("pk").values_list("pk", "revision", "doubts"))
    return {
        "all": Selection([(pk, revision) for pk, revision, _ in rows]),
        "sound": Selection([(pk, revision) for pk, revision, doubts in rows if doubts == 0]),
    }


def waiting_of(delivery: Delivery) -> "QuerySet[Transcript]":
    """The transcripts that came with a delivery and wait for review."""
    files = DeliveredFile.objects.filter(delivery=delivery, outcome=DeliveredFile.Outcome.READ)
    waiting: QuerySet[Transcript] = Transcript.objects.waiting()
    return waiting.filter(pk__in=files.values("transcript")).order_by("pk")


@posted_from(lambda request: _back(request))
@needs(PUBLISH)
def publish_many(request: HttpRequest) -> HttpResponse:
    word = request.POST.get("on_collision", OnCollision.REFUSE)
    on_collision = OnCollision(word) if word in set(OnCollision) else OnCollision.REFUSE
    return _ask(request, Action.PUBLISH, on_collision)


@posted_from(lambda request: _back(request))
@needs(PUBLISH)
def discard_many(request: HttpRequest) -> HttpResponse:
    """Ask first; only a form that names what it is about to discard does it."""
    if "confirmed" in request.POST:
        return _ask(request, Action.DISCARD, OnCollision.REFUSE)
    try:
        chosen = _chosen(request)
    except ListChanged as error:
        return _refused(request, error)
    if not chosen:
        return _nothing_chosen(request)
    which = request.POST.get("which", "")
    return page(
        request,
        "batch/discarding",
        "Discard these transcripts?",
        count=len(chosen),
        named=Transcript.objects.filter(pk__in=[pk for pk, _ in chosen[:NAMED]]).order_by("pk"),
        more=max(0, len(chosen) - NAMED),
        choices=[] if which in _LISTS else [f"{pk}:{revision}" for pk, revision in chosen],
        which=which,
        token=request.POST.get(which, "") if which in _LISTS else "",
        delivery=_delivery(request),
    )


def _ask(request: HttpRequest, action: Action, on_collision: OnCollision) -> HttpResponse:
    try:
        chosen = _chosen(request)
    except ListChanged as error:
        return _refused(request, error)
    asked = jobs.request_job(
        action,
        chosen,
        by=person(request),
        on_collision=on_collision,
        without_doubts=request.POST.get("which") == "sound",
        delivery=_delivery(request),
    )
    if asked is None:
        return _nothing_chosen(request)
    count = asked.tasks.count()
    files = "1 file is" if count == 1 else f"{count:,} files are"
    messages.success(
        request,
        f"{files} queued for {_DOING[action].lower()}. You can leave this page and come back.",
    )
    return SeeOther(_back(request))


def _nothing_chosen(request: HttpRequest) -> HttpResponse:
    if _ticked(request) or request.POST.get("which") in _LISTS:
        messages.info(
            request, "All of these are already being processed, or are no longer waiting."
        )
    else:
        messages.warning(request, "No transcript was selected.")
    return SeeOther(_back(request))


def _refused(request: HttpRequest, error: "ListChanged") -> HttpResponse:
    messages.warning(request, str(error))
    return SeeOther(_back(request))


def _back(request: HttpRequest) -> str:
    if delivered := _delivery(request):
        return reverse("admin:statements_transcript_delivery", args=[delivered.pk])
    return reverse("admin:statements_transcript_waiting")


def _delivery(request: HttpRequest) -> Delivery | None:
    pk = request.POST.get("delivery") or request.GET.get("delivery", "")
    return Delivery.objects.filter(pk=int(pk)).first() if re.fullmatch("[0-9]{1,18}", pk) else None


class ListChanged(Exception):
    """What waits is not what the page showed; ``str()`` says so."""


def _chosen(request: HttpRequest) -> list[tuple[int, int]]:
    """Keys and revisions of what the form is about: all of its list, all of that without doubts,
    or what was ticked. Raises ListChanged where a list is not what its page showed."""
    which = request.POST.get("which", "")
    if which not in _LISTS:
        return _ticked(request)
    token = request.POST.get(which, "")
    last = re.match("([0-9]{1,18})-", token)
    if last is None:
        raise ListChanged("Nothing was done. Please check the list and try again.")
    delivered = _delivery(request)
    listed = waiting_of(delivered) if delivered else Transcript.objects.waiting()
    # what came later was not shown, and is left out
    found = selections_of(listed.filter(pk__lte=int(last[1])))[which]
    if found and found.token != token:
        raise ListChanged(
            "Nothing was done: this list has changed since you opened the page. "
            f"It has {len(found):,} now. Please check it and try again."
        )
    return found.rows


def _ticked(request: HttpRequest) -> list[tuple[int, int]]:
    """Keys of the transcripts that were ticked, each with the revision at which it was shown.

    A choice is "id:revision", one field for a transcript: fifty come with one page.
    """
    pairs = (
        re.fullmatch("([0-9]{1,18}):([0-9]{1,9})", value)
        for value in request.POST.getlist("transcript")
    )
    return sorted({int(pair[1]): int(pair[2]) for pair in pairs if pair}.items())
