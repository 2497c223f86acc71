"""Result sets: the speeches that a search found, as they were when a reader kept the result."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address

ID_LENGTH = 13


class ResultSet(models.Model):
    """A search with the list of the speeches that it found and a digest of the words of each.

    The row never changes, except that archivists may withdraw it. It names speeches by their public
    ids, which outlive the rows of erased speeches.
    """

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        editable=False,
        help_text=_("Computed from the search and what it found; see “result_sets.storing”."),
    )
    parameters = models.JSONField(
        editable=False, help_text=_("Pairs of a name and a value, as in the address of the search.")
    )
    speeches = ArrayField(
        models.CharField(max_length=120),
        editable=False,
        help_text=_("The ids of the speeches in the order of the search."),
    )
    digests = ArrayField(
        models.UUIDField(null=True),
        editable=False,
        help_text=_("The digest of the words of each speech; null for speeches without words."),
    )
    kept_at = models.DateTimeField(auto_now_add=True)
    index_generation = models.CharField(max_length=100, editable=False)
    archive_revision = models.CharField(max_length=32, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.CharField(
        max_length=500,
        blank=True,
        help_text=_(
            "Shown to readers. A result set with a reason is withdrawn; delete the reason to show "
            "it again."
        ),
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="result_set_digest_of_each_speech",
                condition=Q(digests__len=models.F("speeches__len")),
            ),
            models.CheckConstraint(
                name="result_set_withdrawn_for_a_reason",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawal_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.query or gettext("all speeches")

    def get_absolute_url(self) -> str:
        return page_address("result-set", self.public_id)

    @property
    def query(self) -> str:
        """The words searched for, as typed, or ""."""
        return str(dict(self.parameters).get("q", ""))

    @property
    def total(self) -> int:
        """The number of the speeches."""
        return len(self.speeches)

    def clean(self) -> None:
        """Raises ValidationError for a reason that is only spaces."""
        if self.withdrawal_reason and not self.withdrawal_reason.strip():
            raise ValidationError({"withdrawal_reason": _("Enter a reason. Readers will see it.")})
