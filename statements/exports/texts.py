"""Loads speeches with everything that their pages show, in few SQL statements.

The SQL is written by hand because building a statement takes Django longer than the database
needs to answer it, and each page needs several. Paragraphs and annotations, of which a meeting has
hundreds, are plain tuples; speeches and related objects are model instances without the columns
that no page shows.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from statements.exports.values import (
    FullSpeech,
    ListedVote,
    MarkedLanguage,
    MarkedParagraph,
    MarkedReference,
    MarkedVote,
)
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Organ,
    Series,
    Session,
    Speaker,
    Speech,
    Topic,
    Transcript,
)
from statements.models.sql import fetch_all
from statements.transcripts.record.vote_lists import Ballot

_TABLES: dict[str, type[models.Model]] = {
    "speech": Speech,
    "meeting": Meeting,
    "session": Session,
    "organ": Organ,
    "speaker": Speaker,
    "country": Country,
    "transcript": Transcript,
    "series": Series,
}


def _fields(model: type[models.Model], names: str = "") -> list[str]:
    """Return the columns of a model in the order of the model; with ``names``, only those."""
    columns = [field.attname for field in model._meta.concrete_fields]
    return [column for column in columns if column in names.split()] if names else columns


# the other fields of the instances are deferred
_FIELDS: dict[type[models.Model], list[str]] = {
    Speech: _fields(Speech),
    Meeting: _fields(Meeting, "id symbol slug organ_id"),
    Session: _fields(Session, "id slug organ_id number debate year first_day last_day symbols"),
    Organ: _fields(Organ, "id slug name"),
    Speaker: _fields(Speaker, "id slug name honorific"),
    Country: _fields(Country, "code kind short_name"),
    Transcript: _fields(
        Transcript, "id sha256 name published_at problems scan_id series_id rights source_url"
    ),
    Series: _fields(Series, "id title rights source_url"),
    Topic: _fields(Topic, "id slug title"),
    Affiliation: _fields(Affiliation, "id slug kind name"),
}
_KEY = {
    model: names.index(model._meta.pk.attname)
    for model, names in _FIELDS.items()
    if model._meta.pk is not None
}
_CONVERTED = {
    model: {
        field.attname: field.from_db_value
        for field in model._meta.concrete_fields
        if field.attname in names and hasattr(field, "from_db_value")
    }
    for model, names in _FIELDS.items()
}


def _columns(**tables: type[models.Model]) -> str:
    quoted = connection.ops.quote_name
    return ", ".join(
        f"{alias}.{quoted(name)}" for alias, model in tables.items() for name in _FIELDS[model]
    )


_SPEECHES = f"""
SELECT {_columns(**_TABLES)}
FROM statements_speech AS speech
LEFT JOIN statements_meeting AS meeting ON meeting.id = speech.meeting_id
LEFT JOIN statements_session AS session ON session.id = speech.session_id
LEFT JOIN statements_organ AS organ
    ON organ.name = CASE WHEN meeting.id IS NULL THEN session.organ_id ELSE meeting.organ_id END
LEFT JOIN statements_speaker AS speaker ON speaker.id = speech.speaker_id
LEFT JOIN statements_country AS country ON country.code = speech.country_id
LEFT JOIN statements_transcript AS transcript ON transcript.id = speech.transcript_id
LEFT JOIN statements_series AS series ON series.id = transcript.series_id
WHERE speech.withdrawal_id IS NULL AND
"""  # noqa: S608 - names of columns only
_ONE = _SPEECHES + "speech.public_id = %s"
_BY_KEY = _SPEECHES + "speech.id = ANY(%s::bigint[])"
_OF_MEETING = _SPEECHES + (
    "speech.meeting_id = %s ORDER BY speech.position, speech.id LIMIT %s OFFSET %s"
)
# the parts of all speeches, each with the key of its owner. The paragraphs are passed as an array
# because a join would make the database read whole tables
_PARAGRAPH, _REFERENCE, _LANGUAGE, _RECORDED_VOTE, _VOTE, _TOPIC, _AFFILIATION = range(7)
_PARTS = f"""
WITH paragraph AS MATERIALIZED (
    SELECT id, speech_id, position, number, kind, text, time_s, turn_line, page, is_divided,
        sentence_starts
    FROM statements_paragraph WHERE speech_id = ANY(%s::bigint[])
), of AS MATERIALIZED (
    SELECT array_agg(id) AS ids FROM paragraph
)
SELECT {_PARAGRAPH} AS part, speech_id AS owner, position AS place, id AS key, number::integer,
    kind AS first, text AS second, time_s::text AS third, turn_line AS fourth, page, is_divided,
    sentence_starts
