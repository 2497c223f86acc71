"""Speakers and topics: found by their folded names, or created with a slug of their own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from django.utils.text import slugify

from statements.ingest.drafts.agenda import items_by_speech
from statements.ingest.drafts.draft import Draft
from statements.ingest.drafts.validation import shorten
from statements.ingest.matching import Matcher
from statements.ingest.namesakes import Person, SpeakerKey, identify
from statements.models import (
    Affiliation,
    AgendaItem,
    Country,
    Meeting,
    Organ,
    Session,
    Speaker,
    Speech,
    Topic,
)
from statements.transcripts.languages.letter_case import sorted_under
from statements.transcripts.languages.names import fold
from statements.transcripts.record.headings import split_item_numbers

_MAX_TITLE = 500  # characters; the transcript has all of it


def get_or_create_speakers(
    names: Mapping[SpeakerKey, tuple[str, str]], matcher: Matcher, *, in_meeting: bool
) -> dict[SpeakerKey, Speaker]:
    """Return the speakers with these names and honorifics; create those that are missing.

    ``in_meeting`` tells that all spoke in one meeting, where another title is another person.
    """
    people = identify(names, in_meeting=in_meeting)
    missing: dict[int, tuple[Person, SpeakerKey]] = {}
    for key in sorted(names, key=lambda key: not key.title):  # a name with its title comes first
        if key in people and people[key].speaker is None:
            missing.setdefault(id(people[key]), (people[key], key))
    new = [key for _person, key in missing.values()]
    slugs = free_slugs(
        Speaker,
        "slug",
        {key: _speaker_slug(names[key][0], matcher.countries.get(key.country)) for key in new},
    )
    numbers = _namesake_numbers([(fold(names[key][0])[:200], key.country) for key in new])
    created = Speaker.objects.bulk_create(
        Speaker(
            slug=slugs[key],
            name=names[key][0].strip(),
            honorific=names[key][1],
            sort_name=sorted_under(names[key][0])[:200],
            folded=fold(names[key][0])[:200],
            country_id=key.country or None,
            namesake=number,
        )
        for key, number in zip(new, numbers, strict=True)
    )
    for (person, _key), speaker in zip(missing.values(), created, strict=True):
        person.speaker = speaker
    return {key: person.speaker for key, person in people.items() if person.speaker}


def _namesake_numbers(names: Sequence[tuple[str, str]]) -> list[int]:
    """Return the next free number of each folded name and country code."""
    if not names:
        return []
    rows = Speaker.objects.filter(folded__in={folded for folded, _country in names}).order_by()
    last: dict[tuple[str, str], int] = defaultdict(int)
    for folded, country, number in rows.values_list("folded", "country", "namesake"):
        last[folded, country or ""] = max(last[folded, country or ""], number)
    numbers = []
    for name in names:
        last[name] += 1
        numbers.append(last[name])
    return numbers


def next_namesake(folded: str, country: Country | None) -> int:
    """Return the number of a speaker who is entered by hand."""
    return _namesake_numbers([(folded, country.code if country else "")])[0]


def assign_topics(draft: Draft, meeting: Meeting | None) -> list[list[Topic]]:
    """Return the topics of each speech: its agenda items, and topics from a person or a table."""
    items = items_by_speech(draft)
    printed = [item for item in draft.agenda_items if item.strip()]
    numbered = split_item_numbers(printed)
    by_title = _get_or_create_topics([title for _, title in numbered], Topic.Kind.AGENDA_ITEM)
    agenda = {
        item: by_title[title] for item, (_number, title) in zip(printed, numbered, strict=True)
    }
    shared = list(_get_or_create_topics(draft.topics, Topic.Kind.SUBJECT).values())
    if meeting and agenda:
        _add_to_agenda(meeting, [(by_title[title], number) for number, title in numbered])
    elif meeting:
        # a single statement: the agenda item of the meeting that a person named, or else all
        meeting_items = [item.topic for item in meeting.agenda.select_related("topic")]
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


def _add_to_agenda(meeting: Meeting, items: Iterable[tuple[Topic, str]]) -> None:
    """Put topics on the agenda of a meeting, with their printed numbers, after those it has."""
    positions = dict(meeting.agenda.values_list("topic", "position"))
    numbers = {topic: number for topic, number in items if topic.pk not in positions}
    first = max(positions.values(), default=0) + 1
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, topic=topic, position=position, number=number)
        for position, (topic, number) in enumerate(numbers.items(), start=first)
    )


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
    model: type[Speaker | Topic | Organ | Affiliation | Session | Speech],
    field: str,
    bases: Mapping[Key, str],
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
