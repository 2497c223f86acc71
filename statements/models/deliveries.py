"""Uploads, with the outcome of each of their files."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from statements.models.transcripts import Transcript


class Delivery(models.Model):
    """Files that one person uploaded together, each with its outcome."""

    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"Delivery {self.pk}"


class DeliveredFile(models.Model):
    """One file of an upload, with its outcome; the only trace of a refused file."""

    class Outcome(models.TextChoices):
        UNREAD = "unread", _("Waiting to be read")
        READ = "read", _("Read")
        KNOWN = "known", _("Duplicate")
        REFUSED = "refused", _("Rejected")
        SCAN = "scan", _("Scan without text")
        ASIDE = "aside", _("Set aside")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(
        max_length=500, help_text=_("Sanitized; includes the name of its archive, if any.")
    )
    outcome = models.CharField(max_length=7, choices=Outcome)
    message = models.TextField(
        blank=True, help_text=_("Why the file was rejected, or another note.")
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Number of attempts to read the file that did not finish.")
    )
    given = models.JSONField(default=dict, help_text=_("Metadata supplied by the sender."))
    transcript = models.ForeignKey(
        Transcript, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome="unread"), name="delivered_unread"),
        ]

    def __str__(self) -> str:
        return self.name
