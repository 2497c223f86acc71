"""Speeches with everything their pages print, in few statements.

The statements are written out: to put one together takes Django longer than the database needs to
answer it, and a page to read needs a dozen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from statements.models import (
    Country,
    LanguageChange,
    Meeting,
    Paragraph,
    Reference,
    Speaker,
    Speech,
    Topic,
    Transcript,
    Vote,
)

# large, and printed on no page of a speech
_LEFT_OUT = {"content", "draft", "dropped", "first_page"}


def _fields(model: type[models.Model]) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.attname not in _LEFT_OUT]


_RELATED: dict[str, type[models.Model]] = {
    "meeting": Meeting,
    "speaker": Speaker,
    "country": Country,
    "transcript": Transcript,
}
_MODELS: list[type[models.Model]] = [
    Speech, *_RELATED.values(), Paragraph, Reference, LanguageChange, Vote, Topic
]  # fmt: skip
_FIELDS = {model: _fields(model) for model in _MODELS}
_KEY = {
    model: names.index(model._meta.pk.attname)
    for model, names in _FIELDS.items()
    if model._meta.pk is not None
}
_CONVERTED = {
    model: {
        one.attname: one.from_db_value
        for one in model._meta.concrete_fields
        if one.attname in names and hasattr(one, "from_db_value")
    }
    for model, names in _FIELDS.items()
}


def _columns(**tables: type[models.Model]) -> str:
    quoted = connection.ops.quote_name
    return ", ".join(
        f"{alias}.{quoted(name)}" for alias, model in tables.items() for name in _FIELDS[model]
    )


_SPEECHES = f"""
SELECT {_columns(speech=Speech, **_RELATED)}
FROM statements_speech AS speech
LEFT JOIN statements_meeting AS meeting ON meeting.id = speech.meeting_id
LEFT JOIN statements_speaker AS speaker ON speaker.id = speech.speaker_id
LEFT JOIN statements_country AS country ON country.code = speech.country_id
LEFT JOIN statements_transcript AS transcript ON transcript.id = speech.transcript_id
WHERE speech.withdrawal_id IS NULL AND
"""  # noqa: S608 - names of columns only
_ONE = _SPEECHES + "speech.public_id = %s"
_OF_MEETING = _SPEECHES + (
    "speech.meeting_id = %s ORDER BY speech.position, speech.id LIMIT %s OFFSET %s"
)
_PARAGRAPHS = f"""
SELECT {_columns(paragraph=Paragraph)} FROM statements_paragraph AS paragraph
WHERE speech_id = ANY(%s) ORDER BY speech_id, position
"""  # noqa: S608
_REFERENCES = f"""
SELECT {_columns(reference=Reference)} FROM statements_reference AS reference
WHERE paragraph_id = ANY(%s) ORDER BY paragraph_id, start
"""  # noqa: S608
_CHANGES = f"""
SELECT {_columns(change=LanguageChange)} FROM statements_languagechange AS change
WHERE paragraph_id = ANY(%s) ORDER BY paragraph_id, start
"""  # noqa: S608
_VOTES = f"""
SELECT {_columns(vote=Vote, country=Country)} FROM statements_vote AS vote
LEFT JOIN statements_country AS country ON country.code = vote.country_id
WHERE paragraph_id = ANY(%s) ORDER BY paragraph_id, vote.position
"""  # noqa: S608
_TOPICS = f"""
SELECT of.speech_id, {_columns(topic=Topic)}
FROM statements_speech_topics AS of JOIN statements_topic AS topic ON topic.id = of.topic_id
WHERE of.speech_id = ANY(%s) ORDER BY topic.title
"""  # noqa: S608


def speech_with_text(public_id: str) -> Speech | None:
    """A public speech by its address."""
    found = _speeches(_ONE, [public_id])
    return found[0] if found else None


def speeches_of_meeting(meeting: Meeting, first: int, most: int) -> list[Speech]:
    """The public speeches of a meeting as they were held, so many after the ``first``."""
    return _speeches(_OF_MEETING, [meeting.pk, most, first])


def _speeches(statement: str, values: Sequence[Any]) -> list[Speech]:
    found: list[Speech] = _read(statement, values, speech=Speech, **_RELATED)
    _add_texts(found)
    return found


def _add_texts(speeches: Sequence[Speech]) -> None:
    pks = [speech.pk for speech in speeches]
    if not pks:
        return
    paragraphs = _read(_PARAGRAPHS, [pks], paragraph=Paragraph)
    of = [[one.pk for one in paragraphs]]
    references = _read(_REFERENCES, of, reference=Reference)
    changes = _read(_CHANGES, of, change=LanguageChange)
    votes = _read(_VOTES, of, vote=Vote, country=Country)
    topics = ((pk, _instance(row, topic=Topic)) for pk, *row in _rows(_TOPICS, [pks]))
    for name, model, rows in (
        ("references", Reference, references),
        ("language_changes", LanguageChange, changes),
        ("votes", Vote, votes),
    ):
        _give(paragraphs, model, name, ((one.paragraph_id, one) for one in rows))
    _give(speeches, Paragraph, "paragraphs", ((one.speech_id, one) for one in paragraphs))
    _give(speeches, Topic, "topics", topics)


def _read(statement: str, values: Sequence[Any], **tables: type[models.Model]) -> list[Any]:
    return [_instance(row, **tables) for row in _rows(statement, values)]


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _instance(row: Sequence[Any], **tables: type[models.Model]) -> Any:
    """The first instance of a row, which has the others; None in the place of a missing one."""
    made: dict[str, Any] = {}
    at = 0
    for name, model in tables.items():
        names, convert = _FIELDS[model], _CONVERTED[model]
        values = row[at : at + len(names)]
        at += len(names)
        if values[_KEY[model]] is None:
            made[name] = None
            continue
        if convert:
            values = [
                convert[field](value, None, connection) if field in convert else value
                for field, value in zip(names, values, strict=True)
            ]
        made[name] = model.from_db(connection.alias, names, values)
    first, *others = made
    made[first]._state.fields_cache.update({name: made[name] for name in others})
    return made[first]


def _give(
    owners: Iterable[Any], model: type[models.Model], name: str, pairs: Iterable[tuple[int, Any]]
) -> None:
    """Have owners answer for a relation without asking the database, as after a prefetch."""
    by_owner: dict[int, list[Any]] = {}
    for owner, instance in pairs:
        by_owner.setdefault(owner, []).append(instance)
    none = _answered(model, [])
    for owner in owners:
        own = by_owner.get(owner.pk)
        cache = owner.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[name] = _answered(model, own) if own else none


def _answered(model: type[models.Model], instances: list[Any]) -> "models.QuerySet[Any]":
    rows: models.QuerySet[Any] = model._default_manager.all()
    rows._result_cache, rows._prefetch_done = instances, True  # type: ignore[attr-defined]
    return rows


# -- neighbours --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a speech stands in its meeting; in its transcript, where no meeting is known."""

    place: int  # from 1
    places: int
    previous: Speech | None
    next: Speech | None


