"""Speakers and topics: found by their folded names, or made, with an address of their own."""

from collections.abc import Mapping, Sequence
from itertools import chain

from django.db import connection
from django.utils.text import slugify

from statements.ingest.drafts.agenda import items_by_speech
from statements.ingest.drafts.draft import Draft
from statements.ingest.matching import Matcher, SpeakerKey
from statements.models import Country, Meeting, Speaker, Speech, Topic
from statements.transcripts.names import fold, sort_form

_LOCK = 0x526F7374  # any number, the same for everybody who makes speakers and topics


def take_turns() -> None:
    """Let only one transaction at a time make speakers and topics: the later one finds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def speakers_of(
    named: Mapping[SpeakerKey, tuple[str, str]], matcher: Matcher
) -> dict[SpeakerKey, Speaker]:
    """The speakers of these names and honorifics, those the archive did not know among them."""
    speakers = matcher.speakers(named)
    missing = {key: names for key, names in named.items() if key not in speakers}
    slugs = free_addresses(
        Speaker,
        "slug",
        {
            key: _speaker_base(name, matcher.countries.get(key[1]))
            for key, (name, _) in missing.items()
        },
    )
    made = Speaker.objects.bulk_create(
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
    return speakers | dict(zip(missing, made, strict=True))


def topics_of_speeches(draft: Draft, meeting: Meeting | None) -> list[list[Topic]]:
    """The topics of each speech: the agenda items that it was spoken to, and what a person or a
    table gave."""
    items = items_by_speech(draft)
    agenda = _topics_titled(draft.agenda_items, Topic.Kind.AGENDA_ITEM)
    given = list(_topics_titled(draft.topics, Topic.Kind.SUBJECT).values())
    if meeting and agenda:
        meeting.agenda_items.add(*agenda.values())
    elif meeting:
        # a single statement: of the meeting's items the one that a person named, else all
        known = list(meeting.agenda_items.all())
        if not set(known) & set(given):
            given = [*known, *given]
    stated = [speech.place.topics if speech.place else [] for speech in draft.speeches]
    told = _topics_titled(sorted(set(chain(*stated))), Topic.Kind.SUBJECT)
    return [
        list(
            dict.fromkeys(
                [
                    *(agenda[title] for title in titles),
                    *given,
                    *(told[title] for title in own if title in told),
                ]
            )
        )
        for titles, own in zip(items, stated, strict=True)
    ]


def _topics_titled(given: Sequence[str], kind: Topic.Kind) -> dict[str, Topic]:
    """The topics of these titles, made where they are new."""
    titles = {title: _shortened(" ".join(title.split())) for title in given if title.strip()}
    folded = {title: fold(shown)[:500] for title, shown in titles.items()}
    there = Topic.objects.filter(folded__in=set(folded.values()))
    topics = {topic.folded: topic for topic in there}
    missing = {
        folded[title]: shown for title, shown in titles.items() if folded[title] not in topics
    }
    slugs = free_addresses(Topic, "slug", {key: _topic_base(key) for key in missing})
    made = Topic.objects.bulk_create(
        Topic(slug=slugs[key], title=shown, folded=key, kind=kind) for key, shown in missing.items()
    )
    topics |= dict(zip(missing, made, strict=True))
    return {title: topics[key] for title, key in folded.items()}


def _shortened(title: str) -> str:
    """A title as long as a topic may have; the whole of it stands in the transcript."""
    return title if len(title) <= 500 else f"{title[:499].rsplit(' ', 1)[0]}…"


def free_speaker_slug(name: str, country: Country | None) -> str:
    """A slug that no speaker has, for one who is entered by hand."""
    return free_addresses(Speaker, "slug", {"new": _speaker_base(name, country)})["new"]


def free_topic_slug(title: str) -> str:
    """A slug that no topic has, for one that is entered by hand."""
    return free_addresses(Topic, "slug", {"new": _topic_base(fold(title))})["new"]


def _speaker_base(name: str, country: Country | None) -> str:
    of = fold(country.short_name) if country else ""
    return slugify(f"{fold(name)} {of}")[:130] or "speaker"


def _topic_base(folded: str) -> str:
    return slugify(folded)[:130] or "topic"


def free_addresses[Key](
    model: type[Speaker | Topic | Speech], field: str, bases: Mapping[Key, str]
) -> dict[Key, str]:
    """For each wanted address one that nobody has: itself, or with "-2", "-3" behind it."""
    if not bases:
        return {}
    rows = model._base_manager  # the address of a withdrawn speech is taken
    wanted = set(bases.values())
    taken = set(rows.filter(**{f"{field}__in": wanted}).values_list(field, flat=True))
    free = {}
    for key, base in bases.items():
        address, number = base, 1
        while address in taken or (number > 1 and rows.filter(**{field: address}).exists()):
            number += 1
            address = f"{base}-{number}"
        taken.add(address)
        free[key] = address
    return free
