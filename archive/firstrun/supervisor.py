"""The supervisor behind `make run`: database, migrations, samples, index, worker, web server.

It stays small, imports no Django, starts each part as a child and stops what it started.
"""

import contextlib
import ctypes
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
from collections import deque
from collections.abc import Callable, Iterator
from hashlib import sha256
from logging import Formatter, LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Any

from archive.firstrun import private_postgres
from archive.firstrun.state import PROJECT, StateError, state_dir, write_private

HOST = "127.0.0.1"
TICK = 0.5  # seconds between looks at the parts
STEADY = 10.0  # a part that ran this long is started again when it ends; a shorter life is a fault
READY_WITHIN = 60.0
DATABASE_PAUSE = 5.0  # seconds between attempts to start a database that could not be started
WEB_PATIENCE, WORKER_PATIENCE, DATABASE_PATIENCE = 5.0, 10.0, 60.0


class RunError(Exception):
    """Says in one plain sentence why the archive cannot run, and what to do."""


class LogFile(RotatingFileHandler):
    """A log of bounded size. Lines that cannot be written, as on a full disk, are dropped; that is
    said once, not for each of them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=1_000_000, backupCount=2, delay=True)
        self.setFormatter(Formatter("%(asctime)s %(message)s"))
        self._fails = self._failed_before = False

    def emit(self, record: LogRecord) -> None:
        """Write a line, or drop it."""
        self._fails = False
        super().emit(record)
        self._failed_before = self._fails

    def handleError(self, record: LogRecord) -> None:
        """Take note of a line that could not be written."""
        self._fails = True
        if not self._failed_before:
            say(f"{self.baseFilename} cannot be written: {sys.exception()}")


class Part:
    """One child process: its output goes to the screen and to a log of bounded size."""

    def __init__(self, name: str, command: list[str], logs: Path, inherit: tuple[int, ...]) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.last_lines: deque[str] = deque(maxlen=12)
        self._command = command
        self._inherit = inherit
        self._handler = LogFile(self.log)
        self.start()

    def start(self) -> None:
        """Start the process in a group of its own: Ctrl-C is for the supervisor alone."""
        self.since = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self._command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self._inherit,
            process_group=0,
            preexec_fn=end_with_parent(),
        )
        self._pump = threading.Thread(target=self._copy_output, daemon=True)
        self._pump.start()

    def has_ended(self) -> bool:
        """Tell whether the process is gone."""
        return self.process.poll() is not None

    def stop(self, patience: float) -> None:
        """Ask the process to end, and after some patience end its whole group."""
        if not self.has_ended():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.kill()
        self.process.wait()
        self._pump.join(1)

    def kill(self) -> None:
        """End the process and whatever it has started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def obituary(self) -> str:
        """Say how the process ended."""
        self._pump.join(1)
        status = self.process.returncode
        how = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
        return f"The {self.name} process ended {how}"

    def _copy_output(self) -> None:
        for raw in self.process.stdout or ():
            line = raw.decode(errors="replace").rstrip()
            self.last_lines.append(line)
            self._handler.handle(LogRecord(self.name, 20, "", 0, line, None, None))
            say(f"{self.name:>6} | {line}")


