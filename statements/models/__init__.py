"""The models of the archive: countries, speakers, meetings, speeches, paragraphs, transcripts.

They define fields and database constraints only. ``statements.ingest`` creates the rows;
``statements.models.querysets`` has the queries.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce, ExtractYear, NullIf
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address
from statements.models import querysets
from statements.transcripts.record.vote_lists import Ballot
from statements.transcripts.values.symbols import Symbol


class Country(models.Model):
    """A state, an observer, or a body or organization that speaks."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member State")
        OBSERVER = "observer", _("Observer State")
        STATE = "state", _("Other state or territory")
        ORGANIZATION = "organization", _("Body or organization")

    code = models.CharField(
        primary_key=True,
        max_length=12,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9-]{1,11}$", _("Enter 2 to 12 capital letters, digits or hyphens.")
            )
        ],
        help_text=_(
            "The ISO 3166 alpha-3 code (also for former states), or an acronym for bodies."
        ),
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEMBER)
    short_name = models.CharField(max_length=120, unique=True)
    formal_name = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(
        null=True, blank=True, help_text=_("Only if the state no longer exists.")
    )
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True
    )

    objects = querysets.CountryQuerySet.as_manager()

    class Meta:
        ordering = ["short_name"]
        verbose_name_plural = _("countries")
        constraints = [
            models.CheckConstraint(
                name="country_valid_range",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return page_address("country", self.code)


class CountryName(models.Model):
    """One printed form of a country's name, with the period in which it was used."""

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "folded", "valid_from"],
                name="country_name_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Speaker(models.Model):
    """A person who spoke, as named in records: usually by surname and delegation."""

    slug = models.SlugField(max_length=140, unique=True)
    name = models.CharField(max_length=200, help_text=_("As printed, without the honorific."))
    honorific = models.CharField(max_length=60, blank=True)
    sort_name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, editable=False)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="speakers"
    )

    objects = querysets.SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["folded", "country"], name="speaker_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.honorific} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return page_address("speaker", self.slug)


class SpeakerName(models.Model):
    """Another printed form of a speaker's name."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["speaker", "folded"], name="speaker_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """An agenda item as printed in records, or a subject assigned by a person."""

    class Kind(models.TextChoices):
        AGENDA_ITEM = "agenda-item", _("Agenda item")
        SUBJECT = "subject", _("Subject")

    slug = models.SlugField(max_length=140, unique=True)
    title = models.CharField(max_length=500)
    folded = models.CharField(max_length=500, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.AGENDA_ITEM)

    objects = querysets.TopicQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return page_address("topic", self.slug)


class Meeting(models.Model):
    """A sitting of an organ, identified by the symbol of its record."""

    symbol = models.CharField(max_length=80, unique=True, help_text=_("For example S/PV.7343."))
    symbol_printed = models.CharField(max_length=80, blank=True)
    slug = models.SlugField(max_length=100, unique=True)
    organ = models.CharField(max_length=120, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    resumption = models.PositiveSmallIntegerField(default=0)
    date = models.DateField(null=True, blank=True, db_index=True)
    date_printed = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    first_page = models.TextField(
        blank=True, help_text=_("The lines of the record’s first page, as printed.")
    )
    agenda_items = models.ManyToManyField(Topic, related_name="meetings", blank=True)

    objects = querysets.MeetingQuerySet.as_manager()

    class Meta:
        ordering = [F("date").desc(nulls_last=True), "symbol"]

    def __str__(self) -> str:
        return self.symbol

    def get_absolute_url(self) -> str:
        return page_address("meeting", self.slug)

    @property
    def record_type(self) -> str:
        return Symbol.parse(self.symbol).record_type


class Presidency(models.Model):
    """A president of a meeting; a meeting can have several, in the order printed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presidencies")
    position = models.PositiveSmallIntegerField()
    name_printed = models.CharField(max_length=200)
    affiliation = models.CharField(max_length=200, blank=True)
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="presidencies"
    )
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="presidencies"
    )

    class Meta:
        ordering = ["meeting_id", "position"]
        verbose_name_plural = _("presidencies")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="presidency_position"),
        ]

    def __str__(self) -> str:
        return self.name_printed


