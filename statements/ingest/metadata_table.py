"""A table that says of each file what its text does not: symbol, position, date, topic, organ.

CSV or TSV with a header line; what cannot be used is reported with its line, never guessed.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Self

from statements.ingest.drafting import Metadata
from statements.ingest.errors import IngestError
from statements.ingest.faults import MAX_POSITION, is_storable
from statements.transcripts.dates import read_date
from statements.transcripts.symbols import Symbol

COLUMNS = ("file", "symbol", "position", "date", "topic", "organ", "speaker", "affiliation")


class UnusableTable(IngestError):
    """The table as a whole cannot be read."""


class BadRow(IngestError):
    """The row of a file cannot be used, so that the file cannot be stored as it was meant."""


@dataclass(slots=True)
class _Row:
    line: int
    file: str
    metadata: Metadata | None = None  # None where the row is bad
    error: str = ""
    used: bool = False


@dataclass(slots=True)
class MetadataTable:
    """The rows of one table, asked file by file."""

    name: str
    unknown_columns: list[str] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _by_name: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a table; raises UnusableTable where it is none, or has no column "file"."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UnusableTable(f"{path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise UnusableTable(f"{path} is not UTF-8 text; save it as UTF-8.") from error
        return cls.of_text(path.name, text)

    @classmethod
    def of_text(cls, name: str, text: str) -> Self:
        header = text.partition("\n")[0]
        delimiter = max("\t,;", key=header.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="")
        reader.fieldnames = [column.strip().lower() for column in reader.fieldnames or []]
        if "file" not in reader.fieldnames:
            raise UnusableTable(f"{name} has no column “file”; its first line names the columns.")
        table = cls(name, [column for column in reader.fieldnames if column not in COLUMNS])
        try:
            for cells in reader:
                table._add(reader.line_num, cells)
        except csv.Error as error:
            raise UnusableTable(f"{name}, after line {reader.line_num}: {error}.") from error
        return table

    def _add(self, line: int, cells: dict[str, str]) -> None:
        values = {column: (cells.get(column) or "").strip() for column in COLUMNS}
        if not any(values.values()):
            return
        row = _Row(line, values["file"].replace("\\", "/").removeprefix("./"))
        if "" in cells:
            row.error = "there are more cells than columns"
        elif not row.file:
            row.error = "no file is named"
        else:
            try:
                row.metadata = _metadata(values)
            except ValueError as error:
                row.error = str(error)
        self._rows.append(row)
        self._by_name[PurePosixPath(row.file).name].append(row)

    def of(self, path: Path) -> Metadata | None:
        """What the table says of a file, named with or without its folder; None where nothing.

        Raises BadRow where the row cannot be used, or two rows say different things.
        """
        tail = path.as_posix()
        rows = [
            row
            for row in self._by_name.get(path.name, [])
            if row.file == path.name or f"/{tail}".endswith(f"/{row.file}") or row.file == tail
        ]
        exact = [row for row in rows if row.file != path.name] or rows
        for row in exact:
            row.used = True
            if row.metadata is None:
                raise BadRow(f"{self.name}, line {row.line}: {row.error}.")
            if row.metadata != exact[0].metadata:
                raise BadRow(
                    f"{self.name}, lines {exact[0].line} and {row.line} say different things."
                )
        return exact[0].metadata if exact else None

    @property
    def bad_rows(self) -> list[tuple[int, str]]:
        return [(row.line, row.error) for row in self._rows if row.metadata is None]

    @property
    def unused_rows(self) -> list[tuple[int, str]]:
        """Lines and files of the rows that no file asked for."""
        return [(row.line, row.file) for row in self._rows if row.file and not row.used]


def _metadata(values: dict[str, str]) -> Metadata:
    if not is_storable(values):
        raise ValueError("there is a NUL or a broken character")
    position = values["position"]
    if position and not (
        position.isascii() and position.isdigit() and 1 <= int(position[:9]) <= MAX_POSITION
    ):
        raise ValueError(f"“{position[:20]}” is no position; write a whole number from 1")
    symbol = str(Symbol.parse(values["symbol"])) if values["symbol"] else ""
    date = read_date(values["date"]) if values["date"] else None
    return Metadata(
        date=date,
        date_printed=values["date"] if date and date.isoformat() != values["date"] else "",
        symbol=symbol,
        position=int(position) if position else None,
        topics=tuple(topic.strip() for topic in values["topic"].split(";") if topic.strip()),
        organ=values["organ"],
        speaker=values["speaker"],
        affiliation=values["affiliation"],
    )
