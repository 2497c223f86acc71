"""Models for sessions, recovery codes and failed logins."""

from datetime import datetime
from importlib import import_module
from typing import Any

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A session with its user, so that users can list and end their sessions.

    See "Extending database-backed session engines" in Django's documentation.
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
    """A one-time replacement for the second factor; only its SHA-256 digest is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Recovery code of {self.user}"


class FailedSignIn(AccessFailureLog):  # type: ignore[misc]
    """A failed login, as the admin lists it."""

    attempt_time: datetime

    class Meta:
        proxy = True
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")
        default_permissions = ("view", "delete")
