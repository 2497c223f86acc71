"""One sentence where database or disk fail a command, in place of a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.utils import OperationalError

from archive.database.errors import is_no_space


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """End the process with a sentence where the connection failed or was lost; what the server
    itself refuses has a code, and is somebody's mistake worth a traceback."""
    try:
        yield
    except (OperationalError, OSError) as error:
        if is_no_space(error):
            sys.exit(f"The disk is full: {first_line(error)}. Make space, then start this again.")
        if isinstance(error, OSError):
            raise
        if getattr(error.__cause__, "sqlstate", None):
            raise
        reason = first_line(error)
        advice = (
            "Look whether DATABASE_URL is right and its server is up."
            if os.environ.get("DATABASE_URL")
            else "The private PostgreSQL has ended; start the command again."
        )
        sys.exit(f"The database does not answer: {reason}. {advice}")


def first_line(error: Exception) -> str:
    """Return the first line of what an exception says, without a stop at its end."""
    return str(error).partition("\n")[0].strip().rstrip(".?!")