FROM paragraph
UNION ALL
SELECT {_REFERENCE}, paragraph_id, start, NULL, "end", symbol, page,
    (SELECT slug FROM statements_meeting AS meeting WHERE meeting.symbol = reference.symbol), NULL,
    NULL, NULL, NULL
FROM statements_reference AS reference WHERE paragraph_id = ANY((SELECT ids FROM of)::bigint[])
UNION ALL
SELECT {_LANGUAGE}, paragraph_id, start, NULL, "end", language, language_printed, NULL, NULL,
    NULL, NULL, NULL
FROM statements_languagechange WHERE paragraph_id = ANY((SELECT ids FROM of)::bigint[])
UNION ALL
SELECT {_RECORDED_VOTE}, paragraph_id, first_position, NULL, in_favour, subject,
    json_build_array(title, motion, outcome, resolution)::text, against::text, abstaining::text,
    NULL, NULL, NULL
FROM statements_recordedvote WHERE paragraph_id = ANY((SELECT ids FROM of)::bigint[])
UNION ALL
SELECT {_VOTE}, paragraph_id, vote.position, NULL, NULL, ballot, delegation, country_id,
    (SELECT short_name FROM statements_country AS country WHERE country.code = country_id),
    NULL, NULL, NULL
FROM statements_vote AS vote WHERE paragraph_id = ANY((SELECT ids FROM of)::bigint[])
UNION ALL
SELECT {_TOPIC}, tagged.speech_id, (row_number() OVER (ORDER BY topic.title))::integer, topic.id,
    NULL, topic.slug, topic.title, NULL, NULL, NULL, NULL, NULL
FROM statements_speech_topics AS tagged JOIN statements_topic AS topic ON topic.id = tagged.topic_id
WHERE tagged.speech_id = ANY(%s::bigint[])
UNION ALL
SELECT {_AFFILIATION}, linked.speech_id,
    (row_number() OVER (ORDER BY stated.kind, stated.name))::integer, stated.id, NULL, stated.slug,
    stated.kind, stated.name, NULL, NULL, NULL, NULL
