"""What of the database stands on a page of results, in as few statements as it takes: speeches with
what a list prints of them, texts of paragraphs, names of facets' values.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from statements import revision
from statements.models import Country, Meeting, Speaker, Speech, Topic
from statements.search.facets import UNDATED
from statements.search.snapshot import Snapshot


def _fields(model: type[Model], names: str) -> list[str]:
    """The names of fields in the order of the model, in which rows become instances."""
    return [one.attname for one in model._meta.concrete_fields if one.attname in names.split()]


# what a list prints; the rest stays in the database until somebody asks for it
_SPEECH = _fields(
    Speech,
    "id public_id meeting_id position speaker_id speaker_printed affiliation role on_behalf_of "
    "language is_national country_id date year updated_at",
)
_RELATED: dict[str, tuple[type[Model], list[str]]] = {
    "meeting": (Meeting, _fields(Meeting, "id symbol slug organ date")),
    "speaker": (Speaker, _fields(Speaker, "id slug honorific name")),
    "country": (Country, _fields(Country, "code short_name")),
}

_TOPIC = _fields(Topic, "id slug title")


def _columns() -> str:
    tables = {"speech": _SPEECH, **{table: names for table, (_, names) in _RELATED.items()}}
    return ", ".join(f"{table}.{name}" for table, names in tables.items() for name in names)


# written out, for Django takes four times as long to put it together as the database to answer
_SPEECHES = f"""
SELECT {_columns()}
FROM statements_speech AS speech
LEFT JOIN statements_meeting AS meeting ON meeting.id = speech.meeting_id
LEFT JOIN statements_speaker AS speaker ON speaker.id = speech.speaker_id
LEFT JOIN statements_country AS country ON country.code = speech.country_id
WHERE speech.id = ANY(%s) AND speech.withdrawal_id IS NULL
"""  # noqa: S608 - names of columns only


_TOPICS = f"""
SELECT of.speech_id, {", ".join(f"topic.{name}" for name in _TOPIC)}
FROM statements_speech_topics AS of JOIN statements_topic AS topic ON topic.id = of.topic_id
WHERE of.speech_id = ANY(%s) ORDER BY topic.title, topic.id
"""  # noqa: S608 - names of columns only


def speeches(ids: Sequence[int]) -> dict[int, Speech]:
    """Speeches with what a list prints of them, as ``Speech.objects.for_listing`` has it, and
    with their topics."""
    if not ids:
        return {}
    topics: dict[int, list[Topic]] = {pk: [] for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(_SPEECHES, [list(ids)])
        found = {row[0]: _speech(row) for row in cursor.fetchall()}
        cursor.execute(_TOPICS, [list(ids)])
        for pk, *values in cursor.fetchall():
            topics[pk].append(Topic.from_db(connection.alias, _TOPIC, values))
    for pk, speech in found.items():
        of_speech = Topic.objects.all()
        of_speech._result_cache, of_speech._prefetch_done = topics[pk], True  # type: ignore[attr-defined]
        speech._prefetched_objects_cache = {"topics": of_speech}  # type: ignore[attr-defined]
    return found


def _speech(row: Sequence[Any]) -> Speech:
    end = len(_SPEECH)
    speech = Speech.from_db(connection.alias, _SPEECH, row[:end])
    for name, (model, names) in _RELATED.items():
        values = row[end : end + len(names)]
        end += len(names)
        related = None if values[0] is None else model.from_db(connection.alias, names, values)
        speech._state.fields_cache[name] = related
    return speech


_TEXTS = """
SELECT paragraph.speech_id, paragraph.position, paragraph.text
FROM unnest(%s::bigint[], %s::integer[]) AS wanted (speech_id, position)
JOIN statements_paragraph AS paragraph USING (speech_id, position)
JOIN statements_speech AS speech ON speech.id = speech_id AND speech.withdrawal_id IS NULL
"""
_OPENINGS = """
SELECT DISTINCT ON (speech_id) speech_id, paragraph.position, text
FROM statements_paragraph AS paragraph
JOIN statements_speech AS speech ON speech.id = speech_id AND speech.withdrawal_id IS NULL
WHERE speech_id = ANY(%s) AND kind = 'speech' ORDER BY speech_id, paragraph.position
"""


def texts(places: Collection[tuple[int, int]]) -> dict[int, dict[int, str]]:
    """The text of paragraphs, by speech and position."""
    return _texts(_TEXTS, [[pk for pk, _ in places], [position for _, position in places]])


def openings(ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """The text of the first spoken paragraph of speeches, by speech and position."""
    return _texts(_OPENINGS, [list(ids)])


def _texts(statement: str, values: list[list[int]]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    if values[0]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            for speech, position, text in cursor.fetchall():
                found.setdefault(speech, {})[position] = text
    return found


# -- names of facets' values ------------------------------------------------------------------


class _Labels:
    """Names of values met in one revision of the archive."""

    def __init__(self, of: str) -> None:
        self.of = of
        self.known: dict[str, dict[str, str]] = {name: {} for name in _NAMES}


_kept: _Labels | None = None


def labels(snapshot: Snapshot, facet: str, values: Sequence[str]) -> Mapping[str, str]:
    """What readers see of a facet's values, for those of which the value itself is not it."""
    global _kept
    if facet == "year":
        return {UNDATED: "Undated"}
    if facet not in _NAMES:
        return {}
    kept, now = _kept, revision.current()
    if kept is None or kept.of != now:
        kept = _kept = _Labels(now)
    known = kept.known[facet]
    if missing := [value for value in values if value not in known]:
        with connection.cursor() as cursor:
            cursor.execute(_NAMES[facet], [missing])
            # a value without a name is its own, and is not asked for again
            known.update({value: value for value in missing} | dict(cursor.fetchall()))
    return known


_NAMES = {
    "country": "SELECT code, short_name FROM statements_country WHERE code = ANY(%s)",
    "speaker": """SELECT slug, trim(honorific || ' ' || name) FROM statements_speaker
                  WHERE slug = ANY(%s)""",
    "topic": "SELECT slug, title FROM statements_topic WHERE slug = ANY(%s)",
}
