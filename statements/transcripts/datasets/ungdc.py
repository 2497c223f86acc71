"""The UN General Debate Corpus: ``Session NN - YYYY/ISO_NN_YYYY.txt`` and a table of speakers.

Each file is a statement in the general debate of one session of the General Assembly. Only its
year is known, and no symbol.
"""

import csv
import datetime
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from statements.transcripts.formats.decoding import decode
from statements.transcripts.formats.metadata import clean, given_name, place_speeches
from statements.transcripts.formats.text import read_text
from statements.transcripts.parsed import Given, ParsedTranscript, UnreadableTranscript

TITLE = "UN General Debate Corpus"
_FILE = re.compile(r"(?P<code>[A-Z]{2,4})_(?P<session>\d{1,3})_(?P<year>\d{4})\.txt")
_COLUMNS = ("year", "session", "iso code", "country")
# Codes of the table that are slips of the pen or its own; the files bear the second form.
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
    """The corpus as far as its table of speakers describes it; without one, by file names."""

    title: str = TITLE
    rows: Mapping[Key, tuple[_Row, ...]] = field(default_factory=dict)

    @property
    def expected(self) -> frozenset[str]:
        """What the table has a speaker for, written as the files are named."""
        return frozenset(_name(*key) for key in self.rows)

    def key(self, name: str) -> str:
        """What ``expected`` calls this file; "" for a file that is no statement of the corpus."""
        match = _match(name)
        return _name(int(match["session"]), match["code"]) if match else ""

    def read(self, name: str, data: bytes, encoding: str | None = None) -> ParsedTranscript:
        """The statement in a file, with what the table says of it."""
        parsed = read_text(PurePosixPath(name).name, decode(data, encoding))
        given = self.given(name)
        return place_speeches(parsed, given) if given else parsed

    def given(self, name: str) -> Given | None:
        match = _match(name)
        if match is None:
            return None
        year = int(match["year"])
        rows = self.rows.get((int(match["session"]), match["code"]), ())
        told = rows[0] if len(rows) == 1 else _Row("", "", "")  # two rows: which is not known
        honorific, speaker = given_name(told.name)
        return Given(
            source=self.title,
            year=year,
            around=datetime.date(year, 10, 1),  # the debate is held in September and October
            organ="General Assembly",
            topics=("General debate",),
            speaker=speaker,
            honorific=honorific,
            affiliation=told.country,
            country=match["code"],
            role=told.post,
        )


def recognises(names: Iterable[str]) -> bool:
    """Whether most of these files are named as the corpus names them."""
    texts = [name for name in names if name.endswith(".txt")]
    return bool(texts) and sum(_match(name) is not None for name in texts) * 2 > len(texts)


def is_speakers_table(data: bytes) -> bool:
    head = data[:2000].decode("utf-8-sig", errors="replace").splitlines()[:1]
    columns = [cell.strip().lower() for cell in head[0].split(",")] if head else []
    return all(column in columns for column in _COLUMNS)


def read_speakers(data: bytes) -> GeneralDebate:
    """The corpus with its table of speakers; raises UnreadableTranscript where it is another."""
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
    who = next((headers[each] for each in headers if each.startswith("name of person")), "")
    post = headers.get("post", "")
    rows: dict[Key, dict[_Row, None]] = defaultdict(dict)
    for cells in reader:
        session, code = (clean(cells[headers[each]] or "") for each in ("session", "iso code"))
        if session.isdigit() and code:
            row = _Row(
                clean(cells[headers["country"]] or ""),
                clean(cells.get(who) or ""),
                clean(cells.get(post) or ""),
            )
            rows[int(session), _CODES.get(code, code)][row] = None
    return GeneralDebate(rows={key: tuple(found) for key, found in rows.items()})


def _match(name: str) -> re.Match[str] | None:
    found = _FILE.fullmatch(PurePosixPath(name).name)
    return found if found and int(found["session"]) + 1945 == int(found["year"]) else None


def _name(session: int, code: str) -> str:
    return f"{code}_{session:02}_{session + 1945}"
