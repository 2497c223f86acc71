"""Prints the results of an import in fixed columns, one line per file."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from statements.ingest import FileResult

_FILE_WIDTH = 44
_COLUMNS = (
    gettext_lazy("speeches"),
    gettext_lazy("new"),
    gettext_lazy("same"),
    gettext_lazy("changed"),
    gettext_lazy("no speaker"),
    gettext_lazy("no country"),
    gettext_lazy("problems"),
)


def ingest_header() -> str:
    columns = [f"{name:>{max(8, len(name))}}" for name in map(str, _COLUMNS)]
    return "  ".join([f"{_('file'):{_FILE_WIDTH}}", *columns, _("result")])


def ingest_row(result: FileResult) -> str:
    """Return the line of one file: counts of its speeches, and its state."""
    name = result.path.name
    if len(name) > _FILE_WIDTH:
        name = f"{name[: _FILE_WIDTH - 12]}…{name[-11:]}"
    numbers = ["" for _ in _COLUMNS]
    if tally := result.tally:
        numbers = [
            str(number or "·")
            for number in (
                tally.speeches,
                tally.new,
                tally.same,
                tally.collisions,
                tally.no_speaker,
                tally.no_country,
                tally.problems,
            )
        ]
    cells = [
        f"{number:>{max(8, len(column))}}"
        for number, column in zip(numbers, map(str, _COLUMNS), strict=True)
    ]
    state = str(result.state.label)
    outcome = f"{state}: {result.message}" if result.message else state
    return "  ".join([f"{name:{_FILE_WIDTH}}", *cells, outcome]).rstrip()
