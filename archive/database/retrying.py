"""Retries of the work of commands after an outage of the database.

A web request waits for the end of a short outage (``outage``), and the worker retries
indefinitely. A command retries for ``PATIENCE_S`` seconds and then ends with an error message.
"""

import logging
import time
from collections.abc import Callable

from django.db import connection

from archive.database.errors import is_conflict, is_no_space, is_outage

logger = logging.getLogger(__name__)

PATIENCE_S = 180.0  # seconds since the first failure; recovery from a crash takes a while
DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts; the last one is repeated
CONFLICTS = 5  # attempts after deadlocks before the error is raised


class OutageTooLong(Exception):
    """The database did not respond, or had no space, for as long as a command waits."""


def retry_outages[Result](
    work: Callable[[], Result], *, before_retry: Callable[[], object] = lambda: None
) -> Result:
    """Return the result of ``work``, and repeat it if the database fails.

    ``work`` must be atomic and safe to repeat: it may have been committed before the connection
    broke. ``before_retry`` runs before each repetition and may fail in the same way.

    Raises OutageTooLong if the outage does not end in time, and at once inside a transaction, which
    cannot be continued. Other errors of the database are raised unchanged.
    """
    began: float | None = None
    attempt = conflicts = 0
    while True:
        try:
            if attempt:
                before_retry()
            return work()
        except Exception as error:
            if is_conflict(error) and not connection.in_atomic_block and conflicts < CONFLICTS:
                conflicts += 1
            elif not is_outage(error):
                raise
            elif connection.in_atomic_block:
                raise OutageTooLong(_sentence(error)) from error
            now = time.monotonic()
            began = now if began is None else began
            if now - began >= PATIENCE_S:
                raise OutageTooLong(_sentence(error)) from error
            delay = DELAYS_S[min(attempt, len(DELAYS_S) - 1)]
            attempt += 1
            logger.warning("%s; trying again in %s s", _first_line(error), delay)
            connection.close()
            time.sleep(delay)


def _sentence(error: BaseException) -> str:
    trouble = (
        "The disk of the database is full"
        if is_no_space(error)
        else "The connection to the database was lost"
    )
    return (
        f"{trouble}: {_first_line(error)}. Run the same command again when this is fixed: what is "
        "stored is kept, and the command continues with the rest."
    )


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")
