"""Takes, confirms and ends alerts.

Nothing that a reader sees depends on whether an address is known already: every request gets the
same answer at the same speed, since the worker sends the mails.
"""

from dataclasses import replace
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from archive import languages
from statements.models import Alert
from statements.result_sets.storing import plain_search
from statements.search import SearchParameters, Sort

CONFIRM_WITHIN = timedelta(days=3)  # addresses that are not confirmed are deleted then
INVITATIONS_A_DAY = 3  # mails to an address that nobody confirmed
MAX_OF_ADDRESS = 50  # alerts

_CONFIRMATION, _END = "alert-confirmation", "alert-end"  # salts of tokens


class InvalidToken(Exception):
    """A link that was changed, has expired, or whose alert has ended."""


def request_alert(address: str, search: SearchParameters) -> None:
    """Have the worker ask an address to confirm an alert, unless it has the alert already or has
    been asked often enough. The caller has checked both."""
    address = _normalized(address)
    pairs = [list(pair) for pair in followed_search(search).to_pairs()]
    now = timezone.now()
    with transaction.atomic():
        alerts = Alert.objects.filter(address=address)
        recent = alerts.filter(confirmed_at=None, requested_at__gt=now - timedelta(days=1))
        if recent.count() >= INVITATIONS_A_DAY or alerts.count() >= MAX_OF_ADDRESS:
            return
        alert, is_new = Alert.objects.get_or_create(
            address=address,
            parameters=pairs,
            defaults={"language": languages.current(), "requested_at": now, "next_at": now},
        )
        if not is_new:  # perhaps the mail was lost; a day later, it is sent again
            repeated = Alert.objects.filter(pk=alert.pk, confirmed_at=None, next_at__lte=now)
            repeated.update(is_invited=False)


def followed_search(search: SearchParameters) -> SearchParameters:
    """Return a search as an alert follows it, in no order of its own."""
    return replace(plain_search(search), sort=Sort.RELEVANCE, page=1)


def confirmation_token(alert: Alert) -> str:
    """Return what confirms an alert, for CONFIRM_WITHIN."""
    return signing.dumps(_identity(alert), salt=_CONFIRMATION)


def end_token(alert: Alert) -> str:
    """Return what ends an alert, at any time."""
    return signing.dumps(_identity(alert), salt=_END)


def alert_to_confirm(token: str) -> Alert:
    """Return the alert that a token confirms. Raises InvalidToken."""
    return _alert_of(token, _CONFIRMATION, CONFIRM_WITHIN)


def alert_to_end(token: str) -> Alert:
    """Return the alert that a token ends. Raises InvalidToken."""
    return _alert_of(token, _END)


def confirm(alert: Alert) -> None:
    """Begin to send an alert. Repeating it changes nothing."""
    now = timezone.now()
    Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(
        confirmed_at=now, next_at=now, failures=0
    )


def end(alert: Alert) -> None:
    """Stop an alert and forget its address. Repeating it changes nothing."""
    Alert.objects.filter(pk=alert.pk).delete()


def delete_unconfirmed() -> int:
    """Forget addresses that were not confirmed in time; return their number."""
    expired = Alert.objects.filter(
        confirmed_at=None, requested_at__lt=timezone.now() - CONFIRM_WITHIN
    )
    return expired.delete()[0]


def _normalized(address: str) -> str:
    """Return an address with its domain in lower case; the rest may differ by case (RFC 5321,
    section 2.4)."""
    name, _, domain = address.strip().rpartition("@")
    return f"{name}@{domain.lower()}"


def _identity(alert: Alert) -> list[int | str]:
    """Return what no other alert has, not even one of a restored archive, whose keys begin
    again."""
    return [alert.pk, alert.requested_at.isoformat()]


def _alert_of(token: str, salt: str, max_age: timedelta | None = None) -> Alert:
    try:
        identity = signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature as error:
        raise InvalidToken from error
    is_pair = isinstance(identity, list)  # older ones were the key alone
    alert = Alert.objects.filter(pk=identity[0]).first() if is_pair else None
    if alert is None or _identity(alert) != identity:
        raise InvalidToken
    return alert
