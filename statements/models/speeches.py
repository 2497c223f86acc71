"""Speeches, withdrawn and erased ones included."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from archive.languages import date_format, localized
from statements.addresses import page_address
from statements.headings import UNKNOWN_SPEAKER, Heading, who_spoke
from statements.models import querysets
from statements.models.countries import Affiliation, Country
from statements.models.meetings import Meeting, Session, Topic
from statements.models.speakers import Speaker
from statements.models.transcripts import Transcript
from statements.transcripts.record.speaking_capacity import Capacity, speaking_capacity


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


def byline(speaker_printed: str, affiliation: str) -> str:
    printed = speaker_printed or UNKNOWN_SPEAKER
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
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="speeches",
        help_text=_("The debate of a session that it was made in, whether or not in a meeting."),
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
    affiliations = models.ManyToManyField(
        Affiliation,
        related_name="speeches",
        blank=True,
        help_text=_("Party, ward, ministry or body, as the source states it."),
    )
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
        ordering = [*querysets.newest_first(), "meeting", "position", "pk"]
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
        return f"{self.byline}, {self.sitting}" if self.sitting else self.byline

    def get_absolute_url(self) -> str:
        return page_address("speech", self.public_id)

    @property
    def sitting(self) -> Meeting | Session | None:
        """Where it was made: its meeting; without one, the session."""
        return self.meeting or self.session

    @property
    def organ(self) -> str:
        """The name of the organ, or "" if it is not known."""
        return (self.sitting.organ_id or "") if self.sitting else ""

    @property
    def byline(self) -> str:
        """The speaker as printed: "Mr. Umarov (Kazakhstan)", "The President"."""
        return byline(self.speaker_printed, self.affiliation)

    @property
    def capacity(self) -> Capacity | None:
        """In what capacity it was made; None where nothing stored tells."""
        kind = self.country.kind if self.country else None
        return speaking_capacity(
            speaker_line=self.speaker_line,
            speaker_printed=self.speaker_printed,
            role=self.role,
            affiliation=self.affiliation,
            on_behalf_of=self.on_behalf_of,
            is_national=self.is_national,
            of_state=kind not in (None, Country.Kind.ORGANIZATION),
            of_organization=kind == Country.Kind.ORGANIZATION,
        )

    @property
    def heading(self) -> Heading:
        """The parts of its line in lists, titles and feeds; fetch it with ``for_listing``."""
        country, speaker, sitting = self.country, self.speaker, self.sitting
        who = who_spoke(
            country=country.short_name if country else "",
            affiliation=self.affiliation,
            stated="" if country else self.first_affiliation,
            speaker=str(speaker) if speaker else "",
            printed=self.speaker_printed,
            role=self.role,
        )
        day = date_format(self.date, "j F Y") if self.date else str(self.year or "")
        return Heading(
            who,
            body=localized(self.organ, "organ"),
            sitting=sitting.title if sitting else "",
            day=day,
        )

    @cached_property
    def first_affiliation(self) -> str:
        """The name of the body, ministry, party or ward that stands for the speaker in lists, or
        "". ``for_listing`` reads it for speeches without a country."""
        return next((affiliation.name for affiliation in self.affiliations.all()), "")

    @property
    def corrected_at(self) -> datetime | None:
        """The time of the last change after publication; None if there was none."""
        published = max(self.stored_at, self.transcript.published_at or self.stored_at)
        return self.updated_at if self.updated_at - published > timedelta(seconds=1) else None


class WordsDigest(models.Model):
    """The number of the spoken words of a speech, and a digest by which the same are recognised.

    ``ingest.publishing.annotations`` updates it whenever the text changes. It has a table of its
    own because a change of it changes nothing that is indexed.
    """

    speech = models.OneToOneField(Speech, on_delete=models.CASCADE, related_name="words_digest")
    digest = models.UUIDField(
        db_index=True, help_text=_("Of the letters and digits; see “transcripts.text.digests”.")
    )
    words = models.PositiveIntegerField(
        null=True, help_text=_("Number of the words; null until they are counted.")
    )

    class Meta:
        verbose_name_plural = _("digests of words")

    def __str__(self) -> str:
        return str(self.digest)


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