FROM statements_speech_affiliations AS linked
JOIN statements_affiliation AS stated ON stated.id = linked.affiliation_id
WHERE linked.speech_id = ANY(%s::bigint[])
ORDER BY part, owner, place
"""  # noqa: S608 - numbers only


def speech_with_text(public_id: str) -> FullSpeech | None:
    """Return a public speech, or None if there is none with this id."""
    speeches = _speeches(_ONE, [public_id])
    return speeches[0] if speeches else None


def speeches_by_key(keys: Sequence[int]) -> list[FullSpeech]:
    """Return public speeches in the order of their primary keys as listed."""
    by_key = {full.speech.pk: full for full in _speeches(_BY_KEY, [list(keys)])}
    return [by_key[key] for key in keys if key in by_key]


def speeches_of_meeting(meeting: Meeting, offset: int, limit: int) -> list[FullSpeech]:
    """Return public speeches of a meeting in the order of speaking."""
    return _speeches(_OF_MEETING, [meeting.pk, limit, offset])


def _speeches(statement: str, values: Sequence[Any]) -> list[FullSpeech]:
    speeches = [_instance(row) for row in fetch_all(statement, values)]
    full_speeches = {speech.pk: FullSpeech(speech, []) for speech in speeches}
    if not full_speeches:
        return []
    paragraphs: dict[int, MarkedParagraph] = {}  # by their keys
    topics: dict[int, list[Topic]] = {pk: [] for pk in full_speeches}
    affiliations: dict[int, list[Affiliation]] = {pk: [] for pk in full_speeches}
    countries: dict[str, Country] = {}
    pks = list(full_speeches)
    for part, owner, place, key, number, *texts in fetch_all(_PARTS, [pks, pks, pks]):
        if part == _PARAGRAPH:
            kind, text, time, turn_line, page, is_divided, starts = texts
            time_s = float(time) if time is not None else None
            paragraph = MarkedParagraph(
                place, kind, number, time_s, text, turn_line, page, is_divided, starts or (),
                [], [], [], [],
            )  # fmt: skip
            paragraphs[key] = paragraph
            full_speeches[owner].paragraphs.append(paragraph)
        elif part == _REFERENCE:
            symbol, page, slug, *_ = texts
            paragraphs[owner].references.append(MarkedReference(place, number, symbol, page, slug))
        elif part == _LANGUAGE:
            language, printed, *_ = texts
            paragraphs[owner].language_changes.append(
                MarkedLanguage(place, number, language, printed)
            )
        elif part == _RECORDED_VOTE:
            subject, printed, *totals = texts[:4]
            title, motion, outcome, resolution = json.loads(printed)
            paragraphs[owner].recorded_votes.append(
                MarkedVote(
                    place, subject, title, motion, outcome, resolution, _totals(number, *totals)
                )
            )
        elif part == _VOTE:
            ballot, delegation, code, short_name = texts[:4]
            if code is not None and code not in countries:
                names = ["code", "short_name"]
                countries[code] = Country.from_db(connection.alias, names, [code, short_name])
            paragraphs[owner].votes.append(ListedVote(ballot, delegation, countries.get(code)))
        elif part == _AFFILIATION:
            names = _FIELDS[Affiliation]
            affiliation = Affiliation.from_db(connection.alias, names, [key, *texts[:3]])
            affiliations[owner].append(affiliation)
        else:
            slug, title, *_ = texts
            topic = Topic.from_db(connection.alias, _FIELDS[Topic], [key, slug, title])
            topics[owner].append(topic)
    for speech in speeches:
        speech._prefetched_objects_cache = {
            "topics": _as_queryset(Topic, topics[speech.pk]),
            "affiliations": _as_queryset(Affiliation, affiliations[speech.pk]),
        }
    return list(full_speeches.values())


def _as_queryset(model: type[models.Model], rows: list[Any]) -> Any:
    """Return a queryset that has been evaluated."""
    queryset: Any = model._default_manager.all()
    queryset._result_cache, queryset._prefetch_done = rows, True
    return queryset


def _totals(
    in_favour: int | None, against: str | None, abstaining: str | None
) -> dict[str, int | None]:
    return {
        Ballot.IN_FAVOUR.value: in_favour,
        Ballot.AGAINST.value: None if against is None else int(against),
        Ballot.ABSTAINING.value: None if abstaining is None else int(abstaining),
    }


def _instance(row: Sequence[Any]) -> Any:
    """Return the speech of a row, with its related objects."""
    instances: dict[str, Any] = {}
    offset = 0
    for name, model in _TABLES.items():
        names, convert = _FIELDS[model], _CONVERTED[model]
        values = row[offset : offset + len(names)]
        offset += len(names)
        if values[_KEY[model]] is None:
            instances[name] = None
            continue
        if convert:
            values = [
                convert[field](value, None, connection) if field in convert else value
                for field, value in zip(names, values, strict=True)
            ]
        instances[name] = model.from_db(connection.alias, names, values)
    speech, series, organ = (instances.pop(name) for name in ("speech", "series", "organ"))
    instances["transcript"]._state.fields_cache["series"] = series
    if sitting := instances["meeting"] or instances["session"]:
        sitting._state.fields_cache["organ"] = organ
    speech._state.fields_cache.update(instances)
    return speech
