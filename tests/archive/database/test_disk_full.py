"""A disk that is really full: the archive writes to a small file system."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sites.processes import wait_until
from support.sites.visitor import Visitor

from archive.firstrun.processes import LogFile
from archive.firstrun.supervisor import fetch

pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[3]
PASSWORD = "rivers run to the sea 1907"
SIZE_MB = 320
NOT_RUN = "no small file system can be mounted here: only root may, and not in every container"


@pytest.fixture(scope="module")
def small_disk() -> Iterator[Path]:
    """A file system of its own, of SIZE_MB; skipped, with a warning, where it cannot be had."""
    folder = Path(tempfile.mkdtemp(prefix="rostrum-disk-", dir="/var/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "tmpfs", str(folder)]
    try:
        if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
            with warnings.catch_warnings():
                warnings.simplefilter("default")
                warnings.warn(f"A full disk was NOT TRIED: {NOT_RUN}.", stacklevel=1)
            pytest.skip(NOT_RUN)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1024**2, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                pass
    return ballast


def words(size: int) -> bytes:
    """A statement that no compression makes small."""
    chance = random.Random(size)  # noqa: S311 - the same words in every run
    lines = ["Ms. Okafor (Nigeria): The gauges were read at noon."]
    while size > 0:
        line = " ".join("".join(chance.choices("abcdefghijklmnop", k=9)) for _ in range(12))
        lines.append(line.capitalize() + ".")
        size -= len(line)
    return "\n\n".join(lines).encode()


class Site:
    """The archive as `make run` runs it, with everything it writes on the small disk."""

    def __init__(self, disk: Path) -> None:
        with socket.socket() as line:
            line.bind(("127.0.0.1", 0))
            self.port: int = line.getsockname()[1]
        self.state = disk / "state"
        (disk / "tmp").mkdir(exist_ok=True)
        self.screen = Path(tempfile.mkdtemp(prefix="rostrum-screen-")) / "screen.txt"
        self.environment = {
            **os.environ,
            "STATE_DIR": str(self.state),
            "TMPDIR": str(disk / "tmp"),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "PYTHONWARNINGS": "ignore",
        }
        for name in ("DATABASE_URL", "INDEX_DIR", "MAKELEVEL"):
            self.environment.pop(name, None)
        with self.screen.open("w") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "archive.firstrun.supervisor"],
                cwd=PROJECT,
                env=self.environment,
                stdout=screen,
                stderr=screen,
                stdin=subprocess.DEVNULL,
            )

    def is_ready(self) -> bool:
        return fetch(self.port, "/readyz")[0] == 200

    def words_of(self, part: str) -> str:
        told: str = json.loads(fetch(self.port, "/readyz")[1])["checks"][part]
        return told

    def count(self, model: str) -> int:
        code = f"from statements.models import {model}; print({model}.objects.count())"
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout.split()[-1])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def site(small_disk: Path) -> Iterator[Site]:
    started = Site(small_disk)
    try:
        wait_until(lambda: started.is_ready() or started.process.poll() is not None, 240)
        ready = started.is_ready()
        who = ["--username=ama", "--email=ama@example.org"]
        assert ready, started.screen.read_text()
        subprocess.run(
            [sys.executable, "manage.py", "createsuperuser", "--noinput", *who],
            cwd=PROJECT,
            env=started.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield started
    finally:
        started.stop()
        shutil.rmtree(started.screen.parent, ignore_errors=True)


def test_everything_is_refused_in_a_sentence_and_resumes(site: Site, small_disk: Path) -> None:
    ama = Visitor(site.port)
    assert ama.sign_in("ama", PASSWORD) == 302
    assert ama.upload("before.txt", words(2_000))[0] == 302
    deliveries, transcripts = site.count("Delivery"), site.count("Transcript")
    spooled = set((small_disk / "tmp").iterdir())

    ballast = fill(small_disk)
    # into memory and so to the database; and, above 1 MB, into a temporary file
    for name, size in (("kept.txt", 900_000), ("spooled.txt", 3_000_000)):
        status, page = ama.upload(name, words(size))
        assert status == 507, (name, page[:2000])
        assert "The disk is full" in page
    assert set((small_disk / "tmp").iterdir()) <= spooled  # no half of a file stays
    assert site.words_of("disk").startswith("full: ")
    status, told = ama.ask("/status")
    assert status == 200
    assert json.loads(told)["disk"]["state"]["free_bytes"] < 1024**2
    for page in ("/", "/search/?q=water", "/meetings/", "/api/v1/search?q=water"):
        assert ama.ask(page)[0] == 200, page

    ballast.unlink()
    assert site.words_of("disk") == "ok"
    assert (site.count("Delivery"), site.count("Transcript")) == (deliveries, transcripts)
    assert ama.upload("kept.txt", words(900_000))[0] == 302
    assert ama.upload("spooled.txt", words(3_000_000))[0] == 302
    assert site.count("Delivery") == deliveries + 2
    assert wait_until(lambda: site.words_of("worker") == "ok", 30)
    screen = site.screen.read_text()
    assert "Traceback" not in screen, screen[-4000:]
    assert site.process.poll() is None


def test_a_database_that_ends_on_a_full_disk_comes_back(site: Site, small_disk: Path) -> None:
    ballast = fill(small_disk)
    postmaster = int((site.state / "postgres/data/postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    wait_until(lambda: not site.is_ready(), 10)  # it may be back before anybody looks
    status, page = Visitor(site.port).ask("/meetings/")
    assert status in (200, 503)
    # a database that restarts has either no connection or no space to give
    assert status == 200 or "is temporarily unavailable" in page or "The disk is full" in page
    wait_until(lambda: site.process.poll() is not None, 8)
    assert site.process.poll() is None, site.screen.read_text()[-4000:]
    ballast.unlink()
    assert wait_until(site.is_ready, 90), site.screen.read_text()[-4000:]
    assert "Traceback" not in site.screen.read_text()


def test_a_log_that_cannot_be_written_is_said_once(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from logging import LogRecord

    log = LogFile(small_disk / "a.log")
    record = LogRecord("web", 20, "", 0, "x" * 5000, None, None)
    ballast = fill(small_disk)
    for _ in range(5):
        log.handle(record)
    told = capsys.readouterr()
    assert told.out.count("cannot be written") == 1
    assert told.err == ""
    ballast.unlink()
    log.handle(record)
    log.close()
    assert "x" * 5000 in (small_disk / "a.log").read_text()
