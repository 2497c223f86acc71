"""Lockout after failed logins: django-axes counts failures, this module decides when to lock.

There are three limits. They are stored in the database, so they apply to all processes:

- account and address: after `SIGN_IN_FAILURES` failures, each within `SIGN_IN_LOCK_MINUTES` of the
  previous one, the account is locked from that address for the same number of minutes;
- address, for any account: `SIGN_IN_FAILURES_PER_DAY` failures within 24 hours;
- account, from any address: the same number within 24 hours.

If the account has logged in from an address within the last month, the two daily limits apply there
only to failures of that account from that address. An attacker therefore cannot lock users out of
the places where they work. Account names that do not exist are locked in the same way.
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
FAMILIAR_ADDRESS_PERIOD = timedelta(days=30)
LOG_RETENTION = timedelta(days=90)
MAX_NAME_LENGTH = 150
Credentials = dict[str, Any]


def account_name(request: HttpRequest, credentials: Credentials | None = None) -> str:
    """Return the account name for django-axes, at most `MAX_NAME_LENGTH` characters long."""
    return str((credentials or {}).get("username") or "")[:MAX_NAME_LENGTH]


def client_ip(request: HttpRequest) -> str | None:
    """Return the client address for django-axes."""
    return client_network(request) or None


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts failures and applies the limits; set as `AXES_HANDLER`."""

    def get_failures(self, request: HttpRequest, credentials: Credentials | None = None) -> int:
        """Return the failures of the account from this address, or the failure limit if a daily
        limit is reached.
        """
        if self.day_lock(request, credentials):
            return int(settings.AXES_FAILURE_LIMIT)
        return int(super().get_failures(request, credentials))

    def day_lock(
        self, request: HttpRequest, credentials: Credentials | None = None
    ) -> datetime | None:
        """Return when the lock of a daily limit ends, or None if no daily limit is reached."""
        username = account_name(request, credentials)
        address = client_ip(request)
        by_account = AccessFailureLog.objects.filter(username=username)
        by_address = AccessFailureLog.objects.filter(ip_address=address)
        is_familiar = AccessLog.objects.filter(
            username=username,
            ip_address=address,
            attempt_time__gt=timezone.now() - FAMILIAR_ADDRESS_PERIOD,
        ).exists()
        scopes = [by_account & by_address] if is_familiar else [by_account, by_address]
        ends = [end for scope in scopes if (end := _end_of_day_limit(scope))]
        return max(ends, default=None)

    def lock_end(self, request: HttpRequest, credentials: Credentials | None) -> datetime:
        """Return when the current lock ends; call it only while there is one."""
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
        """Count and log a failure; attempts during a lock are logged but not counted."""
        if request is None:
            return
        account = account_name(request, credentials)
        factor = "second" if credentials.get("factor") == "second" else "password"
        if request.axes_locked_out:  # type: ignore[attr-defined]
            events.warn("sign-in refused, locked", account, request, factor=factor)
        # axes stores the submitted data, which may contain passwords
        stripped = copy.copy(request)
        stripped.GET, stripped.POST = QueryDict(), QueryDict()
        locked_before = request.axes_locked_out  # type: ignore[attr-defined]
        super().user_login_failed(sender, credentials, stripped, **kwargs)
        for name in ("axes_locked_out", "axes_credentials", "axes_failures_since_start"):
            setattr(request, name, getattr(stripped, name))
        if not locked_before:
            events.warn("sign-in failed", account, request, factor=factor)
            if stripped.axes_locked_out:  # type: ignore[attr-defined]
                events.warn("sign-in locked", account, request)
            AccessFailureLog.objects.filter(
                attempt_time__lt=timezone.now() - LOG_RETENTION
            ).delete()

    def user_logged_in(
        self, sender: object, request: HttpRequest, user: Any, **kwargs: Any
    ) -> None:
        """Record where an account is used, and delete its failures from there."""
        super().user_logged_in(sender, request, user, **kwargs)
        AccessLog.objects.filter(attempt_time__lt=timezone.now() - LOG_RETENTION).delete()

    def remove_out_of_limit_failure_logs(self, **_: Any) -> int:
        """Do nothing: old failures are deleted by age."""
        return 0

    def reset_attempts(
        self,
        *,
        ip_address: str | None = None,
        username: str | None = None,
        ip_or_username: bool = False,
    ) -> int:
        """Delete failures counted for the short and the daily limits; return how many."""
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
    """Return when enough of these failures are a day old for the rest to be below the limit."""
    limit = settings.SIGN_IN_FAILURES_PER_DAY
    times = failures.filter(attempt_time__gt=timezone.now() - DAY).order_by("-attempt_time")
    oldest = times.values_list("attempt_time", flat=True)[limit - 1 : limit]
    return oldest[0] + DAY if oldest else None


def is_locked(request: HttpRequest, username: str) -> bool:
    """Return True while the account is locked; the response then becomes a 429."""
    credentials = {"username": username}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    events.warn("sign-in refused, locked", username, request, factor="second")
    return True


def count_wrong_code(request: HttpRequest, username: str) -> None:
    """Count a wrong second-factor code like a wrong password."""
    user_login_failed.send(
        sender=__name__, credentials={"username": username, "factor": "second"}, request=request
    )


def unlock(username: str | None = None, address: str | None = None) -> int:
    """Delete failures of an account, an address, both together, or all; return how many."""
    return int(AxesProxyHandler.reset_attempts(username=username, ip_address=address))


def locked_response(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: Credentials | None = None,
) -> HttpResponse:
    """Return the 429 page for a locked account, with the remaining time."""
    handler = AxesProxyHandler.get_implementation()
    seconds = int((handler.lock_end(request, credentials) - timezone.now()).total_seconds()) + 1
    response = render(request, "accounts/locked.html", {"minutes": -(-seconds // 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
