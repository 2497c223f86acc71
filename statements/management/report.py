"""How the commands print what became of each file: fixed columns, one line a file."""

from statements.ingest.intake.batch import FileResult

_FILE = 44
_COLUMNS = ("speeches", "new", "same", "changed", "no speaker", "no country", "problems")


def ingest_header() -> str:
    return "  ".join(
        [f"{'file':{_FILE}}", *(f"{name:>{max(8, len(name))}}" for name in _COLUMNS), "result"]
    )


def ingest_row(result: FileResult) -> str:
    """One file: counts of what was read, and what was done with it."""
    name = result.path.name
    shown = name if len(name) <= _FILE else f"{name[: _FILE - 12]}…{name[-11:]}"
    numbers = ["" for _ in _COLUMNS]
    if tally := result.tally:
        numbers = [
            str(number or "·")
            for number in (
                tally.speeches,
                tally.new,
                tally.same,
                tally.taken,
                tally.no_speaker,
                tally.no_country,
                tally.problems,
            )
        ]
    cells = [
        f"{number:>{max(8, len(column))}}" for number, column in zip(numbers, _COLUMNS, strict=True)
    ]
    result_cell = f"{result.state}: {result.message}" if result.message else result.state.value
    return "  ".join([f"{shown:{_FILE}}", *cells, result_cell]).rstrip()
