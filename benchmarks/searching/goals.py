"""Goals, each with the measured value. Those of speed are set for the whole corpus (size 1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.searching.measuring import Built, Cold, Measured, Throughput
from benchmarks.searching.tables import (
    OURS,
    milliseconds,
    number,
    ratio,
    spread,
    summed,
    table,
    times,
    title,
)

# for a common word with facets, how many times as long as ours another engine takes at least
SLOWER = {"xapian": 15, "postgresql": 50, "whoosh": 100, "haystack": 200}


@dataclass(frozen=True, slots=True)
class Verdict:
    goal: str
    measured: str
    met: bool


def verdicts(found: Iterable[Verdict]) -> str:
    rows = [[one.goal, one.measured, "met" if one.met else "**not met**"] for one in found]
    return table(["goal", "measured", ""], rows)


def of_building(size: str, built: Built) -> Iterator[Verdict]:
    if size == "1":
        yield _at_most("build of the whole corpus, CPU s", built.cpu_s, 75)
        yield _at_most("its peak, MB", built.peak_mb, 1000)
    if size == "100k":
        yield _at_most("build of 100,000 speeches, elapsed s", built.elapsed_s, 360)


def of_searching(size: str, measured: Mapping[str, Measured]) -> Iterator[Verdict]:
    ours = measured[OURS]
    if tantivy := measured.get("tantivy"):
        yield from _beside_tantivy(ours, tantivy)
    for name, least in SLOWER.items():
        if name in measured and "common" in ours.kinds:
            found = ratio(ours, measured[name], "common", facets=True)
            goal = f"{title(name)} takes ≥ {least}× ours for a common word, facets"
            yield Verdict(goal, times(found), found >= least)
    most = 15 if size == "100k" else 6
    yield _at_most("p95 of all distinct questions with facets, CPU ms", spread(ours)[1], most)


def _beside_tantivy(ours: Measured, tantivy: Measured) -> Iterator[Verdict]:
    facets = summed(ours, facets=True) / summed(tantivy, facets=True)
    lists = summed(ours, facets=False) / summed(tantivy, facets=False)
    yield _at_most("sum with facets ÷ Tantivy's", facets, 1)
    yield _at_most("sum of lists ÷ Tantivy's", lists, 3)
    for kind in ours.kinds:
        mine = milliseconds(ours, kind, facets=True)
        of_tantivy = 1 / ratio(ours, tantivy, kind, facets=True)
        yield Verdict(
            f"{kind}, facets: ≤ 2× Tantivy or < 1 ms",
            f"{of_tantivy:.1f}×, {number(mine)} ms",
            of_tantivy <= 2 or mine < 1,
        )


def of_starting(cold: Cold) -> Iterator[Verdict]:
    yield _at_most("opening, ms", cold.opening, 50)
    first = [time for of_kind in cold.first.values() for time in of_kind]
    yield _at_most("first use of a term, slowest, ms", max(first), 15)


def of_throughput(found: Throughput) -> Iterator[Verdict]:
    goal = "distinct mixed pages/s, two processes ≥ 500"
    yield Verdict(goal, number(found.pages_a_second), found.pages_a_second >= 500)
    private = max(one.private for one in found.memory)
    yield _at_most("private memory of each, MB", private, 200)


def of_growth(of_size: Mapping[str, tuple[int, Mapping[str, Measured]]]) -> Iterator[Verdict]:
    """From the smallest to the largest corpus searched."""
    by_paragraphs = sorted(of_size.values(), key=lambda one: one[0])
    (small, before), (large, after) = by_paragraphs[0], by_paragraphs[-1]
    if OURS in before and OURS in after and small < large:
        grown = summed(after[OURS], facets=True) / summed(before[OURS], facets=True)
        goal = f"sum with facets, at {large / small:.1f} times the paragraphs: below linear"
        yield Verdict(goal, times(grown), grown < large / small)


def _at_most(goal: str, value: float, most: float) -> Verdict:
    return Verdict(f"{goal} ≤ {most:g}", number(value), value <= most)
