"""Loads what leads from a speech to others: the roll of its meeting, and the speeches before and
after it.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from statements.models import Meeting, Speech, byline
from statements.models.sql import fetch_all


class RollEntry(NamedTuple):
    public_id: str
    byline: str


_ROLL = """
SELECT public_id, speaker_printed, affiliation FROM statements_speech
WHERE meeting_id = %s AND withdrawal_id IS NULL ORDER BY position, id
"""


def roll(meeting: Meeting) -> list[RollEntry]:
    """Return an entry for each public speech of a meeting, in the order of speaking."""
    rows = fetch_all(_ROLL, [meeting.pk])
    return [
        RollEntry(public_id, byline(speaker, affiliation))
        for public_id, speaker, affiliation in rows
    ]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The speeches before and after a speech in its meeting, or without one, in its transcript."""

    place: int  # of the speech, from 1
    places: int  # number of speeches
    previous: Speech | None
    next: Speech | None


_NEIGHBOUR = ["id", "public_id", "speaker_printed", "affiliation"]
_NEIGHBOURS = """
WITH numbered AS (
    SELECT id, public_id, speaker_printed, affiliation,
           row_number() OVER (ORDER BY position, id) AS place, count(*) OVER () AS places
    FROM statements_speech WHERE {of} AND withdrawal_id IS NULL
), here AS (SELECT place AS own FROM numbered WHERE id = %s)
SELECT numbered.*, own FROM numbered, here WHERE place BETWEEN own - 1 AND own + 1
"""
_IN_MEETING = _NEIGHBOURS.format(of="meeting_id = %s")
_IN_TRANSCRIPT = _NEIGHBOURS.format(of="meeting_id IS NULL AND transcript_id = %s")


def neighbours(speech: Speech) -> Neighbours:
    """Return the neighbours of a public speech, in one statement."""
    if speech.meeting_id is None:
        rows = fetch_all(_IN_TRANSCRIPT, [speech.transcript_id, speech.pk])
    else:
        rows = fetch_all(_IN_MEETING, [speech.meeting_id, speech.pk])
    by_distance: dict[int, Speech] = {}
    places, own_place = 1, 1
    for *values, place, count, speech_place in rows:
        places, own_place = count, speech_place
        by_distance[place - own_place] = Speech.from_db(connection.alias, _NEIGHBOUR, values)
    return Neighbours(own_place, places, by_distance.get(-1), by_distance.get(1))
