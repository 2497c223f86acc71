"""An upload whose server ends during it: nothing of it is stored, not even in part."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from support.uploads import Person

from statements.models import Delivery, Transcript

pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[2]
HALF = 4_000_000  # bytes, of a body that says it has twice as many; more than memory takes


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """gunicorn with one process on the database of this test."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    account = f"{database['USER']}:{quote(database['PASSWORD'])}"
    (tmp_path / "tmp").mkdir()
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{account}@/{database['NAME']}?host={host}",
        "SECRET_KEY": "for this test alone, and as long as it has to be; 0123456789",
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "0",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "STATE_DIR": str(tmp_path),
        "TMPDIR": str(tmp_path / "tmp"),
        "PYTHONWARNINGS": "ignore",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=PROJECT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process, port
    finally:
        process.kill()
        process.wait()
        connection.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_it_is_stored(
    server: tuple[subprocess.Popen[bytes], int],
    tmp_path: Path,
    person: Person,
    settings: object,
    how: signal.Signals,
) -> None:
    process, port = server
    settings.SECRET_KEY = "for this test alone, and as long as it has to be; 0123456789"
    archivist: Client = person("upload_transcript")
    cookie = archivist.cookies["sessionid"].value
    head = (
        "--b\r\nContent-Disposition: form-data; "
        'name="transcripts"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(
            (
                "POST /admin/statements/transcript/upload/ HTTP/1.1\r\nHost: localhost\r\n"
                f"Cookie: sessionid={cookie}\r\nContent-Length: {2 * HALF}\r\n"
                f"Content-Type: multipart/form-data; boundary=b\r\n\r\n{head}"
            ).encode()
        )
        line.sendall(b"The gauges were read. " * (HALF // 22))
        children = _children(process.pid)
        spooled = _wait(lambda: any(_spools(pid, tmp_path / "tmp") for pid in children))
        assert spooled, line.recv(4000)
        for pid in (process.pid, *(children if how == signal.SIGKILL else ())):
            os.kill(pid, how)
        process.wait(30)
        assert _wait(lambda: not any(_lives(pid) for pid in children))
    assert not list((tmp_path / "tmp").iterdir())
    assert not Delivery.objects.exists()
    assert not Transcript.objects.exists()


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _spools(pid: int, folder: Path) -> bool:
    """Whether a process has a file of that folder open, named or not."""
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if str(each.readlink()).startswith(str(folder)):
                return True
        except OSError:
            continue
    return False


def _lives(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _wait(condition, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())
