"""Restart, kill and freeze PostgreSQL under readers and an archivist, and count what failed.

    python benchmarks/drills/database.py [--readers 20] [--seconds 20] [--port 8103]

Runs the archive as `make run` does, in a throw-away folder with its samples. While readers open
pages and an archivist uploads files, the private server is first restarted (fast shutdown, as an
operator's restart), then killed with SIGKILL; the supervisor starts it again each time. At last all
its processes are stopped with SIGSTOP for 12 seconds. Printed for each: requests, failures by
status, the longest answer, how long no page was served. A restart may
fail one request for each process of the web server. A form that was answered with 503 is sent again
by its archivist; at the end every file that was uploaded must be there once.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.desk import REDIRECTED, UPLOAD, Desk

PROCESSES = 2
PAUSE_S = 0.3  # of a reader between two pages
FROZEN_S = 12.0
MOST_REFUSED = 200  # forms, before the archivist gives up
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

    def __str__(self) -> str:
        answers = ", ".join(f"{n} × {status}" for status, n in sorted(self.statuses.items()))
        return f"{answers}; longest {self.longest:.1f} s"

    @property
    def failures(self) -> int:
        fine = ("200", "302")
        return sum(n for status, n in self.statuses.items() if status.split()[-1] not in fine)


class Load:
    """Readers and an archivist, each a thread, until ``ended`` is set."""

    def __init__(self, port: int, readers: int) -> None:
        self.port = port
        self.tally = Tally()
        self.ended = threading.Event()
        self.uploaded = 0
        self.refused = 0
        self.pause_s = PAUSE_S
        self._threads = [
            threading.Thread(target=self._read, args=[number], daemon=True)
            for number in range(readers)
        ]
        self._threads.append(threading.Thread(target=self._upload, daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join(30)

    def _read(self, number: int) -> None:
        for page in itertools.islice(itertools.cycle(PAGES), number, None):
            if self.ended.is_set():
                return
            since = time.monotonic()
            status = sites.status_of(self.port, page)
            self.tally.note("read", status, time.monotonic() - since)
            time.sleep(self.pause_s)

    def _upload(self) -> None:
        """Upload one file after the other; files refused with 503 are sent again."""
        desk = Desk(self.port)
        fields, _ = desk.form(UPLOAD, "encoding")
        for number in itertools.count(1):
            text = f"Ms. Okafor (Nigeria): Gauge {number} was read at noon.\n"
            files = [("transcripts", f"{number}.txt", text.encode())]
            while not self.ended.is_set():
                since = time.monotonic()
                try:
                    status = desk.upload(UPLOAD, fields, files)[0]
                except (OSError, http.client.HTTPException):
                    status = 0
                self.tally.note("upload", status, time.monotonic() - since)
                if status in REDIRECTED:
                    self.uploaded += 1
                    break
                self.refused += 1
                if self.refused > MOST_REFUSED:
                    return
                time.sleep(0.3)
            if self.ended.wait(0.2):
                return


def interrupt(
    name: str, how: signal.Signals, site: sites.Supervised, load: Load, seconds: float
) -> int:
    """Send PostgreSQL a signal in the course of so many seconds; return the failed requests."""
    load.tally = tally = Tally()
    time.sleep(seconds / 4)
    os.kill(site.postmaster(), how)
    time.sleep(0.05)
    away = sites.wait_until(lambda: sites.is_ready(site.port), "the archive is ready", 60)
    time.sleep(seconds * 3 / 4)
    print(f"{name}: ready again after {away:.1f} s; {tally}")
    return tally.failures


def freeze(site: sites.Supervised, load: Load, seconds: float) -> None:
    """Stop every process of PostgreSQL for a while. All answers should come within three seconds.

    The readers do not pause, so that all threads of the web server are inside a query.
    """
    load.pause_s = 0.0
    time.sleep(seconds / 4)
    load.tally = tally = Tally()
    stopped = sites.family(site.postmaster())
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    time.sleep(FROZEN_S)
    for process in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)
    away = sites.wait_until(lambda: sites.is_ready(site.port), "the archive is ready", 60)
    load.pause_s = PAUSE_S
    time.sleep(seconds / 4)
    print(f"frozen for {FROZEN_S:.0f} s: {tally}; ready {away:.1f} s after that")


def kept_files(port: int, expected: int) -> int:
    """How many uploaded files the archive has, as soon as it has all, or after a minute."""
    until = time.monotonic() + 60
    while True:
        files = json.loads(sites.ask(port, "/status")[1]).get("files") or {}
        kept = int(files.get("to_be_read", 0) + files.get("to_be_reviewed", 0))
        if kept >= expected or time.monotonic() > until:
            return kept
        time.sleep(0.5)


def run(folder: Path, options: argparse.Namespace) -> int:
    with sites.Supervised(folder / "state", options.port, processes=PROCESSES) as site:
        site.create_archivist()
        load = Load(options.port, options.readers)
        load.start()
        try:
            time.sleep(3)
            failed = interrupt("restart", signal.SIGINT, site, load, options.seconds)
            interrupt("kill -9", signal.SIGKILL, site, load, options.seconds)
            freeze(site, load, options.seconds)
        finally:
            load.stop()
        kept = kept_files(options.port, load.uploaded)
        print(f"restart: {failed} of the requests failed (at most {PROCESSES} are allowed)")
        print(f"files uploaded: {load.uploaded}, kept: {kept}")
        print(f"tracebacks on the screen: {site.screen().count('Traceback')}")
        return int(failed > PROCESSES or kept != load.uploaded)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20, help="of each part")
    parser.add_argument("--port", type=int, default=8103)
    options = parser.parse_args()
    with debates.folder(None) as folder:
        return run(folder, options)


if __name__ == "__main__":
    sys.exit(main())
