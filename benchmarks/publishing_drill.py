"""Kill the archive's processes while it publishes a batch, and see that each file is public once.

    python benchmarks/publishing_drill.py [--port 8106] [--seed 1] [--kills 2]
                                          [--zip FILE --table FILE]

Runs the archive as `make run` does, in a throw-away folder. An archivist hands in a ZIP of 393
files with their table (made here; 14 of them have the bytes of another one, at another place),
waits until all are read and asks to have all published. Meanwhile the worker, a process of the web
server, the database and the supervisor are killed with SIGKILL, each so many times, in an order
drawn at random and spread over the work. Only a killed supervisor is started again by hand, as an
init system would. The page of the batch is asked all the time. Printed: what was killed when, how
long the page was away, and whether in the end every file is public exactly once, with one entry in
the history by the person who asked, and found by a search.
"""

import argparse
import http.client
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from database_drill import PASSWORD, PROJECT, Drill, _token

MEETINGS = 8
FILES = 393
SAME = 14  # files that have the bytes of another
VICTIMS = ("worker", "web", "database", "supervisor")
LONGEST_S = 900.0
CHECK = """
import json
from collections import Counter
from django.contrib.admin.models import LogEntry
from statements.models import IndexOutbox, ReviewTask, Speech, Transcript
from statements.search.parameters import SearchParameters
from statements.search.results import find
places = Counter(Speech.objects.exclude(meeting=None).values_list("meeting__symbol", "position"))
published = Transcript.objects.filter(review_tasks__outcome="done").distinct()
entries = Counter(LogEntry.objects.filter(change_message__startswith="Published")
                  .values_list("object_id", "user__username"))
page = find(SearchParameters(q=""))
print(json.dumps({
    "tasks": dict(Counter(ReviewTask.objects.values_list("outcome", flat=True))),
    "messages": list(ReviewTask.objects.exclude(message="").values_list("message", flat=True)[:5]),
    "speeches": Speech.objects.count(),
    "twice": sum(count > 1 for count in places.values()),
    "published": published.filter(state="published").count(),
    "without": published.filter(speeches=None).count(),
    "entries": sorted(Counter(entries.values()).items()),
    "by": sorted({who for _, who in entries}),
    "outbox": IndexOutbox.objects.count(),
    "found": page.total,
    "complete": page.index.complete,
}))
"""


def made() -> tuple[bytes, bytes, int]:
    """A ZIP of files and their table, and how many places they have."""
    chance = random.Random(7)  # noqa: S311 - no secret
    words = "river dam weir lock flood toll barge canal tide reed bank mill ferry sluice".split()
    names = ["Okafor (Nigeria)", "Lindqvist (Sweden)", "Umarov (Kazakhstan)", "Reyes (Chile)"]
    formula = "The President: I now give the floor to the representative of {}.\n"
    rows = ["file,symbol,position,date"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(FILES):
            meeting, position = number % MEETINGS + 1, number // MEETINGS + 1
            if number < 2 * SAME:
                text = formula.format(f"the {number // 2 + 1}. delegation on the list")
            else:
                said = "\n\n".join(
                    f"Gauge {number}: {' '.join(chance.choices(words, k=120)).capitalize()}."
                    for _ in range(chance.randrange(1, 12))
                )
                text = f"Ms. {chance.choice(names)}: {said}\n"
            name = f"{meeting:02}_{position:03}.txt"
            archive.writestr(f"records/{name}", text)
            rows.append(f"{name},RC/PV.{meeting},{position},2031-03-{meeting:02}")
    return packed.getvalue(), "\n".join(rows).encode(), FILES


class Site:
    """The archive as `make run` runs it, started again after its supervisor was killed."""

    def __init__(self, state: Path, port: int) -> None:
        self.state = state
        self.environment = os.environ | {
            "STATE_DIR": str(state),
            "PORT": str(port),
            "RATE_LIMITS": "0",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "PYTHONWARNINGS": "ignore",
        }
        for name in ("DATABASE_URL", "INDEX_DIR", "MAKELEVEL"):
            self.environment.pop(name, None)
        self.screen = (state.parent / "screen.txt").open("a")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archive.run"],
            cwd=PROJECT,
            env=self.environment,
            stdout=self.screen,
            stderr=self.screen,
            stdin=subprocess.DEVNULL,
        )

    def manage(self, *command: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=PROJECT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def kill(self, victim: str) -> None:
        if victim == "supervisor":
            self.process.kill()
            self.process.wait()
            self.start()
            return
        if victim == "database":
            pid = int((self.state / "postgres/data/postmaster.pid").read_text().split("\n")[0])
        else:
            worker, web = json.loads((self.state / "run.json").read_text())["parts"]
            pid = worker if victim == "worker" else _child_of(web)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        if self.process.poll() is None:
            self.process.kill()
        self.screen.close()


def _child_of(pid: int) -> int:
    """A process that serves pages, of the master's children; the master where it has none."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = children.read_text().split() if children.exists() else []
    return int(found[0]) if found else pid


def hand_in(drill: Drill, signed_in: dict[str, str], archive: bytes, table: bytes) -> str:
    """Upload the ZIP with its table; yields the address of the batch's page."""
    address = "/admin/statements/transcript/upload/"
    token = _token(drill.ask(address, headers=signed_in)[2])
    boundary = uuid.uuid4().hex
    body = b""
    for head, content in (
        ('name="csrfmiddlewaretoken"', token.encode()),
        ('name="transcripts"; filename="records.zip"\r\nContent-Type: application/zip', archive),
        ('name="metadata"; filename="table.csv"\r\nContent-Type: text/csv', table),
    ):
        body += f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
        body += content + b"\r\n"
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}", **signed_in}
    since = time.monotonic()
    status, headers, _ = drill.ask(address, body + f"--{boundary}--\r\n".encode(), kind)
    if status != 302 or headers is None:
        raise SystemExit(f"the upload was answered with {status}")
    print(f"handed in: answered after {time.monotonic() - since:.1f} s")
    return str(headers["Location"])


