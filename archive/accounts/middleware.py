"""Who somebody is taken for at every address, and what browsers may keep of staff pages."""

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

Person = User | AnonymousUser


class AccountMiddleware:
    """Takes for nobody whoever has not passed the second factor that is asked of them.

    This holds at every address, so that no view needs to think of it. Only the page where the
    second factor is set up looks at ``request.password_user``, who has given a right password.
    Must stand after ``OTPMiddleware``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.staff_root = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        password_user = request.user
        request.password_user = password_user  # type: ignore[attr-defined]
        request.user = SimpleLazyObject(partial(_trusted, password_user))  # type: ignore[assignment]
        session = request.session
        if isinstance(session, SessionStore):
            session.remember_client(request)
        response = self.get_response(request)
        # asking whether a session was used must not use it: pages for readers are kept by caches
        if session.accessed and isinstance(session, SessionStore):
            _touch(session)
        if request.path.startswith(self.staff_root):
            add_never_cache_headers(response)
        return response


def _touch(session: SessionStore) -> None:
    """Store that the session was used; where that fails, the page that was made is still sent."""
    try:
        with transaction.atomic():  # a savepoint, where the request has a transaction
            session.touch()
    except (DatabaseError, InterfaceError, OSError) as error:
        words = str(error).partition("\n")[0].strip()
        logger.warning("The use of a session was not stored: %s", words or type(error).__name__)


def _trusted(user: Person) -> Person:
    if not user.is_authenticated or user.is_verified():  # type: ignore[attr-defined]
        return user
    if second_factor.is_required(user) or second_factor.device_of(user) is not None:
        nobody = AnonymousUser()
        nobody.otp_device = None  # type: ignore[attr-defined]
        nobody.is_verified = lambda: False  # type: ignore[attr-defined]
        return nobody
    return user
