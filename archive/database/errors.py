"""Classification of exceptions of the disk and the database.

The codes are those of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import errno
import os

import psycopg
from django.db import Error, InterfaceError, OperationalError

_FULL_CODES = {"53100"}  # disk_full
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
# a server that refuses a connection for lack of space says so, but psycopg knows no code of it
_NO_SPACE_MESSAGES = tuple(os.strerror(number) for number in sorted(_NO_SPACE))
_UNREACHABLE_CODES = {
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "57P05",  # idle_session_timeout
    "25P03",  # idle_in_transaction_session_timeout
    "53300",  # too_many_connections
}
# the memory, disk or files of the server failed, independent of the statement
_BROKEN_CLASSES = ("53", "58")
_CONFLICT_CODES = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
}


def is_unreachable(error: BaseException) -> bool:
    """Return whether an exception of Django means that the connection failed or was lost."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError) or is_no_space(error):
        return False
    code = sqlstate(error)
    return code is None or code.startswith("08") or code in _UNREACHABLE_CODES


def is_outage(error: BaseException) -> bool:
    """Return whether the database as a whole failed, not just the statement."""
    if is_unreachable(error):
        return True
    if not isinstance(error, Error):
        return False
    return is_no_space(error) or (sqlstate(error) or "").startswith(_BROKEN_CLASSES)


def is_conflict(error: BaseException | None) -> bool:
    """Return whether an exception or its cause is a conflict with another transaction, so that a
    repetition may succeed."""
    while error is not None:
        if sqlstate(error) in _CONFLICT_CODES:
            return True
        error = error.__cause__
    return False


def is_no_space(error: BaseException | None) -> bool:
    """Return whether an exception or its cause means that a disk is full."""
    while error is not None:
        if isinstance(error, OSError):
            if error.errno in _NO_SPACE:
                return True
            # tempfile looks for a writable folder, and does not say why it found none
            if "No usable temporary directory" in str(error):
                return True
        if sqlstate(error) in _FULL_CODES or _is_refused_for_space(error):
            return True
        error = error.__cause__
    return False


def _is_refused_for_space(error: BaseException) -> bool:
    """Return whether a server refused a connection, or ended it, because its disk is full."""
    if not isinstance(error, OperationalError | psycopg.OperationalError) or sqlstate(error):
        return False
    return any(message in str(error) for message in _NO_SPACE_MESSAGES)


def sqlstate(error: BaseException) -> str | None:
    """Return the PostgreSQL code of an exception of psycopg or Django, or None."""
    code: str | None = getattr(error, "sqlstate", None) or getattr(
        error.__cause__, "sqlstate", None
    )
    return code
