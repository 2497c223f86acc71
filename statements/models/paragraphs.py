"""Paragraphs, and what is derived from their text: references, languages, votes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address, passage_anchor
from statements.models import querysets
from statements.models.countries import Country
from statements.models.speeches import Speech
from statements.transcripts.record.motions import Outcome
from statements.transcripts.record.vote_lists import Ballot
from statements.transcripts.values.recording_times import LONGEST_RECORDING


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
    time_s = models.FloatField(
        _("time"),
        null=True,
        blank=True,
        help_text=_("Seconds from the start of a recording, in transcripts that state times."),
    )
    text = models.TextField()
    turn_line = models.CharField(
        max_length=500,
        blank=True,
        help_text=_(
            "The printed speaker line above the paragraph, if a turn begins here that continues "
            "the speech, for example after a vote."
        ),
    )
    page = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Of the file on which it begins, in files with pages.")
    )
    is_divided = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Whether the archive began it here, because the source has no paragraphs."),
    )
    sentence_starts = ArrayField(
        models.PositiveIntegerField(),
        null=True,
        blank=True,
        editable=False,
        help_text=_(
            "Where each sentence begins in the text, in characters; null until computed. Addresses "
            "of sentences count them, so they are computed once for each text."
        ),
    )
    # a foreign key from (speech, previous) to (speech, position) in the database prevents gaps
    # between paragraphs; see the migration "guarantees"
    previous = models.GeneratedField(
        expression=NullIf(F("position") - 1, Value(0)),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["speech_id", "position"]
        # without it, each paragraph that is deleted reads all of its speech, for the foreign key
        indexes = [models.Index(fields=["speech", "previous"], name="paragraph_previous")]
        constraints = [
            models.UniqueConstraint(fields=["speech", "position"], name="paragraph_position"),
            models.CheckConstraint(
                name="paragraph_position_from_one", condition=Q(position__gte=1)
            ),
            models.CheckConstraint(name="paragraph_text_not_empty", condition=~Q(text="")),
            models.CheckConstraint(
                name="paragraph_time_possible", condition=Q(time_s__range=(0, LONGEST_RECORDING))
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{page_address('speech', self.speech.public_id)}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return passage_anchor(self.position)


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

    title = models.CharField(
        max_length=300, blank=True, help_text=_("If it is printed beside the symbol.")
    )

    objects = querysets.ReferenceQuerySet.as_manager()

    class Meta(Span.Meta):
        indexes = [models.Index(fields=["symbol", "paragraph"], name="reference_symbol")]
        constraints = _span("reference")

    def __str__(self) -> str:
        return self.symbol


class Document(models.Model):
    """A title in the register of cited documents, which goes before those that speeches print.

    Only verified lines count: those of which the source was read, or that an archivist confirmed.
    """

    symbol = models.CharField(
        max_length=200, unique=True, help_text=_("In its usual form, for example A/RES/70/1.")
    )
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=200, blank=True)
    verified = models.BooleanField(
        default=False, help_text=_("Only verified lines are shown to readers.")
    )

    class Meta:
        ordering = ["symbol"]
        verbose_name = _("title of a document")
        verbose_name_plural = _("titles of documents")

    def __str__(self) -> str:
        return f"{self.symbol}: {self.title}"


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


class RecordedVote(models.Model):
    """One vote with lists of delegations: what was voted on, and the totals that are printed."""

    paragraph = models.ForeignKey(
        Paragraph,
        on_delete=models.CASCADE,
        related_name="recorded_votes",
        db_index=False,
        help_text=_("The paragraph that ends the lists."),
    )
    first_position = models.PositiveIntegerField(
        help_text=_("The position of the paragraph that begins the lists.")
    )
    subject = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("What was voted on, as printed, for example “draft resolution A/70/L.9”."),
    )
    title = models.CharField(
        max_length=500, blank=True, help_text=_("Of what was voted on, as printed.")
    )
    motion = models.CharField(
        max_length=500, blank=True, help_text=_("The sentence that puts it to the vote.")
    )
    outcome = models.CharField(
        max_length=8,
        blank=True,
        choices=[
            (Outcome.ADOPTED.value, _("Adopted")),
            (Outcome.REJECTED.value, _("Not adopted")),
            (Outcome.RETAINED.value, _("Retained")),
            (Outcome.DELETED.value, _("Deleted")),
        ],
    )
    resolution = models.CharField(
        max_length=40, blank=True, help_text=_("The number of the resolution that was adopted.")
    )
    in_favour = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The printed total.")
    )
    against = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The printed total.")
    )
    abstaining = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The printed total.")
    )

    class Meta:
        ordering = ["paragraph_id"]
        constraints = [
            models.UniqueConstraint(fields=["paragraph"], name="recorded_vote_once"),
        ]

    def __str__(self) -> str:
        return self.subject or self.resolution


class Vote(models.Model):
    """The vote of one delegation, from a list in the narrative."""

    paragraph = models.ForeignKey(
        Paragraph, on_delete=models.CASCADE, related_name="votes", db_index=False
    )
    position = models.PositiveSmallIntegerField(
        help_text=_("The position among the votes of the paragraph, as printed.")
    )
    ballot = models.CharField(
        max_length=10,
        choices=[
            (Ballot.IN_FAVOUR.value, _("In favour")),
            (Ballot.AGAINST.value, _("Against")),
            (Ballot.ABSTAINING.value, _("Abstaining")),
            (Ballot.ABSENT.value, _("Absent")),
        ],
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
