"""The faults that are not mistakes of the program, and the sentences that describe them.

The codes are those of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from dataclasses import dataclass
from types import TracebackType

from django.core.exceptions import ValidationError
from django.db import DataError, OperationalError, ProgrammingError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from archive.database.errors import is_no_space, is_unreachable, sqlstate


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that has a response of its own."""

    status: int
    key: str  # of the sentence in JSON
    title: str | Promise
    sentence: str | Promise
    retry_after_s: int | None = None
    is_transient: bool = False  # a read may succeed on a new connection


UNREACHABLE = Fault(
    503,
    "database",
    gettext_lazy("The archive is temporarily unavailable"),
    gettext_lazy("The database is not responding. Nothing is lost. Please try again in a minute."),
    retry_after_s=10,
    is_transient=True,
)
BUSY = Fault(
    503,
    "database",
    gettext_lazy("These records are being changed"),
    gettext_lazy("Someone else is changing the same records. Please try again in a moment."),
    retry_after_s=2,
    is_transient=True,
)
UNPREPARED = Fault(
    503,
    "database",
    gettext_lazy("The archive is being updated"),
    gettext_lazy("The database is being updated. Please try again in a few minutes."),
    retry_after_s=60,
)
FULL = Fault(
    507,
    "storage",
    gettext_lazy("The disk is full"),
    gettext_lazy(
        "The disk of this archive is full, so nothing from this request was saved. Everything "
        "saved earlier can still be read. Please notify the operators of this archive."
    ),
)
FULL_FOR_READING = Fault(
    503,
    "storage",
    gettext_lazy("The disk is full"),
    gettext_lazy(
        "The disk of this archive is full, so this page cannot be shown at the moment. Nothing is "
        "lost. Please try again in a minute, or notify the operators of this archive."
    ),
    retry_after_s=30,
)
INVALID = Fault(
    400,
    "request",
    gettext_lazy("This request could not be processed"),
    gettext_lazy("The address or the form contains a value that is not valid."),
)

_BUSY_CODES = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "57014",  # query_canceled
    "53200",  # out_of_memory
}
_MISSING_CODES = {"42P01", "42703"}  # undefined_table, undefined_column
# modules that convert the values of a request into values of the database
_CONVERTING = (
    "django.db.",
    "django.contrib.admin.",
    "django.core.",
    "django.utils.",
    "psycopg",
    "ipaddress",  # fields of IP addresses and UUIDs pass the text on to these two
    "uuid",
)
_ADAPTING = ("django.db.backends.", "psycopg")  # reject text for a column of bytes


def kind_of(
    error: BaseException, *, is_staff_address: bool = False, is_read: bool = False
) -> Fault | None:
    """Return the fault that an exception means, or None if it is a mistake of the program."""
    if is_no_space(error):
        return FULL_FOR_READING if is_read else FULL
    if is_unreachable(error):
        return UNREACHABLE
    code = sqlstate(error)
    if isinstance(error, OperationalError):
        return BUSY if code in _BUSY_CODES else None
    if isinstance(error, ProgrammingError):
        return UNPREPARED if code in _MISSING_CODES and _is_unprepared() else None
    if isinstance(error, DataError):
        return INVALID
    if is_staff_address and _is_unconvertible(error):
        return INVALID
    return None


def _is_unprepared() -> bool:
    from statements.health.checks import has_pending_migrations

    return has_pending_migrations()


def _is_unconvertible(error: BaseException) -> bool:
    """Return whether Django or the driver could not convert a value of the request."""
    if isinstance(error, ValueError | OverflowError | ValidationError):
        return _innermost_module(error).startswith(_CONVERTING)
    return isinstance(error, TypeError) and _innermost_module(error).startswith(_ADAPTING)


def _innermost_module(error: BaseException) -> str:
    trace: TracebackType | None = error.__traceback__
    module = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        trace = trace.tb_next
    return module
