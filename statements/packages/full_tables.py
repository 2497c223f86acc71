"""The tables of the full scope: every row of the archive, column by column of the database.

With them goes the history that the administration shows: who changed what, and when. Left out are
the queue of the index, which belongs to an index, and what is no part of the archive: input that a
person has yet to save, addresses of readers, accounts, sessions. Of accounts, only the names are
kept, of the people whom a row refers to.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Collate

from statements.models import Alert, IndexOutbox, Transcript, UnsavedInput
from statements.packages.tables import References, Table

USERS, HISTORY = "users", "history"
LEFT_OUT = (Alert, IndexOutbox, UnsavedInput)


def archived_models() -> list[type[models.Model]]:
    """Return the models whose rows a full package has, those of many-to-many relations too."""
    config = apps.get_app_config("statements")
    return [
        model
        for model in config.get_models(include_auto_created=True)
        if model not in LEFT_OUT and model._meta.managed
    ]


def full_tables() -> list[Table]:
    """Return the tables of the full scope, without the bytes of original files."""
    return [_people(), *(_table(model) for model in archived_models()), _history()]


def table_name(model: type[models.Model]) -> str:
    """Return the name of the table of a model in a package."""
    return USERS if model is get_user_model() else model._meta.db_table.removeprefix("statements_")


def stored_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """Return the fields that a package has: none that the database computes, and no bytes of an
    original file, which is a file of the package."""
    content = Transcript._meta.get_field("content")
    return [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField) and field != content
    ]


def last_key(table: Table) -> int | None:
    """Return the last key that the database generated for the rows of a table, which may have been
    deleted since; None if it generates none, or has not yet."""
    model = table.query.model
    column = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
            [connection.ops.quote_name(model._meta.db_table), column],
        )
        last: int | None = cursor.fetchone()[0]
    return last


def column_of(field: "models.Field[Any, Any]") -> str:
    """Return the name of the column of a field in the database."""
    assert field.column is not None  # noqa: S101 - fields of models have one
    return field.column


def _table(model: type[models.Model]) -> Table:
    fields = stored_fields(model)
    assert model._meta.pk is not None  # noqa: S101 - all models have one
    key: Any = column_of(model._meta.pk)
    if isinstance(model._meta.pk, models.CharField):
        key = Collate(key, "C")  # an order that is the same in every database
    return Table(
        table_name(model),
        str(model._meta.verbose_name_plural),
        model._base_manager.order_by(key),
        {column_of(field): field.attname for field in fields},
        [column_of(model._meta.pk)],
        _references(fields),
    )


def _references(
    fields: "Sequence[models.Field[Any, Any]]",
) -> References:
    return {
        (column_of(field),): (table_name(field.related_model), [column_of(field.target_field)])
        for field in fields
        if isinstance(field, models.ForeignKey)
    }


def _history() -> Table:
    """Return the changes of the archive that the administration recorded, none of accounts. The
    model that was changed has its name, as its key differs between databases."""
    changes = LogEntry._base_manager.filter(content_type__app_label="statements").order_by("pk")
    paths = {"id": "id", "model": "content_type__model"}
    for field in LogEntry._meta.concrete_fields:
        if field.name not in ("id", "content_type"):
            paths[column_of(field)] = field.attname
    people: References = {("user_id",): (USERS, ["id"])}
    return Table(HISTORY, "history", changes, paths, ["id"], people)


def _people() -> Table:
    """Return the names of the accounts that rows refer to."""
    users = get_user_model()
    named = Q(pk__in=_history().query.order_by().values("user_id"))
    for model in archived_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is users:
                named |= Q(pk__in=model._base_manager.order_by().values(field.attname))
    query = users._base_manager.filter(named).order_by("pk")
    return Table(USERS, "users", query, {"id": "id", "username": "username"}, ["id"])
