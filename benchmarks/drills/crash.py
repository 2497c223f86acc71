"""Kill the writers of the index at random points, damage its files, and check that it recovers.

    python benchmarks/drills/crash.py [--runs 50] [--kills 20] [--backlog 10000] [--seed 1]
                                      [--skip-damage] [--state FOLDER]

A temporary PostgreSQL holds a small archive that is edited continuously. In each run a worker, or a
process that builds the index, is started and killed (SIGKILL) that many times: half of them at a
random moment, the others during the n-th file operation, with a random n. Searches continue and
must be correct, except for changes that are not indexed yet. Then a worker runs until it has
nothing to do, and index and database are compared. After that, the files are damaged in nine ways,
with and without an earlier generation. Finally, thousands of speeches change at once. Nothing is
ever repaired by hand.
"""

import argparse
import hashlib
import itertools
import os
import pwd
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.drills.sites import wait_until

SPEECHES = 60
LONGEST_LIFE = 0.8  # seconds, of a writer that is killed at a moment
MOST_OPERATIONS = 400  # on files, of one that is killed at one of them
MENDED_WITHIN = 60.0  # seconds
# operations after which the disk differs
OPERATIONS = frozenset(
    ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod")
)
WORDS = "river dam weir lock flood toll barge canal tide reed bank mill ferry sluice".split()

_numbers = itertools.count(1)


class Untrue(Exception):
    """A search gave a wrong answer."""


# -- an archive that changes -------------------------------------------------------------------


