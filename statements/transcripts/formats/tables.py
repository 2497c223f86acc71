"""Reader for tables with one speech a row: CSV, TSV and JSON Lines, also compressed with gzip.

Columns are recognised by their headers or named by the caller. The text of a row is read like any
other text; its other cells become the ``source_metadata`` of the speech.
"""

import codecs
import csv
import datetime
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import BinaryIO, cast

from statements.transcripts.formats.containers.archives import gunzip
from statements.transcripts.formats.metadata import clean, read_speech, split_person
from statements.transcripts.languages.country_codes import ALPHA_3_CODES, read_country_code
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.notes import LANGUAGE_CODES
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.dates import (
    date_of_cells,
    doubt_of_date,
    slash_order,
    whole_number,
    year_of_cells,
)
from statements.transcripts.values.parsed import (
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
    SourceMetadata,
    UnreadableTranscript,
)
from statements.transcripts.values.symbols import Symbol

LARGEST_TABLE = 200 * 1024 * 1024  # inflated bytes that are read at once
_LONGEST_CELL = 10_000_000  # characters

# Headers of each field, the most specific first; compared without case, with "_" for spaces.
HEADERS: dict[str, tuple[str, ...]] = {
    "text": ("content", "text", "full_text", "speech_text", "body", "paragraphs", "speech"),
    "date": ("date", "meeting_date", "speech_date", "day_date"),
    "year": ("year",),
    "month": ("month",),
    "day": ("day",),
    "symbol": ("symbol", "meeting_symbol", "spv", "document_symbol", "meeting", "record"),
    "position": ("position", "speech_number", "speech_no", "speech", "order", "number"),
    "organ": ("organ", "council", "chamber"),
    "topic": ("topic", "topics", "subject", "agenda_item", "agenda"),
    "speaker": ("speaker", "speaker_name", "name_of_person_speaking", "name", "person", "who"),
    "affiliation": ("affiliation", "country", "speaker_country", "country_org", "delegation"),
    "code": tuple(
        "country_code iso_code iso3 iso code iso2 alpha_3 alpha3 iso_a3 iso_alpha3 alpha_2 alpha2 "
        "iso_a2 iso_alpha2 iso_numeric m49 country_iso country_iso3 country_iso2 iso_3166 iso3166 "
        "speaker_country_code".split()
    ),
    "role": ("role", "post", "capacity", "role_in_un", "participanttype"),
    "language": ("language", "lang"),
}
_MIN_COLUMNS = 2  # recognised columns; with only one, any list would be a table
_ROWS_OF_EVIDENCE = 500
_DELIMITERS = ",\t;"
_SPV_CELL = re.compile(
    r"(?P<year>20[12]\d)_(?P<number>\d{1,5})|(?P<record>\d{1,5}(?:Resumption\d*)?)"
)
_DATE_FIELDS = ("date", "year", "month", "day")
_NO_CODE = frozenset({"n/a", "nan", "none", "null", "unknown", "-", "?"})  # "NA" is Namibia
_PARTICIPANT_TYPES = frozenset({"mentioned", "guest"})  # not roles


@dataclass(frozen=True, slots=True)
class Columns:
    """Maps the fields of HEADERS to the headers of a table, as it writes them."""

    headers: Mapping[str, str]

    @classmethod
    def recognise(
        cls, headers: Iterable[str], explicit: Mapping[str, str] | None = None
    ) -> "Columns":
        """Assign fields to the headers of a table, those in ``explicit`` (field -> header) first.

        Raises UnreadableTranscript if such a header is missing, or no column contains the text.
        """
        available = {_normalize(header): header for header in headers if header}
        assigned: dict[str, str] = {}
        for field, header in (explicit or {}).items():
            if field not in HEADERS:
                raise UnreadableTranscript(
                    "unknown-column",
                    f"“{field}” is not a known field. Choose one of {', '.join(HEADERS)}.",
                )
            if _normalize(header) not in available:
                raise UnreadableTranscript(
                    "unknown-column",
                    f"The table has no column “{header}”. It has {', '.join(available)}.",
                )
            assigned[field] = available[_normalize(header)]
        for field, names in HEADERS.items():
            candidates = [
                available[name]
                for name in names
                if name in available and available[name] not in assigned.values()
            ]
            if field not in assigned and candidates:
                assigned[field] = candidates[0]
        if "text" not in assigned:
            raise UnreadableTranscript(
                "no-text-column",
                "No column of the table is recognised as the text. Name it: text=…",
            )
        return cls(assigned)


