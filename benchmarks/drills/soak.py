"""Run readers and a writer together for a long time: does anything grow, stall or go wrong?

    python benchmarks/drills/soak.py ARCHIVE.tar.xz [--minutes 30] [--part 1] [--face page|find]
                                     [--think 0.5] [--edits 20] [--state FOLDER]

Loads the UN General Debate Corpus, or a part of it, into an archive of its own. Then run, each as a
process of its own: the worker; two processes that answer searches (gunicorn's, with the whole page;
or, for ``find``, two that call the search and nothing else); and this one, which edits, adds and
deletes speeches, so many a minute, and every fifth minute changes a tenth of all at once. Eight
readers ask distinct questions. Every minute a line shows latency, the time from a saved edit until
another process finds it, and memory, descriptors and mappings of each process. At the end index and
database are compared, and the drill prints whether anything grew.
"""

import argparse
import contextlib
import hashlib
import http.client
import multiprocessing as mp
import os
import random
import re
import secrets
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills import sites
from benchmarks.drills.sites import children

SEED = 24
PROCESSES, THREADS = 2, 4
QUESTIONS = 6000
FOUND_WITHIN = 120.0  # seconds, after which an edit that is not found ends the run
MANY_EVERY = 300.0  # seconds between changes of many speeches at once
MOST_GROWTH = 0.1  # of memory, and of what is held, but for eight segments that come and go
SEGMENTS = 8
# how one compares minutes, and how much more there may be: merges come and go in the worker
COMPARED: dict[str, tuple[Callable[[Iterable[float]], float], int]] = {
    "private": (statistics.fmean, 0),
    "files": (min, 3 * SEGMENTS),
    "maps": (min, SEGMENTS),
}

Ask = Callable[[dict[str, str]], str]  # a question to "", or to what went wrong


# -- questions ---------------------------------------------------------------------------------


def questions() -> list[dict[str, str]]:
    """Distinct searches: a word, two, a phrase, a word of one country or of a year, no word."""
    from statements.models import Paragraph
    from statements.search.analysis.tokenizer import is_stop_word

    chance = random.Random(SEED)  # noqa: S311
    paragraphs = Paragraph.objects.order_by("?").values_list(
        "text", "speech__country_id", "speech__date__year"
    )
    asked: dict[str, dict[str, str]] = {}
    for text, country, year in paragraphs[: QUESTIONS * 2].iterator():
        words = re.findall(r"[A-Za-z]{4,}", text)
        words = [word for word in words if not is_stop_word(word)]
        if len(words) < 4:
            continue
        place = chance.randrange(len(words) - 1)
        one, two = words[place : place + 2]
        question = chance.choice(
            [
                {"q": one},
                {"q": f"{one} {chance.choice(words)}"},
                {"q": f'"{one} {two}"'},
                {"q": one, "country": country or "FRA"},
                {"q": one, "year": str(year or 1990)},
                {"q": one, "sort": "newest"},
                {"country": country or "FRA", "page": str(chance.randrange(1, 3))},
            ]
        )
        asked[urlencode(question)] = question
        if len(asked) == QUESTIONS:
            break
    return list(asked.values())


# -- readers -----------------------------------------------------------------------------------


