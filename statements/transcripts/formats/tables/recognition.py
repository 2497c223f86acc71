"""Recognises tables, and their encodings."""

import codecs
import zlib

from statements.transcripts.formats.tables.cells import json_object, split_line
from statements.transcripts.formats.tables.columns import Columns
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.parsed import UnreadableTranscript

_MIN_COLUMNS = 2  # recognised columns; with only one, any list would be a table


def is_table(data: bytes) -> bool:
    """Return whether a file begins like a table whose columns are recognised."""
    try:
        if data.startswith(b"\x1f\x8b"):
            data = _gzip_head(data)
        head = data[:100_000].decode(encoding_of_head(data), errors="ignore")
        line = next(iter(head.splitlines()), "")
        headers = list(json_object(line, 1)) if line.startswith("{") else split_line(line)
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
