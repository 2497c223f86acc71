"""Form input that waits to be saved again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.models import querysets


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
