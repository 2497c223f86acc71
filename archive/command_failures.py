"""A sentence instead of a traceback when database or disk fail a command."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.utils import OperationalError

from archive.database.errors import is_no_space


@contextmanager
def report_in_a_sentence() -> Iterator[None]:
    """End the process with a sentence if the connection failed or was lost, or the disk is full.

    Errors that the server reports have a code. They are mistakes in the code and keep their
    traceback."""
    try:
        yield
    except (OperationalError, OSError) as error:
        if is_no_space(error):
            sys.exit(f"The disk is full: {first_line(error)}. Free some space and run this again.")
        if isinstance(error, OSError):
            raise
        if getattr(error.__cause__, "sqlstate", None):
            raise
        reason = first_line(error)
        advice = (
            "Check that DATABASE_URL is correct and its server is running."
            if os.environ.get("DATABASE_URL")
            else "The private PostgreSQL has stopped; run the command again."
        )
        sys.exit(f"The database is not responding: {reason}. {advice}")


def first_line(error: Exception) -> str:
    """Return the first line of an exception's message without a full stop at its end."""
    return str(error).partition("\n")[0].strip().rstrip(".?!")
