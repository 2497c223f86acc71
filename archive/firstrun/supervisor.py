"""The supervisor of `make run`: database, migrations, samples, index, worker and web server.

It imports no Django, starts each process as a child, and stops what it started.
"""

import contextlib
import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from archive.firstrun import private_postgres
from archive.firstrun.processes import (
    ManagedProcess,
    end_with_parent,
    is_running,
    process_column,
    say,
)
from archive.firstrun.state import PROJECT, StateError, state_dir, write_private

HOST = "127.0.0.1"
POLL_INTERVAL = 0.5  # seconds between two checks of the processes
READY_WITHIN = 60.0  # seconds
DATABASE_PAUSE = 5.0  # seconds between attempts to start the database
WEB_PATIENCE, WORKER_PATIENCE, DATABASE_PATIENCE = 5.0, 10.0, 60.0


class RunError(Exception):
    """The archive cannot run; the message says why and what to do."""


class Supervisor:
    """The processes that one `make run` has started."""

    def __init__(self, state: Path, port: int) -> None:
        self.state = state
        self.port = port
        self.server = None if os.environ.get("DATABASE_URL") else private_postgres.Server(state)
        self.processes: list[ManagedProcess] = []
        self.preparation: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._is_recorded = True  # in run.json, which processes are ours
        self._database_failed_at: float | None = None
        self._record: dict[str, Any] = {
            "process": os.getpid(),
            "parent": os.getppid() if os.environ.get("MAKELEVEL") else None,
            "address": f"http://{HOST}:{port}/",
            "parts": [],
        }

    def run(self) -> None:
        """Start everything, watch it until a signal or a failure, then stop everything."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle_signal)
        with exclusive_run(self.state, self._record) as mark, bind_port(self.port) as web:
            say(f"All data of the archive is in {self.state}")
            database_lock = self.server.hold() if self.server else None
            try:
                self._prepare(mark)
                self._start(mark, web)
                self._wait_until_ready()
                while not self._stopping.wait(POLL_INTERVAL):
                    self._check()
            finally:
                self._stop()
                if self.server and database_lock is not None:
                    if not self.server.release(database_lock, wait=DATABASE_PATIENCE):
                        say("The private PostgreSQL keeps running: another command still uses it.")
                say("Stopped.")

    def _prepare(self, mark: int) -> None:
        """Run `archive.firstrun.prepare` and show its output, unless the same code has already
        prepared the same database."""
        (self.state / "static").mkdir(exist_ok=True)
        note = self.state / "prepared"
        if (now := self._preparation_digest()) and note.exists() and note.read_text() == now:
            return
        self.preparation = subprocess.Popen(
            [sys.executable, "-m", "archive.firstrun.prepare"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            pass_fds=(mark,),
            process_group=0,
            preexec_fn=end_with_parent(),
        )
        while not self._stopping.is_set():
            with contextlib.suppress(subprocess.TimeoutExpired):
                if status := self.preparation.wait(POLL_INTERVAL):
                    raise RunError(f"The archive could not be made ready (status {status}).")
                write_private(note, self._preparation_digest(), replace=True)
                return

    def _preparation_digest(self) -> str:
        """Return a digest of the code and of the private database that it prepares; "" if that is
        unknown, because the database is not private."""
        if self.server is None or not (self.state / "index").is_dir():
            return ""
        # begins with the system identifier that initdb assigned
        digest = sha256((self.server.data / "global" / "pg_control").read_bytes()[:8])
        for path in sorted(PROJECT.glob("statements/**/*")) + sorted(PROJECT.glob("archive/**/*")):
            if path.suffix in (".py", ".csv"):
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def _start(self, mark: int, web: socket.socket) -> None:
        if self._stopping.is_set():
            return
        logs = self.state / "log"
        logs.mkdir(exist_ok=True)
        worker = [sys.executable, "manage.py", "run_worker"]
        self.processes.append(ManagedProcess("worker", worker, logs, (mark,)))
        self.processes.append(
            ManagedProcess("web", web_command(web.fileno()), logs, (mark, web.fileno()))
        )
        self._record_processes()

    def _record_processes(self) -> None:
        self._record["parts"] = [child.process.pid for child in self.processes]
        try:
            write_private(self.state / "run.json", json.dumps(self._record), replace=True)
        except OSError as error:  # the disk is full: the processes run, and are recorded later
            if self._is_recorded:
                say(f"The process numbers could not be recorded: {error}")
            self._is_recorded = False
        else:
            self._is_recorded = True

    def _wait_until_ready(self) -> None:
        since = time.monotonic()
        status, text = 0, ""
        while not self._stopping.wait(0.05):
            self._check()
            status, text = fetch(self.port, "/readyz")
            if status == 200 or time.monotonic() - since > READY_WITHIN:
                break
        if self._stopping.is_set():
            return
        if status != 200:
            say(f"The archive answers, but is not ready yet: {text or status}")
        say(f"\nThe archive is at http://{HOST}:{self.port}/  (Ctrl-C stops it)")
        say("To create an administrator, run this in another terminal: make admin\n")

    def _check(self) -> None:
        """Check that every process runs, and restart one that ended if that may help."""
        parent = self._record["parent"]
        if parent and os.getppid() != parent:  # make itself was killed
            self._stopping.set()
            return
        for child in self.processes:
            if child.has_ended():
                if not child.may_restart():
                    last = "\n".join(child.last_lines)
                    raise RunError(f"{child.describe_exit()}; its log is {child.log}:\n{last}")
                say(f"{child.describe_exit()}; restarting it.")
                child.kill()
                child.start()
                self._record_processes()
        if not self._is_recorded:
            self._record_processes()
        self._check_database()

    def _check_database(self) -> None:
        """Restart the private PostgreSQL if it has ended. If it cannot start, as on a full disk,
        try again later; meanwhile the web server answers 503."""
        failed_at = self._database_failed_at
        if self.server is None or (failed_at and time.monotonic() - failed_at < DATABASE_PAUSE):
            return
        try:
            restarted = self.server.ensure()
        except (StateError, OSError) as error:
            if failed_at is None:
                say(f"{error} Trying again every {DATABASE_PAUSE:.0f} seconds.")
            self._database_failed_at = time.monotonic()
        else:
            self._database_failed_at = None
            if restarted:
                say("The private PostgreSQL had stopped and was restarted.")

    def _stop(self) -> None:
        """Stop the web server first, then the worker."""
        if self.preparation and self.preparation.poll() is None:
            self.preparation.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.preparation.wait(WORKER_PATIENCE)
            self.preparation.kill()
            self.preparation.wait()
        for child in reversed(self.processes):
            child.stop(WEB_PATIENCE if child.name == "web" else WORKER_PATIENCE)

    def _handle_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping.is_set():  # the second signal: do not wait any longer
            for child in self.processes:
                child.kill()
        self._stopping.set()


def web_command(descriptor: int) -> list[str]:
    """Return the command line of the web server, which inherits its socket."""
    options = ["--config=python:archive.serving", f"--bind=fd://{descriptor}"]
    return [sys.executable, "-m", "gunicorn", *options, "archive.wsgi"]


@contextlib.contextmanager
def exclusive_run(state: Path, record: dict[str, Any]) -> Iterator[int]:
    """Become the only supervisor of this state folder, and end what a killed one left running.

    There are two locks: the supervisor's own, and one whose descriptor is yielded and inherited by
    every process, so that it is free only when the last of them has ended. Raises RunError.
    """
    with contextlib.ExitStack() as stack:
        own, mark = (
            os.open(state / name, os.O_RDWR | os.O_CREAT, 0o600)
            for name in ("run.lock", "run.parts.lock")
        )
        stack.callback(os.close, own)
        stack.callback(os.close, mark)
        if not try_lock(own, patience=0):
            running = _read_record(state)
            launcher = running.get("parent")
            if not launcher or is_running(launcher) or not try_lock(own, patience=20):
                raise RunError(
                    f"The archive is already running at {running.get('address', 'another port')} "
                    f"(process {running.get('process', 'unknown')}): stop that one first."
                )
        if not try_lock(mark, patience=3):
            for process in _read_record(state).get("parts", []):
                command_line = process_column(process, "args=")
                if "archive" in command_line or "manage.py" in command_line:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(process, signal.SIGKILL)
            if not try_lock(mark, patience=5):
                raise RunError(
                    f"Processes of an earlier run are still running: see {state / 'run.json'} for "
                    "their process numbers."
                )
        write_private(state / "run.json", json.dumps(record), replace=True)
        stack.callback((state / "run.json").unlink, missing_ok=True)
        yield mark


@contextlib.contextmanager
def bind_port(port: int) -> Iterator[socket.socket]:
    """Bind the port before anything is started; the web server inherits the socket.

    Raises RunError.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise RunError(
                    f"Port {port} is in use by another program: stop it, or choose another port, "
                    f"for example: make run PORT={port + 1 if port < 65535 else 8000}"
                ) from None
            raise RunError(f"Port {port} cannot be used: {error.strerror}.") from None
        yield listener


def try_lock(lock: int, *, patience: float) -> bool:
    """Take a lock within `patience` seconds; return False if another process has it."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def fetch(port: int, path: str) -> tuple[int, str]:
    """Return status and body of one of our addresses; status 0 if there is no answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _read_record(state: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((state / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return record


def chosen_port() -> int:
    """Return the port that PORT names. Raises RunError."""
    value = os.environ.get("PORT") or "8000"
    if not (value.isdecimal() and 0 < int(value) < 65536):
        raise RunError(f"PORT={value} is not a port: use a number from 1 to 65535.")
    return int(value)


def main() -> int:
    """Run the archive until a signal stops it."""
    try:
        Supervisor(state_dir(), chosen_port()).run()
    except (RunError, StateError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.stderr.write(f"The disk is full: {error}. Free some space and run this again.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
