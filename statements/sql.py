"""Statements written out by hand, for pages that would otherwise pay for the same plan each time.

Django binds values on its own side, so PostgreSQL analyses and plans every statement again; for a
page of a dozen joins that takes longer than to read the rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def fetch_all(
    statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, which each connection prepares once.

    Raises ``django.db.Error`` and its subclasses as a cursor of Django does.
    """
    cursor = connection.prepared_cursor()  # type: ignore[attr-defined]
    cursor.execute(statement, values)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
