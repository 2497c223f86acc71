"""What happens when somebody signs in or out."""

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
    """Fix the end of the session, whatever is saved in it later, and remove old sessions."""
    now = timezone.now()
    request.session[SIGNED_IN_AT] = now.isoformat()
    request.session.set_expiry(now + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    SessionStore.clear_expired()
    events.record("signed in", user.get_username(), request)


@receiver(user_logged_out)
def note_sign_out(request: HttpRequest, user: Any, **_: object) -> None:
    """Log a sign-out; a session without a person may end too."""
    if user is not None:
        events.record("signed out", user.get_username(), request)
