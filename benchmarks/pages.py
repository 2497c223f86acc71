"""What each kind of page costs: processor time per request, and pages per second over HTTP.

    python benchmarks/pages.py [PATH ...] --state FOLDER [--requests 200] [--seconds 20]
                               [--tables TABLE]

FOLDER is the state folder of an archive. Where it holds no speeches yet, the PATHs are imported
into it with ``ingest_transcripts`` (``--tables`` is passed on) and the index is built; with the UN
General Debate Corpus, records and a table of speeches this takes a quarter of an hour.

1. One gunicorn process, one request at a time, every address asked for once. The processor time of
   the web process and of its PostgreSQL connections is read from the kernel's clocks before and
   after each request; helper processes of PostgreSQL are counted by the hundredth of a second over
   all requests of a kind. Printed: median and 95th percentile, size of the page, SQL statements.
2. The same addresses again, with ``If-None-Match``: the cost of saying that nothing has changed.
3. Two gunicorn processes and eight clients that never ask for an address twice: pages per second
   and elapsed time. The clients run on the same machine, and their processor time is printed.

Nothing that the site keeps for a whole page could answer a request of 1 or 3: no two addresses are
equal, a parameter without a meaning makes those of the home page distinct.
"""

import argparse
import contextlib
import gzip
import http.client
import multiprocessing as mp
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import debates
from benchmarks.drills.sites import children
from benchmarks.drills.soak import questions

SEED = 8
PROCESSES, CLIENTS = 2, 8
LONG_MEETING = 100  # speeches
LANDINGS = 400  # searches whose first three speeches are asked for
WARM_UP = 30  # requests of each kind before any is measured
VIEWS = ("context", "time", "compare", "table", "words")  # of a search beside the list
GOALS_OF_MEDIANS_MS = {"search": 20, "speech": 15}
# of the 95th percentile
GOALS_MS = {"search": 35, "speech": 25, "landing": 25, "meeting": 60, "documents": 40, "home": 10}
GOALS_MS |= dict.fromkeys((*VIEWS, "coverage"), 100)
GOALS_MS["words"] = 150
GOALS_PAGES_S = {"search": 70, "speech": 80}
GOAL_P95_MS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    etag: str
    size: int  # bytes of the page before compression


# -- addresses ---------------------------------------------------------------------------------