class Supervisor:
    """Everything that one `make run` has started."""

    def __init__(self, state: Path, port: int) -> None:
        self.state = state
        self.port = port
        self.server = None if os.environ.get("DATABASE_URL") else private_postgres.Server(state)
        self.parts: list[Part] = []
        self.preparing: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._is_noted = True  # which processes are ours
        self._database_failed_at: float | None = None
        self._record: dict[str, Any] = {
            "process": os.getpid(),
            "parent": os.getppid() if os.environ.get("MAKELEVEL") else None,
            "address": f"http://{HOST}:{port}/",
            "parts": [],
        }

    def run(self) -> None:
        """Start everything, watch it until asked to stop or something fails, stop everything."""
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, self._asked_to_stop)
        with only_one(self.state, self._record) as mark, claimed(self.port) as web:
            say(f"Everything the archive keeps is in {self.state}")
            held = self.server.hold() if self.server else None
            try:
                self._prepare(mark)
                self._start(mark, web)
                self._wait_until_ready()
                while not self._stopping.wait(TICK):
                    self._look()
            finally:
                self._stop()
                if self.server and held is not None:
                    if not self.server.release(held, wait=DATABASE_PATIENCE):
                        say("The private PostgreSQL stays up: another command still uses it.")
                say("Stopped.")

    def _prepare(self, mark: int) -> None:
        """Run what must be done before the servers start, with its words on the screen; nothing
        where the same code has done it before to the same database."""
        (self.state / "static").mkdir(exist_ok=True)
        note = self.state / "prepared"
        if (now := self._prepared_by()) and note.exists() and note.read_text() == now:
            return
        self.preparing = subprocess.Popen(
            [sys.executable, "-m", "archive.firstrun.prepare"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            pass_fds=(mark,),
            process_group=0,
            preexec_fn=end_with_parent(),
        )
        while not self._stopping.is_set():
            with contextlib.suppress(subprocess.TimeoutExpired):
                if status := self.preparing.wait(TICK):
                    raise RunError(f"The archive could not be made ready (status {status}).")
                write_private(note, self._prepared_by(), replace=True)
                return

    def _prepared_by(self) -> str:
        """Digest the code and the private database that it prepares; "" where there is no
        telling, as of a database that is not ours alone."""
        if self.server is None or not (self.state / "index").is_dir():
            return ""
        # begins with the number that initdb gave these data alone
        told = sha256((self.server.data / "global" / "pg_control").read_bytes()[:8])
        for path in sorted(PROJECT.glob("statements/**/*")) + sorted(PROJECT.glob("archive/**/*")):
            if path.suffix in (".py", ".csv"):
                told.update(path.read_bytes())
        return told.hexdigest()

    def _start(self, mark: int, web: socket.socket) -> None:
        if self._stopping.is_set():
            return
        logs = self.state / "log"
        logs.mkdir(exist_ok=True)
        worker = [sys.executable, "manage.py", "run_worker"]
        self.parts.append(Part("worker", worker, logs, (mark,)))
        self.parts.append(Part("web", web_command(web.fileno()), logs, (mark, web.fileno())))
        self._note_parts()

    def _note_parts(self) -> None:
        self._record["parts"] = [each.process.pid for each in self.parts]
        try:
            write_private(self.state / "run.json", json.dumps(self._record), replace=True)
        except OSError as error:  # the disk is full: the parts run, and are noted when it is not
            if self._is_noted:
                say(f"Which processes run could not be noted: {error}")
            self._is_noted = False
        else:
            self._is_noted = True

    def _wait_until_ready(self) -> None:
        since = time.monotonic()
        status, words = 0, ""
        while not self._stopping.wait(0.05):
            self._look()
            status, words = ask(self.port, "/readyz")
            if status == 200 or time.monotonic() - since > READY_WITHIN:
                break
        if self._stopping.is_set():
            return
        if status != 200:
            say(f"The archive answers, but is not ready yet: {words or status}")
        say(f"\nThe archive is at http://{HOST}:{self.port}/  (Ctrl-C stops it)")
        say("To create an administrator, run this in another terminal: make admin\n")

    def _look(self) -> None:
        """See that every part lives; start again what ended after a steady life."""
        parent = self._record["parent"]
        if parent and os.getppid() != parent:  # make itself was killed
            self._stopping.set()
            return
        for part in self.parts:
            if part.has_ended():
                if time.monotonic() - part.since < STEADY:
                    last = "\n".join(part.last_lines)
                    raise RunError(f"{part.obituary()}; its log is {part.log}:\n{last}")
                say(f"{part.obituary()}; it is started again.")
                part.kill()
                part.start()
                self._note_parts()
        if not self._is_noted:
            self._note_parts()
        self._look_at_database()

    def _look_at_database(self) -> None:
        """Start the private PostgreSQL where it has ended; where it cannot start, as on a full
        disk, try again later: the web server says meanwhile that it is not there."""
        failed_at = self._database_failed_at
        if self.server is None or (failed_at and time.monotonic() - failed_at < DATABASE_PAUSE):
            return
        try:
            restarted = self.server.ensure()
        except (StateError, OSError) as error:
            if failed_at is None:
                say(f"{error} It is tried again every {DATABASE_PAUSE:.0f} seconds.")
            self._database_failed_at = time.monotonic()
        else:
            self._database_failed_at = None
            if restarted:
                say("The private PostgreSQL had ended; it was started again.")

    def _stop(self) -> None:
        """End the parts in the order in which nobody misses the next: web, worker."""
        if self.preparing and self.preparing.poll() is None:
            self.preparing.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.preparing.wait(WORKER_PATIENCE)
            self.preparing.kill()
            self.preparing.wait()
        for part in reversed(self.parts):
            part.stop(WEB_PATIENCE if part.name == "web" else WORKER_PATIENCE)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self._stopping.is_set():  # asked twice: no more patience
            for part in self.parts:
                part.kill()
        self._stopping.set()


def web_command(descriptor: int) -> list[str]:
    """Return the web server's command line, listening on a socket that it inherits."""
    options = ["--config=python:archive.serving", f"--bind=fd://{descriptor}"]
    return [sys.executable, "-m", "gunicorn", *options, "archive.wsgi"]


@contextlib.contextmanager
def only_one(state: Path, record: dict[str, Any]) -> Iterator[int]:
    """Be the only supervisor of this state, after ending what a killed one left behind.

    Two locks tell the cases apart: one is the supervisor's own, the other, whose descriptor is
    handed out, is inherited by every part and so is free only when the last of them is gone.
    """
    with contextlib.ExitStack() as stack:
        own, mark = (
            os.open(state / name, os.O_RDWR | os.O_CREAT, 0o600)
            for name in ("run.lock", "run.parts.lock")
        )
        stack.callback(os.close, own)
        stack.callback(os.close, mark)
        if not locked(own, patience=0):
            other = _read_record(state)
            launcher = other.get("parent")
            if not launcher or lives(launcher) or not locked(own, patience=20):
                raise RunError(
                    f"The archive is already running at {other.get('address', 'another port')} "
                    f"(process {other.get('process', 'unknown')}): stop that one first."
                )
        if not locked(mark, patience=3):
            for process in _read_record(state).get("parts", []):
                line = _told_by_ps(process, "args=")
                if "archive" in line or "manage.py" in line:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(process, signal.SIGKILL)
            if not locked(mark, patience=5):
                raise RunError(
                    "Parts of an earlier run are still there and do not end: "
                    f"see {state / 'run.json'} for their process numbers."
                )
        write_private(state / "run.json", json.dumps(record), replace=True)
        stack.callback((state / "run.json").unlink, missing_ok=True)
        yield mark


@contextlib.contextmanager
def claimed(port: int) -> Iterator[socket.socket]:
    """Bind the port before anything is started; the web server inherits the socket."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise RunError(
                    f"Port {port} is in use by another program: stop that, or choose another "
                    f"port, for example: make run PORT={port + 1 if port < 65535 else 8000}"
                ) from None
            raise RunError(f"Port {port} cannot be used: {error.strerror}.") from None
        yield line


def locked(lock: int, *, patience: float) -> bool:
    """Take a lock within some seconds, or tell that somebody else has it."""
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


def end_with_parent() -> Callable[[], None] | None:
    """Return what makes a child end when its parent is killed, where the system can do that."""
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None).prctl
    return lambda: control(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def ask(port: int, path: str) -> tuple[int, str]:
    """Return status and words of an address of ours; status 0 where nobody answers."""
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        line.close()


def say(words: str) -> None:
    """Tell the person at the screen, if the screen is still there."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


def _read_record(state: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((state / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return record


def lives(process: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be buried does not."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return not _told_by_ps(process, "stat=").startswith("Z")


def _told_by_ps(process: int, column: str) -> str:
    told = subprocess.run(  # noqa: S603
        ["ps", "-p", str(process), "-o", column],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip()


def wanted_port() -> int:
    """Return the port that PORT names."""
    words = os.environ.get("PORT") or "8000"
    if not (words.isdecimal() and 0 < int(words) < 65536):
        raise RunError(f"PORT={words} is not a port: give a number from 1 to 65535.")
    return int(words)


def main() -> int:
    """Run the archive until it is asked to stop."""
    try:
        Supervisor(state_dir(), wanted_port()).run()
    except (RunError, StateError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.stderr.write(f"The disk is full: {error}. Make space there, then start again.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