def is_table(data: bytes) -> bool:
    """Return whether a file begins like a table whose columns are recognised."""
    try:
        if data.startswith(b"\x1f\x8b"):
            data = _gzip_head(data)
        head = data[:100_000].decode(encoding_of_head(data), errors="ignore")
        line = next(iter(head.splitlines()), "")
        headers = list(_json_object(line, 1)) if line.startswith("{") else _split(line)
        return len(Columns.recognise(headers).headers) >= _MIN_COLUMNS and all(
            len(header) <= 60 for header in headers
        )
    except UnreadableTranscript:
        return False


def encoding_of_head(data: bytes) -> str:
    """Return the encoding that the first bytes of a table show: UTF-16, or else UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # ASCII headers have a NUL in each pair of bytes
    even, odd = data[0:200:2].count(0), data[1:200:2].count(0)
    if max(even, odd) * 4 > len(data[:200]) > 3:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8-sig"


def encoding_of_table(data: bytes) -> str:
    """Return the encoding of a whole table. Raises UnreadableTranscript if it is not certain."""
    encoding = encoding_of_head(data)
    if encoding == "utf-8-sig":
        try:
            data.decode()
        except UnicodeDecodeError:
            return decode(data).encoding
    return encoding


def _gzip_head(data: bytes) -> bytes:
    """Return the first uncompressed bytes of a gzip file; empty if it is damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:100_000], 100_000)
    except zlib.error:
        return b""


