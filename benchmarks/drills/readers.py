"""Readers, each a thread of one process: they open distinct pages and pause between them."""

import contextlib
import http.client
import itertools
import random
import re
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db import connection

from benchmarks.drills import sites

KINDS = ("speech", "search", "meeting")
NEW_EVERY_S = 2.0
POOL = 4_000  # addresses of a kind that wait
SEED = 8


@dataclass
class Measured:
    """What readers met: seconds of each answer, and what went wrong, by kind of page."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        told = []
        for kind, times in sorted(self.times.items()):
            wrong = self.errors[kind]
            of_kinds = ", ".join(f"{name} ×{count}" for name, count in wrong.most_common(5))
            told.append(
                f"{kind:>8}: {len(times):6,} answers, {quantiles(times)}; "
                f"{wrong.total()} errors{': ' * bool(wrong)}{of_kinds}"
            )
        return [*told, *self.examples[:5]]


def quantiles(seconds: Sequence[float]) -> str:
    if not seconds:
        return "nothing measured"
    ordered = sorted(seconds)
    at = {
        share: ordered[min(int(len(ordered) * share), len(ordered) - 1)]
        for share in (0.5, 0.95, 0.99)
    }
    return (
        f"p50 {at[0.5]:.3f} p95 {at[0.95]:.3f} p99 {at[0.99]:.3f} "
        f"max {ordered[-1]:.3f} mean {statistics.fmean(ordered):.3f} s"
    )


class Readers:
    """``start`` and ``stop``; ``take`` yields what was measured since the last call."""

    def __init__(self, port: int, count: int, pause: float) -> None:
        self._port, self._pause = port, pause
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._measured = Measured()
        self._pools: dict[str, list[str]] = {kind: [] for kind in KINDS}
        self._words: list[str] = []
        self._chance = random.Random(SEED)  # noqa: S311
        self._last_speech = self._last_meeting = 0
        self._threads = [
            threading.Thread(target=self._read, args=(number,), daemon=True)
            for number in range(count)
        ]
        self._threads.append(threading.Thread(target=self._discover, daemon=True))
        self._threads.append(threading.Thread(target=self._probe, daemon=True))

    def start(self) -> None:
        self._fill()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(70)

    def take(self) -> Measured:
        with self._lock:
            measured, self._measured = self._measured, Measured()
        return measured

    def _read(self, number: int) -> None:
        for kind in itertools.islice(itertools.cycle(KINDS), number, None):
            if self._stopping.is_set():
                return
            with self._lock:
                pool = self._pools[kind]
                address = pool.pop(self._chance.randrange(len(pool))) if pool else None
            if address:
                self._open(kind, address)
            self._stopping.wait(self._pause)

    def _open(self, kind: str, address: str) -> None:
        begun = time.perf_counter()
        try:
            status, _ = sites.ask(self._port, address)
            wrong = "" if status == 200 else f"status {status}"
        except (OSError, http.client.HTTPException) as error:
            wrong = type(error).__name__
        spent = time.perf_counter() - begun
        with self._lock:
            self._measured.times[kind].append(spent)
            if wrong:
                self._measured.errors[kind][wrong] += 1
                self._measured.examples.append(f"{wrong}: {address}")

    def _probe(self) -> None:
        while not self._stopping.wait(1.0):
            self._open("/readyz", "/readyz")

    # -- addresses that nobody has asked for yet ------------------------------------------------

    def _discover(self) -> None:
        try:
            while not self._stopping.wait(NEW_EVERY_S):
                with contextlib.suppress(Exception):  # the next look will find them
                    self._fill()
        finally:
            connection.close()

    def _fill(self) -> None:
        from statements.models import Meeting, Paragraph, Speech
        from statements.search.analysis.tokenizer import is_stop_word

        speeches = list(
            Speech.objects.filter(pk__gt=self._last_speech)
            .order_by("pk")
            .values_list("pk", "public_id")[:POOL]
        )
        meetings = list(
            Meeting.objects.filter(pk__gt=self._last_meeting, speeches__isnull=False)
            .order_by("pk")
            .distinct()
            .values_list("pk", "slug")[:POOL]
        )
        if speeches:
            self._last_speech = speeches[-1][0]
            some = self._chance.sample(speeches, min(20, len(speeches)))
            texts = Paragraph.objects.filter(speech_id__in=[pk for pk, _ in some])
            for text in texts.values_list("text", flat=True)[:400]:
                words = re.findall(r"\b[a-z]{4,}\b", text)[:40]
                self._words += [word for word in words if not is_stop_word(word)]
            self._words = self._words[-20_000:]
        if meetings:
            self._last_meeting = meetings[-1][0]
        with self._lock:
            self._pools["speech"] += [f"/speech/{public_id}/" for _, public_id in speeches]
            self._pools["meeting"] += [f"/meeting/{slug}/" for _, slug in meetings]
            self._again("speech", [f"/speech/{public_id}/" for _, public_id in speeches])
            if len(self._pools["meeting"]) < 50:
                # a corpus has few meetings: they are told apart by a parameter without a meaning
                self._again("meeting", [f"/meeting/{slug}/" for _, slug in meetings])
            while self._words and len(self._pools["search"]) < 200:
                self._pools["search"].append(f"/search/?{urlencode(self._question())}")

    def _again(self, kind: str, new: Sequence[str]) -> None:
        """Where addresses run short, use known ones with a parameter that has no meaning."""
        known = self.__dict__.setdefault(f"_known_{kind}", [])
        known += new
        pool = self._pools[kind]
        while known and len(pool) < 50:
            pool.append(f"{self._chance.choice(known)}?visit={self._chance.randrange(10**9)}")

    def _question(self) -> dict[str, str]:
        one, two, other = (self._chance.choice(self._words) for _ in range(3))
        return self._chance.choice(
            [
                {"q": f"{one} {two}"},
                {"q": f"{one} {two} {other}"},
                {"q": f'{one} OR "{two} {other}"'},
                {"q": f"{one} {two}", "sort": "newest"},
                {"q": f"{one} -{two} {other}", "year": str(self._chance.randrange(1946, 2025))},
            ]
        )