def ask_page(port: int) -> Ask:
    def ask(question: dict[str, str]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", f"/search/?{urlencode(question)}")
            answer = connection.getresponse()
            answer.read()
        except OSError as error:
            return repr(error)
        finally:
            connection.close()
        # a page that there is not in so few hits is 404
        return "" if answer.status in (200, 404) else f"status {answer.status}"

    return ask


def ask_find() -> Ask:
    from statements.search.parameters import SearchParameters, Sort
    from statements.search.results.page import find

    def ask(question: dict[str, str]) -> str:
        parameters = SearchParameters(
            q=question.get("q", ""),
            country=(question["country"],) if "country" in question else (),
            year=(question["year"],) if "year" in question else (),
            sort=Sort(question.get("sort", "relevance")),
            page=int(question.get("page", 1)),
        )
        page = find(parameters)
        return "" if len(page.hits) <= page.total and page.index.complete else "incomplete"

    return ask


def read(
    face: str, state: Path, port: int, asked: list[dict[str, str]], think: float, to: Connection
) -> None:
    """Search until the other end of the pipe is closed; send it the milliseconds and any errors."""
    if face == "find":
        debates.open_archive(state)
    ask = ask_page(port) if face == "page" else ask_find()
    lock, times, wrong = threading.Lock(), [0.0] * 0, [""] * 0

    def run(own: Sequence[dict[str, str]]) -> None:
        chance = random.Random(len(own))  # noqa: S311
        while True:
            for question in own:
                begun = time.perf_counter()
                try:
                    word = ask(question)
                except Exception as error:
                    word = repr(error)
                spent = (time.perf_counter() - begun) * 1000
                with lock:
                    times.append(spent)
                    if word:
                        wrong.append(f"{question}: {word}")
                time.sleep(chance.uniform(0, 2 * think))

    for number in range(THREADS):
        threading.Thread(target=run, args=(asked[number::THREADS],), daemon=True).start()
    while True:
        time.sleep(1)
        with lock:
            told = (times[:], wrong[:])
            times.clear()
            wrong.clear()
        try:
            to.send(told)
        except OSError:
            os._exit(0)


# -- the writer --------------------------------------------------------------------------------


@dataclass
class Writer:
    """Edits, adds and deletes; measures how long until a search of another process finds it."""

    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    number: int = 0
    mark: str = field(default_factory=lambda: f"zq{secrets.token_hex(3)}")  # of this run's words
    waits: list[float] = field(default_factory=list)
    edits: int = 0

    def once(self) -> None:
        match self.chance.choices(["edit", "add", "delete"], [70, 15, 15])[0]:
            case "edit":
                self._until_found(self._edit(self._any()))
            case "add":
                self._until_found(self._add(self._any()))
            case "delete":
                self._any().delete()
        self.edits += 1

    def many(self) -> None:
        from statements.models import Speech

        many = Speech.objects.count() // 10
        chosen = list(Speech.objects.order_by("?").values_list("pk", flat=True)[:many])
        Speech.objects.filter(pk__in=chosen).update(role=self._word())
        self.edits += len(chosen)

    def _any(self) -> Any:
        from statements.models import Speech

        return Speech.objects.order_by("?")[0]

    def _word(self) -> str:
        self.number += 1
        return f"{self.mark}n{self.number}"

    def _edit(self, speech: Any) -> str:
        word = self._word()
        paragraph = self.chance.choice(list(speech.paragraphs.all()))
        paragraph.text = f"{re.sub('zq[0-9a-f]+n[0-9]+', '', paragraph.text)} {word}"
        paragraph.save()
        return word

    def _add(self, like: Any) -> str:
        from statements.models import Paragraph, Speech, Transcript

        word = self._word()
        texts = list(like.paragraphs.values_list("text", flat=True))
        content = word.encode()
        transcript = Transcript.objects.create(
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            size=len(content),
            name=f"{word}.txt",
            state=Transcript.State.PUBLISHED,
        )
        speech = Speech.objects.create(
            public_id=word,
            transcript=transcript,
            transcript_position=1,
            position=1,
            meeting=None,
            speaker=like.speaker,
            speaker_printed=like.speaker_printed,
            country=like.country,
            date=like.date,
        )
        Paragraph.objects.bulk_create(
            Paragraph(speech=speech, position=place, text=f"{text} {word}")
            for place, text in enumerate(texts, 1)
        )
        return word

    def _until_found(self, word: str) -> None:
        from statements.search.parameters import SearchParameters
        from statements.search.results.page import find

        begun = time.monotonic()
        while find(SearchParameters(q=word)).total != 1:
            if time.monotonic() > begun + FOUND_WITHIN:
                raise SystemExit(f"{word} was not found within {FOUND_WITHIN:.0f} s")
            time.sleep(0.05)
        self.waits.append(time.monotonic() - begun)


# -- looking at processes ----------------------------------------------------------------------


def look(process: int) -> dict[str, float]:
    """Memory in MB (resident; shared pages divided by their users; private and no file's), open
    files, mappings, seconds of CPU."""
    folder = Path(f"/proc/{process}")
    sizes = dict(re.findall(r"^(\w+):\s+(\d+) kB", (folder / "smaps_rollup").read_text(), re.M))
    return {
        "rss": int(sizes["Rss"]) / 1024,
        "pss": int(sizes["Pss"]) / 1024,
        "private": int(sizes["Anonymous"]) / 1024,
        "files": len(list((folder / "fd").iterdir())),
        "maps": len((folder / "maps").read_text().splitlines()),
        "cpu": sum(map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:13]))
        / os.sysconf("SC_CLK_TCK"),
    }


def index_state() -> str:
    from statements.search.index import generations
    from statements.search.index.commits import latest_commit, segments_of

    generation = generations.in_use()
    assert generation is not None  # noqa: S101
    segments = segments_of(generation.path, latest_commit(generation))
    size = 0
    for path in generation.path.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # of a commit that was replaced just now
            size += path.stat().st_size
    documents = sum(one.doc_count_all() for one in segments)
    deleted = sum(one.deleted_count() for one in segments)
    return (
        f"{size / 1e6:.0f} MB, {len(segments)} segments, {deleted / max(documents, 1):.0%} deleted"
    )


def quantiles(values: Sequence[float], form: str = ".0f") -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    picked = [
        ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.95, 0.99)
    ]
    return "/".join(f"{value:{form}}" for value in [*picked, ordered[-1]])


# -- the run -----------------------------------------------------------------------------------


@contextlib.contextmanager
def running(options: argparse.Namespace, state: Path) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """The processes to be looked at, by name, and the pipes of the readers."""
    asked = questions()
    pipes, readers = [], []
    with sites.running(state, options.port, processes=PROCESSES) as site:
        assert site.worker is not None  # noqa: S101
        looked_at = {"worker": site.worker.pid}
        if options.face == "page":
            looked_at |= {f"web {n}": pid for n, pid in enumerate(children(site.web.pid), 1)}
        context = mp.get_context("spawn")
        for number in range(PROCESSES):
            here, there = context.Pipe(duplex=False)
            own = asked[number::PROCESSES]
            told = (options.face, state, options.port, own, options.think, there)
            readers.append(context.Process(target=read, args=told, daemon=True))
            readers[-1].start()
            there.close()
            pipes.append(here)
            if options.face == "find":
                looked_at[f"reader {number + 1}"] = readers[-1].pid
        try:
            yield looked_at, pipes
        finally:
            for reader in readers:
                reader.terminate()


