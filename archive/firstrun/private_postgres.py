"""The private PostgreSQL of a first run, used only if `DATABASE_URL` is not set.

Every process that needs the server holds a shared lock on one file while it runs. A small keeper
process (`postgres_keeper`) waits for the exclusive lock. It gets that lock when the last holder has
ended, however it ended, and then stops the server. This module uses only the standard library.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from archive.firstrun.file_locks import exclusive, try_exclusive
from archive.firstrun.postgres_cluster import NAME, PORT, Cluster
from archive.firstrun.state import PROJECT, StateError, state_dir

PATIENCE = 60.0  # seconds for a server that is up but does not answer at all


class Answer(Enum):
    """The state that the server's socket reports."""

    UP = "up"
    BUSY = "starting or stopping"
    NONE = "nothing"


class Server(Cluster):
    """The private server of one state folder, which this process can hold and start."""

    def __init__(self, state: Path) -> None:
        super().__init__(state)
        self.start_log = state / "postgres-start.log"
        self._start_lock = state / "postgres.start.lock"  # one process prepares and starts

    def database_settings(self) -> dict[str, Any]:
        """Return the entry for Django's DATABASES. Nothing is started."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": str(self.sockets),
            "PORT": str(PORT),
            "NAME": NAME,
            "USER": NAME,
            "PASSWORD": self.password,
        }

    def client_environment(self) -> dict[str, str]:
        """Return the variables with which psql, pg_dump and pg_restore find the server."""
        return {
            "PGHOST": str(self.sockets),
            "PGPORT": str(PORT),
            "PGUSER": NAME,
            "PGDATABASE": NAME,
            "PGPASSWORD": self.password,
        }

    # holding

    def hold(self) -> int:
        """Start the server if necessary and keep it running until the lock is released.

        Returns the descriptor of the lock, which the caller closes or passes to `release`. A
        forked child shares the lock, so the server runs until both processes have ended. Raises
        StateError.
        """
        lock = os.open(self.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
            self.ensure()
        except BaseException:
            os.close(lock)
            raise
        return lock

    def ensure(self) -> bool:
        """Start the server if it does not answer; return whether it was started.

        The caller must hold the server. Raises StateError.
        """
        if self.answer() is Answer.UP and self._is_kept():
            return False
        with exclusive(self._start_lock):
            failures = 0
            since = time.monotonic()
            while True:
                if keeper_lock := try_exclusive(self.keeper_lock):
                    if failures and not self._may_start_later(failures):
                        os.close(keeper_lock)  # or no keeper could start later
                        raise StateError(
                            "The private PostgreSQL did not start; the last lines of its logs are: "
                            f"{tail(self.start_log)} {tail(self._newest_log())}"
                        )
                    self._spawn_keeper(keeper_lock)
                    failures += 1
                answer = self.answer()
                if answer is Answer.UP:
                    return failures > 0
                if answer is Answer.BUSY:  # recovery after a crash may take long
                    since = time.monotonic()
                elif time.monotonic() - since > PATIENCE:
                    raise StateError(
                        f"The private PostgreSQL in {self.home} is running but not responding; "
                        f"its log is in {self.logs}."
                    )
                time.sleep(0.02)

    def release(self, lock: int, wait: float = 0) -> bool:
        """Release the server; return whether it stopped within `wait` seconds."""
        os.close(lock)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if not self._is_kept():
                return True
            time.sleep(0.02)
        return False

    def answer(self) -> Answer:
        """Begin a session with the server, up to its request for a password."""
        parameters = f"user\0{NAME}\0database\0{NAME}\0\0".encode()
        packet = struct.pack("!ii", len(parameters) + 8, 196608) + parameters
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(packet)
                reply = connection.recv(1024)
            except OSError:
                return Answer.NONE
        if reply.startswith(b"E") and b"C57P03\0" in reply:  # cannot_connect_now
            return Answer.BUSY
        return Answer.UP if reply else Answer.NONE

    # starting

    def _spawn_keeper(self, keeper_lock: int) -> None:
        """Prepare the data, then start the keeper, which inherits the lock that shows it runs."""
        try:
            binaries = self.prepare()
            code = (
                "import sys; sys.path.insert(0, sys.argv[1]); "
                "from archive.firstrun import postgres_keeper; "
                "postgres_keeper.keep(*sys.argv[2:])"
            )
            arguments = [str(PROJECT), str(self.state), str(binaries.folder), str(keeper_lock)]
            with self.start_log.open("w") as log:
                subprocess.run(  # noqa: S603
                    [sys.executable, "-I", "-S", "-c", code, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(keeper_lock,),
                    cwd="/",
                    check=False,  # the lock shows whether a keeper runs
                )
        finally:
            os.close(keeper_lock)

    def _may_start_later(self, failures: int) -> bool:
        """Return whether another start may succeed: a killed server's children end later."""
        time.sleep(0.5)
        return failures < 20 and "still in use" in tail(self.start_log, lines=20)

    def _is_kept(self) -> bool:
        if (lock := try_exclusive(self.keeper_lock)) is None:
            return True
        os.close(lock)
        return False

    def _newest_log(self) -> Path:
        logs = sorted(self.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return logs[-1] if logs else self.start_log


def database_settings() -> dict[str, Any]:
    """Return Django's settings of the private database. Nothing is started."""
    return Server(state_dir()).database_settings()


_locks: list[int] = []


def hold() -> None:
    """Keep the private server running until this process ends. Further calls do nothing."""
    if not _locks:
        _locks.append(Server(state_dir()).hold())


def tail(path: Path, lines: int = 3) -> str:
    """Return the last lines of a log, or "" if there is none."""
    try:
        return " / ".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


def main(arguments: Sequence[str]) -> int:
    """Run a client program such as pg_dump against the private server."""
    if not arguments:
        sys.stderr.write(
            "usage: python -m archive.firstrun.private_postgres "
            "pg_dump|pg_restore|psql … [argument …]\n"
        )
        return 2
    server = Server(state_dir())
    try:
        lock = server.hold()
        program = server.binaries().folder / arguments[0]
    except StateError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        result = subprocess.run(  # noqa: S603
            [program, *arguments[1:]], env=os.environ | server.client_environment(), check=False
        )
    finally:
        server.release(lock)
    return result.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
