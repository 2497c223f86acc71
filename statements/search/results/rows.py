"""Reads the database rows that a page of results shows, in as few statements as possible: speeches
with what a list prints, texts of paragraphs, and labels of facet values.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.base import ModelState
from django.utils.translation import gettext

from archive import languages
from archive.languages import localized
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Session,
    Speaker,
    Speech,
    Topic,
    revision,
)
from statements.models.sql import fetch_all
from statements.search.facets import CAPACITIES
from statements.search.fields import (
    AFFILIATION_FIELDS,
    CAPACITY_FIELD,
    GROUP_FIELD,
    LANGUAGE_FIELD,
    SESSION_FIELD,
)
from statements.search.parameters import UNDATED
from statements.transcripts.languages.letter_case import usual_case
from statements.transcripts.languages.names import sort_form
from statements.transcripts.languages.notes import LANGUAGE_NAMES


def _fields(model: type[Model], names: str) -> list[str]:
    """Return names of columns in the order of the model, in which rows become instances."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if field.attname in names.split()]


# what a list prints; other columns are deferred
_SPEECH = _fields(
    Speech,
    "id public_id transcript_id meeting_id session_id position speaker_id speaker_line "
    "speaker_printed affiliation role on_behalf_of language is_national country_id date year "
    "updated_at",
)
_RELATED: dict[str, tuple[type[Model], list[str]]] = {
    "meeting": (Meeting, _fields(Meeting, "id symbol slug organ_id date")),
    "session": (
        Session,
        _fields(Session, "id slug organ_id number debate year first_day last_day symbols"),
    ),
    "speaker": (Speaker, _fields(Speaker, "id slug honorific name")),
    "country": (Country, _fields(Country, "code kind short_name")),
}

_TOPIC = _fields(Topic, "id slug title")
_AFFILIATION = _fields(Affiliation, "id slug kind name")


def _columns() -> str:
    tables = {"speech": _SPEECH, **{table: names for table, (_, names) in _RELATED.items()}}
    return ", ".join(f"{table}.{name}" for table, names in tables.items() for name in names)


# ids alone: most rows of topics and affiliations are cached, see ``_listed``
_TOPICS_OF_SPEECH = """
ARRAY(SELECT topic.id
      FROM statements_speech_topics AS of JOIN statements_topic AS topic ON topic.id = of.topic_id
      WHERE of.speech_id = speech.id ORDER BY topic.title, topic.id)
"""
_AFFILIATIONS_OF_SPEECH = """
ARRAY(SELECT stated.id
      FROM statements_speech_affiliations AS of
      JOIN statements_affiliation AS stated ON stated.id = of.affiliation_id
      WHERE of.speech_id = speech.id ORDER BY stated.kind, stated.name, stated.id)
"""


# written out, because Django takes four times as long to build it as the database to answer
_SPEECHES = f"""
SELECT {_columns()}, {_AFFILIATIONS_OF_SPEECH}, {_TOPICS_OF_SPEECH}
FROM statements_speech AS speech
LEFT JOIN statements_meeting AS meeting ON meeting.id = speech.meeting_id
LEFT JOIN statements_session AS session ON session.id = speech.session_id
LEFT JOIN statements_speaker AS speaker ON speaker.id = speech.speaker_id
LEFT JOIN statements_country AS country ON country.code = speech.country_id
WHERE speech.id = ANY(%s) AND speech.withdrawal_id IS NULL
"""  # noqa: S608 - names of columns only


# relations to many that a row of a list has: its model, and the columns that are read of it
_MANY: dict[str, tuple[type[Model], list[str]]] = {
    "affiliations": (Affiliation, _AFFILIATION),
    "topics": (Topic, _TOPIC),
}
_MANY_ROWS = {
    name: f"SELECT {', '.join(names)} FROM {model._meta.db_table} WHERE id = ANY(%s)"  # noqa: S608
    for name, (model, names) in _MANY.items()
}


def speeches(ids: Sequence[int]) -> dict[int, Speech]:
    """Return speeches by id with what a list prints, as ``Speech.objects.for_listing`` reads them,
    and with their affiliations and topics."""
    if not ids:
        return {}
    rows = fetch_all(_SPEECHES, [list(ids)])
    related: dict[tuple[str, Any], Model] = {}  # speeches of one meeting or country share it
    by_id = {row[0]: _speech(row, related) for row in rows}
    for place, name in enumerate(_MANY, start=-len(_MANY)):
        listed = _listed(name, {pk for row in rows for pk in row[place]})
        querysets: dict[tuple[int, ...], Any] = {}
        for row in rows:
            ids_of_speech = tuple(row[place])
            if ids_of_speech not in querysets:
                queryset: Any = _MANY[name][0]._default_manager.all()
                queryset._result_cache = [listed[pk] for pk in ids_of_speech if pk in listed]
                queryset._prefetch_done = True
                querysets[ids_of_speech] = queryset
            cache = by_id[row[0]].__dict__.setdefault("_prefetched_objects_cache", {})
            cache[name] = querysets[ids_of_speech]
    return by_id


