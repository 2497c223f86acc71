"""Reads tables, whole or row by row."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO, cast

from statements.transcripts.formats.containers.archives import gunzip
from statements.transcripts.formats.tables.cells import (
    as_text,
    csv_cells,
    describe_csv_error,
    find_delimiter,
    json_object,
    split_line,
)
from statements.transcripts.formats.tables.columns import Columns
from statements.transcripts.formats.tables.recognition import encoding_of_head, encoding_of_table
from statements.transcripts.formats.tables.rows import Row, are_codes
from statements.transcripts.values.dates import slash_order
from statements.transcripts.values.parsed import (
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    UnreadableTranscript,
)

LARGEST_TABLE = 200 * 1024 * 1024  # inflated bytes that are read at once
_ROWS_OF_EVIDENCE = 500


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
                _count_undated(speeches),
            ),
            (
                "no-symbol",
                "Of the rows {count:,} state no symbol.",
                _count_without_symbol(speeches),
            ),
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


def _rows(lines: io.TextIOWrapper, explicit: Mapping[str, str] | None) -> Iterator[Row]:
    first = lines.readline()
    if first.startswith("{"):
        yield from _json_rows(first, lines, explicit)
        return
    headers = split_line(first)
    delimiter = find_delimiter(first)
    columns = Columns.recognise(headers, explicit)
    for cells in csv_cells(csv.reader(lines, delimiter=delimiter)):
        if cells:
            yield Row(dict(zip(headers, cells, strict=False)), columns)


def _with_evidence(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield rows that know whether dates such as "03/02/2015" begin with the day, and whether
    countries are codes.

    The first rows show it: one of them may have a day after the twelfth, and where all countries
    have two letters, "NA" is Namibia.
    """
    first = list(islice(rows, _ROWS_OF_EVIDENCE))
    orders = {slash_order(row.cell("date")) for row in first} - {None}
    day_first = orders.pop() if len(orders) == 1 else None
    has_codes = are_codes(row.printed("affiliation") for row in first if not row.printed("code"))
    for row in chain(first, rows):
        if day_first is None and not has_codes:
            yield row
        else:
            coded = has_codes and not row.printed("code")
            yield replace(row, day_first=day_first, has_codes=coded)


def _json_rows(
    first: str, lines: Iterable[str], explicit: Mapping[str, str] | None
) -> Iterator[Row]:
    columns_by_keys: dict[tuple[str, ...], Columns] = {}  # rows may omit keys
    for number, line in enumerate(chain((first,), lines), start=1):
        if not line.strip():
            continue
        record = json_object(line, number)
        keys = tuple(record)
        if keys not in columns_by_keys:
            columns_by_keys[keys] = Columns.recognise(keys, explicit)
        columns = columns_by_keys[keys]
        separators = {columns.headers["text"]: "\n\n"}
        cells = {key: as_text(value, separators.get(key, "; ")) for key, value in record.items()}
        yield Row(cells, columns)


def _count_undated(speeches: Iterable[ParsedSpeech]) -> int:
    metadata = [speech.source_metadata for speech in speeches]
    return sum(not (values and (values.date or values.year)) for values in metadata)


def _count_without_symbol(speeches: Iterable[ParsedSpeech]) -> int:
    metadata = [speech.source_metadata for speech in speeches]
    return sum(not (values and values.symbol) for values in metadata)