_NEIGHBOUR = ["id", "public_id", "speaker_printed", "affiliation"]
_NEIGHBOURS = """
WITH beside AS (
    SELECT id, public_id, speaker_printed, affiliation,
           row_number() OVER (ORDER BY position, id) AS place, count(*) OVER () AS places
    FROM statements_speech WHERE {of} AND withdrawal_id IS NULL
), here AS (SELECT place AS own FROM beside WHERE id = %s)
SELECT beside.*, own FROM beside, here WHERE place BETWEEN own - 1 AND own + 1
"""
_IN_MEETING = _NEIGHBOURS.format(of="meeting_id = %s")
_IN_TRANSCRIPT = _NEIGHBOURS.format(of="meeting_id IS NULL AND transcript_id = %s")


def neighbours(speech: Speech) -> Neighbours:
    """Of a public speech, in one statement."""
    if speech.meeting_id is None:
        found = _rows(_IN_TRANSCRIPT, [speech.transcript_id, speech.pk])
    else:
        found = _rows(_IN_MEETING, [speech.meeting_id, speech.pk])
    beside: dict[int, Speech] = {}
    places, own = 1, 1
    for *values, place, count, where in found:
        places, own = count, where
        beside[place - own] = Speech.from_db(connection.alias, _NEIGHBOUR, values)
    return Neighbours(own, places, beside.get(-1), beside.get(1))
