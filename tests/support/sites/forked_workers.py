"""Workers that read one file each, forked from a process that has loaded what all of them need.

A worker is otherwise a new interpreter, and starting it takes longer than reading a small file. A
forked one has the same limits and opens no more files, since it gives up what it does not need
after it was forked.
"""

import io
import os
import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import IO, Any

from statements.transcripts.sandbox.client import worker_environment

# what a worker loads whatever it reads: itself, and what makes speeches of a text
_LOADED = [
    "statements.transcripts.sandbox.worker",
    "statements.transcripts.formats.text",
    __name__,
]
_context = get_context("forkserver")
_context.set_forkserver_preload(_LOADED)


class ForkedWorker(ForkServerProcess):
    """A worker with as much of the interface of `subprocess.Popen` as its client uses."""

    def __init__(self, arguments: list[str], *files: IO[bytes]) -> None:
        self._streams = files
        self._arguments = arguments
        self._environment = worker_environment()
        super().__init__()

    def __getstate__(self) -> dict[str, Any]:
        descriptors = [DupFd(file.fileno()) for file in self._streams]
        return self.__dict__ | {"_streams": descriptors, "_popen": None}

    def run(self) -> None:
        for number, descriptor in enumerate(self._streams):
            os.dup2(descriptor.detach(), number)
        sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb"))
        os.environ.clear()
        os.environ.update(self._environment)
        from statements.transcripts.sandbox import worker

        worker.main(*self._arguments)

    def wait(self, timeout: float | None = None) -> int:
        self.join(timeout)
        if self.exitcode is None:
            raise subprocess.TimeoutExpired("worker", timeout or 0)
        return self.exitcode


def start(
    arguments: list[str], source: IO[bytes], result: IO[bytes], errors: IO[bytes]
) -> ForkedWorker:
    """Start a worker as the client of the sandbox does."""
    process = ForkedWorker(arguments, source, result, errors)
    process.start()
    return process
