"""Reader for tables, a speech each row: CSV, TSV and JSON Lines, also packed with gzip.

Columns are recognised by their headers or named by the caller. A row's text is read like any
other text; what its other cells say is kept apart from it, as given.
"""

import csv
import datetime
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO, cast

from statements.transcripts.dates import date_of_cells, whole_number
from statements.transcripts.formats.archives import gunzip
from statements.transcripts.formats.metadata import clean, given_name, read_speech
from statements.transcripts.languages import LANGUAGES
from statements.transcripts.parsed import (
    Given,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    UnreadableTranscript,
)
from statements.transcripts.symbols import Symbol

LARGEST_TABLE = 200 * 1024 * 1024  # inflated bytes that are read at once
_LONGEST_CELL = 10_000_000

# Headers under which each is found, the surest first; compared without case, "_" for spaces.
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
    "code": ("country_code", "iso_code", "iso3", "iso", "code"),
    "role": ("role", "post", "capacity", "role_in_un", "participanttype"),
    "language": ("language", "lang"),
}
_LEAST = 2  # recognised columns; with one alone any list would be a table
_DELIMITERS = ",\t;"
_GLUED = re.compile(r"(?P<year>20[12]\d)_(?P<number>\d{1,5})|(?P<record>\d{1,5}(?:Resumption\d*)?)")
_DAYS = ("date", "year", "month", "day")
_PARTS_OF_MEETINGS = frozenset({"mentioned", "guest"})  # who was named, who was invited: no roles


@dataclass(frozen=True, slots=True)
class Columns:
    """Which header holds what: field of HEADERS -> header as the table writes it."""

    headers: Mapping[str, str]

    @classmethod
    def recognise(cls, headers: Iterable[str], named: Mapping[str, str] | None = None) -> "Columns":
        """Columns by their headers, those that are named first.

        Raises UnreadableTranscript where a named column is not there, or none holds a text.
        """
        there = {_normal(header): header for header in headers if header}
        found: dict[str, str] = {}
        for field, header in (named or {}).items():
            if field not in HEADERS:
                known = ", ".join(HEADERS)
                raise UnreadableTranscript(
                    "unknown-column", f"“{field}” is nothing a column can hold; there are {known}."
                )
            if _normal(header) not in there:
                raise UnreadableTranscript(
                    "unknown-column", f"The table has no column “{header}”: {', '.join(there)}."
                )
            found[field] = there[_normal(header)]
        for field, names in HEADERS.items():
            free = [there[n] for n in names if n in there and there[n] not in found.values()]
            if field not in found and free:
                found[field] = free[0]
        if "text" not in found:
            raise UnreadableTranscript(
                "no-text-column",
                "No column of the table is known to hold the text. Name it: text=…",
            )
        return cls(found)


def is_table(data: bytes) -> bool:
    """Whether a file begins as a table whose columns are recognised."""
    try:
        if data.startswith(b"\x1f\x8b"):
            data = _gzip_head(data)
        first = data[:100_000].removeprefix(b"\xef\xbb\xbf").splitlines()[:1]
        line = first[0].decode("utf-8", errors="ignore") if first else ""
        headers = list(_json_object(line, 1)) if line.startswith("{") else _split(line)
        return len(Columns.recognise(headers).headers) >= _LEAST and all(
            len(header) <= 60 for header in headers
        )
    except UnreadableTranscript:
        return False


def _gzip_head(data: bytes) -> bytes:
    """The first bytes of what a gzip file holds; nothing where it is damaged."""
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
    """A whole table at once; its rows become speeches at the positions of the rows."""
    if data.startswith(b"\x1f\x8b"):
        data = gunzip(data, LARGEST_TABLE)
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
        encoding=encoding or "utf-8",
        speeches=speeches,
        problems=tuple(problems),
    )


def open_table(stream: BinaryIO) -> BinaryIO:
    """The bytes of a table, unpacked as they are read where it is packed."""
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    return cast("BinaryIO", gzip.open(stream)) if packed else stream


