"""UN Security Council Debates: ``UNSC_YYYY_SPV.NNNN_spchNNN.txt``, ``speaker.tsv``, ``meta.tsv``.

Each file is one speech with its speaker line. The tables state date, meeting, position in the
meeting, topic, speaker, and country or organization. They are UTF-8 without quoting, and some
rows have line breaks within a cell.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from statements.transcripts.formats.metadata import clean, read_speech, split_person
from statements.transcripts.formats.tables.rows import clean_role, read_symbol
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.dates import date_of_cells
from statements.transcripts.values.parsed import (
    ParsedTranscript,
    SourceMetadata,
    UnreadableTranscript,
)
from statements.transcripts.values.symbols import Symbol

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
    """The corpus, described by its tables if there are any, and by file names."""

    title: str = TITLE
    speakers: Mapping[str, Cells] = field(default_factory=dict)  # by file key
    meetings: Mapping[str, Cells] = field(default_factory=dict)  # by the first part of file names

    @property
    def expected(self) -> frozenset[str]:
        """The keys of the files that the table of speakers describes."""
        return frozenset(self.speakers)

    def key(self, name: str) -> str:
        """Return the key of a file in ``expected``; "" if it is not a speech of the corpus."""
        match = _match(name)
        return _key(match) if match else ""

    def read(self, name: str, data: bytes, encoding: str | None = None) -> ParsedTranscript:
        """Read the one speech in a file and attach its metadata; raises like ``decode``."""
        decoded = decode(data, encoding)
        metadata = self.source_metadata(name) or SourceMetadata(source=self.title)
        return ParsedTranscript(
            name=PurePosixPath(name).name,
            form="statement",
            encoding=decoded.encoding,
            speeches=(read_speech(decoded.text, 1, metadata, line=1),),
        )

    def source_metadata(self, name: str) -> SourceMetadata | None:
        """Return what file name and tables say about a file; None if it is not a speech."""
        match = _match(name)
        if match is None:
            return None
        row = self.speakers.get(_key(match), {})
        meeting = self.meetings.get(match["base"], {})
        day = _day(row) or _day(meeting)
        honorific, speaker = split_person(row.get("speaker", ""))
        topic = clean(row.get("topic", "") or meeting.get("topic", ""))
        return SourceMetadata(
            source=self.title,
            date=day,
            year=None if day else int(match["year"]),
            symbol=_symbol(match["spv"]),
            position=int(match["number"]) or None,
            organ="Security Council",
            topics=(topic,) if topic else (),
            speaker=speaker,
            honorific=honorific,
            affiliation=clean(row.get("speaker_country", "") or row.get("country_org", "")),
            role=clean_role(clean(row.get("role", "")) or clean(row.get("participanttype", ""))),
        )


def recognises(names: Iterable[str]) -> bool:
    """Return whether most text files have names of the corpus."""
    texts = [name for name in names if name.endswith(".txt")]
    return bool(texts) and sum(_match(name) is not None for name in texts) * 2 > len(texts)


def is_speakers_table(data: bytes) -> bool:
    """Return whether a file begins with the header of the table of speakers."""
    return _has_columns(data, _SPEAKERS)


def is_meetings_table(data: bytes) -> bool:
    """Return whether a file begins with the header of the table of meetings."""
    return _has_columns(data, _MEETINGS)


def with_speakers(corpus: SecurityCouncil, data: bytes) -> SecurityCouncil:
    """Return the corpus with this table of speakers; raises like ``read_tsv``."""
    rows: dict[str, Cells] = {}
    for cells in read_tsv(data):
        if match := _match(cells.get("filename", "")):
            rows[_key(match)] = cells
    return SecurityCouncil(speakers=rows, meetings=corpus.meetings)


def with_meetings(corpus: SecurityCouncil, data: bytes) -> SecurityCouncil:
    """Return the corpus with this table of meetings; raises like ``read_tsv``."""
    rows = {
        cells["basename"].removesuffix(".txt"): cells
        for cells in read_tsv(data)
        if cells.get("basename")
    }
    return SecurityCouncil(speakers=corpus.speakers, meetings=rows)


def read_tsv(data: bytes) -> Iterator[Cells]:
    """Yield the rows of a table without quoting. A row with too few tabs continues on the next
    line.

    Raises UnreadableTranscript if the table is not UTF-8 or a row has too many cells.
    """
    try:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableTranscript("unsure-encoding", "The table is not UTF-8.") from error
    headers = [header.strip().lower() for header in lines[0].split("\t")]
    complete = len(headers) - 1  # tabs in a complete row
    row = ""  # the current row; a complete one may still continue in its last cell
    for line in lines[1:]:
        if row.count("\t") == complete and "\t" in line:
            yield dict(zip(headers, row.split("\t"), strict=True))
            row = line
        else:
            row = f"{row} {line}".strip(" ")
        tabs = row.count("\t")
        if tabs > complete:
            raise UnreadableTranscript(
                "broken-table",
                f"A row of the table has {tabs + 1} cells, its header {complete + 1}: {row[:60]}…",
            )
    if row.count("\t") == complete:
        yield dict(zip(headers, row.split("\t"), strict=True))


def _has_columns(data: bytes, names: Iterable[str]) -> bool:
    head = data[:4000].decode("utf-8-sig", errors="replace").splitlines()[:1]
    columns = [cell.strip().lower() for cell in head[0].split("\t")] if head else []
    return all(name in columns for name in names)


def _match(name: str) -> re.Match[str] | None:
    return _FILE.fullmatch(PurePosixPath(name).name)


def _key(match: re.Match[str]) -> str:
    """Return the key of a file; "spch010" and "spch0010" are the same speech."""
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