def listed_topics(speech: Speech) -> Iterable[Topic]:
    """Return ``speech.topics.all()`` for a speech of ``speeches``, without the manager, which
    Django builds each time and which takes longer than reading the topics."""
    topics: Iterable[Topic] = speech._prefetched_objects_cache["topics"]  # type: ignore[attr-defined]
    return topics


def _listed(name: str, ids: Set[int]) -> dict[int, Model]:
    """Return topics or affiliations by id. Their rows are cached for one revision of the archive,
    since most speeches of a page share them."""
    cached = _cache_now().many[name]
    if missing := ids - cached.keys():
        cached.update((row[0], row) for row in fetch_all(_MANY_ROWS[name], [list(missing)]))
    model, names = _MANY[name]
    return {pk: _instance(model, names, cached[pk]) for pk in ids if pk in cached}


def _speech(row: Sequence[Any], related: dict[tuple[str, Any], Model]) -> Speech:
    end = len(_SPEECH)
    speech = _instance(Speech, _SPEECH, row[:end])
    for name, (model, names) in _RELATED.items():
        begin, end = end, end + len(names)
        key = name, row[begin]
        if row[begin] is not None and key not in related:
            related[key] = _instance(model, names, row[begin:end])
        speech._state.fields_cache[name] = related.get(key)
    return speech


def _instance[Row: Model](model: type[Row], names: Sequence[str], values: Sequence[Any]) -> Row:
    """Return what ``model.from_db`` returns, in a third of the time: no model of the archive has
    receivers for new instances, and fields missing in ``__dict__`` are deferred."""
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


_TEXTS = """
SELECT paragraph.speech_id, paragraph.position, paragraph.text, paragraph.sentence_starts
FROM unnest(%s::bigint[], %s::integer[]) AS place (speech_id, position)
JOIN statements_paragraph AS paragraph USING (speech_id, position)
JOIN statements_speech AS speech ON speech.id = speech_id AND speech.withdrawal_id IS NULL
"""
_OPENINGS = """
SELECT speech.id, paragraph.position, paragraph.text, paragraph.sentence_starts
FROM statements_speech AS speech
CROSS JOIN LATERAL (
    SELECT position, text, sentence_starts FROM statements_paragraph
    WHERE speech_id = speech.id AND kind = 'speech' ORDER BY position LIMIT 1
) AS paragraph
WHERE speech.id = ANY(%s) AND speech.withdrawal_id IS NULL
"""


class Passage(NamedTuple):
    """The text of a paragraph."""

    text: str
    sentence_starts: Sequence[int]  # empty if unknown


def texts(
    places: Collection[tuple[int, int]], *, openings_of: Sequence[int] = ()
) -> dict[int, dict[int, Passage]]:
    """Return the texts of paragraphs, by speech and position; of some speeches, given by their
    keys, the first paragraph that was spoken."""
    rows: list[tuple[Any, ...]] = []
    if places:
        keys, positions = [pk for pk, _ in places], [position for _, position in places]
        rows += fetch_all(_TEXTS, [keys, positions])
    if openings_of:
        rows += fetch_all(_OPENINGS, [list(openings_of)])
    by_speech: dict[int, dict[int, Passage]] = {}
    for speech, position, text, starts in rows:
        by_speech.setdefault(speech, {})[position] = Passage(text, starts or ())
    return by_speech


# -- labels of facet values -------------------------------------------------------------------


def labels(values: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, str]]:
    """Return the labels of facet values, by facet, where they differ from the values."""
    cached = _cache_now().labels_in(languages.current())
    missing = {
        facet: [value for value in values.get(facet, ()) if value not in cached[facet]]
        for facet in _NAMES
    }
    if any(missing.values()):
        # a value without a name is its own label, and is not looked up again
        for facet, unnamed in missing.items():
            cached[facet].update((value, value) for value in unnamed)
        for facet, value, label in fetch_all(_LABELS, missing):
            cached[facet][value] = _SHOWN[facet](label) if facet in _SHOWN else label
    return {
        "year": {UNDATED: gettext("Undated")},
        CAPACITY_FIELD: {value: str(label) for value, label in CAPACITIES.items()},
        **_names_as_values(values),
        **cached,
    }


def _names_as_values(values: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, str]]:
    """Return the labels of languages, and of organs, whose values are their names."""
    if languages.is_default():
        return {LANGUAGE_FIELD: LANGUAGE_NAMES}
    # the names of languages are messages of Django's own catalogues
    names = {code: gettext(name) for code, name in LANGUAGE_NAMES.items()}
    organs = {name: localized(name, "organ") for name in values.get("organ", ())}
    return {LANGUAGE_FIELD: names, "organ": organs}


