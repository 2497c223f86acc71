"""A table with the metadata of files: symbol, position, date, topic, organ, session, speaker.

It is CSV or TSV with a header line. Values that cannot be used are reported with their line.
"""

import csv
import io
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Metadata
from statements.ingest.drafts.validation import MAX_DEBATE, MAX_POSITION, is_storable, shorten
from statements.ingest.errors import IngestError
from statements.transcripts.formats.tables.cells import describe_csv_error
from statements.transcripts.formats.tables.columns import HEADERS
from statements.transcripts.languages.country_codes import read_country_code
from statements.transcripts.values.dates import read_date, year_of_cells
from statements.transcripts.values.sessions import read_session_number
from statements.transcripts.values.symbols import Symbol

_MAX_PATH_CHARACTERS = 4_096  # the limit of Linux
_MAX_POSITION_CHARACTERS = 20  # with leading zeros; more take long to convert
MAX_COLUMNS = 1_000
COLUMNS = (
    "file",
    "symbol",
    "position",
    "date",
    "year",
    "topic",
    "organ",
    "session",
    "debate",
    "speaker",
    "affiliation",
    "country_code",
)
_OTHER_HEADERS = {
    header: "country_code" for header in HEADERS["code"] if header not in ("code", "country_code")
}


class UnusableTable(IngestError):
    """The table as a whole cannot be read."""


class BadRow(IngestError):
    """The row of a file cannot be used, so the file is not stored without it."""


@dataclass(slots=True)
class _Row:
    """An uninterpreted row; it is interpreted when its file is looked up."""

    line: int
    file: str
    cells: list[str]


