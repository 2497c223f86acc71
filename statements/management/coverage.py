"""What of a data set is in the archive after a run: expected, found, failed, and what is open."""

from collections import Counter
from collections.abc import Iterator

from statements.ingest.intake.batch import FileResult, FileState
from statements.ingest.intake.dataset import Corpus

_MOST = 20  # names that are listed


class Coverage:
    """Counts the results of one data set against what its tables name."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._expected = corpus.expected
        self._found: set[str] = set()
        self._states: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, result: FileResult) -> None:
        self._found.add(self._corpus.key(result.path.as_posix()))
        self._states[result.state] += 1
        self._counts["new"] += result.stored
        self._counts["replaced"] += result.replaced
        if tally := result.tally:
            self._counts["speeches"] += tally.speeches
            self._counts["no speaker"] += tally.no_speaker
            self._counts["no country"] += tally.no_country
            self._counts["undated"] += tally.undated

    def lines(self) -> Iterator[str]:
        yield self._corpus.title
        expected = self._expected
        if expected:
            yield _row("documents expected by its tables", len(expected))
            yield _row("of these found", len(expected & self._found))
            yield from _names("missing", expected - self._found)
        yield _row("documents found", sum(self._states.values()))
        if expected:
            yield from _names("not in its tables", self._found - expected)
        yield _row("stored now", self._states[FileState.STORED])
        yield _row("there already", self._states[FileState.KNOWN])
        yield _row("failed", self._states[FileState.FAILED])
        yield _row("speeches read", self._counts["speeches"])
        yield _row("added", self._counts["new"])
        yield _row("replaced", self._counts["replaced"])
        yield _row("without a known speaker", self._counts["no speaker"])
        yield _row("without a known country", self._counts["no country"])
        yield _row("undated", self._counts["undated"])


def _row(label: str, count: int) -> str:
    return f"  {label:<36}{count:>10,}"


def _names(label: str, names: set[str] | frozenset[str]) -> Iterator[str]:
    yield _row(label, len(names))
    if names:
        shown = ", ".join(sorted(names)[:_MOST])
        more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
        yield f"    {shown}{more}"
