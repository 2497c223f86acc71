"""The formats of files of tables: CSV, Excel, JSON, JSON Lines, and plain text."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from statements.exports.tables import workbooks
from statements.exports.tables.archives import joined, json_array
from statements.exports.tables.columns import Value
from statements.exports.tables.source import Table

BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets recognise UTF-8
# cells that begin with these are formulas to a spreadsheet, also in their full width
_SIGNS = frozenset("=+-@＝＋－＠")
_FORMULAS = (*_SIGNS, *"\t\r\n")
# where a spreadsheet that takes semicolons or tabs for separators begins another cell; quotation
# marks there may disappear
_STARTS = re.compile(r'[;\t\r\n]["\s;]*')
_RULE = "\n\n" + "*" * 20 + "\n\n"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of a file of a table."""

    suffix: str
    media_type: str
    write: Callable[[Table], Iterator[bytes]]
    is_compressed: bool = False

    @property
    def content_type(self) -> str:
        is_text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


def without_formula(value: Value) -> Value:
    """Return a value that no spreadsheet computes: an apostrophe stands before texts that begin
    like a formula, and before parts that do so after a semicolon, a tab or a line break, at which
    spreadsheets of some languages divide a line.

    >>> without_formula("=1+1"), without_formula("- a dash"), without_formula(-3)
    ("'=1+1", "'- a dash", -3)
    >>> without_formula("ports;=1+1; and = harbours")
    "ports;'=1+1; and = harbours"
    """
    if not isinstance(value, str):
        return value
    text = _STARTS.sub(_apart, value)
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _apart(start: re.Match[str]) -> str:
    """Return what begins a cell, with an apostrophe if a formula follows."""
    following = start.string[start.end() : start.end() + 1]
    return f"{start[0]}'" if following in _SIGNS else start[0]


def _csv(table: Table) -> Iterator[bytes]:
    """Write RFC 4180 in UTF-8 with a byte order mark: the names of the columns, and the rows."""
    return joined(_csv_lines(table))


def _csv_lines(table: Table) -> Iterator[str]:
    line = StringIO()
    writer = csv.writer(line)
    line.write(BYTE_ORDER_MARK)
    writer.writerow(map(without_formula, table.columns))
    yield line.getvalue()
    for row in table.rows():
        line.seek(0)
        line.truncate()
        writer.writerow([without_formula(value) for value in row.values()])
        yield line.getvalue()


def _json_lines(table: Table) -> Iterator[bytes]:
    return joined(f"{_json(record)}\n" for record in table.records())


def _json_array(table: Table) -> Iterator[bytes]:
    return joined(json_array(map(_json, table.records())))


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _plain_text(table: Table) -> Iterator[bytes]:
    return joined(_passages(table))


def _passages(table: Table) -> Iterator[str]:
    rule = ""
    for text in table.texts():
        yield f"{rule}{text}"
        rule = _RULE
    yield "\n" if rule else ""


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES: Mapping[str, FileFormat] = {
    table.suffix: table
    for table in (
        FileFormat("csv", "text/csv", _csv),
        FileFormat("xlsx", _XLSX, workbooks.write, is_compressed=True),
        FileFormat("jsonl", "application/jsonl", _json_lines),
        FileFormat("json", "application/json", _json_array),
        FileFormat("txt", "text/plain", _plain_text),
    )
}
