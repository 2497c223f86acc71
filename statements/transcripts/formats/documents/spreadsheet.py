"""Reader for spreadsheets: Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods).

A sheet with a row of headers is a table like any other, and each of its rows a speech. Values of
formulas are those that were stored; nothing is calculated.
"""

import datetime
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from statements.transcripts.formats.containers.packages import open_package
from statements.transcripts.formats.tables.columns import Columns
from statements.transcripts.formats.tables.reader import read_table
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedTranscript,
    UnreadableTranscript,
)

_ROWS_TO_HEADERS = 20  # above them stand titles
_FEWEST_COLUMNS = 2  # the text and one more
_LONGEST_HEADER = 60  # characters


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    rows: list[list[str]]
    header_index: int | None  # of the row of headers; None if the sheet is no table


def read_spreadsheet(name: str, data: bytes) -> ParsedTranscript:
    """Read the sheets that are tables of speeches; text of others is listed as dropped.

    Raises UnreadableTranscript if the file is damaged, encrypted, too large, or has no such sheet.
    """
    if data.startswith(b"PK"):
        with open_package(data, "spreadsheet") as package:
            package.inflate_all()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            _sheet(title, workbook.get_sheet_by_name(title).to_python())
            for title in workbook.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableTranscript(
            "broken-table",
            f"The spreadsheet is damaged or encrypted ({error}). Save it again without a password.",
        ) from error
    tables = [sheet for sheet in sheets if sheet.header_index is not None]
    if not tables:
        raise UnreadableTranscript(
            "no-text-column",
            "No sheet has a row of headers with a column for the text and another one. Call them "
            "“text”, “speaker” and “date”, for example.",
        )
    lines = "\n".join(line for sheet in tables for line in _records(sheet))
    if not lines:
        raise UnreadableTranscript("empty", "The table has headers, but no rows below them.")
    parsed = read_table(name, lines.encode("utf-8", "surrogatepass"))
    dropped = (text for sheet in sheets for text in _dropped(sheet))
    return replace(parsed, dropped=(*parsed.dropped, *dropped))


def _sheet(name: str, rows: Sequence[Sequence[Any]]) -> _Sheet:
    texts = [[_as_text(cell) for cell in row] for row in rows]
    first = enumerate(texts[:_ROWS_TO_HEADERS])
    return _Sheet(name, texts, next((index for index, row in first if _is_header(row)), None))


def _is_header(cells: Sequence[str]) -> bool:
    if any(len(cell) > _LONGEST_HEADER for cell in cells):
        return False
    try:
        return len(Columns.recognise(cells).headers) >= _FEWEST_COLUMNS
    except UnreadableTranscript:
        return False


def _records(sheet: _Sheet) -> Iterator[str]:
    """Yield the rows below the headers as objects of JSON, the form of table with any text."""
    start = sheet.header_index or 0
    headers = sheet.rows[start]
    for row in sheet.rows[start + 1 :]:
        if any(row):
            cells = dict(zip(headers, row, strict=False))
            yield json.dumps(cells, ensure_ascii=False)


def _dropped(sheet: _Sheet) -> Iterator[DroppedText]:
    is_table = sheet.header_index is not None
    reason = "above the table" if is_table else f"other sheet ({sheet.name[:60]})"
    for number, row in enumerate(sheet.rows[: sheet.header_index], start=1):
        if text := " ".join(filter(None, row)):
            yield DroppedText(text, reason, number)


def _as_text(cell: Any) -> str:
    """Return a cell as it would stand in a CSV file: whole numbers without a fraction."""
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
