"""Loads what leads from a speech to others: the speeches before and after it, and those of its
delegation in other sessions.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from statements.addresses import page_address
from statements.headings import Who, who_spoke
from statements.models import Speech
from statements.models.speakers import shown_name
from statements.models.sql import fetch_all


class Neighbour(NamedTuple):
    public_id: str
    who: Who
    year: int | None

    def get_absolute_url(self) -> str:
        return page_address("speech", self.public_id)


# columns and joins of the statements of this package that name who spoke
WHO = """
country.short_name, speech.affiliation, CASE WHEN speech.country_id IS NULL THEN (
    SELECT stated.name FROM statements_speech_affiliations AS of
    JOIN statements_affiliation AS stated ON stated.id = of.affiliation_id
    WHERE of.speech_id = speech.id ORDER BY stated.kind, stated.name LIMIT 1
) END, speaker.honorific, speaker.name, speech.speaker_printed,
speech.role
"""
JOINED = """
LEFT JOIN statements_speaker AS speaker ON speaker.id = speech.speaker_id
LEFT JOIN statements_country AS country ON country.code = speech.country_id
"""


def who_of(
    country: str | None,
    affiliation: str,
    stated: str | None,
    honorific: str | None,
    name: str | None,
    printed: str,
    role: str,
) -> Who:
    """Return who spoke, from the columns of ``WHO``."""
    speaker = shown_name(honorific or "", name or "")
    return who_spoke(
        country=country or "",
        affiliation=affiliation,
        stated=stated or "",
        speaker=speaker,
        printed=printed,
        role=role,
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The speeches before and after a speech in its meeting; without one, in its session; without
    either, in its transcript."""

    place: int  # of the speech, from 1; in a session, where order is often by country, 0
    places: int  # number of speeches
    previous: Neighbour | None
    next: Neighbour | None


_NEIGHBOURS = f"""
WITH numbered AS (
    SELECT speech.id, row_number() OVER (ORDER BY {{order}}) AS place, count(*) OVER () AS places
    FROM statements_speech AS speech {{joined}} WHERE {{of}} AND speech.withdrawal_id IS NULL
), here AS (SELECT place AS own FROM numbered WHERE id = %s)
SELECT speech.public_id, speech.year, {WHO}, place, places, own
FROM numbered CROSS JOIN here JOIN statements_speech AS speech USING (id) {JOINED}
WHERE place BETWEEN own - 1 AND own + 1
"""  # noqa: S608 - names of columns only
_BY_POSITION = "position, speech.id"
_IN_MEETING = _NEIGHBOURS.format(of="meeting_id = %s", joined="", order=_BY_POSITION)
_IN_TRANSCRIPT = _NEIGHBOURS.format(
    of="meeting_id IS NULL AND transcript_id = %s", joined="", order=_BY_POSITION
)
# the order of ``SpeechQuerySet.in_session_order``
_SESSION_ORDER = """
speech.date NULLS LAST, meeting.number NULLS LAST, meeting.resumption NULLS LAST,
CASE WHEN meeting_id IS NOT NULL THEN position END NULLS LAST, country.short_name NULLS LAST,
transcript_id, transcript_position
"""
_IN_SESSION = _NEIGHBOURS.format(
    of="session_id = %s",
    joined="LEFT JOIN statements_meeting AS meeting ON meeting.id = meeting_id "
    "LEFT JOIN statements_country AS country ON country.code = speech.country_id",
    order=_SESSION_ORDER,
)
_OF_DELEGATION = _NEIGHBOURS.format(
    of="session.organ_id = %s AND session.debate = %s AND speech.country_id = %s",
    joined="JOIN statements_session AS session ON session.id = session_id",
    order="session.number, speech.date NULLS LAST, transcript_id, transcript_position",
)


def neighbours(speech: Speech) -> Neighbours:
    """Return the neighbours of a public speech, in one statement."""
    if speech.meeting_id is not None:
        return _neighbours(_IN_MEETING, speech.meeting_id, speech.pk)
    if speech.session_id is not None:
        return replace(_neighbours(_IN_SESSION, speech.session_id, speech.pk), place=0)
    return _neighbours(_IN_TRANSCRIPT, speech.transcript_id, speech.pk)


def neighbours_of_delegation(speech: Speech) -> Neighbours | None:
    """Return the speeches of the same country in the same debate before and after a public
    speech, mostly in other sessions; None without a country or session."""
    session = speech.session
    if session is None or speech.country_id is None:
        return None
    return _neighbours(
        _OF_DELEGATION, session.organ_id, session.debate, speech.country_id, speech.pk
    )


def _neighbours(statement: str, *values: object) -> Neighbours:
    by_distance: dict[int, Neighbour] = {}
    places, own_place = 1, 1
    for public_id, year, *columns, place, count, speech_place in fetch_all(statement, [*values]):
        places, own_place = count, speech_place
        by_distance[place - own_place] = Neighbour(public_id, who_of(*columns), year)
    return Neighbours(own_place, places, by_distance.get(-1), by_distance.get(1))
