"""Restart and kill PostgreSQL under readers and an archivist, and count what failed.

    python benchmarks/database_drill.py [--readers 20] [--seconds 20] [--port 8103]

Runs the archive as `make run` does, in a throw-away folder with its samples. While readers open
pages and an archivist hands in files, the private server is first restarted (fast shutdown, as an
operator's restart), then killed with SIGKILL; the supervisor starts it again each time. Printed for
each: requests, failures by status, the longest answer, how long no page was served. A restart may
fail one request for each process of the web server. A form that was answered with 503 is sent again
by its archivist; at the end every file handed in must be there once.
"""

import argparse
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parent.parent
PROCESSES = 2
PASSWORD = "rivers run to the sea 1907"  # noqa: S105 - of a throw-away archive
PAGES = ["/", "/meetings/", "/countries/", "/search/?q=water", "/api/v1/search?q=water", "/browse/"]


@dataclass
class Tally:
    """What was answered during one part of the drill."""

    statuses: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, status: int, seconds: float) -> None:
        with self._lock:
            self.statuses[f"{who} {status or 'broken'}"] += 1
            self.longest = max(self.longest, seconds)

    @property
    def failures(self) -> int:
        fine = ("200", "302")
        return sum(n for status, n in self.statuses.items() if status.split()[-1] not in fine)


class Drill:
    def __init__(self, state: Path, port: int) -> None:
        self.state, self.port = state, port
        self.tally = Tally()
        self.ended = threading.Event()
        self.handed_in = 0
        self.refused_forms = 0

    # -- as a browser does ----------------------------------------------------------------------

    def ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage | None, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST" if body is not None else "GET", path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, None, b""
        finally:
            line.close()

    def read(self, number: int) -> None:
        for page in itertools.islice(itertools.cycle(PAGES), number, None):
            if self.ended.is_set():
                return
            since = time.monotonic()
            status = self.ask(page)[0]
            self.tally.note("read", status, time.monotonic() - since)
            time.sleep(0.3)

    def sign_in(self) -> dict[str, str]:
        """Return the headers of somebody who is signed in."""
        _, headers, page = self.ask("/admin/login/")
        cookies = _cookies(headers)
        form = {
            "username": "drill",
            "password": PASSWORD,
            "csrfmiddlewaretoken": _token(page),
            "next": "/admin/",
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _line(cookies)}
        status, headers, _ = self.ask("/admin/login/", urlencode(form).encode(), kind)
        if status != 302:
            raise SystemExit(f"signing in was answered with {status}")
        return {"Cookie": _line(cookies | _cookies(headers))}

    def hand_in(self) -> None:
        """Upload a file at a time; what is refused with 503 is sent again."""
        signed_in = self.sign_in()
        address = "/admin/statements/transcript/upload/"
        token = _token(self.ask(address, headers=signed_in)[2])
        boundary = uuid.uuid4().hex
        for number in itertools.count(1):
            if self.ended.is_set():
                return
            text = f"Ms. Okafor (Nigeria): Gauge {number} was read at noon.\n"
            parts = [
                f'name="csrfmiddlewaretoken"\r\n\r\n{token}',
                f'name="transcripts"; filename="{number}.txt"\r\n'
                f"Content-Type: text/plain\r\n\r\n{text}",
            ]
            body = "".join(
                f"--{boundary}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts
            )
            kind = {"Content-Type": f"multipart/form-data; boundary={boundary}", **signed_in}
            while True:
                since = time.monotonic()
                status = self.ask(address, f"{body}--{boundary}--\r\n".encode(), kind)[0]
                self.tally.note("upload", status, time.monotonic() - since)
                if status == 302:
                    self.handed_in += 1
                    break
                self.refused_forms += 1
                time.sleep(0.3)
                if self.refused_forms > 200:
                    return
            time.sleep(0.2)

    # -- faults ---------------------------------------------------------------------------------

    def postmaster(self) -> int:
        return int((self.state / "postgres/data/postmaster.pid").read_text().split("\n")[0])

    def is_ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def fault(self, name: str, how: signal.Signals, seconds: float) -> int:
        self.tally = Tally()
        time.sleep(seconds / 4)
        os.kill(self.postmaster(), how)
        since = time.monotonic()
        time.sleep(0.05)
        while not self.is_ready() and time.monotonic() - since < 60:
            time.sleep(0.05)
        away = time.monotonic() - since
        time.sleep(seconds * 3 / 4)
        tally = self.tally
        told = ", ".join(f"{n} × {status}" for status, n in sorted(tally.statuses.items()))
        print(f"{name}: ready again after {away:.1f} s; {told}; longest {tally.longest:.1f} s")
        return tally.failures


def _cookies(headers: http.client.HTTPMessage | None) -> dict[str, str]:
    lines = headers.get_all("Set-Cookie") or [] if headers else []
    return dict(line.split(";", 1)[0].split("=", 1) for line in lines)


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
    return found[1].decode() if found else ""


def run(state: Path, options: argparse.Namespace) -> int:
    environment = os.environ | {
        "STATE_DIR": str(state),
        "PORT": str(options.port),
        "WEB_CONCURRENCY": str(PROCESSES),
        "RATE_LIMITS": "0",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "PYTHONWARNINGS": "ignore",
    }
    for name in ("DATABASE_URL", "INDEX_DIR", "MAKELEVEL"):
        environment.pop(name, None)
    with (state.parent / "screen.txt").open("w") as screen:
        site = subprocess.Popen(
            [sys.executable, "-m", "archive.run"],
            cwd=PROJECT,
            env=environment,
            stdout=screen,
            stderr=screen,
            stdin=subprocess.DEVNULL,
        )
    drill = Drill(state, options.port)
    try:
        until = time.monotonic() + 300
        while not drill.is_ready():
            if time.monotonic() > until or site.poll() is not None:
                raise SystemExit((state.parent / "screen.txt").read_text())
            time.sleep(0.5)
        command = ["createsuperuser", "--noinput", "--username=drill", "--email=a@example.org"]
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=PROJECT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        threads = [
            threading.Thread(target=drill.read, args=[n], daemon=True)
            for n in range(options.readers)
        ]
        threads.append(threading.Thread(target=drill.hand_in, daemon=True))
        for thread in threads:
            thread.start()
        time.sleep(3)
        failed = drill.fault("restart", signal.SIGINT, options.seconds)
        drill.fault("kill -9", signal.SIGKILL, options.seconds)
        drill.ended.set()
        for thread in threads:
            thread.join(30)
        until = time.monotonic() + 60
        kept = 0
        while time.monotonic() < until and kept < drill.handed_in:
            files = json.loads(drill.ask("/status")[2]).get("files") or {}
            kept = files.get("to_be_read", 0) + files.get("to_be_reviewed", 0)
            time.sleep(0.5)
        allowed = f"at most {PROCESSES} are allowed"
        print(f"restart: {failed} of the requests failed ({allowed})")
        print(f"files handed in: {drill.handed_in}, kept: {kept}")
        tracebacks = (state.parent / "screen.txt").read_text().count("Traceback")
        print(f"tracebacks on the screen: {tracebacks}")
        return int(failed > PROCESSES or kept != drill.handed_in)
    finally:
        drill.ended.set()
        site.terminate()
        with suppress(subprocess.TimeoutExpired):
            site.wait(60)
        if site.poll() is None:
            site.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20, help="of each part")
    parser.add_argument("--port", type=int, default=8103)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rostrum-drill-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        return run(folder / "state", options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
