"""A table that says of each file what its text does not: symbol, position, date, topic, organ.

CSV or TSV with a header line; what cannot be used is reported with its line, never guessed.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
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
    """A row as it stands; what it says is worked out only when its file asks for it."""

    line: int
    file: str
    cells: list[str]
    used: bool = False


@dataclass(slots=True)
class MetadataTable:
    """The rows of one table, asked file by file."""

    name: str
    columns: list[str] = field(default_factory=list)
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
    def of_text(cls, name: str, text: str, *, most_rows: int | None = None) -> Self:
        """Read a table; raises UnusableTable as ``read`` does, or for more rows than ``most_rows``.

        Rows are split and no more: reading 200,000 of them takes less than a second.
        """
        header = text.partition("\n")[0]
        delimiter = max("\t,;", key=header.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        line = 1
        try:
            columns = [column.strip().lower() for column in next(reader, [])]
            if "file" not in columns:
                raise UnusableTable(
                    f"{name} has no column “file”; its first line names the columns."
                )
            table = cls(name, columns)
            place = columns.index("file")
            for cells in reader:
                line = reader.line_num
                if most_rows is not None and len(table._rows) >= most_rows:
                    raise UnusableTable(
                        f"{name} has more than {most_rows:,} rows. Give the rows of these files "
                        "alone, or use ingest_transcripts, which takes a table of any size."
                    )
                # a row with a file, as nearly all have, is no blank one
                if (len(cells) > place and cells[place]) or any(map(str.strip, cells)):
                    table._add(line, cells, place)
        except csv.Error as error:
            raise UnusableTable(f"{name}, after line {line}: {error}.") from error
        return table

    def _add(self, line: int, cells: list[str], place: int) -> None:
        file = cells[place].strip() if place < len(cells) else ""
        if "\\" in file:
            file = file.replace("\\", "/")
        row = _Row(line, file.removeprefix("./"), cells)
        self._rows.append(row)
        self._by_name[row.file.rpartition("/")[2]].append(row)

    @property
    def unknown_columns(self) -> list[str]:
        return [column for column in self.columns if column not in COLUMNS]

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
        said: Metadata | None = None
        for row in exact:
            row.used = True
            try:
                metadata = self._metadata(row)
            except ValueError as error:
                raise BadRow(f"{self.name}, line {row.line}: {error}.") from error
            if said is not None and metadata != said:
                raise BadRow(
                    f"{self.name}, lines {exact[0].line} and {row.line} say different things."
                )
            said = metadata
        return said

    def _metadata(self, row: _Row) -> Metadata:
        """What a row says; raises ValueError where it cannot be used."""
        if len(row.cells) > len(self.columns):
            raise ValueError("there are more cells than columns")
        if not row.file:
            raise ValueError("no file is named")
        cells = dict(zip(self.columns, row.cells, strict=False))
        return _metadata({column: cells.get(column, "").strip() for column in COLUMNS})

    @property
    def bad_rows(self) -> list[tuple[int, str]]:
        """Lines and faults of the rows that cannot be used."""
        found = []
        for row in self._rows:
            try:
                self._metadata(row)
            except ValueError as error:
                found.append((row.line, str(error)))
        return found

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
