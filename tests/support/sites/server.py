"""The web server as it runs for readers, started as a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPMessage
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


class Server:
    """gunicorn with the archive's settings, on a free port."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as line:
            line.bind(("127.0.0.1", 0))
            self.port: int = line.getsockname()[1]
        given = {**os.environ, "PORT": str(self.port), "HTTPS": "0", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"],
            cwd=PROJECT,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ask(
        self, address: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, HTTPMessage, bytes, float]:
        """Return status, headers and body of an answer, and the seconds it took."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        since = time.monotonic()
        try:
            line.request(method, address, body, headers={"Host": "localhost", **headers})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read(), time.monotonic() - since
        finally:
            line.close()

    def wait(self, seconds: float = 30) -> None:
        """Wait until the process answers."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError, HTTPException):
                if self.ask("/healthz")[0] == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError("the web server did not start")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """Serve until the test is over."""
    server = Server(**environment)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
