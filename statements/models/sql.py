"""Hand-written SQL statements that PostgreSQL prepares, for frequently requested pages.

Django binds values on the client side, so PostgreSQL parses and plans every statement again; for
a dozen joins, that takes longer than reading the rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def fetch_all(
    statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, which is prepared once per connection.

    Raises ``django.db.Error`` and its subclasses, as Django's cursors do.
    """
    cursor = connection.prepared_cursor()  # type: ignore[attr-defined]
    cursor.execute(statement, values)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