@dataclass(slots=True)
class MetadataTable:
    """The rows of one table, looked up file by file.

    The time of a look-up depends on the depth of the path, not on the number of rows; the rows of
    a file are interpreted once.
    """

    name: str
    columns: list[str] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _by_file: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    _interpreted: dict[str, "Metadata | BadRow"] = field(default_factory=dict)
    _max_length: int = 0  # of the paths in the table, in characters

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a table. Raises UnusableTable if it is invalid or has no column "file"."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UnusableTable(
                _("%(table)s cannot be read: %(reason)s.")
                % {"table": path, "reason": error.strerror}
            ) from error
        except UnicodeDecodeError as error:
            raise UnusableTable(
                _("%(table)s is not UTF-8 text. Save it as UTF-8.") % {"table": path}
            ) from error
        return cls.from_text(path.name, text)

    @classmethod
    def from_text(cls, name: str, text: str, *, max_rows: int | None = None) -> Self:
        """Read a table. Raises UnusableTable as ``read`` does, or for more than ``max_rows`` rows.

        Rows are split, not interpreted: 200,000 of them take less than a second.
        """
        header = text.partition("\n")[0]
        delimiter = max("\t,;", key=header.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        columns = _split_header(name, reader)
        rows = _split_rows(name, reader, columns, max_rows)
        table = cls(name, columns, rows)
        table._index_rows()
        return table

    def _index_rows(self) -> None:
        by_file = self._by_file
        for row in self._rows:
            if len(row.file) <= _MAX_PATH_CHARACTERS:
                by_file[row.file].append(row)
        self._max_length = max(map(len, by_file), default=0)

    @property
    def unknown_columns(self) -> list[str]:
        return [column for column in self.columns if column not in COLUMNS]

    def of(self, path: Path) -> Metadata | None:
        """Return the metadata of a file; None if no row names it, with or without its folders.

        Rows with a folder take precedence over those without. Raises BadRow if a row cannot be
        used, or if two rows contradict each other.
        """
        names = [
            suffix
            for suffix in _suffixes(path.as_posix(), self._max_length)
            if suffix in self._by_file
        ]
        with_folder = [name for name in names if name != path.name]
        result: Metadata | None = None
        first_line = 0
        for file in with_folder or names:
            metadata = self._metadata_of(file)
            if isinstance(metadata, BadRow):
                raise BadRow(*metadata.args)
            line = self._by_file[file][0].line
            if result is not None and metadata != result:
                raise self._contradiction(first_line, line)
            result, first_line = metadata, line
        return result

    def _metadata_of(self, file: str) -> "Metadata | BadRow":
        """Interpret the rows with a name once."""
        if file not in self._interpreted:
            try:
                self._interpreted[file] = self._interpret(self._by_file[file])
            except BadRow as error:
                self._interpreted[file] = error
        return self._interpreted[file]

    def _interpret(self, rows: list[_Row]) -> Metadata:
        result: Metadata | None = None
        interpreted: set[tuple[str, ...]] = set()
        for row in rows:
            try:
                values = self._values(row)
                if (cells := tuple(values.values())) in interpreted:
                    continue
                interpreted.add(cells)
                metadata = metadata_of(values)
            except ValueError as error:
                raise BadRow(
                    _("%(table)s, line %(line)d: %(reason)s.")
                    % {"table": self.name, "line": row.line, "reason": error}
                ) from error
            if result is not None and metadata != result:
                raise self._contradiction(rows[0].line, row.line)
            result = metadata
        assert result is not None  # noqa: S101 - every name has a row
        return result

    def _contradiction(self, *lines: int) -> BadRow:
        former, latter = sorted(lines)
        return BadRow(
            _("%(table)s: lines %(first)d and %(second)d contradict each other.")
            % {"table": self.name, "first": former, "second": latter}
        )

    def _values(self, row: _Row) -> dict[str, str]:
        """Return the cells of a row by column. Raises ValueError if it has too many, or no file."""
        if len(row.cells) > len(self.columns):
            raise ValueError(_("the row has more cells than the header"))
        if not row.file:
            raise ValueError(_("the row does not name a file"))
        cells = dict(zip(self.columns, row.cells, strict=False))
        return {column: cells.get(column, "").strip() for column in COLUMNS}

    @property
    def bad_rows(self) -> list[tuple[int, str]]:
        """The rows that cannot be used, as line and reason."""
        faults = []
        for row in self._rows:
            try:
                metadata_of(self._values(row))
            except ValueError as error:
                faults.append((row.line, str(error)))
        return faults

    @property
    def unused_rows(self) -> list[tuple[int, str]]:
        """The rows whose file was never looked up, as line and file."""
        return [
            (row.line, row.file)
            for row in self._rows
            if row.file and row.file not in self._interpreted
        ]


def _unreadable(name: str, after_line: int, error: csv.Error) -> UnusableTable:
    return UnusableTable(
        _("%(table)s, after line %(line)d: %(reason)s.")
        % {"table": name, "line": after_line, "reason": describe_csv_error(error)}
    )


def _split_header(name: str, reader: Any) -> list[str]:
    """Return the names of the columns.

    Raises UnusableTable if none of them is "file", or if there are more than MAX_COLUMNS.
    """
    try:
        columns = [column.strip().lower() for column in next(reader, [])]
    except csv.Error as error:
        raise _unreadable(name, 1, error) from error
    if len(columns) > MAX_COLUMNS:
        raise UnusableTable(
            _("%(table)s has more than %(limit)s columns.")
            % {"table": name, "limit": f"{MAX_COLUMNS:,}"}
        )
    names: list[str] = []
    for column in columns:
        column_name = _OTHER_HEADERS.get(column.replace(" ", "_"), column)
        # of two columns with codes the first counts
        names.append(column_name if column_name not in names else column)
    if "file" not in names:
        raise UnusableTable(
            _("%(table)s has no column “file”. Its first line must name the columns.")
            % {"table": name}
        )
    return names


def _split_rows(name: str, reader: Any, columns: list[str], max_rows: int | None) -> list[_Row]:
    """Return the rows that are not blank; of a row that is too long, one cell too many is kept.

    Raises UnusableTable as soon as there are more than ``max_rows``, before any row is stored.
    """
    place, width = columns.index("file"), len(columns) + 1
    lines: list[int] = []
    cells: list[list[str]] = []
    limit = sys.maxsize if max_rows is None else max_rows
    try:
        for row in reader:
            # nearly all rows name a file, so that their other cells need not be looked at
            if (len(row) > place and row[place]) or any(map(str.strip, row)):
                if len(cells) >= limit:
                    raise UnusableTable(
                        _(
                            "%(table)s has more than %(limit)s rows. Send only the rows of these "
                            "files, or use ingest_transcripts, which has no such limit."
                        )
                        % {"table": name, "limit": f"{max_rows:,}"}
                    )
                lines.append(reader.line_num)
                cells.append(row if len(row) <= width else row[:width])
    except csv.Error as error:
        raise _unreadable(name, lines[-1] if lines else 1, error) from error
    files = (
        row[place].strip().replace("\\", "/").removeprefix("./") if len(row) > place else ""
        for row in cells
    )
    return list(map(_Row, lines, files, cells))


def _suffixes(path: str, max_length: int) -> Iterator[str]:
    """Yield the path, then the path without its first folder, and so on, up to a length."""
    start = 0
    while True:
        if len(path) - start <= max_length:
            yield path[start:]
        start = path.find("/", start) + 1
        if not start:
            return


def _read_position(text: str) -> int:
    """Return a position in a meeting. Raises ValueError with a message for the user."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _MAX_POSITION_CHARACTERS
    if is_number and 1 <= int(text) <= MAX_POSITION:
        return int(text)
    raise ValueError(
        _("“%(position)s” is not a position; write a whole number from 1") % {"position": text[:20]}
    )


def metadata_of(values: dict[str, str]) -> Metadata:
    """Interpret the values of COLUMNS; raises ValueError with a message for the user."""
    if not is_storable(values):
        raise ValueError(_("the row contains a NUL or invalid character"))
    symbol = str(Symbol.parse(values["symbol"])) if values["symbol"] else ""
    date = read_date(values["date"]) if values["date"] else None
    year = None if date else year_of_cells({"year": values["year"]})
    return Metadata(
        date=date,
        date_printed=values["date"] if date and date.isoformat() != values["date"] else "",
        year=year,
        symbol=symbol,
        position=_read_position(values["position"]) if values["position"] else None,
        topics=tuple(topic.strip() for topic in values["topic"].split(";") if topic.strip()),
        organ=values["organ"],
        session=read_session_number(values["session"]) if values["session"] else None,
        debate=shorten(" ".join(values["debate"].split()), MAX_DEBATE),
        speaker=values["speaker"],
        affiliation=values["affiliation"],
        country=read_country_code(values["country_code"]),
    )
