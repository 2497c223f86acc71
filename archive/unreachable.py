"""One sentence where the database does not answer a command, in place of a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.utils import OperationalError


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """End the process with a sentence where the connection failed or was lost; what the server
    itself refuses has a code, and is somebody's mistake worth a traceback."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None):
            raise
        reason = str(error).partition("\n")[0].strip()
        advice = (
            "Look whether DATABASE_URL is right and its server is up."
            if os.environ.get("DATABASE_URL")
            else "The private PostgreSQL has ended; start the command again."
        )
        sys.exit(f"The database does not answer: {reason.rstrip('.?!')}. {advice}")
