"""The supervisor: what it says when it cannot run, and what it leaves behind: nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import lives, open_folders, wait_until

PROJECT = Path(__file__).resolve().parents[2]


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
                [sys.executable, "-m", "archive.run"],
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
    """Return every process that was told of this state folder."""
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


def test_a_busy_port_is_one_plain_sentence_before_anything_is_started(state):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = Run(state, port)
        assert run.process.wait(30) == 1
    assert re.fullmatch(rf"Port {port} is in use by another program: .*\n", run.screen.read_text())
    assert not (state / "postgres").exists()


@pytest.mark.parametrize("port", [0, 70000])
def test_a_port_that_is_none_is_one_plain_sentence(state, port):
    run = Run(state, port)
    assert run.process.wait(30) == 1
    assert run.screen.read_text() == f"PORT={port} is not a port: give a number from 1 to 65535.\n"
