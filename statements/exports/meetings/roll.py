"""Loads the roll of a meeting: who spoke, in which order, how long and in which language."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from statements.addresses import page_address
from statements.exports.neighbours import JOINED, WHO, who_of
from statements.exports.outline import Length
from statements.headings import Who
from statements.models import Meeting
from statements.models.sql import fetch_all
from statements.transcripts.record.speaking_capacity import is_chair


class RollEntry(NamedTuple):
    """One speech in the order of speaking."""

    place: int  # from 1
    public_id: str
    who: Who
    is_chair: bool  # spoken to conduct the meeting
    words: int | None  # None if it has none, or they are not counted yet
    language: str  # ISO 639 code of the language of delivery, or ""
    language_printed: str

    def get_absolute_url(self) -> str:
        return page_address("speech", self.public_id)


@dataclass(frozen=True)
class Roll:
    """The public speeches of a meeting, in the order of speaking."""

    entries: Sequence[RollEntry]

    @cached_property
    def by_delegations(self) -> list[RollEntry]:
        """The entries without those of the chair; all of them if nobody else spoke."""
        others = [entry for entry in self.entries if not entry.is_chair]
        return others or list(self.entries)

    @property
    def chair_count(self) -> int:
        """The number of speeches that ``by_delegations`` leaves out."""
        return len(self.entries) - len(self.by_delegations)

    @property
    def speaker_count(self) -> int:
        """The number of persons or offices in ``by_delegations``, by delegation and name."""
        return len({entry.who[:2] for entry in self.by_delegations})

    @property
    def length(self) -> Length | None:
        """The length of all speeches together; None while no words are counted."""
        words = sum(entry.words or 0 for entry in self.entries)
        return Length.of(words) if words else None

    @property
    def has_languages(self) -> bool:
        """Whether any language of delivery is known."""
        return any(entry.language_printed or entry.language for entry in self.entries)


_ROLL = f"""
SELECT speech.public_id, speech.is_national, speech.speaker_line, digest.words, speech.language,
    speech.language_printed, {WHO}
FROM statements_speech AS speech {JOINED}
LEFT JOIN statements_wordsdigest AS digest ON digest.speech_id = speech.id
WHERE speech.meeting_id = %s AND speech.withdrawal_id IS NULL ORDER BY speech.position, speech.id
"""  # noqa: S608 - names of columns only


def roll(meeting: Meeting) -> Roll:
    """Return the roll of a meeting, in one statement."""
    rows = fetch_all(_ROLL, [meeting.pk])
    return Roll([_entry(place, *row) for place, row in enumerate(rows, start=1)])


def _entry(
    place: int,
    public_id: str,
    is_national: bool,
    line: str,
    words: int | None,
    language: str,
    language_printed: str,
    *who: str,
) -> RollEntry:
    *_names, printed, _role = who
    presides = not is_national and (is_chair(printed) or is_chair(line))
    return RollEntry(place, public_id, who_of(*who), presides, words, language, language_printed)
