"""Splits the lines of a table into cells."""

import csv
import json
import re
from collections.abc import Iterator

from statements.transcripts.values.parsed import UnreadableTranscript

_LONGEST_CELL = 10_000_000  # characters
_DELIMITERS = ",\t;"


def describe_csv_error(error: csv.Error) -> str:
    """Return the reason why a table cannot be split into cells, without a full stop."""
    if limit := re.search(r"field limit \((\d+)\)", str(error)):
        return (
            f"a cell has more than {int(limit[1]):,} characters; "
            "probably a quotation mark is not closed"
        )
    return str(error)


def csv_cells(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows of a table, whose cells may contain whole speeches.

    The size limit of ``csv`` is global, so it is raised only while a row is read.
    """
    while True:
        previous_limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            cells = next(reader, None)
        finally:
            csv.field_size_limit(previous_limit)
        if cells is None:
            return
        yield cells


def json_object(line: str, number: int) -> dict[str, object]:
    """Parse a line of JSON Lines. Raises UnreadableTranscript if it is no object."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableTranscript(
            "broken-table", f"Line {number} is not a JSON object ({error})."
        ) from error
    if not isinstance(record, dict):
        raise UnreadableTranscript("broken-table", f"Line {number} is not a JSON object.")
    return record


def as_text(value: object, separator: str) -> str:
    """Return a JSON value as the text of a cell; lists are joined."""
    if value is None:
        return ""
    if isinstance(value, list):
        return separator.join(as_text(item, separator) for item in value)
    if isinstance(value, dict):
        return as_text(value.get("text") or value.get("title") or value.get("name"), separator)
    return str(value)


def find_delimiter(line: str) -> str:
    """Return the delimiter that a line has most of."""
    return max(_DELIMITERS, key=line.count)


def split_line(line: str) -> list[str]:
    """Return the cells of one line; none if it cannot be split."""
    try:
        return next(csv.reader([line], delimiter=find_delimiter(line)), [])
    except csv.Error:
        return []
