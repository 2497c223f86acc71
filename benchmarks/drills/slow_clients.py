"""Slow clients before the web server, with and without the proxy of docker-compose.yml.

    python benchmarks/drills/slow_clients.py [--seconds 8] [--clients 16 32 200]
                                             [--proxied] [--port 8000]

Starts the archive with its samples in a state folder of its own, and the committed configuration of
nginx before it (templated to loopback; nginx must be installed). Then so many clients are slow,
each from an address of its own (which needs Linux), in five ways: they connect and say nothing
("idle"), send their head byte by byte ("head"), or the body of a form ("body"); or they first send
much of a large body: of a form of 16 MB ("form") or of an upload of 200 MB ("upload"). Meanwhile
six normal clients read the first page, a search and the help, and give up after three seconds. A
line shows how many of their requests were answered with 200, how many of six afterwards, when the
slow ones have disconnected, and how much of the bodies the proxy stored. With ``--proxied`` only
the proxy is tested, and the exit status is 1 if a request was not answered: that is the drill.
"""

import argparse
import contextlib
import http.client
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills.sites import HOST, Supervised

DEPLOY = debates.PROJECT / "archive" / "deploy"
NORMAL = 6
PATIENCE_S = 3.0
BYTE_EVERY_S = 0.5
KINDS = ("idle", "head", "body", "form", "upload")
SENT_AT_ONCE = 1_500_000_000  # bytes of large bodies by all clients together: no proxy has room
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
LENGTHS = {"form": 16_000_000, "upload": 200_000_000}
LARGE = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
    "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
)
ADDRESSES = {"form": "/admin/login/", "upload": "/admin/statements/transcript/upload/"}
PATHS = ("/", "/search/?q=peace", "/help/")


@dataclass(frozen=True)
class Outcome:
    """Requests of the normal clients: how many were served of all, and in how many seconds."""

    served: int
    asked: int
    times: list[float]

    def __str__(self) -> str:
        middle = f"{statistics.median(self.times) * 1000:.0f} ms" if self.times else "-"
        worst = f"{max(self.times) * 1000:.0f} ms" if self.times else "-"
        return f"{self.served:>5} of {self.asked:<5} {middle:>9} {worst:>9}"


# -- the proxy ---------------------------------------------------------------------------------


