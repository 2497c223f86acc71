"""Tables of a package: the rows of a query as values of columns, and the schema of these.

Types and descriptions of columns are those of the fields of the models.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import override

CHUNK = 1_000  # rows that are fetched at once

# types of Table Schema (https://datapackage.org/standard/table-schema/), the narrowest first: in
# Django, a time stamp is a kind of date
_TYPES: Sequence[tuple[type["models.Field[Any, Any]"], str]] = (
    (models.BooleanField, "boolean"),
    (models.IntegerField, "integer"),
    (models.FloatField, "number"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.JSONField, "any"),
    (ArrayField, "array"),
)

# columns, and the table and the columns of it that they refer to
type References = Mapping[tuple[str, ...], tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    path: str  # of the value, from the model of the rows: "meeting__symbol"
    field: "models.Field[Any, Any]"
    is_nullable: bool

    @property
    def type(self) -> str:
        """Return the type in Table Schema."""
        return next((name for kind, name in _TYPES if isinstance(self.field, kind)), "string")

    def descriptor(self) -> dict[str, Any]:
        """Return the field descriptor of Table Schema."""
        described: dict[str, Any] = {"name": self.name, "type": self.type}
        with override("en"):
            if text := str(self.field.help_text):
                described["description"] = text
        constraints: dict[str, Any] = {} if self.is_nullable else {"required": True}
        if self.field.choices and not self.field.blank:
            constraints["enum"] = [value for value, _ in self.field.flatchoices]
        return described | ({"constraints": constraints} if constraints else {})


@dataclass(frozen=True)
class Table:
    """A table of a package."""

    name: str
    title: Any  # a text, perhaps one that waits for the language
    query: "models.QuerySet[Any, Any]"
    paths: Mapping[str, str]  # of the values of each column
    key: Sequence[str]  # columns
    references: References = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        return [self._column(name, path) for name, path in self.paths.items()]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Read the rows, a number of them at once, each with a value for every column."""
        values = self.query.values_list(*self.paths.values())
        yield from values.iterator(chunk_size=CHUNK)

    def schema(self) -> dict[str, Any]:
        """Return the descriptor of Table Schema."""
        schema: dict[str, Any] = {
            "fields": [column.descriptor() for column in self.columns],
            "missingValues": [],  # what is missing is null; an empty text is a value
        }
        if self.key:
            schema["primaryKey"] = list(self.key)
        if self.references:
            schema["foreignKeys"] = [
                {
                    "fields": list(columns),
                    # an empty name is that of the table itself
                    "reference": {
                        "resource": "" if table == self.name else table,
                        "fields": list(others),
                    },
                }
                for columns, (table, others) in self.references.items()
            ]
        return schema

    def _column(self, name: str, path: str) -> Column:
        if path in self.query.query.annotations:
            return Column(name, path, self.query.query.annotations[path].output_field, True)
        model, is_nullable = self.query.model, False
        *relations, last = path.split("__")
        for relation in relations:
            followed = model._meta.get_field(relation)
            # a relation from the other side may have no row
            is_nullable |= bool(followed.null) or bool(followed.auto_created)
            model = followed.related_model
        value = model._meta.get_field(last)
        if isinstance(value, models.GeneratedField):
            value = value.output_field
        is_nullable |= bool(value.null)
        while value.is_relation:
            value = value.target_field
        return Column(name, path, value, is_nullable)


def with_rows(tables: Sequence[Table]) -> list[Table]:
    """Return the tables that have rows. Their references to others are left out, as no row has
    one."""
    kept = [table for table in tables if table.query.exists()]
    names = {table.name for table in kept}
    return [
        replace(
            table,
            references={
                columns: reference
                for columns, reference in table.references.items()
                if reference[0] in names
            },
        )
        for table in kept
    ]


def json_value(value: Any) -> Any:
    """Return a value of a row as JSON has it: times in UTC, bytes in hexadecimal as PostgreSQL
    writes them.

    >>> json_value(date(1994, 4, 7)), json_value(b"\\x00\\xff")
    ('1994-04-07', '\\\\x00ff')
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list):  # of an array; what is in JSON already is as it should be
        return [json_value(item) for item in value]
    if isinstance(value, (bytes, memoryview)):
        return f"\\x{bytes(value).hex()}"
    return value
