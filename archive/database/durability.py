"""Commits that return before they are on the disk, for imports that can be repeated."""

from django.db import connection, transaction


def commit_without_flush() -> None:
    """Let the commit of this transaction return before it is on the disk.

    A crash of the server may lose it, but only as a whole; the caller must be able to repeat it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def flush_commits() -> None:
    """Return when every commit so far is on the disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        # a commit waits for the disk only if the transaction wrote something itself
        cursor.execute("SELECT pg_logical_emit_message(true, 'rostrum', 'data set stored')")
