"""Work of commands that is done again after an outage of the database.

A web request waits for the end of a short outage (``outage``) and the worker tries again without
end. A command tries again for ``PATIENCE_S`` and then ends with a sentence.
"""

import logging
import time
from collections.abc import Callable

from django.db import connection

from archive.database.errors import is_conflict, is_no_space, is_outage

logger = logging.getLogger(__name__)

PATIENCE_S = 180.0  # from the first failure: a server that recovers from a crash takes a while
DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # between attempts; the last one is repeated
CONFLICTS = 5  # attempts of work that met a deadlock, before it is the work's own failure


class OutageTooLong(Exception):
    """The database did not answer, or had no space, for as long as a command waits."""


def retry_outages[Result](
    work: Callable[[], Result], *, before_retry: Callable[[], object] = lambda: None
) -> Result:
    """Do work that is all or nothing, and do it again where the database fails it.

    ``work`` must be safe to repeat: it may have been committed before the connection broke.
    ``before_retry`` runs before each repetition and may fail in the same way. Raises OutageTooLong
    where the outage does not end, and in a transaction at once, as that cannot be continued; any
    other error of the database is raised as it is.
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
        f"{trouble}: {_first_line(error)}. Run the same command again when this is mended: it "
        "keeps what is stored and continues with the rest."
    )


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")
