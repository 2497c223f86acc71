"""The tables of the test database, emptied after a test with real transactions.

The rows that migrations inserted stay: they are remembered when the database is new, and stored
again only if a test changed them. Django's own "flush" empties every table and lets applications
insert their rows again, which takes ten times as long.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

Rows = dict[str, bytes]  # of a table, as COPY writes them in the order of the first column


def remember() -> Rows:
    """Return the rows of every table that is not empty."""
    with connection.cursor() as cursor:
        return {table: rows for table in _tables() if (rows := _copy(cursor, table))}


def clean(seeds: Rows) -> None:
    """Empty every table but those of `seeds`, which hold the rows of `seeds` afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        if all(_copy(cursor, table) == rows for table, rows in seeds.items()):
            _truncate(cursor, set(_tables()) - seeds.keys())
            return
        _truncate(cursor, _tables())
        for table, rows in seeds.items():
            with cursor.copy(f"COPY {_quoted(table)} FROM STDIN") as copy:
                copy.write(rows)
        # triggers took the rows for new ones; a table with checks to come cannot be emptied
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _truncate(cursor, set(_tables()) - seeds.keys())


def _tables() -> list[str]:
    """Return the tables of models, and not that of the migrations that were applied."""
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _copy(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY (SELECT * FROM {_quoted(table)} ORDER BY 1) TO STDOUT") as copy:
        return b"".join(bytes(chunk) for chunk in copy)


def _truncate(cursor: Any, tables: Iterable[str]) -> None:
    cursor.execute(f"TRUNCATE {', '.join(map(_quoted, sorted(tables)))}")


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)