_NAMES = {
    "country": ("statements_country", "code", "short_name"),
    "speaker": ("statements_speaker", "slug", "trim(honorific || ' ' || name)"),
    "topic": ("statements_topic", "slug", "title"),
    GROUP_FIELD: ("statements_countrygroup", "code", "name"),
    **dict.fromkeys(AFFILIATION_FIELDS, ("statements_affiliation", "slug", "name")),
    SESSION_FIELD: (
        "statements_session",
        "slug",
        "json_build_array(number, debate, CASE WHEN"
        " (SELECT count(DISTINCT organ_id) > 1 FROM statements_session) THEN organ_id END)::text",
    ),
}


def _session_label(parts: str) -> str:
    """Return the title of a session, with its organ if several organs have sessions."""
    number, debate, organ = json.loads(parts)
    title = Session(number=number, debate=debate).title
    return f"{localized(organ, 'organ')}, {title}" if organ else title


_SHOWN: dict[str, Callable[[str], str]] = {
    "country": lambda name: localized(name, "country"),
    "speaker": usual_case,
    GROUP_FIELD: lambda name: localized(name, "group"),
    SESSION_FIELD: _session_label,
}
_LABELS = " UNION ALL ".join(
    f"SELECT '{facet}', {value}, {label} FROM {table} WHERE {value} = ANY(%({facet})s::text[])"  # noqa: S608
    for facet, (table, value, label) in _NAMES.items()
)


_CURRENT_SPEAKERS = """
SELECT page.slug, person.slug FROM statements_speaker AS page
JOIN statements_speaker AS person ON person.id = page.merged_into_id WHERE page.slug = ANY(%s)
"""
_PERHAPS_THE_SAME = """
SELECT DISTINCT speaker.slug FROM statements_speaker AS named
JOIN statements_speakerproposal AS own ON own.speaker_id = named.id
JOIN statements_speakerproposal AS perhaps ON perhaps.number = own.number
JOIN statements_speaker AS speaker ON speaker.id = perhaps.speaker_id
WHERE named.slug = ANY(%s) ORDER BY speaker.slug
"""
_PROPOSED_PEOPLE = """
SELECT array_agg(slug ORDER BY slug) FROM statements_speakerproposal
JOIN statements_speaker AS speaker ON speaker.id = speaker_id
GROUP BY number HAVING count(*) > 1 ORDER BY number
"""


def current_speakers(slugs: Sequence[str]) -> dict[str, str]:
    """Return the slugs of the people to whose pages the addresses of other pages lead."""
    return {slug: current for slug, current in fetch_all(_CURRENT_SPEAKERS, [list(slugs)])}


def proposed_people() -> Mapping[str, tuple[str, ...]]:
    """Return for each page that is perhaps of the same person as others the slugs of all of them,
    cached for one revision of the archive."""
    cached = _cache_now()
    if cached.people is None:
        people = (tuple(slugs) for (slugs,) in fetch_all(_PROPOSED_PEOPLE))
        cached.people = {slug: slugs for slugs in people for slug in slugs}
    return cached.people


def perhaps_the_same(slugs: Sequence[str]) -> list[str]:
    """Return the slugs of all pages that are perhaps of the same people as some pages."""
    return [slug for (slug,) in fetch_all(_PERHAPS_THE_SAME, [list(slugs)])]


@revision.cached_per_revision(maxsize=2)
def values_by_name(facet: str) -> tuple[str, ...]:
    """Return all countries, or all speakers, as values of the facet in the order of their names."""
    if facet == "country":
        rows = Country.objects.values_list("code", "short_name")
        names = {code: sort_form(localized(name, "country")) for code, name in rows}
        return tuple(sorted(names, key=lambda code: (names[code], code)))
    return tuple(Speaker.objects.order_by("sort_name", "slug").values_list("slug", flat=True))


# -- cache ------------------------------------------------------------------------------------


class _Cache:
    """Rows and labels read in one revision of the archive."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        self._labels: dict[str, dict[str, dict[str, str]]] = {}
        self.many: dict[str, dict[int, Sequence[Any]]] = {name: {} for name in _MANY}
        self.people: Mapping[str, tuple[str, ...]] | None = None  # unread

    def labels_in(self, language: str) -> dict[str, dict[str, str]]:
        """Return the labels read so far in a language, by facet and value."""
        return self._labels.setdefault(language, {name: {} for name in _NAMES})


_cache: _Cache | None = None


def _cache_now() -> _Cache:
    global _cache
    cache, now = _cache, revision.current()
    if cache is None or cache.revision != now:
        cache = _cache = _Cache(now)
    return cache
