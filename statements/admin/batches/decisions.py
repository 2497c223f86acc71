"""Publishing and discarding many transcripts: queued here, carried out by the worker."""

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
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from statements.admin import unsaved_input
from statements.admin.review_site import (
    PUBLISH,
    UPLOAD,
    VIEW,
    current_user,
    render_page,
    require_post_from,
    requires_permission,
)
from statements.ingest import OnCollision
from statements.ingest.waiting import jobs
from statements.models import DeliveredFile, Delivery, ReviewJob, ReviewTask, Transcript

Action = ReviewJob.Action
Outcome = ReviewTask.Outcome
LIST_LIMIT = 20
_FINISHED_LIMIT = 5  # finished jobs in a list
PER_PAGE = 50
_STALLED = timedelta(
    minutes=1
)  # without progress, after which the page asks whether a worker is running
_RECENT = timedelta(days=1)
_LISTS = ("all", "sound")
_RUNNING_TITLES = {Action.PUBLISH: _("Publishing"), Action.DISCARD: _("Discarding")}
_FINISHED_TITLES = {Action.PUBLISH: _("Published"), Action.DISCARD: _("Discarded")}


class SeeOther(HttpResponseRedirect):
    """A request was accepted; another page shows its progress."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a review job."""

    job: ReviewJob
    total: int
    succeeded: int
    failed: int
    failures: list[ReviewTask]  # the first few
    is_stalled: bool

    @property
    def finished(self) -> int:
        return self.succeeded + self.failed

    @property
    def waiting(self) -> int:
        return self.total - self.finished

    @property
    def is_running(self) -> bool:
        return self.waiting > 0

    @property
    def title(self) -> str:
        action = Action(self.job.action)
        return str((_RUNNING_TITLES if self.is_running else _FINISHED_TITLES)[action])

    @property
    def hidden_count(self) -> int:
        return self.failed - len(self.failures)


def job_progress(jobs: "QuerySet[ReviewJob]") -> list[Progress]:
    """Return the progress of jobs: running jobs first, then the newest finished ones."""
    waiting_tasks = ReviewTask.objects.filter(job=OuterRef("pk"), outcome=Outcome.WAITING)
    annotated = (
        jobs.select_related("asked_by", "delivery")
        .annotate(
            total=Count("tasks"),
            succeeded=Count("tasks", filter=Q(tasks__outcome=Outcome.DONE)),
            failed=Count("tasks", filter=Q(tasks__outcome=Outcome.FAILED)),
            last=Max("tasks__done_at"),
            is_running=Exists(waiting_tasks),
        )
        .order_by("-is_running", "-pk")[:LIST_LIMIT]
    )
    return [
        progress
        for number, progress in enumerate(map(_progress, annotated))
        if progress.is_running or number < _FINISHED_LIMIT
    ]


def _progress(job: "ReviewJob") -> Progress:
    counts = vars(job)  # with the annotations of job_progress
    failed = counts["failed"]
    failures = list(job.tasks.filter(outcome=Outcome.FAILED)[:LIST_LIMIT]) if failed else []
    return Progress(
        job,
        counts["total"],
        counts["succeeded"],
        failed,
        failures,
        timezone.now() - (counts["last"] or job.asked_at) > _STALLED,
    )


def recent_jobs() -> "QuerySet[ReviewJob]":
    """Return jobs started from the review queue that are recent or unfinished."""
    unfinished = ReviewTask.objects.filter(outcome=Outcome.WAITING).values("job")
    recent = Q(asked_at__gte=timezone.now() - _RECENT)
    return ReviewJob.objects.filter(Q(delivery=None) & (recent | Q(pk__in=unfinished)))


@require_safe
@requires_permission(UPLOAD, PUBLISH, VIEW)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job, with the reason for every failure."""
    review_job = get_object_or_404(ReviewJob, pk=pk)
    [progress] = job_progress(ReviewJob.objects.filter(pk=review_job.pk))
    failures = review_job.tasks.filter(outcome=Outcome.FAILED)
    shown = Paginator(failures, PER_PAGE).get_page(request.GET.get("page"))
    return render_page(
        request,
        "batch/job",
        progress.title,
        progress=progress,
        jobs=[progress],
        shown=shown,
        auto_refresh=progress.is_running and "page" not in request.GET,
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """The waiting transcripts that a button applies to, each with the revision that was shown."""

    rows: list[tuple[int, int]]  # pk and revision, by pk

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def token(self) -> str:
        """Return the last pk and a digest, which identify the list that a form shows."""
        last = self.rows[-1][0] if self.rows else 0
        return f"{last}-{hashlib.sha256(repr(self.rows).encode()).hexdigest()}"


def selections_for(transcripts: "QuerySet[Transcript]") -> dict[str, Selection]:
    """Return ``all`` transcripts of a list, and the ``sound`` ones that have no doubts."""
    rows = list(transcripts.order_by("pk").values_list("pk", "revision", "doubts"))
    return {
        "all": Selection([(pk, revision) for pk, revision, _doubts in rows]),
        "sound": Selection([(pk, revision) for pk, revision, doubts in rows if doubts == 0]),
    }


def waiting_transcripts(delivery: Delivery) -> "QuerySet[Transcript]":
    """Return the transcripts of a delivery that are waiting for review."""
    files = DeliveredFile.objects.filter(delivery=delivery, outcome=DeliveredFile.Outcome.READ)
    waiting: QuerySet[Transcript] = Transcript.objects.waiting()
    return waiting.filter(pk__in=files.values("transcript")).order_by("pk")


@require_post_from(lambda request: _return_url(request))
@requires_permission(PUBLISH)
def publish_many(request: HttpRequest) -> HttpResponse:
    value = request.POST.get("on_collision", OnCollision.REFUSE)
    on_collision = OnCollision(value) if value in set(OnCollision) else OnCollision.REFUSE
    return _queue_job(request, Action.PUBLISH, on_collision)


@require_post_from(lambda request: _return_url(request))
@requires_permission(PUBLISH)
def discard_many(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation; only the confirmation form discards anything."""
    if "confirmed" in request.POST:
        return _queue_job(request, Action.DISCARD, OnCollision.REFUSE)
    try:
        selected = _selected_rows(request)
    except ListChanged as error:
        return _list_changed(request, error)
    if not selected:
        return _nothing_selected(request)
    list_name = request.POST.get("which", "")
    delivery = _requested_delivery(request)
    fields: list[tuple[str, object]] = [("which", list_name)]
    if list_name in _LISTS:
        fields.append((list_name, request.POST.get(list_name, "")))
    else:
        fields += [("transcript", f"{pk}:{revision}") for pk, revision in selected]
    if delivery:
        fields.append(("delivery", delivery.pk))
    return render_page(
        request,
        "batch/confirm_discard",
        gettext("Discard these transcripts?"),
        count=len(selected),
        transcripts=Transcript.objects.filter(
            pk__in=[pk for pk, _revision in selected[:LIST_LIMIT]]
        ).order_by("pk"),
        hidden_count=max(0, len(selected) - LIST_LIMIT),
        # in the address too, to return to if the session ends
        address=reverse(
            "admin:statements_transcript_discard_many",
            query={"delivery": delivery.pk} if delivery else None,
        ),
        fields=fields,
        back=_return_url(request),
    )


