"""Reader for the XML of parliaments that a dialect describes."""

import datetime
import re

from statements.transcripts.formats.markup.debates import DebateReader, assemble
from statements.transcripts.formats.markup.dialects import BY_ROOT, Dialect, values_at
from statements.transcripts.formats.markup.prolog import names_any, read_prolog
from statements.transcripts.formats.markup.xml_tree import FRAGMENTS, Element, parse_tree
from statements.transcripts.values.dates import read_date
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)

_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})\d{0,9}")


def is_mapped_debate(data: bytes) -> bool:
    """Return whether a file begins with the outermost element of a known dialect."""
    prolog = read_prolog(data)
    dialect = BY_ROOT.get(prolog.root) if prolog else None
    if dialect is None:
        return False
    return not dialect.required or names_any(data, dialect.required)


def read_mapped_debate(name: str, data: bytes) -> ParsedTranscript:
    """Read a debate whose outermost element belongs to a dialect.

    Raises UnreadableTranscript if it belongs to none, nobody speaks, or the XML is refused.
    """
    root = parse_tree(data)
    inner = root.elements[0] if root.name == FRAGMENTS and root.elements else root
    dialect = BY_ROOT.get(inner.name)
    if dialect is None:
        raise UnreadableTranscript(
            "no-debate", f"No dialect of XML is known that begins with <{inner.name[:40]}>."
        )
    reader = DebateReader(dialect)
    reader.read(root)
    reader.finish()
    return assemble(name, reader, _meeting(root, dialect), [])


def _meeting(root: Element, dialect: Dialect) -> ParsedMeeting:
    for place in dialect.meeting.get("date", ()):
        for printed in values_at(root, place):
            if date := find_date(printed):
                return ParsedMeeting(date=date, date_printed="" if "@" in place else printed)
    return ParsedMeeting()


def find_date(printed: str) -> datetime.date | None:
    """Return the date in a value such as "2009-10-26b.1.0", "22.11.2017" or "20260530150000000"."""
    match = _ISO.search(printed) or _DAY_FIRST.search(printed) or _COMPACT.fullmatch(printed)
    try:
        if match:
            return datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
        return read_date(printed.partition(",")[2].strip() or printed)
    except ValueError:
        return None