def nginx() -> str | None:
    """Return the program, which lies where only root's PATH leads on some systems."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def write_configuration(folder: Path, *, web: int, plain: int, tls: int = 0, mcp: int = 0) -> Path:
    """Write the committed configuration with the container's names and ports replaced by those of
    this machine; with a port for TLS, of the server that speaks it. Without ``mcp``, the port of
    the server for assistants, nothing answers for it."""
    rostrum, scratch = folder / "rostrum", folder / "scratch"
    for each in (rostrum, scratch):
        each.mkdir()
        each.chmod(0o777)  # nginx as root works as another user
    folder.chmod(0o755)
    # all at once: what was put in must not be replaced again
    replaced = {
        "/etc/rostrum/": f"{rostrum}/",
        "/tmp/": f"{scratch}/",  # noqa: S108
        "/dev/stderr": f"{folder}/error.log",
        "/dev/stdout": f"{folder}/access.log",
        "web:8000": f"{HOST}:{web}",
        "mcp:8001": f"{HOST}:{mcp or 1}",
        "listen 8080": f"listen {HOST}:{plain}",
        "listen 8443": f"listen {HOST}:{tls}",
    }
    server = "https.conf" if tls else "http.conf"
    for name, target in (("nginx.conf",) * 2, ("site.conf",) * 2, (server, "server.conf")):
        words = (DEPLOY / name).read_text()
        for place, (old, _) in enumerate(replaced.items()):
            words = words.replace(old, f"\0{place}\0")
        for place, new in enumerate(replaced.values()):
            words = words.replace(f"\0{place}\0", new)
        (rostrum / target).write_text(words)
    return rostrum / "nginx.conf"


@contextlib.contextmanager
def proxy(configuration: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run nginx with a configuration until the block ends."""
    program = nginx()
    if program is None:
        sys.exit("nginx is not installed: on Debian, apt-get install nginx-light")
    process = subprocess.Popen(
        [program, "-c", str(configuration), "-p", str(configuration.parent)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_answered(process, port, "/proxy-health", 20)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


# -- requests ------------------------------------------------------------------------------------


def wait_until_answered(
    process: "subprocess.Popen[bytes]", port: int, path: str, seconds: float
) -> None:
    """Wait until an address answers with 200, or end with a sentence."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"{process.args!r} ended with status {process.returncode}.")
        if ask(port, path):
            return
        time.sleep(0.1)
    sys.exit(f"Nothing answered at {HOST}:{port}{path} within {seconds:g} seconds.")


# -- clients -----------------------------------------------------------------------------------


def ask(port: int, path: str) -> bool:
    """Return whether an address answers with 200 in time, including the whole page."""
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S)
    deadline = time.monotonic() + PATIENCE_S
    try:
        line.request("GET", path, headers={"Host": "localhost"})
        answer = line.getresponse()
        answer.read()
        return answer.status == 200 and time.monotonic() < deadline
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def send_beginning(line: socket.socket, kind: str, most: int) -> None:
    """Send the beginning of a request: of a large body as much as is taken, but for its end."""
    if kind in ("head", "body"):
        line.sendall(HEAD if kind == "head" else BODY)
    elif kind in LENGTHS:
        length = LENGTHS[kind]
        line.sendall(LARGE.format(path=ADDRESSES[kind], length=length).encode())
        line.settimeout(1)
        left = min(length - 1_000_000, most)
        while left > 0:
            left -= line.send(b"x" * min(left, 1 << 20))


def held_in(folder: Path) -> int:
    """Return the bytes of all files in a folder of the proxy that may change meanwhile."""
    held = 0
    for path in folder.glob("**/*"):
        with contextlib.suppress(OSError):
            held += path.stat().st_size if path.is_file() else 0
    return held


@contextlib.contextmanager
def slow_clients(
    kind: str, count: int, port: int, sent_at_once: int = SENT_AT_ONCE
) -> Iterator[None]:
    """Keep that many clients connected that send almost nothing; each reconnects when it is
    disconnected."""
    stop = threading.Event()
    lines: list[socket.socket | None] = [None] * count

    def begin(place: int) -> socket.socket | None:
        source = (f"127.1.{place // 250}.{place % 250 + 1}", 0)
        with contextlib.suppress(OSError):
            line = socket.create_connection((HOST, port), 1, source)
            # what is refused is let go: the next turn begins anew
            with contextlib.suppress(OSError):
                send_beginning(line, kind, sent_at_once // count)
            line.settimeout(0.01)
            return line
        return None

    def drip() -> None:
        while not stop.is_set():
            for place, line in enumerate(lines):
                if stop.is_set():
                    break
                try:
                    if line is None:
                        raise OSError  # noqa: TRY301
                    if kind != "idle":
                        line.sendall(b"x")
                except OSError:
                    if line is not None:
                        line.close()
                    lines[place] = begin(place)
            stop.wait(BYTE_EVERY_S)

    lines[:] = [begin(place) for place in range(count)]
    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        time.sleep(1)  # let them be taken in first
        yield
    finally:
        stop.set()
        thread.join(60)
        for line in lines:
            if line is not None:
                line.close()


def normal_clients(port: int, seconds: float) -> Outcome:
    """Let six clients read for some seconds, one page after the other."""
    times: list[float] = []
    failures = [0]
    until = time.monotonic() + seconds

    def read(first: int) -> None:
        turn = first
        while time.monotonic() < until:
            since = time.monotonic()
            if ask(port, PATHS[turn % len(PATHS)]):
                times.append(time.monotonic() - since)
            else:
                failures[0] += 1
            turn += 1
            time.sleep(0.2)

    threads = [threading.Thread(target=read, args=(each,)) for each in range(NORMAL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(len(times), len(times) + failures[0], times)


def measure(
    name: str, port: int, counts: list[int], seconds: float, bodies: Path | None = None
) -> bool:
    """Print a line for each kind and number of slow clients; return whether all were served."""
    whole = True
    for count in [0, *counts]:
        for kind in KINDS if count else ("none",):
            with slow_clients(kind, count, port):
                during = normal_clients(port, seconds)
                held = f"{held_in(bodies) / 1e6:>6.0f} MB" if bodies else ""
            time.sleep(1)
            after = sum(ask(port, "/") for _ in range(NORMAL))
            whole &= during.served == during.asked and after == NORMAL
            print(
                f"{name:<7} {count:>5} {kind:<6} {during} {after:>6} of {NORMAL} {held}", flush=True
            )
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, nargs="+", default=[16, 32, 200])
    parser.add_argument("--proxied", action="store_true", help="try the proxy only")
    parser.add_argument("--port", type=int, default=8000, help="and the next one, for the proxy")
    given = parser.parse_args()
    with debates.folder(None) as folder:
        (folder / "proxy").mkdir()
        configuration = write_configuration(folder / "proxy", web=given.port, plain=given.port + 1)
        bodies = configuration.parent.parent / "scratch"
        with (
            Supervised(folder / "state", given.port),
            proxy(configuration, given.port + 1),
        ):
            print("through  slow kind       served     median     worst  afterwards  held")
            if not given.proxied:
                measure("nothing", given.port, given.clients, given.seconds)
            whole = measure("nginx", given.port + 1, given.clients, given.seconds, bodies)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
