"""A database of this run as the backup sees it, and copies of it that may be replaced."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from support import rows

from archive.backup import creation
from archive.backup.server import Database
from archive.firstrun import postgres_binaries, private_postgres
from archive.firstrun.state import state_dir


def programs() -> Path:
    if settings.FIRST_RUN:
        return private_postgres.Server(state_dir()).binaries().folder
    return postgres_binaries.find(state_dir()).folder


@pytest.fixture
def archive(transactional_db: None) -> rows.SmallArchive:
    """A small archive whose rows are committed, so that other connections see them."""
    return rows.small_archive()


@pytest.fixture
def database(archive: rows.SmallArchive, tmp_path: Path) -> Database:
    """The test database, with a state folder of its own."""
    given = connection.settings_dict
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    parameters = {to: str(given[name]) for name, to in names.items() if given[name]}
    (tmp_path / "state").mkdir()
    parameters["dbname"] = str(given["NAME"])
    return Database(parameters, programs(), private=False, state=tmp_path / "state")


@pytest.fixture
def make_copy(database: Database, tmp_path: Path) -> Iterator[Callable[[Path], Database]]:
    """Return a maker of databases that hold what a dump holds."""
    with ExitStack() as stack:
        guard = stack.enter_context(database.connect())

        def make(dump: Path) -> Database:
            name = f"{database.name[:30]}_copy"
            stack.enter_context(creation.scratch(database, guard, name))
            creation.restore_into(database, dump, name)
            return replace(database, parameters=database.parameters | {"dbname": name})

        yield make
