"""The site of a drill: its processes, requests to it, and what it weighs.

:func:`running` serves an archive that this process has opened (``debates.open_archive``) with the
worker and gunicorn; :class:`Supervised` is the whole archive as `make run` starts it.
"""

import contextlib
import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks.debates import PROJECT

HOST = "127.0.0.1"
NAME, PASSWORD = "drill", secrets.token_urlsafe(16)  # of the archivist, see desk.Desk
READY_WITHIN_S = 300.0
PARTS = ("worker", "web", "database", "supervisor")

Process = subprocess.Popen[bytes]


def wait_until(condition: Callable[[], bool], what: str, within_s: float = READY_WITHIN_S) -> float:
    """Return the seconds until a condition holds. Raises SystemExit where it takes too long."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() > begun + within_s:
            raise SystemExit(f"not within {within_s:.0f} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - begun


def end_as_asked() -> None:
    """Have SIGTERM end a drill as an error would, so that it stops what it has started."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("The drill was ended."))


# -- requests ------------------------------------------------------------------------------------


def ask(port: int, address: str, timeout: float = 60) -> tuple[int, bytes]:
    """Status and body of a page. Raises OSError or HTTPException where the connection breaks."""
    line = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        line.request("GET", address, headers={"Host": "localhost"})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def status_of(port: int, address: str, timeout: float = 30) -> int:
    """Status of a page, 0 where the connection breaks."""
    try:
        return ask(port, address, timeout)[0]
    except (OSError, http.client.HTTPException):
        return 0


def is_ready(port: int) -> bool:
    return status_of(port, "/readyz") == 200


def found(port: int, q: str) -> tuple[int, dict[str, Any]]:
    """How many speeches a word finds, and how far the answer can be trusted."""
    status, body = ask(port, f"/api/v1/search?q={q}&page_size=1")
    if status != 200:
        return 0, {}
    answer = json.loads(body)
    return int(answer["total"]), answer["index"]


# -- web server and worker -----------------------------------------------------------------------


@dataclass
class Site:
    port: int
    web: Process
    worker: Process | None
    logs: Path
    most_mb: dict[str, float] = field(default_factory=dict)  # by part, the sum of its processes

    @property
    def parts(self) -> dict[str, Process]:
        return {"web": self.web} | ({"worker": self.worker} if self.worker else {})

    def look(self) -> None:
        """Remember the most memory of each part: shared pages are divided by their users."""
        for name, part in self.parts.items():
            size = sum(map(memory_mb, family(part.pid)))
            self.most_mb[name] = max(size, self.most_mb.get(name, 0.0))

    def ended(self) -> list[str]:
        """Parts that have ended, which they should not."""
        return [name for name, part in self.parts.items() if part.poll() is not None]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


@contextlib.contextmanager
def running(
    state: Path, port: int, *, processes: int = 2, worker: bool = True, **settings: str
) -> Iterator[Site]:
    """Serve an archive that is open already, until the block ends."""
    end_as_asked()
    logs = state / "drill-logs"
    logs.mkdir(exist_ok=True)
    environment = os.environ | {
        "PORT": str(port),
        "HTTPS": "0",
        "RATE_LIMITS": "0",
        "WEB_CONCURRENCY": str(processes),
        **settings,
    }
    started: list[Process] = []

    def start(name: str, arguments: list[str]) -> Process:
        with (logs / f"{name}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    arguments,
                    cwd=PROJECT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    process_group=0,
                )
            )
        return started[-1]

    gunicorn = [sys.executable, "-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"]
    try:
        working = start("worker", manage("run_worker")) if worker else None
        web = start("web", gunicorn)
        wait_until(lambda: is_ready(port), f"the site is ready; see {logs}")
        yield Site(port, web, working, logs)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


# -- the whole archive ---------------------------------------------------------------------------


class Supervised:
    """The archive as `make run` runs it, with its samples; a context manager.

    ``state`` is a folder that need not exist; output goes to ``screen.txt`` next to it.
    """

    def __init__(self, state: Path, port: int, *, processes: int = 2, **settings: str) -> None:
        self.state, self.port = state, port
        self.environment = os.environ | {
            "STATE_DIR": str(state),
            "PORT": str(port),
            "WEB_CONCURRENCY": str(processes),
            "RATE_LIMITS": "0",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "PYTHONWARNINGS": "ignore",
        }
        for name in ("DATABASE_URL", "INDEX_DIR", "MAKELEVEL"):
            self.environment.pop(name, None)
        self.environment |= settings
        self._screen = (state.parent / "screen.txt").open("a")

    def __enter__(self) -> Self:
        end_as_asked()
        try:
            self.start()
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archive.firstrun.supervisor"],
            cwd=PROJECT,
            env=self.environment,
            stdout=self._screen,
            stderr=self._screen,
            stdin=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._screen.close()

    def wait_until_ready(self) -> None:
        def is_answered() -> bool:
            if self.process.poll() is not None:
                raise SystemExit(f"The archive did not start:\n{self.screen()}")
            return is_ready(self.port)

        wait_until(is_answered, "the archive is ready")

    def screen(self) -> str:
        return (self.state.parent / "screen.txt").read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """What a command of manage.py prints. Raises CalledProcessError where it fails."""
        return subprocess.run(
            manage(*arguments),
            cwd=PROJECT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def shell(self, code: str) -> str:
        """The last line that some code prints, which may use Django's models."""
        return self.manage("shell", "-v0", "-c", code).strip().splitlines()[-1]

    def create_archivist(self) -> None:
        """Create the account that :class:`desk.Desk` signs in with."""
        self.manage("createsuperuser", "--noinput", f"--username={NAME}", "--email=a@example.org")

    def postmaster(self) -> int:
        return int((self.state / "postgres/data/postmaster.pid").read_text().split("\n")[0])

    def kill(self, part: str) -> None:
        """Send SIGKILL to one of the :data:`PARTS`; a supervisor is started again at once, as an
        init system would do. Of the web server one serving process is killed."""
        if part == "supervisor":
            self.process.kill()
            self.process.wait()
            self.start()
            return
        if part == "database":
            process = self.postmaster()
        else:
            worker, web = json.loads((self.state / "run.json").read_text())["parts"]
            process = worker if part == "worker" else next(iter(children(web)), web)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


# -- processes -----------------------------------------------------------------------------------


def children(process: int) -> list[int]:
    """Processes that a process has started; none where it has ended."""
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/{process}/task/{process}/children").read_text()
        return [int(number) for number in listed.split()]
    return []


def family(process: int) -> list[int]:
    """A process and all that descend from it."""
    every = [process]
    for member in every:
        every += children(member)
    return every


def memory_mb(process: int) -> float:
    with contextlib.suppress(OSError):
        sizes = Path(f"/proc/{process}/smaps_rollup").read_text()
        if size := re.search(r"^Pss:\s+(\d+) kB", sizes, re.M):
            return int(size[1]) / 1024
    return 0.0


def cpu_s(process: int) -> float:
    """Seconds of processor time of a process with its threads, without its children; 0 where it
    has ended."""
    clock = (~process << 3) | 2  # CPUCLOCK_SCHED of a process, see clock_getcpuclockid(3)
    try:
        return time.clock_gettime(clock)
    except OSError:
        return 0.0