def addresses() -> dict[str, list[str]]:
    """Distinct addresses by kind of page, in random order."""
    from django.db.models import Count

    from statements.models import Meeting, Reference, Speech
    from statements.views.reading import SPEECHES_IN_FULL

    chance = random.Random(SEED)  # noqa: S311
    long = Meeting.objects.annotate(speeches_held=Count("speeches")).filter(
        speeches_held__gte=LONG_MEETING
    )
    documents = Reference.objects.values("symbol").distinct().count()
    searches = questions()
    kinds = {
        "search": [f"/search/?{urlencode(question)}" for question in searches],
        "speech": [
            f"/speech/{public_id}/"
            for public_id in Speech.objects.values_list("public_id", flat=True)
        ],
        "landing": _landings(),
        "meeting": [
            f"/meeting/{meeting.slug}/?page={page}"
            for meeting in long
            for page in range(1, meeting.speeches_held // SPEECHES_IN_FULL + 1)
        ],
        "documents": [f"/documents/?page={page}" for page in range(1, documents // 50 + 1)],
        "home": [f"/?visit={number}" for number in range(6000)],
        "coverage": [f"/coverage/?visit={number}" for number in range(6000)],
    }
    for view in VIEWS:
        shown = ({**question, "view": view, "page": "1"} for question in searches)
        kinds[view] = [f"/search/?{urlencode(question)}" for question in shown]
    for chosen in kinds.values():
        chance.shuffle(chosen)
    return {kind: chosen for kind, chosen in kinds.items() if chosen}


def _landings() -> list[str]:
    """Addresses to which results lead: a speech with the search that found it."""
    from statements.search import InvalidParameters, Landing, SearchParameters, find

    found = set()
    for question in questions()[:LANDINGS]:
        try:
            page = find(SearchParameters.from_query(question))
        except InvalidParameters:
            continue
        if query := Landing.of(page.parameters).of_speech:
            found.update(f"{hit.speech.get_absolute_url()}?{query}" for hit in page.hits[:3])
    return sorted(found)


# -- processor time ----------------------------------------------------------------------------


def processor_ns(process: int) -> int:
    """Of a process with all its threads, in nanoseconds; 0 where it has ended."""
    clock = (~process << 3) | 2  # CPUCLOCK_SCHED of a process, see clock_getcpuclockid(3)
    try:
        return time.clock_gettime_ns(clock)
    except OSError:
        return 0


def helpers_s(postmaster: int) -> float:
    """Of children of PostgreSQL that have ended, such as parallel workers."""
    fields = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")


def backends() -> tuple[int, list[int]]:
    """PostgreSQL's first process, and the connections to it that are not this process's own."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    postmaster = int(Path(f"/proc/{own}/stat").read_text().rpartition(")")[2].split()[1])
    return postmaster, pids


# -- asking ------------------------------------------------------------------------------------


class Client:
    """One connection, kept open as browsers do."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, address: str, etag: str = "") -> Answer:
        headers = {"Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {})
        self._connection.request("GET", address, headers=headers)
        response = self._connection.getresponse()
        data = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            size = len(gzip.decompress(data)) if response.status == 200 and not etag else 0
        else:
            size = len(data)
        return Answer(response.status, response.headers.get("ETag", ""), size)


@contextlib.contextmanager
def site(state: Path, processes: int) -> Iterator[tuple[int, list[int]]]:
    """A web server of so many processes: its port, and their process ids."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "WEB_CONCURRENCY": str(processes)}
    with (state / "pages.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config=python:archive.serving", "archive.wsgi"],
            cwd=debates.PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    if Client(port).ask("/healthz").status == 200:
                        break
                time.sleep(0.1)
            else:
                raise SystemExit(f"The site did not start; see {state / 'pages.log'}")
            yield port, children(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def cost(port: int, web: int, asked: Sequence[str], etags: Sequence[str] = ()) -> dict[str, Any]:
    """Ask for each address once; processor time of each in ms, and what was answered."""
    postmaster, pids = backends()
    client, spent, answers = Client(port), list[float](), list[Answer]()

    def now() -> int:
        return processor_ns(web) + sum(map(processor_ns, pids))

    helped = helpers_s(postmaster)
    for place, address in enumerate(asked):
        begun = now()
        answers.append(client.ask(address, etags[place] if etags else ""))
        spent.append((now() - begun) / 1e6)
    helped = (helpers_s(postmaster) - helped) * 1000 / len(asked)
    return {"ms": spent, "helpers": helped, "answers": answers}


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def statements(kinds: dict[str, list[str]]) -> dict[str, int]:
    """SQL statements for one page of each kind, asked for twice and counted the second time."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client as TestClient
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS.append("testserver")
    counted = {}
    for kind, asked in kinds.items():
        TestClient().get(asked[-1])
        with CaptureQueriesContext(connection) as captured:
            TestClient().get(asked[-2])
        counted[kind] = len(captured)
    return counted


def print_costs(state: Path, kinds: dict[str, list[str]], requests: int) -> None:
    counted = statements(kinds)
    print(
        f"\n{'page':<11}{'requests':>9}{'median ms':>11}{'goal':>6}{'p95':>7}{'goal':>6}"
        f"{'helpers':>9}",
        end="",
    )
    print(f"{'304 ms':>8}{'KB':>6}{'SQL':>5}  answers")
    with site(state, 1) as (port, (web,)):
        for kind, asked in kinds.items():
            warm, rest = asked[:WARM_UP], asked[WARM_UP:]
            client = Client(port)
            for _ in range(2):
                for address in warm if kind != "meeting" else asked[: WARM_UP // 3]:
                    client.ask(address)
            measured = (rest or asked)[:requests]
            first = cost(port, web, measured)
            tagged = [
                (address, one.etag)
                for address, one in zip(measured, first["answers"], strict=True)
                if one.etag
            ]
            again = (
                cost(port, web, *zip(*tagged, strict=True))
                if tagged
                else {"ms": [0.0], "answers": []}
            )
            answers = [one.status for one in (*first["answers"], *again["answers"])]
            print(
                f"{kind:<11}{len(measured):>9}{statistics.median(first['ms']):>11.1f}"
                f"{GOALS_OF_MEDIANS_MS.get(kind, ''):>6}"
                f"{quantile(first['ms'], 0.95):>7.1f}{GOALS_MS[kind]:>6}{first['helpers']:>9.2f}"
                f"{statistics.median(again['ms']):>8.1f}"
                f"{statistics.median(one.size for one in first['answers']) / 1024:>6.0f}"
                f"{counted[kind]:>5}  "
                + ", ".join(f"{answers.count(one)}×{one}" for one in sorted(set(answers))),
                flush=True,
            )


# -- throughput --------------------------------------------------------------------------------


def read(port: int, asked: Sequence[str], taken: Any, until: float, to: Any) -> None:
    """One client: takes the next address that nobody has taken, until the time is over."""
    client, times, statuses = Client(port), list[float](), list[int]()
    while time.monotonic() < until:
        with taken.get_lock():
            place = taken.value
            taken.value += 1
        if place >= len(asked):
            break
        begun = time.perf_counter()
        try:
            statuses.append(client.ask(asked[place]).status)
        except (OSError, http.client.HTTPException):
            statuses.append(0)
            client = Client(port)
        times.append((time.perf_counter() - begun) * 1000)
    to.put((times, statuses, time.process_time(), time.monotonic()))


def print_throughput(state: Path, kinds: dict[str, list[str]], seconds: float) -> None:
    print(f"\n{'page':<11}{'pages/s':>9}{'goal':>6}{'p50 ms':>8}{'p95':>7}{'p99':>7}", end="")
    print("  client CPU  answers")
    with site(state, PROCESSES) as (port, _):
        for kind in GOALS_PAGES_S:
            warm = Client(port)
            for address in kinds[kind][:WARM_UP] * 4:
                warm.ask(address)
            asked = kinds[kind][WARM_UP:]
            taken, to = mp.Value("i", 0), mp.Queue()
            begun = time.monotonic()
            clients = [
                mp.Process(target=read, args=(port, asked, taken, begun + seconds, to))
                for _ in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            told = [to.get(timeout=seconds + 120) for _ in clients]
            for client in clients:
                client.join()
            times = [one for ms, _, _, _ in told for one in ms]
            statuses = [one for _, some, _, _ in told for one in some]
            elapsed = max(end for _, _, _, end in told) - begun
            print(
                f"{kind:<11}{len(times) / elapsed:>9.1f}{GOALS_PAGES_S[kind]:>6}"
                f"{quantile(times, 0.5):>8.0f}{quantile(times, 0.95):>7.0f}"
                f"{quantile(times, 0.99):>7.0f}{sum(cpu for _, _, cpu, _ in told):>10.1f} s  "
                + ", ".join(f"{statuses.count(one)}×{one}" for one in sorted(set(statuses))),
                flush=True,
            )
    print(f"goal of the 95th percentile: {GOAL_P95_MS} ms")


# -- the run -----------------------------------------------------------------------------------


def fill(paths: Sequence[Path], tables: Sequence[Path]) -> None:
    """Import into an archive that holds nothing, and build the index."""
    from django.core.management import CommandError, call_command

    from statements.models import Speech

    if not Speech.objects.exists():
        if not paths:
            raise SystemExit("The archive holds no speeches: name what is to be imported.")
        given = [f"--tables={table}" for table in tables]
        with contextlib.suppress(CommandError):  # it names files that could not be stored
            call_command("ingest_transcripts", *map(str, paths), *given, verbosity=0)
        call_command("rebuild_index", verbosity=0)
    call_command("ensure_index", verbosity=0)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--tables", action="append", default=[], type=Path)
    parser.add_argument("--requests", type=int, default=200, help="of each kind")
    parser.add_argument("--seconds", type=float, default=20, help="of throughput; 0 for none")
    parser.add_argument("--only", action="append", choices=list(GOALS_MS), help="these kinds")
    options = parser.parse_args(arguments)
    options.state.mkdir(parents=True, exist_ok=True)
    options.state.chmod(0o755)
    debates.open_archive(options.state)
    fill(options.paths, options.tables)
    from statements.models import Speech

    kinds = addresses()
    if options.only:
        kinds = {kind: kinds[kind] for kind in options.only}
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"{Speech.objects.count():,} speeches; load of the machine {loads}", flush=True)
    print_costs(options.state, kinds, options.requests)
    if options.seconds and kinds.keys() >= GOALS_PAGES_S.keys():
        print_throughput(options.state, kinds, options.seconds)


if __name__ == "__main__":
    main()
