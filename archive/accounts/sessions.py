"""The session engine: Django's database sessions with a user, an idle timeout and a maximum age.

A session ends `SESSION_IDLE_AGE` seconds after its last request or `SESSION_COOKIE_AGE` seconds
after login, whichever comes first. Both are checked against the database row, regardless of the
browser's cookie.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from archive.accounts.models import Session
from archive.client_address import client_address

SIGNED_IN_AT = "signed_in_at"
# the stored time of the last activity may be this much too old
ACTIVITY_PRECISION = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Reads and writes `Session` rows."""

    row: Session | None = None
    address: str = ""
    user_agent: str = ""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of the rows."""
        return Session

    @classmethod
    def clear_expired(cls) -> None:
        """Delete sessions that have expired or were idle for too long."""
        now = timezone.now()
        Session.objects.filter(
            Q(expire_date__lt=now) | Q(last_activity__lt=now - idle_limit())
        ).delete()

    def load(self) -> dict[str, Any]:
        """Return the data of a session that has not expired, or an empty dictionary."""
        return self._decode_row(self._rows().first() if self._is_wellformed() else None)

    async def aload(self) -> dict[str, Any]:
        """See `load`."""
        return self._decode_row(await self._rows().afirst() if self._is_wellformed() else None)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for these data, with its user and client."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 - see get_model_class
        return self._set_details(row, data)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        """See `create_model_instance`."""
        row = await super().acreate_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 - see get_model_class
        return self._set_details(row, data)

    def _is_wellformed(self) -> bool:
        # a cookie may contain characters that no key has, such as NUL, which the database rejects
        return bool(self.session_key and self.session_key.isascii() and self.session_key.isalnum())

    def _rows(self) -> QuerySet[Session]:
        now = timezone.now()
        return Session.objects.filter(
            session_key=self.session_key, expire_date__gt=now, last_activity__gt=now - idle_limit()
        )

    def _decode_row(self, row: Session | None) -> dict[str, Any]:
        self.row = row
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        return data

    def _set_details(self, row: Session, data: dict[str, Any]) -> Session:
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.signed_in_at = parse_datetime(data.get(SIGNED_IN_AT, ""))
        row.last_activity = timezone.now()
        row.address = self.address or (self.row.address if self.row else None)
        row.user_agent = self.user_agent or (self.row.user_agent if self.row else "")
        return row

    def remember_client(self, request: HttpRequest) -> None:
        """Remember the address and browser of the session, without accessing its data."""
        self.address = client_address(request)
        self.user_agent = request.headers.get("user-agent", "").replace("\0", "")[:255]

    def touch(self) -> None:
        """Store the time of this request, unless it is recent or saving the session stores it."""
        now = timezone.now()
        if self.row is None or self.modified or now - self.row.last_activity < ACTIVITY_PRECISION:
            return
        Session.objects.filter(pk=self.row.pk).update(
            last_activity=now, address=self.address or None, user_agent=self.user_agent
        )


def idle_limit() -> timedelta:
    """Return how long a session lasts without a request."""
    return timedelta(seconds=settings.SESSION_IDLE_AGE)


@dataclass(frozen=True)
class OpenSession:
    """A session as shown to its user; `ident` identifies it without revealing its key."""

    ident: str
    browser: str
    address: str
    signed_in_at: datetime | None
    last_activity: datetime
    is_current: bool


def open_sessions(user_id: int, current_key: str | None) -> list[OpenSession]:
    """Return the user's open sessions: the current one first, then by last activity."""
    now = timezone.now()
    rows = Session.objects.filter(
        user_id=user_id, expire_date__gt=now, last_activity__gt=now - idle_limit()
    ).order_by("-last_activity")
    sessions = [
        OpenSession(
            ident=_ident(row.session_key),
            browser=describe_browser(row.user_agent),
            address=row.address or gettext("unknown"),
            signed_in_at=row.signed_in_at,
            last_activity=row.last_activity,
            is_current=row.session_key == current_key,
        )
        for row in rows
    ]
    return sorted(sessions, key=lambda session: not session.is_current)


def end_session(user_id: int, ident: str) -> bool:
    """End one of the user's sessions; return False if there is no such session."""
    for key in Session.objects.filter(user_id=user_id).values_list("session_key", flat=True):
        if _ident(key) == ident:
            return Session.objects.filter(session_key=key).delete()[0] > 0
    return False


def end_sessions(user_id: int, except_key: str | None = None) -> int:
    """End all sessions of a user, optionally except one; return how many were ended."""
    rows = Session.objects.filter(user_id=user_id)
    if except_key:
        rows = rows.exclude(session_key=except_key)
    return rows.delete()[0]


def _ident(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()[:32]


@lru_cache(maxsize=256)
def describe_browser(user_agent: str) -> str:
    """Return a readable name of a browser, such as "Firefox 128 on Linux"."""
    # compiles a thousand patterns, so it is imported only when sessions are shown
    from ua_parser import parse

    parsed = parse(user_agent)
    browser, system = parsed.user_agent, parsed.os
    if browser is None and system is None:
        return user_agent[:60] or gettext("unknown browser")
    name = gettext("unknown browser")
    if browser is not None:
        name = f"{browser.family} {browser.major or ''}".strip()
    if system is None:
        return name
    return gettext("%(browser)s on %(system)s") % {"browser": name, "system": system.family}
