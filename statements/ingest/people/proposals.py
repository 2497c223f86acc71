"""Proposes which speakers may be one person: reads their careers, and stores the groups."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count, Max, Q

from statements.ingest.locks import lock_authorities
from statements.models import DecidedSpeaker, Speaker, SpeakerName, SpeakerProposal
from statements.models.querysets import SpeakerQuerySet
from statements.transcripts.languages.titles import HONORIFICS, title_class
from statements.transcripts.speakers.people import Form, group_forms


def propose_people(countries: Collection[str | None] | None = None) -> int:
    """Store the proposals of some countries, or of all; return the number of rows that changed.

    ``None`` among the countries stands for speakers without one. Without a change of speakers or
    decisions, nothing is written.
    """
    with transaction.atomic():
        lock_authorities()
        speakers = _of(countries)
        apart = known_apart()
        groups = [
            group
            for forms in forms_by_country(speakers).values()
            for group in group_forms(forms, apart)
        ]
        numbers = {form.key: min(each.key for each in group) for group in groups for form in group}
        stored = dict(
            SpeakerProposal.objects.filter(speaker__in=speakers).values_list("speaker", "number")
        )
        gone = [key for key, number in stored.items() if numbers.get(key) != number]
        new = [key for key, number in numbers.items() if stored.get(key) != number]
        if gone:
            SpeakerProposal.objects.filter(speaker__in=gone).delete()
        SpeakerProposal.objects.bulk_create(
            SpeakerProposal(speaker_id=key, number=numbers[key]) for key in new
        )
    return len({*gone, *new})


def propose_for_new_speakers(last: int) -> int:
    """Store the proposals of the countries with speakers that are newer than the key ``last``."""
    countries = set(Speaker.objects.filter(pk__gt=last).values_list("country", flat=True))
    return propose_people(countries) if countries else 0


def last_speaker() -> int:
    """Return the greatest key of a speaker, or 0."""
    return Speaker.objects.aggregate(last=Max("pk"))["last"] or 0


def _of(countries: Collection[str | None] | None) -> SpeakerQuerySet[Speaker]:
    if countries is None:
        return Speaker.objects.all()
    of_none = Q(country=None) if None in countries else Q()
    return Speaker.objects.filter(Q(country__in=[*filter(None, countries)]) | of_none)


def forms_by_country(speakers: SpeakerQuerySet[Speaker]) -> dict[str | None, list[Form]]:
    """Return speakers who have spoken as forms, by the code of their country."""
    names: dict[int, list[str]] = defaultdict(list)
    for key, name in SpeakerName.objects.filter(speaker__in=speakers).values_list(
        "speaker", "name"
    ):
        names[key].append(name)
    rows = (
        speakers.filter(merged_into=None)
        .order_by("pk")
        .annotate(
            years=ArrayAgg("speeches__year", distinct=True, default=[]),
            meetings=ArrayAgg("speeches__meeting", distinct=True, default=[]),
            heard=Count("speeches"),
        )
    )
    forms: dict[str | None, list[Form]] = defaultdict(list)
    for speaker in rows.values("pk", "name", "honorific", "country", "years", "meetings", "heard"):
        if not speaker["heard"]:
            continue
        forms[speaker["country"]].append(
            Form(
                key=speaker["pk"],
                names=(speaker["name"], *names[speaker["pk"]]),
                title=_title(speaker["honorific"], speaker["name"]),
                years=frozenset(filter(None, speaker["years"])),
                meetings=frozenset(filter(None, speaker["meetings"])),
                speeches=speaker["heard"],
            )
        )
    return forms


def _title(honorific: str, name: str) -> str:
    """Return the class of a title, which some tables give with the name."""
    first = name.partition(" ")[0]
    is_title = first.casefold() in HONORIFICS
    return title_class(honorific or (first if is_title else ""))


def known_apart() -> frozenset[frozenset[int]]:
    """Return the pairs of speakers whom standing decisions call different people."""
    rows = DecidedSpeaker.objects.filter(decision__undone_at=None)
    by_decision: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for decision, person, own, merged_into in rows.values_list(
        "decision", "person", "speaker", "speaker__merged_into"
    ):
        by_decision[decision].append((person, merged_into or own))
    return frozenset(
        frozenset((one, other))
        for members in by_decision.values()
        for person, one in members
        for other_person, other in members
        if person < other_person and one != other
    )
