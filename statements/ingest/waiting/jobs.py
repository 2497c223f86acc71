"""Publishing and discarding many: asked for on a page, carried out by the worker.

Each transcript is decided in a transaction of its own, together with the note that it was, so that
a kill leaves it either done or as it was. Permissions are checked when it is asked for, by the
page, and again when it is carried out.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from archive.database.errors import is_no_space
from statements.ingest.errors import EditConflict, IngestError
from statements.ingest.intake.receiving import check_waiting, draft_waiting
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import preview
from statements.ingest.publishing.store import WITHOUT_DRAFT, OnCollision, discard, publish
from statements.ingest.waiting import attempts
from statements.ingest.waiting.summaries import doubts_of
from statements.models import Delivery, ReviewJob, ReviewTask, Transcript
from statements.search.indexing import outbox

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Action = ReviewJob.Action
Outcome = ReviewTask.Outcome
PERMISSION = "statements.publish_transcript"
POLL_S = 0.5  # after which the worker looks whether something was asked for
_AT_ONCE = 5  # transcripts of one job before it is the next one's turn
_MANY = 50  # transcripts of a job whose changes are indexed together, after what people edit
_TURNS = 3  # attempts at once, where somebody else stores at the same moment
_BROKEN = "An error occurred. Please tell the operators, who find more in the log."
_SET_ASIDE = (
    f"It ended the worker {attempts.MOST} times, so it is not tried again. Please tell the "
    "operators, who find more in the log."
)
_log = logging.getLogger(__name__)


def ask(
    action: Action,
    chosen: Iterable[tuple[int, int]],
    *,
    by: "AbstractBaseUser",
    on_collision: OnCollision = OnCollision.REFUSE,
    without_doubts: bool = False,
    delivery: Delivery | None = None,
) -> ReviewJob | None:
    """Have the worker decide many transcripts, given by key and by the revision that was shown.

    One that is being decided already, or was deleted, is left out; returns None where all are.
    """
    revisions = dict(chosen)
    names = dict(Transcript.objects.filter(pk__in=revisions).values_list("pk", "name"))
    # in the order in which they came, which is that of their meeting
    rows = [(pk, names[pk], revisions[pk]) for pk in sorted(names)]
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


def carry_out_as_asked(stop: threading.Event) -> None:
    """Decide whatever was asked for until told to stop."""
    attempts.repeat_until_stopped(
        lambda: carry_out(stop=stop.is_set), stop, pause_s=POLL_S, name="publishing"
    )


def carry_out(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Decide what was asked for, a transcript of each job in turn; how many were decided."""
    count = 0
    waiting = ReviewTask.objects.filter(outcome=Outcome.WAITING).order_by("job_id")
    while not stop():
        matcher = Matcher()
        decided = 0
        # a small job does not wait for the end of a large one
        for job in waiting.values_list("job_id", flat=True).distinct():
            with _priority_of(job):
                for _ in range(_AT_ONCE):
                    if stop() or not _carry_out_next(job, matcher):
                        break
                    decided += 1
        if not decided:
            break
        count += decided
    return count


def _priority_of(job: int) -> AbstractContextManager[None]:
    """A large job changes the index as an import does, a small one as a person does."""
    is_large = ReviewTask.objects.filter(job_id=job)[_MANY - 1 :].exists()
    return outbox.importing() if is_large else nullcontext()


def _carry_out_next(job: int, matcher: Matcher) -> bool:
    """Decide the next transcript of a job that nobody else is at; False where there is none."""
    waiting = ReviewTask.objects.filter(job_id=job, outcome=Outcome.WAITING)
    for pk in list(waiting.order_by("attempts", "pk").values_list("pk", flat=True)[:20]):
        with attempts.held(attempts.Kind.DECIDING, pk) as ours:
            task = waiting.select_related("job").filter(pk=pk).first() if ours else None
            if task is None:
                continue
            if task.attempts >= attempts.MOST:
                _log.error("“%s” ended the worker %d times", task.name, task.attempts)
                _end(task, Outcome.FAILED, _SET_ASIDE)
            else:
                with attempts.attempt(task):
                    _decide(task, matcher)
            return True
    return False


def _decide(task: ReviewTask, matcher: Matcher) -> None:
    for turn in range(1, _TURNS + 1):
        try:
            with transaction.atomic():
                _act(task, matcher)
                _end(task, Outcome.DONE)
        except EditConflict as error:
            if isinstance(error.__cause__, DatabaseError) and turn < _TURNS:
                continue  # somebody else stored the same at the same moment
            _end(task, Outcome.FAILED, str(error))
        except IngestError as error:
            _end(task, Outcome.FAILED, str(error))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if is_no_space(error):  # no fault of the file, which is decided when there is space
                raise
            _log.exception("“%s” could not be decided", task.name)
            _end(task, Outcome.FAILED, _BROKEN)
        return


def _act(task: ReviewTask, matcher: Matcher) -> None:
    asked_by = task.job.asked_by_id
    by = get_user_model()._default_manager.filter(pk=asked_by).first() if asked_by else None
    if by is None or not by.is_active or not by.has_perm(PERMISSION):
        who = by or "Whoever requested it"
        raise IngestError(f"{who} is no longer allowed to publish or discard, so it was not done.")
    transcript = (
        Transcript.objects.without_their_content().filter(pk=task.transcript_id).first()
        if task.transcript_id
        else None
    )
    if transcript is None:
        raise IngestError("It has been deleted.")
    if task.job.action == Action.DISCARD and transcript.state in WITHOUT_DRAFT:
        discard(transcript, by=by)
        return
    check_waiting(transcript)
    if transcript.revision != task.revision:
        raise EditConflict(
            f"Someone else has corrected “{transcript.name}”. Please check it again."
        )
    if task.job.action == Action.DISCARD:
        discard(transcript, by=by)
        return
    draft = draft_waiting(transcript)
    if task.job.without_doubts and doubts_of(preview(draft, matcher=matcher)):
        raise IngestError("It now has something to check, so it was not published.")
    publish(
        transcript,
        draft,
        by=by,
        on_collision=OnCollision(task.job.on_collision),
        matcher=matcher,
    )


def _end(task: ReviewTask, outcome: Outcome, message: str = "") -> None:
    ReviewTask.objects.filter(pk=task.pk, outcome=Outcome.WAITING).update(
        outcome=outcome, message=message, done_at=timezone.now()
    )
