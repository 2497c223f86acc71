"""RIS records (Research Information Systems), in UTF-8 with a line for each field.

The format has no type for speeches. ``SLIDE``, a presentation, is what Zotero reads and writes for
CSL items of the type "speech".
"""

from collections.abc import Iterator, Mapping
from typing import Any


def record(item: Mapping[str, Any]) -> str:
    """Return the record of an item."""
    return "".join(f"{tag}  - {' '.join(str(value).split())}\r\n" for tag, value in _fields(item))


def _fields(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "TY", "SLIDE"
    yield "ID", item["id"]
    for author in item.get("author", ()):
        # a comma would divide a name into surname and first names
        yield "AU", (author.get("literal") or author["family"]).replace(",", "")
    yield "TI", item["title"]
    if event := item.get("event-title"):
        yield "T2", event
    if days := item.get("issued", {}).get("date-parts"):
        year, *rest = days[0]
        yield "PY", f"{year:04d}"
        month, day = (f"{number:02d}" for number in rest) if rest else ("", "")
        yield "DA", f"{year:04d}/{month}/{day}/"
    yield "DB", item["archive"]
    if note := item.get("note"):
        yield "N1", note
    yield "UR", item["URL"]
    yield "ER", ""
