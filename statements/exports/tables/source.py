"""The speeches of a file, read in batches, and what was written of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from statements.exports.texts import speeches_by_key
from statements.exports.values import FullSpeech

FIRST_BATCH = 10  # speeches; few, so that the file begins to arrive at once
BATCH = 100


class Rows(StrEnum):
    """What a row or an object of a file stands for."""

    SPEECHES = "speeches"
    PARAGRAPHS = "paragraphs"


@dataclass(slots=True)
class Tally:
    """Counts of what was written so far."""

    speeches: int = 0
    rows: int = 0
    shortened: int = 0  # cells that the format had no room for
    rights: dict[str, None] = field(default_factory=dict)  # statements of the sources, in order


@dataclass(frozen=True, slots=True)
class Export:
    """Speeches to write to a file."""

    keys: Sequence[int]  # primary keys of speeches, in the order of the file
    rows: Rows
    origin: str  # the beginning of absolute addresses
    tally: Tally = field(default_factory=Tally)

    def speeches(self) -> Iterator[FullSpeech]:
        """Read the speeches. Those that were withdrawn or erased meanwhile are left out, by each
        batch, which is one statement of the database."""
        start, size = 0, FIRST_BATCH
        while start < len(self.keys):
            for full in speeches_by_key(self.keys[start : start + size]):
                self.tally.speeches += 1
                if rights := full.speech.transcript.rights_statement:
                    self.tally.rights[rights] = None
                yield full
            start, size = start + size, BATCH

    def address(self, full: FullSpeech) -> str:
        """Return the absolute address of a speech."""
        return f"{self.origin}{full.speech.get_absolute_url()}"
