"""What two databases are compared by: their rows, their definitions, and the originals in them."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

_SETTINGS = (
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO'",
    "SET intervalstyle = 'postgres'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET search_path = public",
    "SET idle_in_transaction_session_timeout = 0",
    "SET statement_timeout = 0",
)
# the namespaces of the archive, and nothing that an extension brought
_NAMESPACES = """
    WITH n AS (
      SELECT oid, nspname FROM pg_namespace
      WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    ), brought AS (
      SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
    )
"""
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND ('pg_class'::regclass, c.oid) NOT IN (TABLE brought)
    ORDER BY 1, 2
"""
# two sums of 64 bits each: the same in whatever order the rows come, and of constant memory
_ROWS = """
    SELECT count(*),
      coalesce(sum(('x' || left(digest, 16))::bit(64)::bigint::numeric), 0) || '/' ||
      coalesce(sum(('x' || right(digest, 16))::bit(64)::bigint::numeric), 0)
    FROM (SELECT md5((r.*)::text) AS digest FROM {} r OFFSET 0) d
"""
_DEFINITIONS = """
    SELECT 'constraint ' || conrelid::regclass || ' '
      || conname || ' ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN n ON n.oid = k.connamespace
    WHERE conrelid <> 0
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN n ON n.oid = c.relnamespace
    WHERE NOT tgisinternal
    UNION ALL
    SELECT 'index ' || pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN n ON n.oid = c.relnamespace
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(p.oid)
    FROM pg_proc p JOIN n ON n.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'p') AND ('pg_proc'::regclass, p.oid) NOT IN (TABLE brought)
    UNION ALL
    SELECT 'view ' || c.oid::regclass || ' ' || pg_get_viewdef(c.oid)
    FROM pg_class c JOIN n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND ('pg_class'::regclass, c.oid) NOT IN (TABLE brought)
"""
# every table that keeps bytes beside their sha256
_ORIGINALS = """
    SELECT s.table_schema, s.table_name FROM information_schema.columns s
    JOIN information_schema.columns b USING (table_schema, table_name)
    WHERE s.column_name = 'sha256' AND b.column_name = 'content' AND b.data_type = 'bytea'
    ORDER BY 1, 2
"""
_CHECKSUMS = """
    SELECT count(*), count(*) FILTER (WHERE encode(sha256(content), 'hex') <> sha256)
    FROM {} WHERE content IS NOT NULL
"""
# sequences that count the values of a column
_SEQUENCES = """
    SELECT n.nspname, s.relname, tn.nspname, t.relname, a.attname
    FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace
    JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
      AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S'
"""


@dataclass(frozen=True)
class Picture:
    """A database at one moment: of each table the number of rows and a digest of them all."""

    tables: dict[str, tuple[int, str]]
    definitions: frozenset[str]

    @property
    def rows(self) -> int:
        """Return the number of rows in all tables."""
        return sum(count for count, _ in self.tables.values())


def prepare(connection: "psycopg.Connection[Any]") -> None:
    """Have rows written the same way whatever the server's own settings are."""
    for statement in _SETTINGS:
        connection.execute(statement)


def take(connection: "psycopg.Connection[Any]") -> Picture:
    """Read every row once, with constant memory; the connection must be prepared."""
    tables = {}
    for schema, name in connection.execute(_NAMESPACES + _TABLES).fetchall():
        query = sql.SQL(_ROWS).format(sql.Identifier(schema, name))
        count, digest = connection.execute(query).fetchall()[0]
        tables[f"{schema}.{name}"] = (count, digest)
    told = connection.execute(_NAMESPACES + _DEFINITIONS).fetchall()
    return Picture(tables, frozenset(line for (line,) in told))


def differences(before: Picture, after: Picture) -> list[str]:
    """Return a sentence for each table or definition that is not the same in both."""
    found = []
    for name in sorted(before.tables.keys() | after.tables.keys()):
        of_before, of_after = before.tables.get(name), after.tables.get(name)
        if of_before is None or of_after is None:
            found.append(f"the table {name} is in one of them only")
        elif of_before[0] != of_after[0]:
            found.append(f"{name} has {of_after[0]:,} rows in place of {of_before[0]:,}")
        elif of_before[1] != of_after[1]:
            found.append(f"{name} has as many rows, but with other contents")
    for line in sorted(before.definitions ^ after.definitions):
        found.append(f"only one of them has the {' '.join(line.split())[:120]}")  # noqa: PERF401
    return found


def faults(connection: "psycopg.Connection[Any]") -> list[str]:
    """Return what is wrong with a database by itself: originals that are not the bytes that
    their sha256 was made of, sequences that would give out numbers twice."""
    found = []
    for schema, name in connection.execute(_ORIGINALS).fetchall():
        query = sql.SQL(_CHECKSUMS).format(sql.Identifier(schema, name))
        count, wrong = connection.execute(query).fetchall()[0]
        if wrong:
            found.append(f"{wrong:,} of {count:,} files in {name} do not match their sha256")
    for schema, sequence, of_schema, table, column in connection.execute(_SEQUENCES).fetchall():
        query = sql.SQL(
            "SELECT (SELECT max({column}) FROM {table}) > last_value FROM {sequence}"
        ).format(
            column=sql.Identifier(column),
            table=sql.Identifier(of_schema, table),
            sequence=sql.Identifier(schema, sequence),
        )
        if connection.execute(query).fetchall()[0][0]:
            found.append(f"the sequence {sequence} is behind the rows of {table}")
    return found
