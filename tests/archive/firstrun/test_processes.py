"""Which processes the supervisor starts again after they have ended."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.firstrun import processes
from archive.firstrun.processes import MAX_SHORT_RUNS, ManagedProcess


@pytest.fixture
def managed(tmp_path: Path) -> Iterator[Callable[[str], ManagedProcess]]:
    started: list[ManagedProcess] = []

    def start(script: str) -> ManagedProcess:
        started.append(ManagedProcess("worker", ["sh", "-c", script], tmp_path, ()))
        return started[-1]

    yield start
    for child in started:
        child.stop(0)


def test_what_ends_by_itself_at_once_is_not_started_again(
    managed: Callable[[str], ManagedProcess],
) -> None:
    child = managed("echo no database; exit 3")
    child.process.wait()
    assert not child.may_restart()
    assert child.describe_exit() == "The worker process ended with status 3"
    assert list(child.last_lines) == ["no database"]


def test_what_is_killed_is_started_again_but_not_for_ever(
    managed: Callable[[str], ManagedProcess],
) -> None:
    child = managed("sleep 60")
    for _ in range(MAX_SHORT_RUNS):
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        assert child.may_restart()
        child.start()
    os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert not child.may_restart()


def test_a_steady_run_begins_the_count_again(
    managed: Callable[[str], ManagedProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    child = managed("exit 3")
    child.process.wait()
    with monkeypatch.context() as patch:
        patch.setattr(processes, "STEADY", 0.0)
        assert child.may_restart()
    for _ in range(MAX_SHORT_RUNS):
        child.start()
        child.process.wait()
        assert child.may_restart()
    assert not child.may_restart()
