"""Signal receivers for login and logout."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from archive.accounts import events
from archive.accounts.sessions import SIGNED_IN_AT, SessionStore


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: Any, **_: object) -> None:
    """Set the expiry of the session once, and delete expired sessions."""
    now = timezone.now()
    request.session[SIGNED_IN_AT] = now.isoformat()
    request.session.set_expiry(now + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    SessionStore.clear_expired()
    events.record("signed in", user.get_username(), request)


@receiver(user_logged_out)
def note_sign_out(request: HttpRequest, user: Any, **_: object) -> None:
    """Log a logout; the session may have had no user."""
    if user is not None:
        events.record("signed out", user.get_username(), request)