class Archive:
    """Every speech has the word "river": a search for it must find them all."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.added = 0  # speeches that the index may not have yet

    def text(self) -> str:
        return "The river: " + " ".join(self.chance.choices(WORDS, k=self.chance.randrange(3, 60)))

    def add(self) -> None:
        from statements.models import Paragraph, Speech, Transcript

        number = next(_numbers)
        content = f"transcript {number}".encode()
        transcript = Transcript.objects.create(
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            size=len(content),
            name=f"{number}.txt",
            state=Transcript.State.PUBLISHED,
        )
        speech = Speech.objects.create(
            public_id=f"speech-{number}",
            transcript=transcript,
            transcript_position=1,
            position=1,
            speaker_printed="Ms. Brook",
        )
        Paragraph.objects.bulk_create(
            Paragraph(speech=speech, position=place, text=self.text())
            for place in range(1, self.chance.randrange(2, 12))
        )
        self.added += 1

    def change(self) -> None:
        from statements.models import Paragraph, Speech

        for _ in range(self.chance.randrange(1, 6)):
            kind = self.chance.random()
            chosen = Speech.objects.order_by("?")[0]
            if kind < 0.15 and Speech.objects.count() > SPEECHES // 2:
                chosen.delete()
            elif kind < 0.3:
                self.add()
            else:
                Paragraph.objects.filter(speech=chosen, position=1).update(text=self.text())

    def ask(self) -> str:
        """Search; yields what was answered. Raises Untrue."""
        from statements.models import Speech
        from statements.search.parameters import SearchParameters
        from statements.search.protocol import SearchUnavailable
        from statements.search.results.page import find

        living = Speech.objects.count()
        try:
            page = find(SearchParameters(q="river"))
        except SearchUnavailable:
            return "unavailable"
        if not living - self.added <= page.total <= living:
            raise Untrue(f"{page.total} found of {living}, {self.added} of them new: {page.index}")
        return "answered" if page.index.complete else "answered, not complete"

    def expect_whole(self) -> None:
        if (said := self.ask()) != "answered":
            raise Untrue(said)


# -- writers, and their ends -------------------------------------------------------------------


def start(work: Callable[[], None], *, before: Callable[[], None] = lambda: None) -> int:
    """Run some work in a separate process; yields its process number."""
    from django.db import connection

    connection.close()  # not to be shared
    process = os.fork()
    if process == 0:
        status = 1
        try:
            before()
            work()
            status = 0
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
        finally:
            os._exit(status)
    return process


def worker() -> None:
    from statements.search.indexing.worker import Worker

    Worker().run()


def builder() -> None:
    from statements.search.indexing import sync

    sync.rebuild()


def die_at(operation: int) -> Callable[[], None]:
    """What has a process kill itself within its n-th operation on files."""

    def prepare() -> None:
        left, own = operation, os.getpid()

        def hook(event: str, _: object) -> None:
            nonlocal left
            # a process that it starts to try a speech apart would be the speech's victim
            if event in OPERATIONS and os.getpid() == own:
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)

    return prepare


def until(condition: Callable[[], bool], what: str) -> float:
    return wait_until(condition, what, MENDED_WITHIN)


def no_writer() -> bool:
    """Whether the database has noticed that the writers are dead."""
    from statements.search.indexing import outbox

    return not any(outbox.is_locked(lock) for lock in outbox.Lock)


def kill(archive: Archive, ends: Counter[str]) -> None:
    work = archive.chance.choices([worker, builder], [3, 1])[0]
    if archive.chance.random() < 0.5:
        process = start(work, before=die_at(archive.chance.randrange(1, MOST_OPERATIONS)))
        deadline = time.monotonic() + LONGEST_LIFE
        while (
            time.monotonic() < deadline
            and os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        ):
            time.sleep(0.01)
    else:
        process = start(work)
        time.sleep(archive.chance.uniform(0, LONGEST_LIFE))
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    ends[f"{work.__name__} {'killed' if killed else 'had ended before'}"] += 1
    ends[archive.ask()] += 1
    until(no_writer, "a lock is held by a process that is dead")


@contextmanager
def a_worker(before: Callable[[], None] = lambda: None) -> Iterator[int]:
    process = start(worker, before=before)
    try:
        yield process
    finally:
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def equal() -> bool:
    """Return whether index and database agree, with nothing left to do and every byte intact."""
    from statements.models import IndexOutbox
    from statements.search.indexing import consistency

    return not IndexOutbox.objects.exists() and not consistency.check()


def litter() -> set[str]:
    """Return useless files: of no generation, or of no commit or segment of the one in use."""
    from statements.search.index import generations
    from statements.search.index.commits import latest_commit, segments_of
    from statements.search.indexing import background

    in_use, *before = generations.read_pointer()
    commit = latest_commit(in_use)
    named = {one.segment_id() for one in segments_of(in_use.path, commit)}
    own = {"generation.json", f"segments-{commit}", f"_MAIN_{commit}.toc", "MAIN_WRITELOCK"}
    root = generations.root()
    # what a killed build was writing is of use to the next one
    ours = {root / generations.POINTER, root / generations.BUILD_NOTE, root / background.NOTE}
    left = {path for path in root.rglob("*") if path.is_file()} - ours
    for path in list(left):
        kept = path.name in own or path.name.split(".")[0] in named
        if (path.parent == in_use.path and kept) or any(path.parent == one.path for one in before):
            left.remove(path)
    return {str(path.relative_to(root)) for path in left}


def run(archive: Archive, kills: int, ends: Counter[str]) -> float:
    for _ in range(kills):
        archive.change()
        kill(archive, ends)
    with a_worker():
        mended = until(equal, "index and database agree")
        archive.added = 0
        archive.expect_whole()
        # a last commit sweeps away what the killed left
        archive.change()
        until(lambda: equal() and not litter(), "no file is left over")
    archive.added = 0
    return mended


# -- damage ------------------------------------------------------------------------------------


def largest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), max(1, len(data) // 16)):
        data[place] ^= 0x55
    path.write_bytes(data)


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def chmod(mode: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for path in [folder.parent, folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode & mode)

    return change


DAMAGES: dict[str, Callable[[Path], object]] = {
    "folder missing": shutil.rmtree,
    "folder empty": empty,
    "folder read-only": chmod(0o555),
    "folder of another owner": chmod(0),
    "list of segments truncated": lambda folder: os.truncate(largest(folder, "segments-*"), 40),
    "list of segments garbage": lambda folder: largest(folder, "segments-*").write_bytes(b"?" * 99),
    "segment missing": lambda folder: largest(folder, "*.trm").unlink(),
    "segment truncated": lambda folder: os.truncate(largest(folder, "*.pst"), 100),
    "segment flipped": lambda folder: [flip(path) for path in folder.glob("*.[pt][sr][tm]")],
}
# of these no process can mend what it may not write: it goes on when it may again
BY_HAND = ("folder read-only", "folder of another owner")


def as_nobody() -> None:
    """For root, who may read and write everything, to feel what others do."""
    if not os.geteuid():
        nobody = pwd.getpwnam("nobody")
        os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
        os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)


def damage(name: str, archive: Archive, *, alone: bool) -> str:
    """Do one kind of damage to the index in use while a worker runs; yields the answers given
    before it was repaired."""
    from statements.search.index import generations, snapshot
    from statements.search.indexing import sync

    sync.rebuild()
    sync.rebuild()
    archive.added = 0
    in_use = generations.in_use()
    assert in_use is not None  # noqa: S101
    if alone:
        for other in list(generations.candidates()):
            if other != in_use:
                generations.discard(other)
    give(generations.root())
    snapshot.forget()
    modes = {path: path.stat().st_mode for path in generations.root().rglob("*")}
    modes[generations.root()] = generations.root().stat().st_mode
    DAMAGES[name](in_use.path)
    answers = Counter([ask_as_nobody(archive)])
    archive.change()
    with a_worker(before=as_nobody):
        if name in BY_HAND:
            for _ in range(5):
                answers[ask_as_nobody(archive)] += 1
                time.sleep(0.2)
            for path, mode in modes.items():
                path.chmod(mode)

        def mended() -> bool:
            answers[ask_as_nobody(archive)] += 1
            return equal()

        seconds = until(mended, f"mended: {name}")
    archive.added = 0
    archive.expect_whole()
    return f"{', '.join(answers)}; mended after {seconds:.1f} s"


def give(folder: Path) -> None:
    if not os.geteuid():
        nobody = pwd.getpwnam("nobody")
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def ask_as_nobody(archive: Archive) -> str:
    """Search in a new process, which has nothing in memory yet."""
    here, there = os.pipe()

    def ask() -> None:
        from statements.search.index import snapshot

        snapshot.forget()
        os.write(there, archive.ask().encode())

    process = start(ask, before=as_nobody)
    os.close(there)
    with open(here) as answer:
        said = answer.read()
    _, status = os.waitpid(process, 0)
    if status:
        raise SystemExit("a search told an untruth, or failed")
    return said


# -- very much at once -------------------------------------------------------------------------


def add_many(archive: Archive, count: int) -> None:
    """Add so many speeches of three paragraphs, all in one transcript, which there must be."""
    from statements.models import Paragraph, Speech, Transcript

    transcript = Transcript.objects.order_by("pk")[0]
    speeches = Speech.objects.bulk_create(
        Speech(
            public_id=f"one-of-many-{number}",
            transcript=transcript,
            transcript_position=number,
            position=1,
            speaker_printed="Ms. Brook",
        )
        for number in range(2, count + 2)
    )
    Paragraph.objects.bulk_create(
        Paragraph(speech=speech, position=place, text=archive.text())
        for speech in speeches
        for place in (1, 2, 3)
    )


def backlog(archive: Archive, count: int) -> str:
    """Change so many speeches in one statement; return how long the worker took to apply that, in
    how much memory, and how searches were answered meanwhile."""
    from django.db import connection

    from statements.models import IndexOutbox, Paragraph
    from statements.search.index import snapshot
    from statements.search.indexing import sync

    add_many(archive, count)
    sync.rebuild()
    archive.added = 0
    Paragraph.objects.filter(position=1).update(text=archive.text())
    waiting = IndexOutbox.objects.count()
    times: list[float] = []
    answers: Counter[str] = Counter()
    most_segments = 0
    begun = time.monotonic()
    with a_worker() as process:
        while IndexOutbox.objects.exists():
            asked = time.monotonic()
            answers[archive.ask()] += 1  # raises Untrue where speeches are not found
            times.append((time.monotonic() - asked) * 1000)
            most_segments = max(most_segments, len(snapshot.current().segments))
            time.sleep(0.2)
        took = time.monotonic() - begun
        status = Path(f"/proc/{process}/status").read_text()
        until(lambda: not litter() and equal(), "index and database agree")
    connection.close()
    archive.expect_whole()
    times.sort()
    memory = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return (
        f"{waiting:,} rows applied in {took:.0f} s, worker {memory:.0f} MB at most, at most "
        f"{most_segments} segments; searches: {dict(answers)}, median "
        f"{times[len(times) // 2]:.0f} ms, p95 {times[len(times) * 95 // 100]:.0f} ms; "
        f"load {os.getloadavg()[0]:.1f}"
    )


# -- the drill ---------------------------------------------------------------------------------


def drill(options: argparse.Namespace, state: Path) -> None:
    debates.open_archive(state)
    import logging

    from statements.models import Speech
    from statements.search.indexing import sync, worker  # noqa: F401 (before processes may not read it)

    logging.disable(logging.ERROR)  # of what is done on purpose
    archive = Archive(random.Random(options.seed))  # noqa: S311
    for _ in range(SPEECHES - Speech.objects.count()):
        archive.add()
    sync.rebuild()
    archive.added = 0
    archive.expect_whole()
    with a_worker():  # all is imported by now: others may not read this process's modules
        until(equal, "the first index is whole")
    ends: Counter[str] = Counter()
    begun, slowest = time.monotonic(), 0.0
    for number in range(1, options.runs + 1):
        slowest = max(slowest, run(archive, options.kills, ends))
        if number % 5 == 0 or number == options.runs:
            print(
                f"{number} runs: {dict(ends)}; equal after at most {slowest:.1f} s; "
                f"{time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    for name in () if options.skip_damage else DAMAGES:
        for alone in (False, True):
            told = damage(name, archive, alone=alone)
            print(f"{name}{', no other generation' if alone else ''}: {told}", flush=True)
    if options.backlog:
        print(backlog(archive, options.backlog), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--kills", type=int, default=20, help="in a run")
    parser.add_argument("--backlog", type=int, default=10_000, help="speeches changed at once")
    parser.add_argument("--skip-damage", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, help="keep database and index here")
    options = parser.parse_args()
    with debates.folder(options.state) as state:
        drill(options, state)


if __name__ == "__main__":
    main()
