"""Run the costliest searches, twenty at once: are other pages still answered?

    python benchmarks/drills/worst_queries.py --state FOLDER [--seconds 30] [--clients 20]
                                              [--readers 4] [--port 8107]

FOLDER is the state folder of an archive that holds speeches (``benchmarks/pages.py`` makes one).
Nothing in it is changed. Web processes are started, but no worker.

1. What the first search of a web process costs that has made a page, but no search yet: words that
   begin so (``the*``), a word, and a search that is refused.
2. Searches of all kinds that are known to be costly are made of the archive's commonest words:
   stars, alternatives, phrases and distances of stop words, one paragraph, excluded words, partial
   queries, groups, late pages, many filters. Each is asked once; the costliest are kept.
3. Two web processes: readers open distinct speeches, meetings and searches, first alone, then while
   each client repeats one of the kept searches without a pause, always over other days, so that no
   answer can be kept. Printed: what both waited, by kind of page, and every answer that is not 200.

The status is 1 where any answer was neither 200 nor, of a search that is refused, 400.
"""

import argparse
import itertools
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.readers import Readers, quantiles

FIRST = ("the*", "pea*", "inter*", "peace", "s*")
STARS = (
    "inte* cons* comm* deve* prog* rest* cont* stra* unde* pres* repr* coun* over* prot*".split()
)
MOST_WORDS = 32  # of a query, see docs/query-language.md
MOST_CHARACTERS = 512
BEGIN = date(1900, 1, 1)

Question = dict[str, str | list[str]]


# -- costly questions ----------------------------------------------------------------------------


def common_words(count: int) -> tuple[list[str], list[str]]:
    """The words that most speeches have: stop words, and others."""
    from statements.search.analysis.tokenizer import is_stop_word
    from statements.search.fields import TEXT_FIELD
    from statements.search.index.snapshot import current

    counts: Counter[str] = Counter()
    for segment in current().segments:
        having = segment.counts(TEXT_FIELD).tolist()
        for word, number in zip(segment.words(TEXT_FIELD), having, strict=True):
            counts[word.decode()] += number
    stop, other = list[str](), list[str]()
    for word, _ in counts.most_common(20 * count):
        if word.isalpha() and len(word) > 1:
            (stop if is_stop_word(word) else other).append(word)
    return stop[:count], other[:count]


def joined(words: Sequence[str], sign: str = " ") -> str:
    """As many of the words as a query may have."""
    chosen = list(words[:MOST_WORDS])
    while len(sign.join(chosen)) > MOST_CHARACTERS - 20:
        chosen.pop()
    return sign.join(chosen)


def costly_questions() -> list[Question]:
    from statements.models import Country

    stop, words = common_words(60)
    countries = list(Country.objects.order_by("code").values_list("code", flat=True)[:50])
    queries = [
        *STARS,
        *(f"{one} {two}" for one, two in itertools.pairwise(STARS)),
        joined(words),
        joined(words[::-1]),
        joined(words, " OR "),
        joined(words[20:], " OR "),
        f"({joined(words[:20], ' OR ')}) same:paragraph",
        f"{joined(words[:12])} same:paragraph",
        joined([words[0], *(f"-{word}" for word in words[30:])]),
        f"{joined(words[:14])} zzyzx",  # no speech has it: partial matches are offered
        f"{joined(words[20:40])} zzyzx qqxqq",
        *(f'"{one} {two}"' for one, two in itertools.pairwise(stop[:8])),
        *(f'"{one} {two}"~99' for one, two in itertools.pairwise(stop[:6])),
        *(f'"{one} {two}"~99' for one, two in itertools.pairwise(words[:6])),
        f'"{" ".join(words[:8])}"~99',
        f'"{" ".join(stop[:8])}"~99',
        f"speaker:({joined(words[:10], ' OR ')}) OR topic:debate",
    ]
    questions: list[Question] = [{"q": query} for query in queries]
    for query in (words[0], f"{words[1]} {words[2]}", joined(words[:16], " OR "), ""):
        questions += [{"q": query, "group": group} for group in ("speaker", "country", "year")]
        questions += [{"q": query, "sort": sort} for sort in ("recent", "newest", "oldest")]
        questions += [{"q": query, "page": "40"}, {"q": query, "country": countries}]
    return questions


def address(question: Question, number: int) -> str:
    """The page of a search over days that hold everything, other ones for each number."""
    days = {"from": (BEGIN + timedelta(days=number % 15000)).isoformat()}
    return f"/search/?{urlencode({**question, **days}, doseq=True)}"


# -- the first search of a process ---------------------------------------------------------------


