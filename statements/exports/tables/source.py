"""What is written to a file: rows of named columns, read while they are written, and what was
written of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from statements.exports.citation import cite
from statements.exports.records import full_record
from statements.exports.tables.columns import COLUMNS, Row, Rows, paragraph_rows, speech_rows
from statements.exports.texts import speeches_by_key
from statements.exports.values import FullSpeech
from statements.models import Paragraph, Transcript

FIRST_BATCH = 1  # speeches; few, so that the file begins to arrive at once
GROWTH = 4  # times as many in each batch as in the one before it
BATCH = 100


@dataclass(slots=True)
class Tally:
    """Counts of what was written so far."""

    speeches: int | None = None  # None for rows that are of no speeches
    rows: int = 0
    shortened: int = 0  # cells that the format had no room for
    rights: dict[str, None] = field(default_factory=dict)  # statements of the sources, in order

    def count_speech(self, transcript: Transcript) -> None:
        """Count a speech and the rights statement of its source."""
        self.speeches = (self.speeches or 0) + 1
        if rights := transcript.rights_statement:
            self.rights[rights] = None


class Table(Protocol):
    """What a file is written of. It counts in ``tally`` what was read of it."""

    @property
    def rows_are(self) -> str:
        """What a row stands for, in the plural."""

    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def tally(self) -> Tally: ...

    def rows(self) -> Iterator[Row]:
        """Yield rows that have all columns, in their order."""

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of files in JSON."""

    def texts(self) -> Iterator[str]:
        """Yield what a reader of plain text reads, in parts."""


@dataclass(frozen=True, slots=True)
class Export:
    """Speeches to write to a file, or their paragraphs."""

    keys: Sequence[int]  # primary keys of speeches, in the order of the file
    kind: Rows
    origin: str  # the beginning of absolute addresses
    tally: Tally = field(default_factory=lambda: Tally(speeches=0))

    @property
    def rows_are(self) -> str:
        return self.kind.value

    @property
    def columns(self) -> Sequence[str]:
        return COLUMNS[self.kind]

    def speeches(self) -> Iterator[FullSpeech]:
        """Read the speeches. Those that were withdrawn or erased meanwhile are left out, by each
        batch, which is one statement of the database."""
        start, size = 0, FIRST_BATCH
        while start < len(self.keys):
            for full in speeches_by_key(self.keys[start : start + size]):
                self.tally.count_speech(full.speech.transcript)
                yield full
            start, size = start + size, min(size * GROWTH, BATCH)

    def address(self, full: FullSpeech) -> str:
        """Return the absolute address of a speech."""
        return f"{self.origin}{full.speech.get_absolute_url()}"

    def rows(self) -> Iterator[Row]:
        make = speech_rows if self.kind is Rows.SPEECHES else paragraph_rows
        for full in self.speeches():
            for row in make(full, self.address(full)):
                self.tally.rows += 1
                yield row

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Yield speeches with their text and the keys of the API, or rows of paragraphs."""
        if self.kind is Rows.PARAGRAPHS:
            yield from self.rows()
            return
        for full in self.speeches():
            self.tally.rows += 1
            yield full_record(full, self.address(full))

    def texts(self) -> Iterator[str]:
        """Yield each speech to read; see ``speech_text``."""
        for full in self.speeches():
            self.tally.rows += 1
            yield speech_text(full, self.address(full))


def speech_text(full: FullSpeech, address: str) -> str:
    """Return a speech at an absolute address to read: title, citation and paragraphs, with
    narrative in brackets."""
    speech = full.speech
    paragraphs = (
        paragraph.text if paragraph.kind == Paragraph.Kind.SPEECH else f"[{paragraph.text}]"
        for paragraph in full.paragraphs
    )
    return "\n\n".join((speech.heading.title, cite(speech, address), *paragraphs))


@dataclass(frozen=True, slots=True)
class DataTable:
    """Rows that are no speeches, such as the entries of a list or the numbers of a figure."""

    rows_are: str
    columns: Sequence[str]
    read: Callable[[], Iterable[Row]]
    tally: Tally = field(default_factory=Tally)

    def rows(self) -> Iterator[Row]:
        for row in self.read():
            self.tally.rows += 1
            yield row

    def records(self) -> Iterator[Mapping[str, Any]]:
        return self.rows()

    def texts(self) -> Iterator[str]:
        """Yield each row with a line for each value."""
        for row in self.rows():
            known = ((name, value) for name, value in row.items() if value not in (None, ""))
            yield "\n".join(f"{name}: {value}" for name, value in known)