def run(options: argparse.Namespace, state: Path) -> None:
    debates.open_archive(state)
    from django.core.management import call_command

    from statements.models import Speech

    if not Speech.objects.exists():
        debates.load(debates.debates(options.archive, options.part))
    count_on()
    call_command("ensure_index")
    print(f"{Speech.objects.count():,} speeches, index {index_state()}; {options}", flush=True)
    every: list[float] = []
    waits: list[float] = []
    wrong: list[str] = []
    looks: list[dict[str, dict[str, float]]] = []  # one a minute
    writer = Writer()
    with running(options, state) as (looked_at, pipes):
        begun = told_at = time.monotonic()
        many_at = begun + MANY_EVERY / 2
        next_edit = begun
        minute: list[float] = []
        while time.monotonic() < begun + options.minutes * 60:
            if time.monotonic() >= next_edit:
                writer.once()
                next_edit = max(next_edit + 60 / options.edits, time.monotonic() - 5)
            if time.monotonic() >= many_at:
                writer.many()
                many_at += MANY_EVERY
            for pipe in pipes:
                while pipe.poll():
                    times, words = pipe.recv()
                    minute += times
                    wrong += words
            if time.monotonic() >= told_at + 60:
                told_at += 60
                looks.append({name: look(process) for name, process in looked_at.items()})
                print(line(told_at - begun, minute, wrong, writer, looks[-1]), flush=True)
                every += minute
                waits += writer.waits
                minute, writer.waits = [], []
            time.sleep(0.05)
    print(f"\n{len(every):,} searches: p50/p95/p99/max {quantiles(every, '.1f')} ms")
    print(f"{writer.edits:,} changes; edit found after {quantiles(waits, '.2f')} s")
    print(f"went wrong: {len(wrong)} {wrong[:5]}")
    settle()
    judge(looks)


def judge(looks: Sequence[dict[str, dict[str, float]]]) -> None:
    """Compare the last third of the minutes with the third before: in the first one the words that
    are kept are new, up to their bound. Raises SystemExit where something grows."""
    third = len(looks) // 3
    if not third:
        print("too short to tell whether anything grows")
        return
    begin, end = len(looks) - 2 * third, len(looks) - third
    print(f"from minutes {begin + 1} to {end} to minutes {end + 1} to {len(looks)}:")
    growing = []
    for name in looks[0]:
        for what, (of, allowed) in COMPARED.items():
            before, after = (
                of(one[name][what] for one in some) for some in (looks[begin:end], looks[end:])
            )
            grows = after > before * (1 + MOST_GROWTH) + allowed
            growing += [name] * grows
            print(
                f"{name}, {what}: {before:.0f} → {after:.0f}, {after / before - 1:+.1%}"
                f"{' GROWS' * grows}"
            )
    if growing:
        raise SystemExit(f"NOT FLAT: {', '.join(growing)}")
    print("FLAT")


def count_on() -> None:
    """Rows were copied with their keys: new ones come after them."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    models = list(apps.get_app_config("statements").get_models())
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def line(
    at: float,
    minute: Sequence[float],
    wrong: Sequence[str],
    writer: Writer,
    looks: dict[str, dict[str, float]],
) -> str:
    of_processes = "; ".join(
        f"{name} rss {of['rss']:.0f} pss {of['pss']:.0f} private {of['private']:.0f} MB "
        f"files {of['files']:.0f} maps {of['maps']:.0f}"
        for name, of in looks.items()
    )
    return (
        f"{at / 60:.0f} min: {len(minute)} searches {quantiles(minute)} ms, {len(wrong)} wrong; "
        f"{writer.edits} changes, found after {quantiles(writer.waits, '.2f')} s; "
        f"index {index_state()}; {of_processes}; load {os.getloadavg()[0]:.1f}"
    )


def settle() -> None:
    """What the outbox still holds is applied; then index and database must agree."""
    from statements.search.indexing import consistency, sync

    sync.drain()
    drift = consistency.check()
    print(f"index {index_state()}; index and database {'DIFFER' if drift else 'agree'}")
    if drift:
        raise SystemExit(str(drift)[:2000])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--part", type=int, default=1, help="use one of so many statements")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--face", choices=["page", "find"], default="page")
    parser.add_argument("--think", type=float, default=0.5, help="seconds between two questions")
    parser.add_argument("--edits", type=float, default=20, help="in a minute")
    parser.add_argument("--port", type=int, default=8150)
    parser.add_argument("--state", type=Path, help="keep database and index here, for next time")
    options = parser.parse_args()
    with debates.folder(options.state) as state:
        run(options, state)


if __name__ == "__main__":
    main()
