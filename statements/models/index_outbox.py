"""Speeches whose index entry is out of date."""

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _


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
        """The change of the speech: REMOVED if it was deleted or withdrawn; changes of its
        paragraphs, speaker, … count as CHANGED."""

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
