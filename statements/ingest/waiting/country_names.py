"""Applies names of countries that were added after files had been read: to published speeches whose
printed affiliation is now a known name, and to drafts that wait.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import ngettext

from statements.ingest.drafts.building import resolve
from statements.ingest.drafts.draft import Draft
from statements.ingest.locks import lock_authorities
from statements.ingest.matching import Matcher
from statements.ingest.people.proposals import propose_people
from statements.ingest.publishing.authorities import next_namesake
from statements.ingest.waiting.review import draft_waiting, update_draft
from statements.models import Country, Speaker, Speech, Transcript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

type Name = tuple[str, str]  # as printed, and the code of the country


class UnusedName(NamedTuple):
    """A printed affiliation that is now the name of a country."""

    printed: str
    country: Country
    speeches: int  # published ones without a country that print it


class Applied(NamedTuple):
    speeches: int  # published ones that got a country
    drafts: int  # files that wait, of which some speech got one


def unused_names() -> list[UnusedName]:
    """Return what ``apply_country_names`` can apply to published speeches, by country and name."""
    matcher = Matcher()
    keys = _speeches_by_name(matcher)
    names = [
        UnusedName(printed, matcher.countries[code], len(speeches))
        for (printed, code), speeches in keys.items()
    ]
    return sorted(names, key=lambda name: (name.country.short_name, name.printed))


def count_waiting() -> int:
    """Return how many drafts that wait would get a country for some speech."""
    matcher = Matcher()
    return sum(_resolved(draft, matcher) for _, draft in _waiting())


def apply_country_names(
    names: Collection[Name], *, by: "AbstractBaseUser | None" = None
) -> Applied:
    """Give published speeches that print these names their countries, and resolve all drafts that
    wait. People whose speeches are all of one country now get it too."""
    matcher = Matcher()
    with transaction.atomic():
        lock_authorities()
        changed: Counter[str] = Counter()
        for name, keys in _speeches_by_name(matcher).items():
            if name in names:
                speeches = Speech.all_objects.filter(pk__in=keys, country=None).locked()
                found = list(speeches.values_list("pk", flat=True))
                changed[name[1]] += Speech.all_objects.filter(pk__in=found).update(country=name[1])
                _give_country(found, matcher.countries[name[1]])
        if changed:
            propose_people({*changed, None})
        if by is not None:
            _log(changed, by)
    drafts = 0
    for transcript, draft in _waiting():
        if _resolved(draft, matcher):
            update_draft(transcript, draft, transcript.revision)
            drafts += 1
    return Applied(changed.total(), drafts)


def _speeches_by_name(matcher: Matcher) -> dict[Name, list[int]]:
    """Return the keys of speeches without a country that print the name of one."""
    rows = Speech.all_objects.filter(country=None).exclude(affiliation="").order_by("pk")
    keys: dict[Name, list[int]] = defaultdict(list)
    for key, printed, day, year in rows.values_list("pk", "affiliation", "date", "year"):
        day = day or (date(year, 7, 1) if year else None)
        if country := matcher.country(printed, day):
            keys[printed, country.code].append(key)
    return dict(keys)


def _give_country(speeches: Collection[int], country: Country) -> None:
    """Give a country to speakers without one, if all of their speeches have it."""
    speakers = Speaker.objects.filter(country=None, speeches__in=speeches).distinct()
    for speaker in speakers:
        others = Speech.all_objects.filter(speaker=speaker).exclude(country=country)
        if not others.exists():
            speaker.country, speaker.namesake = country, next_namesake(speaker.folded, country)
            speaker.save(update_fields=["country", "namesake"])


def _waiting() -> Iterable[tuple[Transcript, Draft]]:
    transcripts = Transcript.objects.waiting().defer(None).defer("content", "dropped")
    for transcript in transcripts.order_by("pk").iterator(chunk_size=20):
        yield transcript, draft_waiting(transcript)


def _resolved(draft: Draft, matcher: Matcher) -> bool:
    """Fill in the countries of a draft; return whether any speech got one."""
    before = [speech.country for speech in draft.speeches]
    resolve(draft, matcher=matcher)
    return before != [speech.country for speech in draft.speeches]


def _log(changed: Counter[str], by: "AbstractBaseUser") -> None:
    of_country = ContentType.objects.get_for_model(Country).pk
    for code, count in changed.items():
        sentence = ngettext(
            "Names applied to %(count)d speech", "Names applied to %(count)d speeches", count
        )
        LogEntry.objects.create(
            user_id=by.pk,
            content_type_id=of_country,
            object_id=code,
            object_repr=code,
            action_flag=CHANGE,
            change_message=sentence % {"count": count},
        )
