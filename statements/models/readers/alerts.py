"""E-mail alerts: searches whose new speeches are sent to an address."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Alert(models.Model):
    """A search that somebody asked to be told about by e-mail. Deleted when they stop it, and when
    they did not confirm it in time."""

    address = models.EmailField(max_length=254)
    parameters = models.JSONField(
        help_text=_("Pairs of a name and a value, as in the address of the search.")
    )
    language = models.CharField(max_length=10, help_text=_("Of the mails."))
    requested_at = models.DateTimeField(help_text=_("Speeches stored since then are new."))
    confirmed_at = models.DateTimeField(null=True, blank=True)
    is_invited = models.BooleanField(
        default=False, help_text=_("Whether the mail that asks for confirmation was sent.")
    )
    next_at = models.DateTimeField(
        db_index=True, help_text=_("When there is something to send, or to look for, next.")
    )
    failures = models.PositiveIntegerField(
        default=0, help_text=_("Number of mails in a row that could not be sent.")
    )
    reported = ArrayField(
        models.CharField(max_length=120),
        default=list,
        help_text=_("The ids of the speeches that were sent."),
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["address", "parameters"], name="alert_once"),
        ]

    def __str__(self) -> str:
        return str(dict(self.parameters).get("q", "")) or "–"
