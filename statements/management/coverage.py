"""The coverage of a data set after an import: documents expected, found, missing and failed."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest import FileResult, FileState
from statements.ingest.intake.sources import DataSet

_MAX_LISTED = 20


class Coverage:
    """Compares the results of a data set with the documents that its tables name."""

    def __init__(self, dataset: DataSet) -> None:
        self._dataset = dataset
        self._expected = dataset.expected
        self._found: set[str] = set()
        self._states: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, result: FileResult) -> None:
        self._found.add(self._dataset.key(result.path.as_posix()))
        self._states[result.state] += 1
        self._counts["new"] += result.stored
        self._counts["replaced"] += result.replaced
        if tally := result.tally:
            self._counts["speeches"] += tally.speeches
            self._counts["no speaker"] += tally.no_speaker
            self._counts["no country"] += tally.no_country
            self._counts["undated"] += tally.undated

    def lines(self) -> Iterator[str]:
        yield self._dataset.title
        expected = self._expected
        if expected:
            yield _row(_("documents expected by its tables"), len(expected))
            yield _row(_("of these found"), len(expected & self._found))
            yield from _names(_("missing"), expected - self._found)
        yield _row(_("documents found"), sum(self._states.values()))
        if expected:
            yield from _names(_("not in its tables"), self._found - expected)
        yield _row(_("stored now"), self._states[FileState.STORED])
        yield _row(_("already in the archive"), self._states[FileState.KNOWN])
        yield _row(_("failed"), self._states[FileState.FAILED])
        yield _row(_("speeches read"), self._counts["speeches"])
        yield _row(_("added"), self._counts["new"])
        yield _row(_("replaced"), self._counts["replaced"])
        yield _row(_("without a known speaker"), self._counts["no speaker"])
        yield _row(_("without a known country"), self._counts["no country"])
        yield _row(_("undated"), self._counts["undated"])


def _row(label: str, count: int) -> str:
    return f"  {label:<36}{count:>10,}"


def _names(label: str, names: set[str] | frozenset[str]) -> Iterator[str]:
    yield _row(label, len(names))
    if names:
        listed = ", ".join(sorted(names)[:_MAX_LISTED])
        if (more := len(names) - _MAX_LISTED) > 0:
            rest = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
            listed = rest % {"names": listed, "count": f"{more:,}"}
        yield f"    {listed}"
