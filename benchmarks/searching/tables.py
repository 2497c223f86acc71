"""Tables of the measurements, in Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median, quantiles

from benchmarks.searching.engines import ENGINES
from benchmarks.searching.measuring import Built, Cold, Measured, Memory, Throughput
from benchmarks.searching.questions import KINDS, SUMMED

OURS = "ours"


def say(text: str) -> None:
    print(text, flush=True)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def title(name: str) -> str:
    return ENGINES[name].title


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


# -- one size --------------------------------------------------------------------------------


def milliseconds(measured: Measured, kind: str, *, facets: bool, of_first: int = 0) -> float:
    """The median over questions; over the first so many where another was asked only these."""
    timings = measured.kinds[kind]
    times = timings.facets if facets else timings.page
    return median(times[:of_first] if of_first else times)


def ratio(ours: Measured, other: Measured, kind: str, *, facets: bool) -> float:
    """How many times as long the other takes, over the questions that both were asked."""
    timings = other.kinds[kind].facets if facets else other.kinds[kind].page
    mine = ours.kinds[kind].facets if facets else ours.kinds[kind].page
    count = min(len(timings), len(mine))
    return milliseconds(other, kind, facets=facets, of_first=count) / milliseconds(
        ours, kind, facets=facets, of_first=count
    )


def summed(measured: Measured, *, facets: bool) -> float:
    return sum(
        milliseconds(measured, kind, facets=facets) for kind in SUMMED if kind in measured.kinds
    )


def building(built: Mapping[str, tuple[Built, bool]]) -> str:
    return table(
        ["engine", "CPU s", "elapsed s", "peak MB", "index MB", ""],
        [
            [
                title(name),
                number(one.cpu_s),
                number(one.elapsed_s),
                f"{one.peak_mb:,.0f}",
                f"{one.size_mb:,.0f}",
                "built in an earlier run" if before else "",
            ]
            for name, (one, before) in built.items()
        ],
    )


def searching(measured: Mapping[str, Measured], *, facets: bool) -> str:
    """Milliseconds, and in brackets how many times ours."""
    ours = measured.get(OURS)

    def cell(name: str, kind: str) -> str:
        if kind not in measured[name].kinds:
            return "–"
        printed = number(milliseconds(measured[name], kind, facets=facets))
        if name == OURS or ours is None:
            return printed
        return f"{printed} ({times(ratio(ours, measured[name], kind, facets=facets))})"

    def whole(name: str) -> str:
        printed = number(summed(measured[name], facets=facets))
        if name == OURS or ours is None:
            return printed
        of_ours = summed(measured[name], facets=facets) / summed(ours, facets=facets)
        return f"{printed} ({times(of_ours)})"

    rows = [[title(name), *(cell(name, kind) for kind in KINDS), whole(name)] for name in measured]
    return table(["CPU ms (× ours)", *KINDS, "sum without browse"], rows)


def hits(measured: Mapping[str, Measured], units: Mapping[str, str]) -> str:
    rows = [
        [
            f"{title(name)}: {units[name]}",
            *(f"{one.kinds[kind].hits:,}" if kind in one.kinds else "–" for kind in KINDS),
        ]
        for name, one in measured.items()
    ]
    return table(["median hits", *KINDS], rows)


def asked(measured: Mapping[str, Measured]) -> str:
    rows = [
        [
            title(name),
            *(f"{len(one.kinds[kind].facets)}" if kind in one.kinds else "–" for kind in KINDS),
        ]
        for name, one in measured.items()
    ]
    return table(["distinct questions, with facets", *KINDS], rows)


def spread(measured: Measured) -> list[float]:
    """p50, p95, p99 and maximum of all distinct questions with facets, browsing left out."""
    kinds = [measured.kinds[kind] for kind in SUMMED if kind in measured.kinds]
    return percentiles([time for kind in kinds for time in kind.facets])


def percentiles(times: Sequence[float]) -> list[float]:
    if len(times) < 2:
        return [*times] * 4
    parts = quantiles(times, n=100, method="inclusive")
    return [parts[49], parts[94], parts[98], max(times)]


def spreads(measured: Mapping[str, Measured]) -> str:
    rows = [[title(name), *map(number, spread(one))] for name, one in measured.items()]
    return table(["CPU ms of all questions with facets", "p50", "p95", "p99", "slowest"], rows)


def repeating(found: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        [title(name), *(number(one[kind]) if kind in one else "–" for kind in KINDS)]
        for name, one in found.items()
    ]
    return table(["one question again and again, CPU ms", *KINDS], rows)


def starting(found: Mapping[tuple[str, bool], Cold]) -> str:
    kinds = ("rare", "common", "phrase", "prefix")
    rows = [
        [
            title(name),
            "dropped" if dropped else "cached",
            number(one.opening),
            *(number(median(one.first[kind])) if kind in one.first else "–" for kind in kinds),
            number(max(time for kind in one.first for time in one.first[kind])),
        ]
        for (name, dropped), one in found.items()
    ]
    return table(["elapsed ms", "file pages", "opening", *kinds, "slowest first"], rows)


def memories(found: Mapping[str, Memory]) -> str:
    rows = [
        [
            title(name),
            *(f"{size:,.0f}" for size in (one.resident, one.shared_out, one.private)),
            f"{one.anonymous:,.0f}",
        ]
        for name, one in found.items()
    ]
    return table(["MB after all questions", "resident", "PSS", "private", "anonymous"], rows)


def throughputs(found: Mapping[str, Throughput]) -> str:
    rows = [
        [
            title(name),
            number(one.pages_a_second),
            *map(number, percentiles(one.milliseconds)),
            f"{len(one.milliseconds):,}",
            " and ".join(f"{each.private:,.0f}" for each in one.memory),
        ]
        for name, one in found.items()
    ]
    return table(
        ["two processes", "pages/s", "p50 ms", "p95", "p99", "slowest", "pages", "private MB"], rows
    )


def times(value: float) -> str:
    if value >= 10:
        return f"{value:,.0f}×"
    return f"{value:.1f}×" if value >= 1 else f"{value:.2f}×"


# -- all sizes -------------------------------------------------------------------------------


def growing(of_size: Mapping[str, tuple[int, Mapping[str, Measured]]]) -> str:
    """Sums with facets and slowest percentiles, by size."""
    rows = []
    for size, (paragraphs, measured) in of_size.items():
        for name in ("ours", "evaluator", "tantivy"):
            if name in measured:
                one = measured[name]
                rows.append(
                    [
                        size,
                        f"{paragraphs:,}",
                        title(name),
                        *(number(milliseconds(one, kind, facets=True)) for kind in one.kinds),
                        number(summed(one, facets=True)),
                        number(spread(one)[1]),
                    ]
                )
    return table(["size", "paragraphs", "CPU ms, facets", *KINDS, "sum", "p95"], rows)
