"""Pages that print the same words in two languages, in two columns: a person chooses one of them.

Read one after the other, both would be the words of every speaker.
"""

from collections.abc import Iterable, Iterator, Sequence

from statements.transcripts.languages.identification import identify_language_by_pack
from statements.transcripts.languages.notes import LANGUAGE_NAMES
from statements.transcripts.layout.columns import PrintedLine
from statements.transcripts.values.choices import Column
from statements.transcripts.values.parsed import Problem, Severity

_LEFT, _RIGHT = 1, 2  # as ``PrintedLine.column`` counts columns
_FEWEST_WORDS = 60  # in a column, to tell its language
_SAMPLE = 400  # lines

ReasonedLine = tuple[PrintedLine, str]  # a line and the reason to drop it, or ""


def one_column(lines: Iterable[ReasonedLine], column: Column) -> Iterator[ReasonedLine]:
    """Yield lines, those of the other column with the reason to drop them."""
    dropped = {Column.LEFT: _RIGHT, Column.RIGHT: _LEFT}.get(column)
    for line, reason in lines:
        yield line, reason or ("the other column" if line.column == dropped else "")


def languages_of_columns(lines: Sequence[PrintedLine]) -> tuple[str, ...]:
    """Return the codes of the languages of the left and the right column if they differ."""
    codes = [_language(lines, number) for number in (_LEFT, _RIGHT)]
    return tuple(codes) if all(codes) and codes[0] != codes[1] else ()


def _language(lines: Sequence[PrintedLine], column: int) -> str:
    texts = [line.text for line in lines if line.column == column]
    middle = max(len(texts) - _SAMPLE, 0) // 2  # lists of names stand at the beginning
    text = "\n".join(texts[middle : middle + _SAMPLE])
    return identify_language_by_pack(text) if len(text.split()) >= _FEWEST_WORDS else ""


def two_languages(codes: Sequence[str]) -> Problem:
    left, right = (LANGUAGE_NAMES.get(code, code) for code in codes)
    return Problem(
        "two-languages",
        f"The left column is in {left}, the right one in {right}. Read one of them only: choose it "
        "on the review page, or with --column.",
        Severity.ERROR,
    )
