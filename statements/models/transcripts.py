"""Received files, with their drafts until publication, and the recognition of scans."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address
from statements.models import querysets


class Series(models.Model):
    """Files of one origin, such as a data set, with what is true of all of them."""

    title = models.CharField(max_length=200, unique=True)
    position = models.PositiveSmallIntegerField(
        default=0, help_text=_("In lists; series with the same number are ordered by title.")
    )
    rights = models.CharField(
        max_length=1000,
        blank=True,
        help_text=_("Shown with each speech, for example “CC0” or who permitted publication."),
    )
    source_url = models.URLField(
        _("source link"), max_length=500, blank=True, help_text=_("Where the files come from.")
    )

    class Meta:
        ordering = ["position", "title"]
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return self.title


class Transcript(models.Model):
    """A file as received.

    The database refuses changes of its bytes. Nothing of it is public before it is published.
    """

    class State(models.TextChoices):
        UNREAD = "unread", _("Waiting to be read")
        RECEIVED = "received", _("Waiting for review")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")
        REPLACED = "replaced", _("Replaced by another transcript")
        SCAN = "scan", _("Scan without text")
        ASIDE = "aside", _("Set aside after three failed attempts")
        ANOTHER = "another", _("Published; another position waiting for review")

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    name = models.CharField(
        max_length=200, help_text=_("The name of the received file, sanitized.")
    )
    encoding = models.CharField(max_length=20, blank=True)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="transcripts",
    )
    received_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED, db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    problems = models.JSONField(default=list, blank=True)
    dropped = models.JSONField(
        default=list, blank=True, help_text=_("Lines left out of the text, with the reason.")
    )
    draft = models.JSONField(
        null=True,
        blank=True,
        help_text=_("The parsed speeches with corrections, until publication."),
    )
    revision = models.PositiveIntegerField(
        default=0, help_text=_("Number of changes to the draft; detects concurrent edits.")
    )
    descriptions = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Metadata supplied with the file, for each path it was received under."),
    )
    summary = models.JSONField(
        null=True, blank=True, help_text=_("Data of the draft shown in lists; null until computed.")
    )
    doubts = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Number of issues in the draft that need a review.")
    )
    scan = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="texts",
        help_text=_("The scan that this is the text of."),
    )

    series = models.ForeignKey(
        Series, on_delete=models.SET_NULL, null=True, blank=True, related_name="transcripts"
    )
    rights = models.CharField(
        max_length=1000, blank=True, help_text=_("Only if they differ from those of the series.")
    )
    source_url = models.URLField(
        _("source link"),
        max_length=500,
        blank=True,
        help_text=_("Where this file comes from; otherwise that of the series."),
    )

    objects = querysets.TranscriptManager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        permissions = [
            ("upload_transcript", "Can upload transcripts and review them"),
            ("publish_transcript", "Can publish or discard transcripts"),
        ]
        constraints = [
            models.CheckConstraint(
                name="transcript_sha256_is_of_content",
                condition=Q(
                    sha256=Func(
                        Func(F("content"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
            ),
            models.CheckConstraint(
                name="transcript_size_is_of_content",
                condition=Q(
                    size=Func(
                        F("content"), function="octet_length", output_field=models.IntegerField()
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_address("transcript", self.sha256)

    @property
    def rights_statement(self) -> str:
        """Its own rights statement, or else that of its series."""
        return self.rights or (self.series.rights if self.series else "")

    @property
    def source_link(self) -> str:
        """Where it comes from: its own link, or else that of its series."""
        return self.source_url or (self.series.source_url if self.series else "")

    @property
    def is_public(self) -> bool:
        """Whether anybody may see it; see ``TranscriptQuerySet.public``."""
        return self.is_published or self.state == self.State.REPLACED

    @property
    def is_published(self) -> bool:
        """Whether its speeches are public, even if one more place awaits review."""
        return self.state in (self.State.PUBLISHED, self.State.ANOTHER)

    @property
    def is_waiting(self) -> bool:
        """Whether a draft awaits review, even if it is only that of one more place."""
        return self.state in (self.State.RECEIVED, self.State.ANOTHER)


class LabelChoice(models.Model):
    """What a person decided about a label, for the next files of the same series."""

    series = models.CharField(
        max_length=300,
        help_text=_("What the files have in common: an organ, a series of symbols or a data set."),
    )
    key = models.CharField(
        max_length=200, help_text=_("The label without regard to case and full stops.")
    )
    label = models.CharField(max_length=200, help_text=_("The label as printed."))
    begins_turns = models.BooleanField(
        help_text=_("Whether the label is a speaker; otherwise it is text of the speech before.")
    )
    transcript = models.ForeignKey(
        Transcript, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField(
        max_length=200, help_text=_("The name of the file on which the decision was made.")
    )
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["series", "key"]
        default_permissions = ()  # whoever may upload decides about labels
        verbose_name = _("remembered label")
        verbose_name_plural = _("remembered labels")
        constraints = [
            models.UniqueConstraint(fields=["series", "key"], name="label_choice_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Recognition(models.Model):
    """A request to recognise the text of one scan, with its outcome."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    transcript = models.OneToOneField(
        Transcript, on_delete=models.CASCADE, related_name="recognition"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    given = models.JSONField(default=dict, help_text=_("Metadata supplied with the scan."))
    pages = models.PositiveIntegerField(
        null=True, help_text=_("Number of pages; null until they are counted.")
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Number of attempts that did not finish.")
    )
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.WAITING)
    message = models.TextField(blank=True, help_text=_("Why the text could not be recognized."))

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome="waiting"), name="recognition_waiting"),
        ]

    def __str__(self) -> str:
        return f"Recognition {self.pk}"


class RecognizedPage(models.Model):
    """One page, kept until all are recognised, so that a restart of the worker repeats none."""

    recognition = models.ForeignKey(
        Recognition, on_delete=models.CASCADE, related_name="recognized_pages"
    )
    number = models.PositiveIntegerField()
    hocr = models.BinaryField()

    class Meta:
        ordering = ["recognition", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["recognition", "number"], name="recognized_page_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"Page {self.number} of {self.recognition_id}"
