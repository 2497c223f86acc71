"""Reads a full package into an empty database: the same rows, with the same keys.

All is stored in one transaction, which is committed only if every table is as it was exported.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import batched
from pathlib import PurePath
from typing import Any
from zipfile import ZipFile

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from statements.models import (
    ChangedSpeech,
    Country,
    CountryGroup,
    CountryName,
    Document,
    GroupMembership,
    Office,
    OfficeTerm,
    Transcript,
)
from statements.packages.contents import ORIGINALS, Scope
from statements.packages.creation import Bar, no_bar
from statements.packages.descriptor import (
    Package,
    PackageError,
    latest_migrations,
    verify_files,
)
from statements.packages.full_tables import (
    HISTORY,
    USERS,
    archived_models,
    column_of,
    full_tables,
    stored_fields,
    table_name,
)
from statements.packages.resources import digest
from statements.packages.tables import Table

BATCH = 1_000  # rows of a statement
# what migrations store in a new database; the rows of the package take their place
REGISTERS: Sequence[type[models.Model]] = (
    Country,
    Country.successors.through,
    CountryName,
    CountryGroup,
    GroupMembership,
    Office,
    OfficeTerm,
    Document,
)

# what triggers note of changes: an import is none, so the notes of the package take their place
NOTES: Sequence[type[models.Model]] = (ChangedSpeech,)


def restore_package(package: Package, *, bar: Bar = no_bar) -> None:
    """Store the rows of a full package in the database, which must be empty and of the same schema.

    Raises PackageError, and stores nothing, if the package or the database is not fit for that.
    """
    _check_fit(package)
    with bar(_("Checksums")) as progress:
        verify_files(package, progress)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # nobody else fills the database meanwhile
        cursor.execute(f"LOCK TABLE {_quoted(Transcript._meta.db_table)} IN EXCLUSIVE MODE")
        _check_empty()
        for register in REGISTERS:
            _delete_rows(register)
        _store_people(package)
        for model in sorted(archived_models(), key=NOTES.__contains__):
            if model in NOTES:
                _delete_rows(model)
            with bar(table_name(model)) as progress:
                resource = _resource(package, table_name(model))
                for number, _rows in enumerate(_store(package, model), 1):
                    progress(min(number * BATCH, resource["rows"]), resource["rows"])
        _store_history(package)
        _set_sequences(package)
        for table in full_tables():
            _check_same(table, _resource(package, table.name))


def _delete_rows(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quoted(model._meta.db_table)}")  # noqa: S608 - a name


def _check_fit(package: Package) -> None:
    if package.scope is not Scope.FULL:
        raise PackageError(
            _(
                "This package has the public scope: only what visitors may see, without files and "
                "history. An archive can be made again only from the full scope."
            )
        )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise PackageError(_("The database is not prepared. Run “manage.py migrate” first."))
    if list(package.schema) != latest_migrations():
        raise PackageError(
            _(
                "The package was made by another release, whose database ends with the migration "
                "%(theirs)s; that of this release ends with %(ours)s. Import it with the release "
                "that made it, then upgrade."
            )
            % {"theirs": ", ".join(package.schema), "ours": ", ".join(latest_migrations())}
        )
    names = {table.name for table in full_tables()} | {ORIGINALS}
    resources = package.resources.values()
    if names != {resource["name"] for resource in resources} or not all(
        isinstance(resource.get("state"), str) for resource in resources
    ):
        raise PackageError(_("The package lacks tables, or has others. Use another package."))
    _check_empty()


def _check_empty() -> None:
    """Raise PackageError if the database has rows that would be lost or get other keys."""
    filled: list[type[models.Model]] = [
        get_user_model(),
        LogEntry,
        *(m for m in archived_models() if m not in REGISTERS),
    ]
    for model in filled:
        if count := model._base_manager.count():
            raise PackageError(
                _(
                    "The database is not empty: it has %(count)d %(rows)s. Import into a new "
                    "database, before anything is stored and before an administrator is created."
                )
                % {"count": count, "rows": model._meta.verbose_name_plural}
            )


def _store_people(package: Package) -> None:
    """Create the people whom rows refer to, who cannot sign in."""
    users = get_user_model()
    users._base_manager.bulk_create(
        users(id=row["id"], username=row["username"], password=make_password(None), is_active=False)
        for row in map(json.loads, _lines(package, USERS))
    )


def _store_history(package: Package) -> None:
    @cache
    def type_of(model: str) -> ContentType:
        # perhaps of a model that is gone, of which the history is kept
        return ContentType.objects.get_or_create(app_label="statements", model=model)[0]

    for lines in batched(_lines(package, HISTORY), BATCH):
        LogEntry._base_manager.bulk_create(
            LogEntry(
                content_type=type_of(row.pop("model")),
                action_time=datetime.fromisoformat(row.pop("action_time")),
                **row,
            )
            for row in map(json.loads, lines)
        )


def _store(package: Package, model: type[models.Model]) -> Iterator[int]:
    """Store the rows of a model, and yield the number of each batch."""
    if model is Transcript:
        yield from _store_transcripts(package)
        return
    statement = _insertion(model)
    with connection.cursor() as cursor:
        for lines in batched(_lines(package, table_name(model)), BATCH):
            cursor.execute(statement, [f"[{','.join(lines)}]"])
            yield len(lines)


def _store_transcripts(package: Package) -> Iterator[int]:
    """Store files one at a time, each with its bytes."""
    statement = _insertion(Transcript, "content")
    number = 0
    with ZipFile(package.folder / f"{ORIGINALS}.zip") as originals, connection.cursor() as cursor:
        members = {PurePath(name).name[:64]: name for name in originals.namelist()}
        for line in _lines(package, table_name(Transcript)):
            sha256 = json.loads(line)["sha256"]
            if sha256 not in members:
                raise PackageError(
                    _("The package lacks the original file %(sha256)s. Use another package.")
                    % {"sha256": sha256}
                )
            # the database compares the bytes with their SHA-256
            cursor.execute(statement, [originals.read(members[sha256]), f"[{line}]"])
            number += 1
            if number % BATCH == 0:
                yield BATCH
    yield number % BATCH


def _insertion(model: type[models.Model], *given: str) -> str:
    """Return the statement that inserts rows of a JSON array; ``given`` are columns whose values
    are parameters of the statement, before the array."""
    columns = ", ".join(_quoted(column_of(field)) for field in stored_fields(model))
    table = _quoted(model._meta.db_table)
    names = "".join(f"{_quoted(column)}, " for column in given)
    values = "%s, " * len(given)
    return (
        f"INSERT INTO {table} ({names}{columns}) SELECT {values}{columns} "  # noqa: S608 - names of columns
        f"FROM json_populate_recordset(NULL::{table}, %s::json)"
    )


def _lines(package: Package, name: str) -> Iterator[str]:
    path = package.folder / _resource(package, name)["path"]
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from lines


def _resource(package: Package, name: str) -> Mapping[str, Any]:
    return next(each for each in package.resources.values() if each["name"] == name)


def _set_sequences(package: Package) -> None:
    """Let new rows get keys that no row of the archive had, not even one that was deleted."""
    with connection.cursor() as cursor:
        for table in full_tables():
            model = table.query.model
            last = _resource(package, table.name).get("last_key")
            if last is not None:
                assert model._meta.pk is not None  # noqa: S101 - it has a sequence
                sequence = [_quoted(model._meta.db_table), model._meta.pk.column, last]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", sequence)


def _check_same(table: Table, resource: Mapping[str, Any]) -> None:
    if digest(table) != resource["state"]:
        raise PackageError(
            _(
                "The rows of “%(table)s” would not be the same as in the package, so nothing was "
                "stored. Use another package."
            )
            % {"table": table.name}
        )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
