"""The UN General Debate Corpus: ``Session NN - YYYY/ISO_NN_YYYY.txt`` and a table of speakers.

Each file is a statement in the general debate of one session of the General Assembly. Its year is
known, but neither its day nor a symbol.
"""

import csv
import datetime
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from statements.transcripts.formats.metadata import attach_metadata, clean, split_person
from statements.transcripts.formats.text import read_text
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.parsed import (
    ParsedTranscript,
    SourceMetadata,
    UnreadableTranscript,
)

TITLE = "UN General Debate Corpus"
RIGHTS = "CC0"
DEBATE = "General debate"
_FILE = re.compile(r"(?P<code>[A-Z]{2,4})_(?P<session>\d{1,3})_(?P<year>\d{4})\.txt")
_COLUMNS = ("year", "session", "iso code", "country")
# Codes of the table that are typing errors or peculiar to it, with the codes in file names.
_CODES = {
    "YDYE": "YMD",
    "EC": "EU",
    "PAR": "PRY",
    "POR": "PRT",
    "CZK": "CSK",
    "DKN": "DNK",
    "ZFA": "ZAF",
    "PKR": "PRK",
}

Key = tuple[int, str]  # session, code


@dataclass(frozen=True, slots=True)
class _Row:
    country: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class GeneralDebate:
    """The corpus, described by its table of speakers if there is one, and by file names."""

    title: str = TITLE
    rows: Mapping[Key, tuple[_Row, ...]] = field(default_factory=dict)

    @property
    def expected(self) -> frozenset[str]:
        """The keys of the files that the table describes."""
        return frozenset(_name(*key) for key in self.rows)

    def key(self, name: str) -> str:
        """Return the key of a file in ``expected``; "" if it is not a statement of the corpus."""
        match = _match(name)
        return _name(int(match["session"]), match["code"]) if match else ""

    def read(self, name: str, data: bytes, encoding: str | None = None) -> ParsedTranscript:
        """Read the statement in a file and attach its metadata; raises like ``decode``."""
        parsed = read_text(PurePosixPath(name).name, decode(data, encoding))
        metadata = self.source_metadata(name)
        return attach_metadata(parsed, metadata) if metadata else parsed

    def source_metadata(self, name: str) -> SourceMetadata | None:
        """Return what file name and table say about a file; None if it is not a statement."""
        match = _match(name)
        if match is None:
            return None
        year = int(match["year"])
        rows = self.rows.get((int(match["session"]), match["code"]), ())
        row = rows[0] if len(rows) == 1 else _Row("", "", "")  # of two rows, either may be right
        honorific, speaker = split_person(row.name)
        return SourceMetadata(
            source=self.title,
            year=year,
            around=datetime.date(year, 10, 1),  # the debate is held in September and October
            organ="General Assembly",
            session=int(match["session"]),
            debate=DEBATE,
            topics=(DEBATE,),
            speaker=speaker,
            honorific=honorific,
            affiliation=row.country,
            country=match["code"],
            role=row.post,
        )


def recognises(names: Iterable[str]) -> bool:
    """Return whether most text files have names of the corpus."""
    texts = [name for name in names if name.endswith(".txt")]
    return bool(texts) and sum(_match(name) is not None for name in texts) * 2 > len(texts)


def is_speakers_table(data: bytes) -> bool:
    """Return whether a file begins with the header of the table of speakers."""
    head = data[:2000].decode("utf-8-sig", errors="replace").splitlines()[:1]
    columns = [cell.strip().lower() for cell in head[0].split(",")] if head else []
    return all(column in columns for column in _COLUMNS)


def read_speakers(data: bytes) -> GeneralDebate:
    """Read the table of speakers; raises UnreadableTranscript if it is a different table."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTranscript("unsure-encoding", "The table is not UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    headers = {header.strip().lower(): header for header in reader.fieldnames or []}
    if not all(column in headers for column in _COLUMNS):
        raise UnreadableTranscript(
            "no-speakers-table", "The table has no columns Year, Session, ISO Code and Country."
        )
    name_header = next(
        (header for column, header in headers.items() if column.startswith("name of person")), ""
    )
    post_header = headers.get("post", "")
    rows: dict[Key, dict[_Row, None]] = defaultdict(dict)
    for cells in reader:
        session, code = (clean(cells[headers[column]] or "") for column in ("session", "iso code"))
        if session.isdigit() and code:
            row = _Row(
                clean(cells[headers["country"]] or ""),
                clean(cells.get(name_header) or ""),
                clean(cells.get(post_header) or ""),
            )
            rows[int(session), _CODES.get(code, code)][row] = None
    return GeneralDebate(rows={key: tuple(unique_rows) for key, unique_rows in rows.items()})


def _match(name: str) -> re.Match[str] | None:
    match = _FILE.fullmatch(PurePosixPath(name).name)
    return match if match and int(match["session"]) + 1945 == int(match["year"]) else None


def _name(session: int, code: str) -> str:
    return f"{code}_{session:02}_{session + 1945}"