def _queue_job(request: HttpRequest, action: Action, on_collision: OnCollision) -> HttpResponse:
    try:
        selected = _selected_rows(request)
    except ListChanged as error:
        return _list_changed(request, error)
    job = jobs.request_job(
        action,
        selected,
        by=current_user(request),
        on_collision=on_collision,
        without_doubts=request.POST.get("which") == "sound",
        delivery=_requested_delivery(request),
    )
    if job is None:
        return _nothing_selected(request)
    unsaved_input.discard_saved(request)
    count = job.tasks.count()
    if action == Action.PUBLISH:
        message = ngettext(
            "%(count)s file is queued for publishing.",
            "%(count)s files are queued for publishing.",
            count,
        )
    else:
        message = ngettext(
            "%(count)s file is queued to be discarded.",
            "%(count)s files are queued to be discarded.",
            count,
        )
    hint = gettext("You can leave this page and come back.")
    messages.success(request, f"{message % {'count': f'{count:,}'}} {hint}")
    return SeeOther(_return_url(request))


def _nothing_selected(request: HttpRequest) -> HttpResponse:
    if _checked_rows(request) or request.POST.get("which") in _LISTS:
        messages.info(
            request,
            gettext(
                "All of these are already being processed or are no longer waiting for review."
            ),
        )
    else:
        messages.warning(request, gettext("No transcripts were selected."))
    return SeeOther(_return_url(request))


def _list_changed(request: HttpRequest, error: "ListChanged") -> HttpResponse:
    messages.warning(request, str(error))
    return SeeOther(_return_url(request))


def _return_url(request: HttpRequest) -> str:
    if delivery := _requested_delivery(request):
        return reverse("admin:statements_transcript_delivery", args=[delivery.pk])
    return reverse("admin:statements_transcript_waiting")


def _requested_delivery(request: HttpRequest) -> Delivery | None:
    pk = request.POST.get("delivery") or request.GET.get("delivery", "")
    return Delivery.objects.filter(pk=int(pk)).first() if re.fullmatch("[0-9]{1,18}", pk) else None


class ListChanged(Exception):
    """The list has changed since the page was rendered; ``str()`` is a message for the user."""


def _selected_rows(request: HttpRequest) -> list[tuple[int, int]]:
    """Return pk and revision of the selected transcripts: a whole list or the checked rows.

    Raises ListChanged if the list is not the one the page showed.
    """
    list_name = request.POST.get("which", "")
    if list_name not in _LISTS:
        return _checked_rows(request)
    token = request.POST.get(list_name, "")
    last_pk = re.match("([0-9]{1,18})-", token)
    if last_pk is None:
        raise ListChanged(gettext("Nothing was changed. Please check the list and try again."))
    delivery = _requested_delivery(request)
    transcripts = waiting_transcripts(delivery) if delivery else Transcript.objects.waiting()
    # transcripts that arrived later were not shown, so they are not included
    selection = selections_for(transcripts.filter(pk__lte=int(last_pk[1])))[list_name]
    if selection and selection.token != token:
        raise ListChanged(
            ngettext(
                "Nothing was changed, because the list has changed since you opened the page. "
                "It now contains %(count)s file. Please check it and try again.",
                "Nothing was changed, because the list has changed since you opened the page. "
                "It now contains %(count)s files. Please check it and try again.",
                len(selection),
            )
            % {"count": f"{len(selection):,}"}
        )
    return selection.rows


def _checked_rows(request: HttpRequest) -> list[tuple[int, int]]:
    """Return pk and revision of the transcripts whose checkbox is selected.

    The value of a checkbox is "pk:revision".
    """
    pairs = (
        re.fullmatch("([0-9]{1,18}):([0-9]{1,9})", value)
        for value in request.POST.getlist("transcript")
    )
    return sorted({int(pair[1]): int(pair[2]) for pair in pairs if pair}.items())
