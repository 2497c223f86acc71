"""What the archive keeps about signing in, beside Django's users."""

from datetime import datetime
from importlib import import_module
from typing import Any

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A session with the person it belongs to, so that it can be shown to them and ended.

    Django's documentation describes this extension of the session table.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    signed_in_at = models.DateTimeField(null=True)
    last_activity = models.DateTimeField(db_index=True)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=255, blank=True)

    class Meta:
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        """Return the session engine that reads and writes these rows."""
        store: type[Any] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class RecoveryCode(models.Model):
    """A code that replaces the second factor once; only its SHA-256 is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"a recovery code of {self.user}"


class FailedSignIn(AccessFailureLog):  # type: ignore[misc]
    """A failed sign-in, as the administration lists it."""

    attempt_time: datetime

    class Meta:
        proxy = True
        verbose_name = "failed sign-in"
        verbose_name_plural = "failed sign-ins"
        default_permissions = ("view", "delete")
