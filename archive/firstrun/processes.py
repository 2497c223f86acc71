"""Child processes of the supervisor: how they are started, logged, observed and ended."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from logging import Formatter, LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from archive.firstrun.state import PROJECT

STEADY = 10.0  # seconds; a shorter run is a short one
MAX_SHORT_RUNS = 5  # in a row, after which a process is not started again


class LogFile(RotatingFileHandler):
    """A log of bounded size. Lines that cannot be written, as on a full disk, are dropped, and the
    first of them is reported."""

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
        """Report the first of the lines that could not be written."""
        self._fails = True
        if not self._failed_before:
            say(f"{self.baseFilename} cannot be written: {sys.exception()}")


class ManagedProcess:
    """A child process whose output goes to the screen and to a log of bounded size."""

    def __init__(self, name: str, command: list[str], logs: Path, inherit: tuple[int, ...]) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.last_lines: deque[str] = deque(maxlen=12)
        self._command = command
        self._inherit = inherit
        self._handler = LogFile(self.log)
        self._short_runs = 0  # in a row
        self._has_been_steady = False
        self.start()

    def may_restart(self) -> bool:
        """Return whether to start the process again after it has ended.

        One that never ran for long and ended by itself has a fault that a restart does not mend.
        One that was killed, or ran for long before, gets a few attempts.
        """
        if time.monotonic() - self.since >= STEADY:
            self._short_runs, self._has_been_steady = 0, True
            return True
        self._short_runs += 1
        was_killed = self.process.returncode == -signal.SIGKILL
        return (was_killed or self._has_been_steady) and self._short_runs <= MAX_SHORT_RUNS

    def start(self) -> None:
        """Start the process in its own group, so that Ctrl-C reaches only the supervisor."""
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
        self._pump = threading.Thread(
            target=self._copy_output, args=[self.process.stdout], daemon=True
        )
        self._pump.start()

    def has_ended(self) -> bool:
        """Return whether the process has ended."""
        return self.process.poll() is not None

    def stop(self, patience: float) -> None:
        """Ask the process to end; after `patience` seconds, kill its whole group."""
        if not self.has_ended():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.kill()
        self.process.wait()
        self._pump.join(1)
        self._handler.close()

    def kill(self) -> None:
        """Kill the process and everything it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def describe_exit(self) -> str:
        """Return a clause that says how the process ended."""
        self._pump.join(1)
        status = self.process.returncode
        manner = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
        return f"The {self.name} process ended {manner}"

    def _copy_output(self, stream: IO[bytes]) -> None:
        with stream:
            for output in stream:
                line = output.decode(errors="replace").rstrip()
                self.last_lines.append(line)
                self._handler.handle(LogRecord(self.name, 20, "", 0, line, None, None))
                say(f"{self.name:>6} | {line}")


def end_with_parent() -> Callable[[], None] | None:
    """Return a function for a child that makes it end with its parent; None if not on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None).prctl
    return lambda: control(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def is_running(process: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return not process_column(process, "stat=").startswith("Z")


def process_column(process: int, column: str) -> str:
    """Return what `ps` prints about a process in one column."""
    listing = subprocess.run(  # noqa: S603
        ["ps", "-p", str(process), "-o", column],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return listing.stdout.strip()


def say(text: str) -> None:
    """Print a line for the user, unless the terminal is closed."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