def wait_until_read(drill: Drill, signed_in: dict[str, str], batch: str) -> None:
    until = time.monotonic() + LONGEST_S
    since = time.monotonic()
    while time.monotonic() < until:
        page = drill.ask(batch, headers=signed_in)[2].decode()
        if page and "waiting to be read" not in page and "waiting for review" in page:
            counts = re.findall(r"<strong>(\d+)</strong> ([a-z ]+)", page)
            shown = ", ".join(f"{count} {what}" for count, what in counts)
            print(f"read after {time.monotonic() - since:.0f} s more: {shown}")
            print(f"page of the batch: {len(page) / 1000:.0f} kB")
            return
        time.sleep(1)
    raise SystemExit("the files were not read")


def publish_all(drill: Drill, signed_in: dict[str, str], batch: str) -> None:
    page = drill.ask(batch, headers=signed_in)[2]
    form = {
        "csrfmiddlewaretoken": _token(page),
        "which": "all",
        "delivery": batch.strip("/").rsplit("/", 1)[-1],
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded", **signed_in}
    since = time.monotonic()
    address = "/admin/statements/transcript/waiting/publish/"
    for attempt in range(2):  # as a double click does
        status = drill.ask(address, urlencode(form).encode(), kind)[0]
        if status != 303:
            raise SystemExit(f"publishing was answered with {status}")
        if not attempt:
            print(f"publishing asked for: answered after {time.monotonic() - since:.2f} s")


def progress(drill: Drill, signed_in: dict[str, str], batch: str) -> tuple[int, int, bool] | None:
    """How many are decided of how many, and whether that is all; None where there is no page."""
    try:
        status, _, page = drill.ask(batch, headers=signed_in)
    except http.client.HTTPException:
        return None
    found = re.search(rb"(Publishing|Published): (\d+) of (\d+)", page)
    if status != 200 or not found:
        return None
    return int(found[2]), int(found[3]), found[1] == b"Published"


def drill_of(site: Site, drill: Drill, options: argparse.Namespace) -> int:
    while not drill.is_ready():
        if site.process.poll() is not None:
            raise SystemExit("the archive did not start")
        time.sleep(0.5)
    site.manage("createsuperuser", "--noinput", "--username=drill", "--email=a@example.org")
    before = json.loads(site.manage("shell", "-v0", "-c", CHECK).strip().splitlines()[-1])
    if options.zip:
        archive, table = options.zip.read_bytes(), options.table.read_bytes()
        places = len(table.splitlines()) - 1
    else:
        archive, table, places = made()
    signed_in = drill.sign_in()
    batch = hand_in(drill, signed_in, archive, table)
    wait_until_read(drill, signed_in, batch)
    publish_all(drill, signed_in, batch)
    chance = random.Random(options.seed)  # noqa: S311
    victims = [victim for victim in VICTIMS for _ in range(options.kills)]
    chance.shuffle(victims)
    shares = [(number + 0.5) / (len(victims) + 1) for number in range(len(victims))]
    since = time.monotonic()
    away, gone_at = Counter[str](), None
    last = "nothing"
    at = None
    while time.monotonic() - since < LONGEST_S:
        now = time.monotonic()
        at = progress(drill, signed_in, batch)
        if at is None:
            gone_at = gone_at or now
            time.sleep(0.1)
            continue
        if gone_at is not None:
            away[last] = max(away[last], round((now - gone_at) * 10))
            gone_at = None
        done, total, is_over = at
        if is_over:
            break
        if victims and done / total >= shares[0]:
            last = victims.pop()
            shares.pop(0)
            print(f"{done:4} of {total} after {now - since:5.1f} s: killed the {last}")
            site.kill(last)
        time.sleep(0.2)
    print(f"over after {time.monotonic() - since:.1f} s: {at}; not killed: {victims or 'none'}")
    for victim, tenths in away.items():
        print(f"the page was away for at most {tenths / 10:.1f} s after the {victim} was killed")
    found: dict[str, object] = {}
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = json.loads(site.manage("shell", "-v0", "-c", CHECK).strip().splitlines()[-1])
        if not found["outbox"]:
            break
        time.sleep(1)
    print(json.dumps(found))
    new = int(str(found["speeches"])) - int(before["speeches"])
    asked = at[1] if at else 0
    is_right = (
        found["tasks"] == {"done": asked}
        and found["published"] == asked
        and not found["twice"]
        and not found["without"]
        and found["entries"] == [[1, asked]]
        and found["by"] == ["drill"]
        and (options.zip is not None or new == places)
        and found["found"] == found["speeches"]
    )
    print(f"{new} new speeches of {places} files: {'right' if is_right else 'WRONG'}")
    return 0 if is_right and not victims else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=8106)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=2, help="of each kind of process")
    parser.add_argument("--zip", type=Path, help="files of your own instead of those made here")
    parser.add_argument("--table", type=Path, help="their metadata table")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rostrum-drill-", dir="/var/tmp"))
    folder.chmod(0o755)
    site = Site(folder / "state", options.port)
    try:
        return drill_of(site, Drill(folder / "state", options.port), options)
    finally:
        site.end()
        print((folder / "screen.txt").read_text().count("Traceback"), "tracebacks on the screen")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
