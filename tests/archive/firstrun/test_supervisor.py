"""The supervisor: its messages when it cannot run, and that it leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.sites.processes import lives, open_folders, wait_until

from archive.firstrun.processes import is_running
from archive.firstrun.supervisor import fetch

pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[3]


class Run:
    """One `make run`, without make."""

    def __init__(self, state: Path, port: int) -> None:
        self.port = port
        self.screen = state.parent / f"screen-{port}.txt"
        environment = {**os.environ, "STATE_DIR": str(state), "PORT": str(port)}
        for name in ("INDEX_DIR", "MAKELEVEL", "DATABASE_URL"):
            environment.pop(name, None)
        with self.screen.open("w") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "archive.firstrun.supervisor"],
                cwd=PROJECT,
                env=environment,
                stdout=screen,
                stderr=screen,
                stdin=subprocess.DEVNULL,
            )

    def said(self, words: str) -> bool:
        return words in self.screen.read_text()

    def is_ready(self, within: float = 60) -> bool:
        wait_until(
            lambda: self.said("The archive is at") or self.process.poll() is not None, within
        )
        return self.said("The archive is at")

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


@pytest.fixture
def start() -> Iterator[Callable[[Path, int], Run]]:
    started: list[Run] = []

    def start(state: Path, port: int) -> Run:
        started.append(Run(state, port))
        return started[-1]

    yield start
    for run in started:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


@pytest.fixture
def state() -> Iterator[Path]:
    with open_folders() as folder:
        yield folder / "state"


@pytest.fixture
def port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        number: int = line.getsockname()[1]
    return number


def processes_of(state: Path) -> list[int]:
    """Return every process that was started with this state folder."""
    marks = (f"STATE_DIR={state}\0".encode(), str(state).encode())
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "environ").read_bytes() + b"\0" + (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if any(mark in words for mark in marks) and lives(int(folder.name)):
            found.append(int(folder.name))
    return found


def test_a_busy_port_is_one_plain_sentence_before_anything_is_started(state, start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = start(state, port)
        assert run.process.wait(30) == 1
    assert re.fullmatch(rf"Port {port} is in use by another program: .*\n", run.screen.read_text())
    assert not (state / "postgres").exists()


@pytest.mark.parametrize("port", [0, 70000])
def test_a_port_that_is_none_is_one_plain_sentence(state, port, start):
    run = start(state, port)
    assert run.process.wait(30) == 1
    assert run.screen.read_text() == f"PORT={port} is not a port: use a number from 1 to 65535.\n"


def test_a_killed_launcher_whom_nobody_has_buried_yet_does_not_live():
    launcher = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert is_running(launcher.pid)
        launcher.kill()
        os.waitid(os.P_PID, launcher.pid, os.WEXITED | os.WNOWAIT)  # ended, and still listed
        assert not is_running(launcher.pid)
    finally:
        launcher.communicate()
    assert not is_running(launcher.pid)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes in /proc")
def test_a_run_serves_heals_survives_its_killing_and_leaves_nothing(state, port, start):
    run = start(state, port)
    assert run.is_ready(120), run.screen.read_text()
    assert run.said(f"All data of the archive is in {state}")
    assert fetch(port, "/readyz")[0] == 200

    second = start(state, port + 1)
    assert second.process.wait(30) == 1
    assert second.said(f"already running at http://127.0.0.1:{port}/")

    postmaster = int((state / "postgres/data/postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    assert wait_until(lambda: run.said("The private PostgreSQL had stopped"), 15)
    assert wait_until(lambda: fetch(port, "/readyz")[0] == 200, 15)

    run.end(signal.SIGKILL)
    again = start(state, port)
    assert again.is_ready(), again.screen.read_text()
    assert again.end(signal.SIGINT) == 0
    assert again.said("Stopped.")

    prepared = (state / "prepared").read_text()
    shutil.rmtree(state / "index")
    third = start(state, port)
    assert third.is_ready(), third.screen.read_text()
    assert third.said("Indexed ")  # what was prepared before is not taken for granted
    assert (state / "prepared").read_text() == prepared
    assert third.end(signal.SIGTERM) == 0
    assert wait_until(lambda: not processes_of(state), 5), processes_of(state)