def print_first_searches(state: Path, port: int) -> None:
    print("first search of a web process: status, elapsed, CPU of the process; the same again")
    for query in FIRST:
        with sites.running(state, port, processes=1, worker=False) as site:
            (process,) = sites.children(site.web.pid)
            sites.ask(port, "/")
            shown = []
            for number in range(2):
                before, begun = sites.cpu_s(process), time.perf_counter()
                status, _ = sites.ask(port, address({"q": query}, number))
                spent = time.perf_counter() - begun
                shown.append(f"{status}, {spent * 1000:.0f} ms, ")
                shown[-1] += f"{(sites.cpu_s(process) - before) * 1000:.0f} ms CPU"
        print(f"  {query:<8} {'; '.join(shown)}", flush=True)


# -- the worst at once ---------------------------------------------------------------------------


class Costly(threading.Thread):
    """Repeats one search until it is asked to stop."""

    def __init__(self, port: int, question: Question, numbers: "itertools.count[int]") -> None:
        super().__init__(daemon=True)
        self._port, self._question, self._numbers = port, question, numbers
        self.stopping = threading.Event()
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        while not self.stopping.is_set():
            begun = time.perf_counter()
            status = sites.status_of(self._port, address(self._question, next(self._numbers)), 120)
            self.times.append(time.perf_counter() - begun)
            self.statuses[status] += 1


def choose_worst(port: int, process: int, count: int) -> list[Question]:
    """Ask each question once, and keep the costliest."""
    costs: list[tuple[float, Question]] = []
    refused: list[float] = []
    wrong: Counter[int] = Counter()
    for number, question in enumerate(costly_questions()):
        before = sites.cpu_s(process)
        status = sites.status_of(port, address(question, number))
        spent = sites.cpu_s(process) - before
        if status == 200:
            costs.append((spent, question))
        elif status == 400:
            refused.append(spent)
        elif status != 404:  # a page that so few hits do not have
            wrong[status] += 1
    if wrong:
        raise SystemExit(f"costly searches were answered with {dict(wrong)}")
    costs.sort(key=lambda pair: -pair[0])
    print(
        f"\n{len(costs)} costly searches answered, CPU {costs[-1][0] * 1000:.0f} to "
        f"{costs[0][0] * 1000:.0f} ms; {len(refused)} refused after at most "
        f"{max(refused, default=0) * 1000:.0f} ms; the worst:"
    )
    for spent, question in costs[:5]:
        print(f"  {spent * 1000:.0f} ms  {str(question)[:90]}")
    return [question for _, question in costs[:count]]


def run(options: argparse.Namespace) -> int:
    debates.open_archive(options.state)
    from statements.models import Speech

    if not Speech.objects.exists():
        raise SystemExit(f"The archive in {options.state} holds no speeches.")
    print(f"{Speech.objects.count():,} speeches; load {os.getloadavg()[0]:.1f}")
    print_first_searches(options.state, options.port)
    with sites.running(options.state, options.port, processes=1, worker=False) as site:
        (process,) = sites.children(site.web.pid)
        worst = choose_worst(options.port, process, options.clients)
    wrong = 0
    with sites.running(options.state, options.port, worker=False) as site:
        readers = Readers(options.port, options.readers, 0.3)
        readers.start()
        clients: list[Costly] = []
        try:
            time.sleep(options.seconds / 2)
            wrong += report(f"{options.readers} readers alone", readers)
            numbers = itertools.count()
            clients = [Costly(options.port, question, numbers) for question in worst]
            for client in clients:
                client.start()
            time.sleep(options.seconds)
            wrong += report(f"the same beside {len(clients)} of the worst searches", readers)
            site.look()
        finally:
            for client in clients:
                client.stopping.set()
            for client in clients:
                client.join(130)
            readers.stop()
        times = [spent for client in clients for spent in client.times]
        statuses = sum((client.statuses for client in clients), Counter[int]())
        wrong += sum(count for status, count in statuses.items() if status != 200)
        print(f"  the worst: {len(times)} answers {dict(statuses)}, {quantiles(times)}")
        alone = time.perf_counter()
        status = sites.status_of(options.port, "/readyz")
        print(f"afterwards /readyz {status} in {time.perf_counter() - alone:.2f} s", end="; ")
        print(f"web at most {site.most_mb['web']:.0f} MB; load {os.getloadavg()[0]:.1f}")
        wrong += status != 200
    return int(wrong > 0)


def report(title: str, readers: Readers) -> int:
    """Print what readers met; return how many answers were not 200."""
    measured = readers.take()
    print(f"\n{title}")
    for line in measured.lines():
        print(f"  {line}")
    return sum(errors.total() for errors in measured.errors.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--state", type=Path, required=True, help="of an archive with speeches")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--port", type=int, default=8107)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
