"""A table that describes files: symbol, position, date, topic, organ.

CSV or TSV with a header line; what cannot be used is reported with its line, never guessed.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from statements.ingest.drafts.building import Metadata
from statements.ingest.drafts.validation import MAX_POSITION, is_storable
from statements.ingest.errors import IngestError
from statements.transcripts.dates import read_date
from statements.transcripts.symbols import Symbol

_LONGEST_PATH = 4_096  # as Linux allows
COLUMNS = ("file", "symbol", "position", "date", "topic", "organ", "speaker", "affiliation")


class UnusableTable(IngestError):
    """The table as a whole cannot be read."""


class BadRow(IngestError):
    """The row of a file cannot be used, so that the file cannot be stored as it was meant."""


@dataclass(slots=True)
class _Row:
    """A row as it stands; it is interpreted only when its file is looked up."""

    line: int
    file: str
    cells: list[str]


@dataclass(slots=True)
class MetadataTable:
    """The rows of one table, looked up file by file.

    A look-up takes time by the folders of its path, however many rows there are, and the rows
    that name a file are interpreted once.
    """

    name: str
    columns: list[str] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _by_file: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    _interpreted: dict[str, "Metadata | BadRow"] = field(default_factory=dict)
    _longest: int = 0  # characters of a file's name, with its folders

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
        if len(row.file) <= _LONGEST_PATH:
            self._by_file[row.file].append(row)
            self._longest = max(self._longest, len(row.file))

    @property
    def unknown_columns(self) -> list[str]:
        return [column for column in self.columns if column not in COLUMNS]

    def of(self, path: Path) -> Metadata | None:
        """Return the metadata of a file, named with or without its folders; None where no row
        names it.

        Rows with a folder count before those with the bare name. Raises BadRow where a row cannot
        be used, or two rows contradict each other.
        """
        named = [
            each for each in _suffixes(path.as_posix(), self._longest) if each in self._by_file
        ]
        with_folder = [each for each in named if each != path.name]
        result: Metadata | None = None
        first_line = 0
        for file in with_folder or named:
            metadata = self._metadata_of(file)
            if isinstance(metadata, BadRow):
                raise BadRow(*metadata.args)
            line = self._by_file[file][0].line
            if result is not None and metadata != result:
                raise self._contradiction(first_line, line)
            result, first_line = metadata, line
        return result

    def _metadata_of(self, file: str) -> "Metadata | BadRow":
        """Interpret all rows that name a file in the same way."""
        if file not in self._interpreted:
            try:
                self._interpreted[file] = self._interpret(self._by_file[file])
            except BadRow as error:
                self._interpreted[file] = error
        return self._interpreted[file]

    def _interpret(self, rows: list[_Row]) -> Metadata:
        result: Metadata | None = None
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            try:
                values = self._values(row)
                if (same := tuple(values.values())) in seen:
                    continue
                seen.add(same)
                metadata = _metadata(values)
            except ValueError as error:
                raise BadRow(f"{self.name}, line {row.line}: {error}.") from error
            if result is not None and metadata != result:
                raise self._contradiction(rows[0].line, row.line)
            result = metadata
        assert result is not None  # noqa: S101 - there is no name without a row
        return result

    def _contradiction(self, *lines: int) -> BadRow:
        former, latter = sorted(lines)
        return BadRow(f"{self.name}, lines {former} and {latter} contradict each other.")

    def _values(self, row: _Row) -> dict[str, str]:
        """Return a row's cells by column; raises ValueError where it has too many, or no file."""
        if len(row.cells) > len(self.columns):
            raise ValueError("there are more cells than columns")
        if not row.file:
            raise ValueError("no file is named")
        cells = dict(zip(self.columns, row.cells, strict=False))
        return {column: cells.get(column, "").strip() for column in COLUMNS}

    @property
    def bad_rows(self) -> list[tuple[int, str]]:
        """Lines and faults of the rows that cannot be used."""
        found = []
        for row in self._rows:
            try:
                _metadata(self._values(row))
            except ValueError as error:
                found.append((row.line, str(error)))
        return found

    @property
    def unused_rows(self) -> list[tuple[int, str]]:
        """Lines and files of the rows whose file was never looked up."""
        return [
            (row.line, row.file)
            for row in self._rows
            if row.file and row.file not in self._interpreted
        ]


def _suffixes(path: str, longest: int) -> Iterator[str]:
    """The path itself, then without its first folder, and so on; none longer than asked for."""
    start = 0
    while True:
        if len(path) - start <= longest:
            yield path[start:]
        start = path.find("/", start) + 1
        if not start:
            return


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
