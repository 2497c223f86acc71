"""Jobs that publish or discard many transcripts: requested on a page, run by the worker.

Each transcript is a transaction of its own that also records the outcome, so that a kill leaves
it either done or unchanged. The page checks permissions at the request, and the worker again when
it runs the job.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.database.errors import is_no_space
from statements.ingest.errors import EditConflict, IngestError
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import preview
from statements.ingest.publishing.publish import WITHOUT_DRAFT, check_waiting, discard, publish
from statements.ingest.publishing.store import OnCollision
from statements.ingest.waiting import attempts
from statements.ingest.waiting.review import draft_waiting
from statements.ingest.waiting.summaries import count_doubts
from statements.models import Delivery, ReviewJob, ReviewTask, Transcript
from statements.search.indexing import outbox

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Action = ReviewJob.Action
Outcome = ReviewTask.Outcome
PERMISSION = "statements.publish_transcript"
POLL_S = 0.5  # between looks for requested jobs
_TASKS_PER_TURN = 5  # of one job, before it is the turn of the next
_LARGE_JOB = 50  # tasks; its index changes have the priority of an import
_TRIES = 3  # if somebody else stores at the same moment
_log = logging.getLogger(__name__)


def request_job(
    action: Action,
    revisions: Iterable[tuple[int, int]],
    *,
    by: "AbstractBaseUser",
    on_collision: OnCollision = OnCollision.REFUSE,
    without_doubts: bool = False,
    delivery: Delivery | None = None,
) -> ReviewJob | None:
    """Have the worker publish or discard transcripts; ``revisions`` are pairs of key and revision.

    Transcripts that were deleted or already have an open task are left out. Returns None if
    none remain.
    """
    shown_revisions = dict(revisions)
    names = dict(Transcript.objects.filter(pk__in=shown_revisions).values_list("pk", "name"))
    # in the order of arrival, which is that of the meeting
    rows = [(pk, names[pk], shown_revisions[pk]) for pk in sorted(names)]
    with transaction.atomic():
        job = ReviewJob.objects.create(
            action=action,
            on_collision=on_collision,
            without_doubts=without_doubts,
            asked_by_id=by.pk,
            delivery=delivery,
        )
        ReviewTask.objects.bulk_create(
            (
                ReviewTask(job=job, transcript_id=pk, name=name, revision=revision)
                for pk, name, revision in rows
            ),
            batch_size=1000,
            ignore_conflicts=True,
        )
        if job.tasks.exists():
            return job
        job.delete()
    return None


def run_jobs_until_stopped(stop: threading.Event) -> None:
    """Run jobs as they are requested until ``stop`` is set."""
    attempts.repeat_until_stopped(
        lambda: run_jobs(stop=stop.is_set), stop, pause_s=POLL_S, name="publishing"
    )


def run_jobs(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Run all requested jobs in turns; return the number of transcripts decided."""
    count = 0
    waiting = ReviewTask.objects.filter(outcome=Outcome.WAITING).order_by("job_id")
    while not stop():
        matcher = Matcher()
        decided = 0
        # a small job does not wait for the end of a large one
        for job in waiting.values_list("job_id", flat=True).distinct():
            with _index_priority(job):
                for _turn in range(_TASKS_PER_TURN):
                    if stop() or not _run_next_task(job, matcher):
                        break
                    decided += 1
        if not decided:
            break
        count += decided
    return count


def _index_priority(job: int) -> AbstractContextManager[None]:
    """Have the changes of a large job indexed after people's edits, those of a small one with
    them."""
    is_large = ReviewTask.objects.filter(job_id=job)[_LARGE_JOB - 1 :].exists()
    return outbox.low_priority() if is_large else nullcontext()


def _run_next_task(job: int, matcher: Matcher) -> bool:
    """Run the next task of a job that no other process is running; return whether there is one."""
    waiting = ReviewTask.objects.filter(job_id=job, outcome=Outcome.WAITING)
    for pk in list(waiting.order_by("attempts", "pk").values_list("pk", flat=True)[:20]):
        with attempts.work_lock(attempts.Kind.DECIDING, pk) as is_locked:
            task = waiting.select_related("job").filter(pk=pk).first() if is_locked else None
            if task is None:
                continue
            if task.attempts >= attempts.MAX_ATTEMPTS:
                _log.error("“%s” crashed the worker %d times", task.name, task.attempts)
                message = _(
                    "The worker crashed %(count)d times on this file, so the task was stopped. "
                    "Details are in the server log."
                )
                _end(task, Outcome.FAILED, message % {"count": attempts.MAX_ATTEMPTS})
            else:
                with attempts.attempt(task):
                    _run_task(task, matcher)
            return True
    return False


def _run_task(task: ReviewTask, matcher: Matcher) -> None:
    for number in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                _publish_or_discard(task, matcher)
                _end(task, Outcome.DONE)
        except EditConflict as error:
            if isinstance(error.__cause__, DatabaseError) and number < _TRIES:
                continue  # somebody else stored related data at the same moment
            _reject(task, error)
        except IngestError as error:
            _reject(task, error)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if is_no_space(error):  # not the fault of the file; it is tried again later
                raise
            _log.exception("“%s” could not be published or discarded", task.name)
            _end(task, Outcome.FAILED, _("An error occurred. Details are in the server log."))
        return


def _publish_or_discard(task: ReviewTask, matcher: Matcher) -> None:
    user_id = task.job.asked_by_id
    user = get_user_model()._default_manager.filter(pk=user_id).first() if user_id else None
    if user is None or not user.is_active or not user.has_perm(PERMISSION):
        raise IngestError(
            _("%(person)s no longer has permission to publish or discard, so this was not done.")
            % {"person": user or _("The person who requested this")}
        )
    transcript = (
        Transcript.objects.without_their_content().filter(pk=task.transcript_id).first()
        if task.transcript_id
        else None
    )
    if transcript is None:
        raise IngestError(_("The file was deleted."))
    if task.job.action == Action.DISCARD and transcript.state in WITHOUT_DRAFT:
        discard(transcript, by=user)
        return
    check_waiting(transcript)
    if transcript.revision != task.revision:
        raise EditConflict(
            _("Someone else has corrected “%(name)s”. Please check it again.")
            % {"name": transcript.name}
        )
    if task.job.action == Action.DISCARD:
        discard(transcript, by=user)
        return
    draft = draft_waiting(transcript)
    if task.job.without_doubts and count_doubts(preview(draft, matcher=matcher)):
        raise IngestError(_("This file now has issues, so it was not published."))
    publish(
        transcript,
        draft,
        by=user,
        on_collision=OnCollision(task.job.on_collision),
        matcher=matcher,
    )


def _reject(task: ReviewTask, error: IngestError) -> None:
    """End a task whose file cannot be published or discarded as it is now.

    The lists still show the file as it was judged before, so it is judged again.
    """
    with transaction.atomic():
        Transcript.objects.waiting().filter(pk=task.transcript_id).update(doubts=None)
        _end(task, Outcome.FAILED, str(error))


def _end(task: ReviewTask, outcome: Outcome, message: str = "") -> None:
    ReviewTask.objects.filter(pk=task.pk, outcome=Outcome.WAITING).update(
        outcome=outcome, message=message, done_at=timezone.now()
    )
