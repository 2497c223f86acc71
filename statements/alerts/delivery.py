"""Sends the mails of alerts, in the worker.

Each mail is a transaction that locks its alert: the mail is sent, and the same transaction records
which speeches it had. If sending fails, nothing is recorded, and it is tried again later. If the
process is killed, the transaction is undone; only a mail that the mail server had accepted just
before is sent once more, with the same Message-ID.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from statements.alerts.messages import invitation, report
from statements.alerts.requests import delete_unconfirmed
from statements.ingest.waiting import attempts
from statements.models import Alert, Speech
from statements.search import InvalidParameters, SearchParameters, SearchUnavailable, find_all

EVERY = timedelta(days=1)  # between mails of an alert, and looks for new speeches
RETRY_AFTER = timedelta(minutes=10)  # doubled with each failure, up to EVERY
POLL_S = 30.0  # between looks for alerts that are due
_log = logging.getLogger(__name__)


def deliver_until_stopped(stop: threading.Event) -> None:
    """Send alerts as they are due until ``stop`` is set."""
    attempts.repeat_until_stopped(
        lambda: deliver_due(stop=stop.is_set), stop, pause_s=POLL_S, name="alerts"
    )


def deliver_due(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Send all mails that are due, and forget addresses that were not confirmed in time. Return the
    number of alerts that were looked at."""
    delete_unconfirmed()
    count = 0
    while not stop() and _deliver_next():
        count += 1
    return count


def _deliver_next() -> bool:
    """Deal with the next alert that is due and that no other process has; return whether there is
    one."""
    now = timezone.now()
    due = Alert.objects.filter(
        Q(confirmed_at__isnull=False) | Q(is_invited=False), next_at__lte=now
    ).order_by("next_at", "pk")
    with transaction.atomic():
        alert = due.select_for_update(skip_locked=True).first()
        if alert is None:
            return False
        try:
            with transaction.atomic():
                _deliver(alert)
            alert.failures, alert.next_at = 0, now + EVERY
        except (OperationalError, InterfaceError):
            raise
        except SearchUnavailable:
            alert.next_at = now + RETRY_AFTER
        except Exception as error:
            # such as a mail server that refuses the address: the next alert must not wait for it
            alert.failures += 1
            alert.next_at = now + min(RETRY_AFTER * 2 ** min(alert.failures - 1, 10), EVERY)
            # without the address, which logs need not keep
            _log.warning("alert %d could not be sent: %s", alert.pk, type(error).__name__)
        alert.save(update_fields=["failures", "next_at", "is_invited", "reported"])
    return True


def _deliver(alert: Alert) -> None:
    if alert.confirmed_at is None:
        invitation(alert).send()
        alert.is_invited = True
        return
    parameters = _search_of(alert)
    if parameters is not None and (speeches := new_speeches(alert, parameters)):
        report(alert, parameters, speeches).send()
        alert.reported += list(speeches.values())


def new_speeches(alert: Alert, parameters: SearchParameters) -> Mapping[int, str]:
    """Return the ids, by their keys, of the speeches that were stored since the alert was requested
    and not yet sent, the newest first. One that is indexed late is found later. Raises as
    ``find_all`` does."""
    _, listing = find_all(parameters)
    stored = Speech.objects.filter(pk__in=listing.speeches, stored_at__gte=alert.requested_at)
    unsent = stored.exclude(public_id__in=alert.reported).newly_stored_first()
    return dict(unsent.values_list("pk", "public_id"))


def _search_of(alert: Alert) -> SearchParameters | None:
    """Return the search of an alert; None if this release does not accept it."""
    query = QueryDict(mutable=True)
    for name, value in alert.parameters:
        query.appendlist(name, value)
    try:
        return SearchParameters.from_query(query)
    except InvalidParameters:
        _log.warning("the search of alert %d is no longer valid", alert.pk)
        return None
