"""UN Security Council Debates: ``UNSC_YYYY_SPV.NNNN_spchNNN.txt``, ``speaker.tsv``, ``meta.tsv``.

Each file is one speech, its speaker line kept; the tables know date, meeting, place in the
meeting, topic, speaker, country or organization. They are UTF-8 without any quoting, and some
rows have line breaks within a cell.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from statements.transcripts.dates import date_of_cells
from statements.transcripts.formats.decoding import decode
from statements.transcripts.formats.metadata import clean, given_name, read_speech
from statements.transcripts.formats.tables import given_role, read_symbol
from statements.transcripts.parsed import Given, ParsedTranscript, UnreadableTranscript
from statements.transcripts.symbols import Symbol

TITLE = "UN Security Council Debates"
_FILE = re.compile(
    r"(?P<base>UNSC_(?P<year>\d{4})_SPV\.(?P<spv>\d{1,5}(?:Resumption\d*)?|\d{4}_\d{1,5}))"
    r"_spch(?P<number>\d{3,4})\.txt"
)
_SPEAKERS = ("filename", "speaker", "participanttype")
_MEETINGS = ("basename", "date", "topic")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SecurityCouncil:
    """The corpus as far as its tables describe it; without them, by file names alone."""

    title: str = TITLE
    speakers: Mapping[str, Cells] = field(default_factory=dict)  # by file
    meetings: Mapping[str, Cells] = field(default_factory=dict)  # by the file's first part

    @property
    def expected(self) -> frozenset[str]:
        return frozenset(self.speakers)

    def key(self, name: str) -> str:
        match = _match(name)
        return _key(match) if match else ""

    def read(self, name: str, data: bytes, encoding: str | None = None) -> ParsedTranscript:
        """The one speech in a file, with what the tables say of it."""
        decoded = decode(data, encoding)
        given = self.given(name) or Given(source=self.title)
        return ParsedTranscript(
            name=PurePosixPath(name).name,
            form="statement",
            encoding=decoded.encoding,
            speeches=(read_speech(decoded.text, 1, given, line=1),),
        )

    def given(self, name: str) -> Given | None:
        match = _match(name)
        if match is None:
            return None
        told = self.speakers.get(_key(match), {})
        meeting = self.meetings.get(match["base"], {})
        day = _day(told) or _day(meeting)
        honorific, speaker = given_name(told.get("speaker", ""))
        topic = clean(told.get("topic", "") or meeting.get("topic", ""))
        return Given(
            source=self.title,
            date=day,
            year=None if day else int(match["year"]),
            symbol=_symbol(match["spv"]),
            position=int(match["number"]) or None,
            organ="Security Council",
            topics=(topic,) if topic else (),
            speaker=speaker,
            honorific=honorific,
            affiliation=clean(told.get("speaker_country", "") or told.get("country_org", "")),
            role=given_role(clean(told.get("role", "")) or clean(told.get("participanttype", ""))),
        )


def recognises(names: Iterable[str]) -> bool:
    """Whether most of these files are named as the corpus names them."""
    texts = [name for name in names if name.endswith(".txt")]
    return bool(texts) and sum(_match(name) is not None for name in texts) * 2 > len(texts)


def is_speakers_table(data: bytes) -> bool:
    return _has_columns(data, _SPEAKERS)


def is_meetings_table(data: bytes) -> bool:
    return _has_columns(data, _MEETINGS)


def with_speakers(corpus: SecurityCouncil, data: bytes) -> SecurityCouncil:
    rows: dict[str, Cells] = {}
    for cells in read_tsv(data):
        if match := _match(cells.get("filename", "")):
            rows[_key(match)] = cells
    return SecurityCouncil(speakers=rows, meetings=corpus.meetings)


def with_meetings(corpus: SecurityCouncil, data: bytes) -> SecurityCouncil:
    rows = {
        cells["basename"].removesuffix(".txt"): cells
        for cells in read_tsv(data)
        if cells.get("basename")
    }
    return SecurityCouncil(speakers=corpus.speakers, meetings=rows)


def read_tsv(data: bytes) -> Iterator[Cells]:
    """The rows of a table without quoting; a row with too few tabs goes on in the next line."""
    try:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableTranscript("unsure-encoding", "The table is not UTF-8.") from error
    headers = [header.strip().lower() for header in lines[0].split("\t")]
    whole = len(headers) - 1
    row = ""  # the row that is open; a whole one may still go on in its last cell
    for line in lines[1:]:
        if row.count("\t") == whole and "\t" in line:
            yield dict(zip(headers, row.split("\t"), strict=True))
            row = line
        else:
            row = f"{row} {line}".strip(" ")
        tabs = row.count("\t")
        if tabs > whole:
            raise UnreadableTranscript(
                "broken-table",
                f"A row of the table has {tabs + 1} cells, its header {whole + 1}: {row[:60]}…",
            )
    if row.count("\t") == whole:
        yield dict(zip(headers, row.split("\t"), strict=True))


def _has_columns(data: bytes, wanted: Iterable[str]) -> bool:
    head = data[:4000].decode("utf-8-sig", errors="replace").splitlines()[:1]
    columns = [cell.strip().lower() for cell in head[0].split("\t")] if head else []
    return all(column in columns for column in wanted)


def _match(name: str) -> re.Match[str] | None:
    return _FILE.fullmatch(PurePosixPath(name).name)


def _key(match: re.Match[str]) -> str:
    """One form for "spch010" and "spch0010"."""
    return f"{match['base']}_{int(match['number'])}"


def _day(cells: Cells) -> datetime.date | None:
    try:
        return date_of_cells({name: clean(cell) for name, cell in cells.items()})
    except ValueError:
        return None


def _symbol(spv: str) -> Symbol | None:
    try:
        return read_symbol(spv, spv=True)
    except ValueError:
        return None
