"""Compare two databases by their rows and definitions, and check the original files in them."""

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
# the schemas of the archive, without objects that belong to an extension
_NAMESPACES = """
    WITH n AS (
      SELECT oid, nspname FROM pg_namespace
      WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    ), extension_objects AS (
      SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
    )
"""
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND ('pg_class'::regclass, c.oid) NOT IN (TABLE extension_objects)
    ORDER BY 1, 2
"""
# two sums of 64-bit values: independent of the order of rows, in constant memory
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
    WHERE p.prokind IN ('f', 'p') AND ('pg_proc'::regclass, p.oid) NOT IN (TABLE extension_objects)
    UNION ALL
    SELECT 'view ' || c.oid::regclass || ' ' || pg_get_viewdef(c.oid)
    FROM pg_class c JOIN n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND ('pg_class'::regclass, c.oid) NOT IN (TABLE extension_objects)
"""
# every table that stores bytes with their SHA-256
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
# sequences that generate the values of a column
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
class Summary:
    """The contents of a database: row count and digest of each table, and all definitions."""

    tables: dict[str, tuple[int, str]]
    definitions: frozenset[str]

    @property
    def rows(self) -> int:
        """Return the number of rows in all tables."""
        return sum(count for count, _ in self.tables.values())


def prepare(connection: "psycopg.Connection[Any]") -> None:
    """Make the text form of rows independent of the server's settings."""
    for statement in _SETTINGS:
        connection.execute(statement)


def summarize(connection: "psycopg.Connection[Any]") -> Summary:
    """Read every row once, in constant memory; call `prepare` on the connection first."""
    tables = {}
    for schema, name in connection.execute(_NAMESPACES + _TABLES).fetchall():
        query = sql.SQL(_ROWS).format(sql.Identifier(schema, name))
        count, digest = connection.execute(query).fetchall()[0]
        tables[f"{schema}.{name}"] = (count, digest)
    definitions = connection.execute(_NAMESPACES + _DEFINITIONS).fetchall()
    return Summary(tables, frozenset(definition for (definition,) in definitions))


def differences(before: Summary, after: Summary) -> list[str]:
    """Return a message for each table or definition that differs."""
    messages = []
    for name in sorted(before.tables.keys() | after.tables.keys()):
        old, new = before.tables.get(name), after.tables.get(name)
        if old is None or new is None:
            messages.append(f"only one database has the table {name}")
        elif old[0] != new[0]:
            messages.append(f"{name} has {new[0]:,} rows instead of {old[0]:,}")
        elif old[1] != new[1]:
            messages.append(f"{name} has the same number of rows, but their contents differ")
    for definition in sorted(before.definitions ^ after.definitions):
        description = " ".join(definition.split())[:120]
        messages.append(f"only one database has the {description}")
    return messages


def faults(connection: "psycopg.Connection[Any]") -> list[str]:
    """Return a message for each fault of a single database.

    Faults are original files that do not match their SHA-256, and sequences that would generate
    numbers already in use.
    """
    messages = []
    for schema, name in connection.execute(_ORIGINALS).fetchall():
        query = sql.SQL(_CHECKSUMS).format(sql.Identifier(schema, name))
        count, mismatches = connection.execute(query).fetchall()[0]
        if mismatches:
            messages.append(
                f"{mismatches:,} of {count:,} files in {name} do not match their SHA-256"
            )
    for schema, sequence, of_schema, table, column in connection.execute(_SEQUENCES).fetchall():
        query = sql.SQL(
            "SELECT (SELECT max({column}) FROM {table}) > last_value FROM {sequence}"
        ).format(
            column=sql.Identifier(column),
            table=sql.Identifier(of_schema, table),
            sequence=sql.Identifier(schema, sequence),
        )
        if connection.execute(query).fetchall()[0][0]:
            messages.append(f"the sequence {sequence} is behind the rows of {table}")
    return messages
