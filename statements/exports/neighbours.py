"""Loads what leads from a speech to others: the roll of its meeting, and the speeches before and
after it.
"""

from dataclasses import dataclass
from typing import NamedTuple

from statements.addresses import page_address
from statements.headings import Who, who_spoke
from statements.models import Meeting, Speech
from statements.models.speakers import shown_name
from statements.models.sql import fetch_all


class RollEntry(NamedTuple):
    public_id: str
    who: Who

    def get_absolute_url(self) -> str:
        return page_address("speech", self.public_id)


_WHO = """
country.short_name, speech.affiliation, speaker.honorific, speaker.name, speech.speaker_printed,
speech.role
"""
_JOINED = """
LEFT JOIN statements_speaker AS speaker ON speaker.id = speech.speaker_id
LEFT JOIN statements_country AS country ON country.code = speech.country_id
"""
_ROLL = f"""
SELECT speech.public_id, {_WHO} FROM statements_speech AS speech {_JOINED}
WHERE speech.meeting_id = %s AND speech.withdrawal_id IS NULL ORDER BY speech.position, speech.id
"""  # noqa: S608 - names of columns only


def roll(meeting: Meeting) -> list[RollEntry]:
    """Return an entry for each public speech of a meeting, in the order of speaking."""
    rows = fetch_all(_ROLL, [meeting.pk])
    return [RollEntry(public_id, _who(*columns)) for public_id, *columns in rows]


def _who(
    country: str | None,
    affiliation: str,
    honorific: str | None,
    name: str | None,
    printed: str,
    role: str,
) -> Who:
    """Return who spoke, from the columns of ``_WHO``."""
    speaker = shown_name(honorific or "", name or "")
    return who_spoke(
        country=country or "", affiliation=affiliation, speaker=speaker, printed=printed, role=role
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The speeches before and after a speech in its meeting, or without one, in its transcript."""

    place: int  # of the speech, from 1
    places: int  # number of speeches
    previous: RollEntry | None
    next: RollEntry | None


_NEIGHBOURS = f"""
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY position, id) AS place, count(*) OVER () AS places
    FROM statements_speech WHERE {{of}} AND withdrawal_id IS NULL
), here AS (SELECT place AS own FROM numbered WHERE id = %s)
SELECT speech.public_id, {_WHO}, place, places, own
FROM numbered CROSS JOIN here JOIN statements_speech AS speech USING (id) {_JOINED}
WHERE place BETWEEN own - 1 AND own + 1
"""  # noqa: S608 - names of columns only
_IN_MEETING = _NEIGHBOURS.format(of="meeting_id = %s")
_IN_TRANSCRIPT = _NEIGHBOURS.format(of="meeting_id IS NULL AND transcript_id = %s")


def neighbours(speech: Speech) -> Neighbours:
    """Return the neighbours of a public speech, in one statement."""
    if speech.meeting_id is None:
        rows = fetch_all(_IN_TRANSCRIPT, [speech.transcript_id, speech.pk])
    else:
        rows = fetch_all(_IN_MEETING, [speech.meeting_id, speech.pk])
    by_distance: dict[int, RollEntry] = {}
    places, own_place = 1, 1
    for public_id, *columns, place, count, speech_place in rows:
        places, own_place = count, speech_place
        by_distance[place - own_place] = RollEntry(public_id, _who(*columns))
    return Neighbours(own_place, places, by_distance.get(-1), by_distance.get(1))
