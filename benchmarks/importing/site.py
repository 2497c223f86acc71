"""A site of its own: private PostgreSQL, index, two web processes and the worker."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 120.0


@dataclass
class Site:
    port: int
    web: "subprocess.Popen[bytes]"
    worker: "subprocess.Popen[bytes]"
    logs: Path
    most_mb: dict[str, float] = field(default_factory=dict)  # by part, the sum of its processes

    def look(self) -> None:
        """Remember the most memory of each part: shared pages are divided by their users."""
        for name, part in (("web", self.web), ("worker", self.worker)):
            size = sum(map(_memory_mb, family(part.pid)))
            self.most_mb[name] = max(size, self.most_mb.get(name, 0.0))

    def restarts(self) -> list[str]:
        """Parts that have ended, which they should not."""
        return [
            name
            for name, part in (("web", self.web), ("worker", self.worker))
            if part.poll() is not None
        ]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


@contextlib.contextmanager
def running(state: Path, port: int) -> Iterator[Site]:
    """Serve an archive that is open already, until the block ends."""
    logs = state / "drill-logs"
    logs.mkdir(exist_ok=True)
    environment = {**os.environ, "PORT": str(port), "HTTPS": "0", "RATE_LIMITS": "0"}
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, arguments: list[str]) -> "subprocess.Popen[bytes]":
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

    gunicorn = ["-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"]
    try:
        worker = start("worker", command("run_worker"))
        web = start("web", [sys.executable, *gunicorn])
        _wait_until_ready(port)
        yield Site(port, web, worker, logs)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_until_ready(port: int) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port, "/readyz")[0] == 200:
                return
        time.sleep(0.2)
    raise SystemExit("the site did not become ready")


def ask(port: int, address: str, timeout: float = 60) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        line.request("GET", address, headers={"Host": "localhost"})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def found(port: int, q: str) -> tuple[int, dict[str, Any]]:
    """How many speeches a word finds, and how far the answer can be trusted."""
    status, body = ask(port, f"/api/v1/search?q={q}&page_size=1")
    if status != 200:
        return 0, {}
    answer = json.loads(body)
    return int(answer["total"]), answer["index"]


def family(process: int) -> list[int]:
    """A process and all that descend from it."""
    every = [process]
    for one in every:
        with contextlib.suppress(OSError):
            told = Path(f"/proc/{one}/task/{one}/children").read_text()
            every += map(int, told.split())
    return every


def _memory_mb(process: int) -> float:
    with contextlib.suppress(OSError):
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
        if size := re.search(r"^Pss:\s+(\d+) kB", told, re.M):
            return int(size[1]) / 1024
    return 0.0
