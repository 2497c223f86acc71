"""Guessing passwords and codes is slowed: django-axes counts, this module says when to lock.

Three limits, all in the database and so the same in every process:

- an account from one address: `SIGN_IN_FAILURES` failures, each within `SIGN_IN_LOCK_MINUTES` of
  the one before, lock that account from that address for as many minutes;
- an address, whatever the account: `SIGN_IN_FAILURES_PER_DAY` failures within 24 hours;
- an account, whatever the address: as many, within 24 hours.

An address from which the account signed in within the last month is not subject to the last two,
except for failures of just that account from just that address. A stranger can therefore not lock
people out of the places where they work. Names that do not exist are locked like those that do.
"""

import copy
from datetime import datetime, timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from archive.accounts import events
from archive.client_address import client_network

DAY = timedelta(days=1)
KNOWN_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=90)
Credentials = dict[str, Any]


LONGEST_NAME = 150


def account_name(request: HttpRequest, credentials: Credentials | None = None) -> str:
    """Return what django-axes takes for the account: at most as long as names can be."""
    return str((credentials or {}).get("username") or "")[:LONGEST_NAME]


def client_of(request: HttpRequest) -> str | None:
    """Return what django-axes takes for the client's address."""
    return client_network(request) or None


class Guard(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts failures; `AXES_HANDLER` names it."""

    def get_failures(self, request: HttpRequest, credentials: Credentials | None = None) -> int:
        """Return the failures of the account from this address, or the limit where a day's
        limit is reached."""
        if self.day_lock(request, credentials):
            return int(settings.AXES_FAILURE_LIMIT)
        return int(super().get_failures(request, credentials))

    def day_lock(
        self, request: HttpRequest, credentials: Credentials | None = None
    ) -> datetime | None:
        """Return when a day's limit ends that is reached now."""
        username = account_name(request, credentials)
        address = client_of(request)
        account = AccessFailureLog.objects.filter(username=username)
        place = AccessFailureLog.objects.filter(ip_address=address)
        known = AccessLog.objects.filter(
            username=username, ip_address=address, attempt_time__gt=timezone.now() - KNOWN_FOR
        )
        scopes = [account & place] if known.exists() else [account, place]
        ends = [end for scope in scopes if (end := _end_of_day_limit(scope))]
        return max(ends, default=None)

    def lock_end(self, request: HttpRequest, credentials: Credentials | None) -> datetime:
        """Return when a lock ends, supposing that there is one."""
        ends = [timezone.now() + timedelta(seconds=1)]
        for attempts in self.get_user_attempts(request, credentials):
            last = attempts.order_by("-attempt_time").first()
            if last is not None:
                cool_off = timezone.now() - get_cool_off_threshold(request)
                ends.append(last.attempt_time + cool_off)
        if day := self.day_lock(request, credentials):
            ends.append(day)
        return max(ends)

    def user_login_failed(
        self,
        sender: object,
        credentials: Credentials,
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Count a failure and log it; an attempt during a lock is logged and not counted."""
        if request is None:
            return
        account = account_name(request, credentials)
        factor = "second" if credentials.get("factor") == "second" else "password"
        if request.axes_locked_out:  # type: ignore[attr-defined]
            events.warn("sign-in refused, locked", account, request, factor=factor)
        # axes would keep what was sent with it, and forms of passwords send passwords
        bare = copy.copy(request)
        bare.GET, bare.POST = QueryDict(), QueryDict()
        locked_before = request.axes_locked_out  # type: ignore[attr-defined]
        super().user_login_failed(sender, credentials, bare, **kwargs)
        for name in ("axes_locked_out", "axes_credentials", "axes_failures_since_start"):
            setattr(request, name, getattr(bare, name))
        if not locked_before:
            events.warn("sign-in failed", account, request, factor=factor)
            if bare.axes_locked_out:  # type: ignore[attr-defined]
                events.warn("sign-in locked", account, request)
            AccessFailureLog.objects.filter(attempt_time__lt=timezone.now() - KEPT_FOR).delete()

    def user_logged_in(
        self, sender: object, request: HttpRequest, user: Any, **kwargs: Any
    ) -> None:
        """Note from where an account is used, and forget its failures from there."""
        super().user_logged_in(sender, request, user, **kwargs)
        AccessLog.objects.filter(attempt_time__lt=timezone.now() - KEPT_FOR).delete()

    def remove_out_of_limit_failure_logs(self, **_: Any) -> int:
        """Do nothing: old failures are removed by their age."""
        return 0

    def reset_attempts(
        self,
        *,
        ip_address: str | None = None,
        username: str | None = None,
        ip_or_username: bool = False,
    ) -> int:
        """Forget failures of the short limit and of the days' limits; returns how many."""
        count = super().reset_attempts(
            ip_address=ip_address, username=username, ip_or_username=ip_or_username
        )
        failures = AccessFailureLog.objects.all()
        if ip_or_username:
            failures = failures.filter(ip_address=ip_address) | failures.filter(username=username)
        else:
            if ip_address:
                failures = failures.filter(ip_address=ip_address)
            if username:
                failures = failures.filter(username=username)
        return int(count + failures.delete()[0])


def _end_of_day_limit(failures: QuerySet[AccessFailureLog]) -> datetime | None:
    """Return when so many of these failures are a day old that the rest is under the limit."""
    limit = settings.SIGN_IN_FAILURES_PER_DAY
    times = failures.filter(attempt_time__gt=timezone.now() - DAY).order_by("-attempt_time")
    oldest = times.values_list("attempt_time", flat=True)[limit - 1 : limit]
    return oldest[0] + DAY if oldest else None


def is_locked(request: HttpRequest, username: str) -> bool:
    """Tell whether signing in to an account is refused for now; the answer becomes a 429."""
    credentials = {"username": username}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    events.warn("sign-in refused, locked", username, request, factor="second")
    return True


def count_wrong_code(request: HttpRequest, username: str) -> None:
    """Count a wrong code of the second factor like a wrong password."""
    user_login_failed.send(
        sender=__name__, credentials={"username": username, "factor": "second"}, request=request
    )


def unlock(username: str | None = None, address: str | None = None) -> int:
    """Forget failures of an account, of an address, of both together, or all; returns how many."""
    return int(AxesProxyHandler.reset_attempts(username=username, ip_address=address))


def locked_response(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: Credentials | None = None,
) -> HttpResponse:
    """Answer somebody who is locked out: 429, when to come back, and who can help sooner."""
    guard = AxesProxyHandler.get_implementation()
    seconds = int((guard.lock_end(request, credentials) - timezone.now()).total_seconds()) + 1
    response = render(request, "accounts/locked.html", {"minutes": -(-seconds // 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
