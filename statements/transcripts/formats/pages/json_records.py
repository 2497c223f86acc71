"""Reader for JSON documents that hold a list of speeches, such as exports of databases and SayIt.

The list is read as a table. Every other JSON document is refused: its braces and keys were never
spoken.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from statements.transcripts.formats.pages.web_page import plain_text
from statements.transcripts.formats.tables.columns import Columns
from statements.transcripts.formats.tables.reader import read_table
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedTranscript,
    UnreadableTranscript,
)

_MOST_NESTED = 3  # levels above the list of speeches
_FEWEST_COLUMNS = 2  # the text and one more
_HTML = re.compile(r"</?(?:p|br|div|span|b|i|em|strong|ul|li|h[1-6])\b[^<>]{0,400}>", re.IGNORECASE)


def read_json(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read the only list of speeches in a JSON document.

    Raises UnreadableTranscript if there is none or more than one, or the JSON is damaged.
    """
    document = load_json(decode(data, encoding).text)
    lists = list(_lists_of_speeches(document, 0))
    if len(lists) != 1:
        raise UnreadableTranscript(
            "unknown-json",
            "This is a JSON document without a single list of speeches. What can be read is a list "
            'of objects such as {"speaker": "Ms. Lund", "text": "…"}, or a table as CSV.',
        )
    (key, records), text_key = lists[0], _columns(lists[0][1]).headers["text"]
    rows = "\n".join(json.dumps(_row(record, text_key), ensure_ascii=False) for record in records)
    parsed = read_table(name, rows.encode("utf-8", "surrogatepass"))
    return replace(parsed, dropped=(*parsed.dropped, *other_entries(document, key)))


def load_json(text: str) -> Any:
    """Parse a JSON document; raises UnreadableTranscript if it is damaged."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableTranscript(
            "broken-json",
            f"This looks like JSON, but it is damaged or cut off ({error}). Export it again.",
        ) from error


def _lists_of_speeches(value: Any, depth: int) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Yield the lists of objects with a text, each with its key."""
    children: Iterator[tuple[str, Any]]
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value) and _is_table(value):
            yield "", value
            return
        children = (("", item) for item in value[:100])
    elif isinstance(value, dict):
        children = iter(value.items())
    else:
        return
    if depth < _MOST_NESTED:
        for key, child in children:
            for inner_key, records in _lists_of_speeches(child, depth + 1):
                yield inner_key or key, records


def _is_table(records: Sequence[Mapping[str, Any]]) -> bool:
    try:
        columns = _columns(records)
    except UnreadableTranscript:
        return False
    text = columns.headers["text"]
    is_text = any(isinstance(record.get(text), str | list) for record in records)
    return len(columns.headers) >= _FEWEST_COLUMNS and is_text


def _columns(records: Sequence[Mapping[str, Any]]) -> Columns:
    """Recognise the keys of all records together; the first may lack some."""
    return Columns.recognise(dict.fromkeys(key for record in records[:100] for key in record))


def _row(record: Mapping[str, Any], text_key: str) -> dict[str, Any]:
    """Return a record whose text has no tags; records without a text keep an empty one."""
    text = record.get(text_key)
    parts = text if isinstance(text, list) else [text or ""]
    plain = [
        plain_text(part) if isinstance(part, str) and _HTML.search(part) else part for part in parts
    ]
    return {**record, text_key: plain}


def other_entries(document: Any, key: str) -> Iterator[DroppedText]:
    """Yield the texts at the top of the document, which describe the list."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name != key and isinstance(value, str | int | float) and str(value).strip():
                yield DroppedText(f"{name}: {value}", "other data", 0)