def read_table(
    name: str,
    data: bytes,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> ParsedTranscript:
    """Read a whole table; each row becomes a speech with the row number as its position.

    ``columns`` names columns explicitly, by field. Raises UnreadableTranscript if the table is
    damaged, too large, in another encoding, or has no column with the text.
    """
    if data.startswith(b"\x1f\x8b"):
        data = gunzip(data, LARGEST_TABLE)
    encoding = encoding or encoding_of_table(data)
    speeches = tuple(read_rows(io.BytesIO(data), name, columns=columns, encoding=encoding))
    problems = [
        Problem(code, message.format(count=count))
        for code, message, count in (
            (
                "no-date",
                "Of the rows {count:,} state neither day nor year.",
                _undated(speeches),
            ),
            ("no-symbol", "Of the rows {count:,} state no symbol.", _without_symbol(speeches)),
        )
        if count
    ]
    return ParsedTranscript(
        name=name,
        form="table",
        encoding=encoding.removesuffix("-sig"),
        speeches=speeches,
        problems=tuple(problems),
    )


def open_table(stream: BinaryIO) -> BinaryIO:
    """Return a stream of a table's bytes, which decompresses them if necessary."""
    is_gzip = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    return cast("BinaryIO", gzip.open(stream)) if is_gzip else stream


def read_rows(
    stream: BinaryIO,
    name: str = "",
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Iterator[ParsedSpeech]:
    """Yield the speeches of a table row by row, in constant memory; raises like ``read_table``."""
    if encoding is None:
        encoding = encoding_of_head(stream.read(200))
        stream.seek(0)
    try:
        lines = io.TextIOWrapper(stream, encoding=encoding, newline="")
    except LookupError as error:
        raise UnreadableTranscript(
            "unknown-encoding", f"“{encoding}” is not a known encoding."
        ) from error
    try:
        for number, row in enumerate(_with_evidence(_rows(lines, columns)), start=1):
            yield row.speech(name, number)
    except UnicodeDecodeError as error:
        raise UnreadableTranscript(
            "unsure-encoding",
            "The table is not UTF-8. Please name its encoding, for example cp1252.",
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableTranscript(
            "broken-archive", f"The compressed file is damaged ({error}). Upload it again."
        ) from error
    except csv.Error as error:
        raise UnreadableTranscript(
            "broken-table", f"The table cannot be read: {describe_csv_error(error)}."
        ) from error
    finally:
        lines.detach()  # the caller closes the stream


def describe_csv_error(error: csv.Error) -> str:
    """Return the reason why a table cannot be split into cells, without a full stop."""
    if limit := re.search(r"field limit \((\d+)\)", str(error)):
        return (
            f"a cell has more than {int(limit[1]):,} characters; "
            "probably a quotation mark is not closed"
        )
    return str(error)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its cells by header, and the columns of its table."""

    cells: Mapping[str, str]
    columns: Columns
    day_first: bool | None = None  # in dates with slashes
    has_codes: bool = False  # the column of affiliations has codes of countries: "NO"

    def cell(self, field: str) -> str:
        return clean(self.printed(field))

    def printed(self, field: str) -> str:
        """Return a cell as printed, even if it seems to say that a value is unknown."""
        header = self.columns.headers.get(field)
        return (self.cells.get(header) or "").strip() if header else ""

    def speech(self, source: str, number: int) -> ParsedSpeech:
        text = self.cells.get(self.columns.headers["text"]) or ""
        metadata, messages = self.source_metadata(source)
        speech = read_speech(text, number, metadata, line=number)
        problems = [Problem("bad-cell", message, line=number) for message in messages]
        if doubt := doubt_of_date(metadata.date, metadata.year, metadata.symbol):
            problems.append(Problem("impossible-date", doubt, Severity.ERROR, number))
        return replace(speech, problems=(*speech.problems, *problems))

    def source_metadata(self, source: str) -> tuple[SourceMetadata, list[str]]:
        """Return the row's metadata, and messages about cells that cannot be used."""
        messages: list[str] = []
        day, year = self._date(messages)
        honorific, name = split_person(self.cell("speaker"))
        coded = "affiliation" if self.has_codes else "code"
        metadata = SourceMetadata(
            source=source,
            date=day,
            year=year,
            symbol=self._symbol(messages),
            position=whole_number(self.cell("position")) or None,
            organ=self.cell("organ"),
            topics=tuple(filter(None, map(clean, self.cell("topic").split(";")))),
            speaker=name,
            honorific=honorific,
            affiliation="" if self.has_codes else self.cell("affiliation"),
            country=self._country_code(coded, messages),
            role=clean_role(self.cell("role")),
            language=_language_code(self.cell("language")),
        )
        return metadata, messages

    def _date(self, messages: list[str]) -> tuple[datetime.date | None, int | None]:
        """Return the day of the row, or else its year."""
        cells = {field: self.cell(field) for field in _DATE_FIELDS}
        try:
            day = date_of_cells(cells, day_first=self.day_first)
            return day, None if day else year_of_cells(cells)
        except ValueError as error:
            messages.append(f"{error}.")
            return None, None

    def _country_code(self, field: str, messages: list[str]) -> str:
        cell = self.printed(field)
        if cell.casefold() in _NO_CODE:
            return ""
        try:
            return read_country_code(cell)
        except ValueError as error:
            if _normalize(self.columns.headers[field]) != "code":  # which may be of anything
                messages.append(f"{error}.")
            return ""

    def _symbol(self, messages: list[str]) -> Symbol | None:
        printed = self.cell("symbol")
        if not printed:
            return None
        try:
            return read_symbol(printed, spv=self.columns.headers["symbol"].lower() == "spv")
        except ValueError as error:
            messages.append(f"{error}.")
            return None


def read_symbol(printed: str, *, spv: bool) -> Symbol:
    """Parse a symbol; a column "spv" has short forms: "8699", "8699Resumption1", "2020_418".

    Raises ValueError with a message for the user.
    """
    match = _SPV_CELL.fullmatch(printed.removesuffix(".0")) if spv else None
    if match is None:
        return Symbol.parse(printed)
    if match["record"]:
        return Symbol.parse(f"S/PV.{match['record']}")
    return Symbol.parse(f"S/{match['year']}/{match['number']}")


def _rows(lines: io.TextIOWrapper, explicit: Mapping[str, str] | None) -> Iterator[_Row]:
    first = lines.readline()
    if first.startswith("{"):
        yield from _json_rows(first, lines, explicit)
        return
    headers = _split(first)
    delimiter = _delimiter(first)
    columns = Columns.recognise(headers, explicit)
    for cells in _cells(csv.reader(lines, delimiter=delimiter)):
        if cells:
            yield _Row(dict(zip(headers, cells, strict=False)), columns)


def _with_evidence(rows: Iterator[_Row]) -> Iterator[_Row]:
    """Yield rows that know whether dates such as "03/02/2015" begin with the day, and whether
    countries are codes.

    The first rows show it: one of them may have a day after the twelfth, and where all countries
    have two letters, "NA" is Namibia.
    """
    first = list(islice(rows, _ROWS_OF_EVIDENCE))
    orders = {slash_order(row.cell("date")) for row in first} - {None}
    day_first = orders.pop() if len(orders) == 1 else None
    has_codes = _are_codes(row.printed("affiliation") for row in first if not row.printed("code"))
    for row in chain(first, rows):
        if day_first is None and not has_codes:
            yield row
        else:
            coded = has_codes and not row.printed("code")
            yield replace(row, day_first=day_first, has_codes=coded)


def _are_codes(cells: Iterable[str]) -> bool:
    """Return whether the countries of a column are codes of two letters, all but empty cells."""
    countries = {cell for cell in cells if cell.casefold() not in _NO_CODE and cell}
    # alone, "NA" more often stands for an empty cell
    return bool(countries - {"NA"}) and all(
        cell in ALPHA_3_CODES or cell == "UK" for cell in countries
    )


def _cells(reader: Iterator[list[str]]) -> Iterator[list[str]]:
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


def _json_rows(
    first: str, lines: Iterable[str], explicit: Mapping[str, str] | None
) -> Iterator[_Row]:
    columns_by_keys: dict[tuple[str, ...], Columns] = {}  # rows may omit keys
    for number, line in enumerate(chain((first,), lines), start=1):
        if not line.strip():
            continue
        record = _json_object(line, number)
        keys = tuple(record)
        if keys not in columns_by_keys:
            columns_by_keys[keys] = Columns.recognise(keys, explicit)
        columns = columns_by_keys[keys]
        separators = {columns.headers["text"]: "\n\n"}
        cells = {key: _as_text(value, separators.get(key, "; ")) for key, value in record.items()}
        yield _Row(cells, columns)


def _json_object(line: str, number: int) -> dict[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableTranscript(
            "broken-table", f"Line {number} is not a JSON object ({error})."
        ) from error
    if not isinstance(record, dict):
        raise UnreadableTranscript("broken-table", f"Line {number} is not a JSON object.")
    return record


def _as_text(value: object, separator: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return separator.join(_as_text(item, separator) for item in value)
    if isinstance(value, dict):
        return _as_text(value.get("text") or value.get("title") or value.get("name"), separator)
    return str(value)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _normalize(header: str) -> str:
    return re.sub(r"[\W_]+", "_", header.strip().casefold()).strip("_")


def clean_role(cell: str) -> str:
    """Return the role in a cell; "" for mere participant types such as "Guest"."""
    return "" if cell.casefold() in _PARTICIPANT_TYPES else re.sub(r"^[Tt]he (?=\w)", "", cell)


def _language_code(cell: str) -> str:
    """
    >>> _language_code("Français"), _language_code("FR"), _language_code("Klingon")
    ('fr', 'fr', '')
    """
    folded = fold(cell)
    return folded if folded in LANGUAGE_CODES.values() else LANGUAGE_CODES.get(folded, "")


def _undated(speeches: Iterable[ParsedSpeech]) -> int:
    metadata = [speech.source_metadata for speech in speeches]
    return sum(not (values and (values.date or values.year)) for values in metadata)


def _without_symbol(speeches: Iterable[ParsedSpeech]) -> int:
    metadata = [speech.source_metadata for speech in speeches]
    return sum(not (values and values.symbol) for values in metadata)