def read_rows(
    stream: BinaryIO,
    name: str = "",
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Iterator[ParsedSpeech]:
    """The speeches of a table, read as they are asked for, so that memory stays flat."""
    try:
        lines = io.TextIOWrapper(stream, encoding=encoding or "utf-8-sig", newline="")
    except LookupError as error:
        raise UnreadableTranscript(
            "unknown-encoding", f"“{encoding}” is no known encoding."
        ) from error
    try:
        for number, row in enumerate(_rows(lines, columns), start=1):
            yield row.speech(name, number)
    except UnicodeDecodeError as error:
        raise UnreadableTranscript(
            "unsure-encoding",
            "The table is not UTF-8. Please name its encoding, for example cp1252.",
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableTranscript(
            "broken-archive", f"The compressed file is damaged ({error}). Send it again."
        ) from error
    except csv.Error as error:
        raise UnreadableTranscript("broken-table", f"The table cannot be read: {error}.") from error
    finally:
        lines.detach()  # the stream is the caller's to close


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Mapping[str, str]
    columns: Columns

    def cell(self, field: str) -> str:
        header = self.columns.headers.get(field)
        return clean(self.cells.get(header) or "") if header else ""

    def speech(self, source: str, number: int) -> ParsedSpeech:
        text = self.cells.get(self.columns.headers["text"]) or ""
        given, problems = self.given(source)
        speech = read_speech(text, number, given, line=number)
        if problems:
            told = tuple(Problem("bad-cell", problem, line=number) for problem in problems)
            speech = replace(speech, problems=speech.problems + told)
        return speech

    def given(self, source: str) -> tuple[Given, list[str]]:
        problems: list[str] = []
        day = self._date(problems)
        year = whole_number(self.cell("year"))
        honorific, name = given_name(self.cell("speaker"))
        role = self.cell("role")
        given = Given(
            source=source,
            date=day,
            year=year if day is None and year and 1 <= year <= 9999 else None,
            symbol=self._symbol(problems),
            position=whole_number(self.cell("position")) or None,
            organ=self.cell("organ"),
            topics=tuple(filter(None, map(clean, self.cell("topic").split(";")))),
            speaker=name,
            honorific=honorific,
            affiliation=self.cell("affiliation"),
            country=self.cell("code").upper(),
            role=given_role(role),
            language=_language(self.cell("language")),
        )
        return given, problems

    def _date(self, problems: list[str]) -> datetime.date | None:
        try:
            return date_of_cells({each: self.cell(each) for each in _DAYS})
        except ValueError as error:
            problems.append(f"{error}.")
            return None

    def _symbol(self, problems: list[str]) -> Symbol | None:
        printed = self.cell("symbol")
        if not printed:
            return None
        try:
            return read_symbol(printed, spv=self.columns.headers["symbol"].lower() == "spv")
        except ValueError as error:
            problems.append(f"{error}.")
            return None


def read_symbol(printed: str, *, spv: bool) -> Symbol:
    """A symbol, or what a column "spv" has for one: "8699", "8699Resumption1", "2020_418"."""
    glued = _GLUED.fullmatch(printed.removesuffix(".0")) if spv else None
    if glued is None:
        return Symbol.parse(printed)
    if glued["record"]:
        return Symbol.parse(f"S/PV.{glued['record']}")
    return Symbol.parse(f"S/{glued['year']}/{glued['number']}")


def _rows(lines: io.TextIOWrapper, named: Mapping[str, str] | None) -> Iterator[_Row]:
    first = lines.readline()
    if first.startswith("{"):
        yield from _json_rows(first, lines, named)
        return
    headers = _split(first)
    delimiter = _delimiter(first)
    columns = Columns.recognise(headers, named)
    for cells in _cells(csv.reader(lines, delimiter=delimiter)):
        if cells:
            yield _Row(dict(zip(headers, cells, strict=False)), columns)


def _cells(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows of a table, of which a cell may hold a whole speech; the limit for cells is
    everybody's, so that it is put back before anybody else reads a table."""
    while True:
        usual = csv.field_size_limit(_LONGEST_CELL)
        try:
            cells = next(reader, None)
        finally:
            csv.field_size_limit(usual)
        if cells is None:
            return
        yield cells


def _json_rows(first: str, lines: Iterable[str], named: Mapping[str, str] | None) -> Iterator[_Row]:
    known: dict[tuple[str, ...], Columns] = {}  # rows may leave keys out
    for number, line in enumerate(chain((first,), lines), start=1):
        if not line.strip():
            continue
        found = _json_object(line, number)
        keys = tuple(found)
        if keys not in known:
            known[keys] = Columns.recognise(keys, named)
        columns = known[keys]
        between = {columns.headers["text"]: "\n\n"}
        cells = {key: _as_text(value, between.get(key, "; ")) for key, value in found.items()}
        yield _Row(cells, columns)


def _json_object(line: str, number: int) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableTranscript(
            "broken-table", f"Line {number} is no JSON object ({error})."
        ) from error
    if not isinstance(found, dict):
        raise UnreadableTranscript("broken-table", f"Line {number} is no JSON object.")
    return found


def _as_text(value: object, between: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return between.join(_as_text(each, between) for each in value)
    if isinstance(value, dict):
        return _as_text(value.get("text") or value.get("title") or value.get("name"), between)
    return str(value)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _normal(header: str) -> str:
    return re.sub(r"[\W_]+", "_", header.strip().casefold()).strip("_")


def given_role(cell: str) -> str:
    """What a person speaks as; that somebody was named or invited is no role."""
    return "" if cell.casefold() in _PARTS_OF_MEETINGS else re.sub(r"^[Tt]he (?=\w)", "", cell)


def _language(cell: str) -> str:
    folded = cell.casefold()
    return folded if folded in LANGUAGES.values() else LANGUAGES.get(folded, "")


def _undated(speeches: Iterable[ParsedSpeech]) -> int:
    return sum(not (each.given and (each.given.date or each.given.year)) for each in speeches)


def _without_symbol(speeches: Iterable[ParsedSpeech]) -> int:
    return sum(not (each.given and each.given.symbol) for each in speeches)
