"""Speakers and topics: found by their folded names, or created with a slug of their own."""

from collections.abc import Mapping, Sequence
from itertools import chain

from django.db import connection
from django.utils.text import slugify

from statements.ingest.drafts.agenda import items_by_speech
from statements.ingest.drafts.draft import Draft
from statements.ingest.drafts.validation import shorten
from statements.ingest.matching import Matcher, SpeakerKey
from statements.models import Country, Meeting, Speaker, Speech, Topic
from statements.transcripts.languages.names import fold, sort_form

_MAX_TITLE = 500  # characters; the transcript has all of it
_LOCK_KEY = 0x526F7374  # arbitrary; the same for everybody who creates speakers and topics


def lock_authorities() -> None:
    """Let only one transaction at a time create speakers and topics."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])


def get_or_create_speakers(
    names: Mapping[SpeakerKey, tuple[str, str]], matcher: Matcher
) -> dict[SpeakerKey, Speaker]:
    """Return the speakers with these names and honorifics; create those that are missing."""
    speakers = matcher.speakers(names)
    missing = {key: name for key, name in names.items() if key not in speakers}
    slugs = free_slugs(
        Speaker,
        "slug",
        {
            key: _speaker_slug(name, matcher.countries.get(key[1]))
            for key, (name, _honorific) in missing.items()
        },
    )
    created = Speaker.objects.bulk_create(
        Speaker(
            slug=slugs[key],
            name=name.strip(),
            honorific=honorific,
            sort_name=sort_form(name)[:200],
            folded=key[0],
            country_id=key[1] or None,
        )
        for key, (name, honorific) in missing.items()
    )
    return speakers | dict(zip(missing, created, strict=True))


def assign_topics(draft: Draft, meeting: Meeting | None) -> list[list[Topic]]:
    """Return the topics of each speech: its agenda items, and topics from a person or a table."""
    items = items_by_speech(draft)
    agenda = _get_or_create_topics(draft.agenda_items, Topic.Kind.AGENDA_ITEM)
    shared = list(_get_or_create_topics(draft.topics, Topic.Kind.SUBJECT).values())
    if meeting and agenda:
        meeting.agenda_items.add(*agenda.values())
    elif meeting:
        # a single statement: the agenda item of the meeting that a person named, or else all
        meeting_items = list(meeting.agenda_items.all())
        if not set(meeting_items) & set(shared):
            shared = [*meeting_items, *shared]
    own_titles = [speech.place.topics if speech.place else [] for speech in draft.speeches]
    subjects = _get_or_create_topics(sorted(set(chain(*own_titles))), Topic.Kind.SUBJECT)
    return [
        list(
            dict.fromkeys(
                [
                    *(agenda[title] for title in item_titles),
                    *shared,
                    *(subjects[title] for title in titles if title in subjects),
                ]
            )
        )
        for item_titles, titles in zip(items, own_titles, strict=True)
    ]


def _get_or_create_topics(titles: Sequence[str], kind: Topic.Kind) -> dict[str, Topic]:
    """Return the topics by title; create those that are missing."""
    shortened = {
        title: shorten(" ".join(title.split()), _MAX_TITLE) for title in titles if title.strip()
    }
    folded = {title: fold(short_title)[:_MAX_TITLE] for title, short_title in shortened.items()}
    existing = Topic.objects.filter(folded__in=set(folded.values()))
    topics = {topic.folded: topic for topic in existing}
    missing = {
        folded[title]: short_title
        for title, short_title in shortened.items()
        if folded[title] not in topics
    }
    slugs = free_slugs(Topic, "slug", {key: _topic_slug(key) for key in missing})
    created = Topic.objects.bulk_create(
        Topic(slug=slugs[key], title=title, folded=key, kind=kind) for key, title in missing.items()
    )
    topics |= dict(zip(missing, created, strict=True))
    return {title: topics[key] for title, key in folded.items()}


def free_speaker_slug(name: str, country: Country | None) -> str:
    """Return an unused slug for a speaker who is entered by hand."""
    return free_slugs(Speaker, "slug", {"new": _speaker_slug(name, country)})["new"]


def free_topic_slug(title: str) -> str:
    """Return an unused slug for a topic that is entered by hand."""
    return free_slugs(Topic, "slug", {"new": _topic_slug(fold(title))})["new"]


def _speaker_slug(name: str, country: Country | None) -> str:
    country_name = fold(country.short_name) if country else ""
    return slugify(f"{fold(name)} {country_name}")[:130] or "speaker"


def _topic_slug(folded: str) -> str:
    return slugify(folded)[:130] or "topic"


def free_slugs[Key](
    model: type[Speaker | Topic | Speech], field: str, bases: Mapping[Key, str]
) -> dict[Key, str]:
    """Return an unused slug for each base: the base itself, or followed by "-2", "-3"..."""
    if not bases:
        return {}
    rows = model._base_manager  # the address of a withdrawn speech is in use too
    candidates = set(bases.values())
    used = set(rows.filter(**{f"{field}__in": candidates}).values_list(field, flat=True))
    slugs = {}
    for key, base in bases.items():
        slug, number = base, 1
        while slug in used or (number > 1 and rows.filter(**{field: slug}).exists()):
            number += 1
            slug = f"{base}-{number}"
        used.add(slug)
        slugs[key] = slug
    return slugs
