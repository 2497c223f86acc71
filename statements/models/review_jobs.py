"""Transcripts that the worker publishes or discards at a person’s request."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from statements.models.deliveries import Delivery
from statements.models.transcripts import Transcript


class ReviewJob(models.Model):
    """A request of one person that the worker publish or discard many transcripts."""

    class Action(models.TextChoices):
        PUBLISH = "publish", _("Publish")
        DISCARD = "discard", _("Discard")

    action = models.CharField(max_length=7, choices=Action)
    on_collision = models.CharField(max_length=7, default="refuse")
    without_doubts = models.BooleanField(
        default=False, help_text=_("Only transcripts without issues.")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="review_jobs"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.SET_NULL,
        null=True,
        related_name="review_jobs",
        help_text=_("The delivery whose page the job was started from."),
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()}, {self.asked_at:%Y-%m-%d %H:%M}"


class ReviewTask(models.Model):
    """One transcript of a review job, with its outcome."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.ForeignKey(ReviewJob, on_delete=models.CASCADE, related_name="tasks")
    transcript = models.ForeignKey(
        Transcript, on_delete=models.SET_NULL, null=True, related_name="review_tasks"
    )
    name = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(
        help_text=_("The revision of the draft when the job was started.")
    )
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.WAITING)
    message = models.TextField(blank=True, help_text=_("The reason for the failure."))
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Number of attempts that did not finish.")
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome="waiting"), name="review_task_waiting"),
        ]
        constraints = [
            # a second request, from another tab or another person, adds nothing
            models.UniqueConstraint(
                fields=["transcript"], condition=Q(outcome="waiting"), name="review_task_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
