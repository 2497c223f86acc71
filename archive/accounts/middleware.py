"""Middleware that requires the second factor and disables caching of staff pages."""

import logging
from collections.abc import Callable
from functools import partial

from django.contrib.auth.models import AnonymousUser, User
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from archive.accounts import second_factor
from archive.accounts.sessions import SessionStore

logger = logging.getLogger(__name__)

RequestUser = User | AnonymousUser


class AccountMiddleware:
    """Treats users as anonymous until they have passed the second factor they need.

    This applies to every URL, so views need not check it. Only the page that sets up the second
    factor uses ``request.password_user``, who has entered a correct password. This middleware must
    come after ``OTPMiddleware``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.staff_root = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Process a request."""
        password_user = request.user
        request.password_user = password_user  # type: ignore[attr-defined]
        request.user = SimpleLazyObject(partial(_verified_user, password_user))  # type: ignore[assignment]
        session = request.session
        if isinstance(session, SessionStore):
            session.remember_client(request)
        response = self.get_response(request)
        # checking whether a session was accessed must not access it: public pages are cacheable
        if session.accessed and isinstance(session, SessionStore):
            _touch(session)
        if request.path.startswith(self.staff_root):
            add_never_cache_headers(response)
        return response


def _touch(session: SessionStore) -> None:
    """Record the activity of a session; if that fails, the response is still sent."""
    try:
        with transaction.atomic():  # a savepoint if the request runs in a transaction
            session.touch()
    except (DatabaseError, InterfaceError, OSError) as error:
        reason = str(error).partition("\n")[0].strip() or type(error).__name__
        logger.warning("Session activity could not be stored: %s", reason)


def _verified_user(user: RequestUser) -> RequestUser:
    if not user.is_authenticated or user.is_verified():  # type: ignore[attr-defined]
        return user
    if second_factor.is_required(user) or second_factor.device_of(user) is not None:
        anonymous = AnonymousUser()
        anonymous.otp_device = None  # type: ignore[attr-defined]
        anonymous.is_verified = lambda: False  # type: ignore[attr-defined]
        return anonymous
    return user
