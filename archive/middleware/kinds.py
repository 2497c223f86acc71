"""Which failures are told apart from a mistake in the program, and what is said of each.

Codes are those of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from dataclasses import dataclass
from types import TracebackType

from django.core.exceptions import ValidationError
from django.db import DataError, OperationalError, ProgrammingError

from archive.database.errors import is_no_space, is_unreachable, sqlstate


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure with an answer of its own."""

    status: int
    key: str  # of the sentence in an answer of the API
    title: str
    sentence: str
    retry_after_s: int | None = None
    is_transient: bool = False  # a read may succeed on a fresh connection


UNREACHABLE = Fault(
    503,
    "database",
    "The archive is not available right now",
    "The database does not answer. Nothing is lost. Please try again in a minute.",
    retry_after_s=10,
    is_transient=True,
)
BUSY = Fault(
    503,
    "database",
    "Someone else is changing this right now",
    "Someone else is changing the same records. Please try again in a moment.",
    retry_after_s=2,
    is_transient=True,
)
UNPREPARED = Fault(
    503,
    "database",
    "The archive is being set up",
    "The database is being brought up to date. Please try again in a few minutes.",
    retry_after_s=60,
)
FULL = Fault(
    507,
    "storage",
    "There is no space left",
    "The disk of this archive is full, so nothing from this request was stored. Everything stored "
    "before can still be read. Please tell the operators, and try again when there is space.",
)
INVALID = Fault(
    400,
    "request",
    "This request was not understood",
    "Something in its address or form is not a value that the archive can look up.",
)

_BUSY_CODES = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "57014",  # query_canceled
    "53200",  # out_of_memory
}
_MISSING_CODES = {"42P01", "42703"}  # undefined_table, undefined_column
# where Django turns what a person sent into values of the database
_CONVERTING = (
    "django.db.",
    "django.contrib.admin.",
    "django.core.",
    "django.utils.",
    "psycopg",
    "ipaddress",  # which fields of addresses and identifiers hand the text on to
    "uuid",
)
_ADAPTING = ("django.db.backends.", "psycopg")  # texts for columns of bytes are met there


def kind_of(error: BaseException, *, is_staff_address: bool = False) -> Fault | None:
    """Return the fault that an exception stands for; None where it is a mistake of the program."""
    if is_no_space(error):
        return FULL
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
    """Tell whether Django or the driver could not make a value of what a person sent."""
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