class Member(models.Model):
    """A delegation listed among the members on the first page, in the order printed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    affiliation = models.CharField(max_length=300, help_text=_("As printed."))
    honorific = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=300, blank=True, help_text=_("As printed."))
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )

    class Meta:
        ordering = ["meeting_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="member_position"),
        ]

    def __str__(self) -> str:
        return f"{self.affiliation}: {f'{self.honorific} {self.name}'.strip()}"


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


class Withdrawal(models.Model):
    """A decision to withdraw speeches from public view, with one reason for all of them.

    The speeches keep their addresses and positions, so that each can be reinstated.
    """

    reason = models.CharField(max_length=500, help_text=_("Shown to readers."))
    withdrawn_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reason


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


def byline(speaker_printed: str, affiliation: str) -> str:
    printed = speaker_printed or "Unknown speaker"
    return f"{printed} ({affiliation})" if affiliation else printed


class Speech(models.Model):
    """One continuous address by one speaker.

    It has both the printed forms and what they were resolved to; an unresolved country or speaker
    is null.
    """

    public_id = models.SlugField(
        max_length=120, unique=True, help_text=_("Never changes once the speech is stored.")
    )
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="speeches")
    transcript_position = models.PositiveIntegerField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches"
    )
    position = models.PositiveIntegerField(
        help_text=_("In the meeting, or in the transcript if there is no meeting.")
    )
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches"
    )
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches"
    )
    speaker_line = models.CharField(
        max_length=500, blank=True, help_text=_("The complete line, as printed.")
    )
    speaker_printed = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("Name or office as printed, for example “Mr. Umarov”."),
    )
    affiliation = models.CharField(max_length=300, blank=True, help_text=_("As printed."))
    role = models.CharField(max_length=300, blank=True)
    on_behalf_of = models.CharField(max_length=300, blank=True)
    language = models.CharField(
        max_length=8, blank=True, help_text=_("ISO 639 code of the language of delivery.")
    )
    language_printed = models.CharField(max_length=120, blank=True)
    is_national = models.BooleanField(
        default=False,
        help_text=_("Made “in my national capacity”; computed from the text."),
    )
    date = models.DateField(null=True, blank=True, db_index=True)
    year_stated = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9999)],
        help_text=_("Only if the exact date is unknown."),
    )
    year = models.GeneratedField(
        expression=Coalesce(ExtractYear("date"), F("year_stated")),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
        db_index=True,
    )
    topics = models.ManyToManyField(Topic, related_name="speeches", blank=True)
    withdrawal = models.ForeignKey(
        Withdrawal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",  # useless: relations contain only public speeches
        help_text=_("Set while the speech is withdrawn and visible only to archivists."),
    )
    former_transcripts = models.ManyToManyField(
        Transcript,
        related_name="+",
        blank=True,
        editable=False,
        help_text=_("The transcripts of earlier versions of the text."),
    )
    stored_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # relations use ``objects`` too; ``all_objects`` includes withdrawn speeches
    objects = querysets.PublicSpeechManager()
    all_objects = querysets.SpeechQuerySet.as_manager()

    class Meta:
        ordering = [F("date").desc(nulls_last=True), "meeting", "position", "pk"]
        verbose_name_plural = _("speeches")
        permissions = [("withdraw_speech", "Can withdraw speeches and reinstate them")]
        indexes = [
            models.Index(
                fields=["withdrawal", "transcript"],
                condition=Q(withdrawal__isnull=False),
                name="speech_withdrawn",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="speech_meeting_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["transcript", "transcript_position"],
                name="speech_transcript_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="speech_positions_from_one",
                condition=Q(position__gte=1) & Q(transcript_position__gte=1),
            ),
            models.CheckConstraint(
                name="speech_year_stated_without_day",
                condition=Q(date__isnull=True) | Q(year_stated__isnull=True),
                violation_error_message=_("Enter either a date or, if it is unknown, a year."),
            ),
            models.CheckConstraint(
                name="speech_year_stated_in_calendar",
                condition=Q(year_stated__isnull=True) | Q(year_stated__range=(1, 9999)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.byline}, {self.meeting.symbol}" if self.meeting else self.byline

    def get_absolute_url(self) -> str:
        return page_address("speech", self.public_id)

    @property
    def byline(self) -> str:
        """The speaker for headings: "Mr. Umarov (Kazakhstan)", "The President"."""
        return byline(self.speaker_printed, self.affiliation)

    @property
    def corrected_at(self) -> datetime | None:
        """The time of the last change after publication; None if there was none."""
        published = max(self.stored_at, self.transcript.published_at or self.stored_at)
        return self.updated_at if self.updated_at - published > timedelta(seconds=1) else None


class DeletedSpeech(models.Model):
    """The address of an erased speech, with the files it came from.

    A database trigger writes the row, so that readers who follow a citation learn that the speech
    existed.
    """

    public_id = models.SlugField(primary_key=True, max_length=120)
    transcript_hashes = ArrayField(
        models.CharField(max_length=64),
        null=True,
        help_text=_("SHA-256 of the files that contain its text, as far as known."),
    )
    reason = models.CharField(max_length=500, blank=True, db_default="")
    deleted_at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())

    class Meta:
        verbose_name_plural = _("deleted speeches")

    def __str__(self) -> str:
        return self.public_id


class Paragraph(models.Model):
    """One paragraph of a speech, or of the narrative in it or after it."""

    class Kind(models.TextChoices):
        SPEECH = "speech", _("Spoken")
        NARRATIVE = "narrative", _("Narrative")

    speech = models.ForeignKey(Speech, on_delete=models.CASCADE, related_name="paragraphs")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.SPEECH)
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("As printed, in records that number their paragraphs.")
    )
    text = models.TextField()
    # a foreign key from (speech, previous) to (speech, position) in the database prevents gaps
    # between paragraphs; see the migration "guarantees"
    previous = models.GeneratedField(
        expression=NullIf(F("position") - 1, Value(0)),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["speech_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["speech", "position"], name="paragraph_position"),
            models.CheckConstraint(
                name="paragraph_position_from_one", condition=Q(position__gte=1)
            ),
            models.CheckConstraint(name="paragraph_text_not_empty", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{page_address('speech', self.speech.public_id)}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"p{self.position}"


class Span(models.Model):
    """A part of a paragraph's text: ``text[start:end]``, in characters.

    Spans and votes are derived from the text; ``ingest.publishing.annotations`` updates them
    whenever it changes.
    """

    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        abstract = True
        ordering = ["paragraph_id", "start"]


def _span(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["paragraph", "start"], name=f"{name}_once"),
        models.CheckConstraint(name=f"{name}_span", condition=Q(start__lt=F("end"))),
    ]


class Reference(Span):
    """A mention of a document in a paragraph."""

    # the index of the unique constraint also serves the foreign key, here and below
    paragraph = models.ForeignKey(
        Paragraph, on_delete=models.CASCADE, related_name="references", db_index=False
    )
    symbol = models.CharField(
        max_length=200, help_text=_("In its usual form, for example S/RES/1325 (2000).")
    )
    page = models.CharField(
        max_length=40, blank=True, help_text=_("As printed, for example “p. 2”.")
    )

    objects = querysets.ReferenceQuerySet.as_manager()

    class Meta(Span.Meta):
        indexes = [models.Index(fields=["symbol", "paragraph"], name="reference_symbol")]
        constraints = _span("reference")

    def __str__(self) -> str:
        return self.symbol


class LanguageChange(Span):
    """A note within a speech that the language changes."""

    paragraph = models.ForeignKey(
        Paragraph, on_delete=models.CASCADE, related_name="language_changes", db_index=False
    )
    language = models.CharField(max_length=8, blank=True, help_text=_("ISO 639 code."))
    language_printed = models.CharField(max_length=120)

    class Meta(Span.Meta):
        constraints = _span("language_change")

    def __str__(self) -> str:
        return self.language_printed


class Vote(models.Model):
    """The vote of one delegation, from a list in the narrative."""

    paragraph = models.ForeignKey(
        Paragraph, on_delete=models.CASCADE, related_name="votes", db_index=False
    )
    position = models.PositiveSmallIntegerField(
        help_text=_("The position among the votes of the paragraph, as printed.")
    )
    ballot = models.CharField(
        max_length=10, choices=[(ballot.value, ballot.value.capitalize()) for ballot in Ballot]
    )
    delegation = models.CharField(max_length=120, help_text=_("As printed."))
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="votes"
    )

    objects = querysets.VoteQuerySet.as_manager()

    class Meta:
        ordering = ["paragraph_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paragraph", "position"], name="vote_position"),
        ]

    def __str__(self) -> str:
        return f"{self.delegation}: {self.ballot}"


class UnsavedInput(models.Model):
    """Form input that could not be saved because the session or the form token had expired.

    It is kept until the person saves or deletes it.
    """

    key = models.CharField(max_length=43, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsaved_input"
    )
    path = models.CharField(max_length=500, help_text=_("Path of the form, with its query string."))
    title = models.CharField(max_length=200)
    fields = models.JSONField(help_text=_("Pairs of a name and its values, as submitted."))
    kept_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = querysets.UnsavedInputQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = _("unsaved input")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.path}{'&' if '?' in self.path else '?'}kept={self.key}"


class IndexOutbox(models.Model):
    """A speech whose index entry is out of date.

    Database triggers write the row in the transaction that changes the speech; the index writer
    removes it.
    """

    class Priority(models.IntegerChoices):
        """The changes of people are applied before those of imports."""

        PERSON = 0
        IMPORT = 1

    class Change(models.IntegerChoices):
        """The change of the speech; changes of its paragraphs, speaker, … count as CHANGED."""

        CHANGED = 0
        ADDED = 1
        REMOVED = 2

    id = models.BigAutoField(primary_key=True)
    speech_id = models.BigIntegerField()  # no foreign key: the speech may be deleted
    created_at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())
    attempts = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text=_("Number of failed attempts; after three the row is quarantined."),
    )
    indexed_in = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("The generation that contains it, while another is being built."),
    )
    # from a setting of the session, so that the triggers need not know who makes the change
    priority = models.PositiveSmallIntegerField(
        choices=Priority,
        db_default=Cast(
            Coalesce(
                NullIf(
                    Func(
                        Value("statements.priority"),
                        Value(True),
                        function="current_setting",
                        output_field=models.TextField(),
                    ),
                    Value(""),
                ),
                Value("0"),
            ),
            models.PositiveSmallIntegerField(),
        ),
    )
    change = models.PositiveSmallIntegerField(choices=Change, db_default=0)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = _("index outbox")
        indexes = [
            models.Index(fields=["priority", "id"], name="outbox_by_priority"),
            models.Index(fields=["speech_id"], name="outbox_by_speech"),
            # counted before every search: speeches that may be missing in the index, or obsolete
            models.Index(
                fields=["change", "attempts", "indexed_in"],
                condition=Q(change__gt=0) | Q(attempts__gt=0),
                name="outbox_missing_or_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"speech {self.speech_id}"
