"""Decisions of an archivist: which speakers are one person, and the undoing of a decision.

The page of the speaker with most speeches stays; the speeches of the others move to it, their names
lead to it, and so do their addresses. What was moved is kept with the decision.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from statements.ingest.errors import EditConflict, IngestError
from statements.ingest.locks import lock_authorities
from statements.ingest.people.proposals import forms_by_country, propose_people
from statements.models import (
    DecidedSpeaker,
    PersonDecision,
    Presidency,
    Speaker,
    SpeakerName,
    Speech,
)
from statements.transcripts.languages.name_likeness import name_words
from statements.transcripts.speakers.people import Form, is_possible

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def decide_people(
    people: Sequence[Sequence[int]], *, by: "AbstractBaseUser | None" = None
) -> PersonDecision:
    """Join the speakers of each person, given by their keys; remember the people as different.

    Raises EditConflict if a speaker was joined or deleted meanwhile, and IngestError for speakers
    who cannot be one person; nothing is changed then.
    """
    with transaction.atomic():
        lock_authorities()
        keys = [key for person in people for key in person]
        speakers = Speaker.objects.select_for_update(of=("self",)).in_bulk(sorted(keys))
        if len(speakers) < len(keys) or any(row.merged_into_id for row in speakers.values()):
            raise EditConflict(
                _("Some of these speakers were joined or deleted meanwhile. Please decide again.")
            )
        _check(people)
        decision = PersonDecision.objects.create(decided_by_id=by.pk if by else None)
        for number, person in enumerate(people, start=1):
            _join([speakers[key] for key in person], number, decision)
        propose_people({speaker.country_id for speaker in speakers.values()})
    return decision


def undo_decision(decision: PersonDecision, *, by: "AbstractBaseUser | None" = None) -> None:
    """Restore the speakers of a decision as they were before it.

    Speeches that came later under a printed form of a restored page move to it too. Raises
    EditConflict if the decision is undone, or if a later one must be undone first.
    """
    with transaction.atomic():
        lock_authorities()
        current = PersonDecision.objects.select_for_update().get(pk=decision.pk)
        members = list(current.members.select_related("speaker"))
        if current.undone_at:
            raise EditConflict(_("This decision is undone already."))
        keys = {member.speaker_id for member in members}
        later = DecidedSpeaker.objects.filter(
            decision__pk__gt=current.pk, decision__undone_at=None, speaker__in=keys
        )
        if later.exists():
            raise EditConflict(_("A later decision on the same people must be undone first."))
        for member in members:
            if member.speaker.merged_into_id:
                _part(member, current)
        current.undone_at, current.undone_by_id = timezone.now(), by.pk if by else None
        current.save(update_fields=["undone_at", "undone_by"])
        propose_people({member.speaker.country_id for member in members})


def _check(people: Iterable[Sequence[int]]) -> None:
    """Raise IngestError if two speakers of a person spoke in one meeting or in different eras."""
    for keys in people:
        if len(keys) < 2:
            continue
        forms = forms_by_country(Speaker.objects.filter(pk__in=keys))
        group: list[Form] = [form for of_country in forms.values() for form in of_country]
        if len(forms) > 1 or not is_possible(group):
            raise IngestError(
                _("Speakers of one meeting, of different eras or of two countries stay apart.")
            )


def _join(speakers: Sequence[Speaker], person: int, decision: PersonDecision) -> None:
    """Move everything of some speakers to the one of them with most speeches."""
    counts = dict(
        Speaker.objects.filter(pk__in=[speaker.pk for speaker in speakers])
        .annotate(heard=Count("speeches"))
        .values_list("pk", "heard")
    )
    remaining = min(speakers, key=lambda speaker: (-counts[speaker.pk], speaker.pk))
    for speaker in speakers:
        member = DecidedSpeaker(decision=decision, speaker=speaker, person=person)
        if speaker != remaining:
            _move(member, remaining)
        member.save()


def _move(member: DecidedSpeaker, remaining: Speaker) -> None:
    speaker = member.speaker
    speeches = Speech.all_objects.filter(speaker=speaker).locked()
    member.speeches = list(speeches.values_list("pk", flat=True))
    Speech.all_objects.filter(pk__in=member.speeches).update(speaker=remaining)
    presidencies = Presidency.objects.filter(speaker=speaker)
    member.presidencies = list(presidencies.values_list("pk", flat=True))
    presidencies.update(speaker=remaining)
    member.merged_pages = list(speaker.merged_pages.values_list("pk", flat=True))
    speaker.merged_pages.update(merged_into=remaining)
    member.names = _give_names(speaker, remaining)
    speaker.merged_into = remaining
    speaker.save(update_fields=["merged_into"])


def _give_names(speaker: Speaker, remaining: Speaker) -> list[int]:
    """Add the names of a speaker to another one; return the keys of those added."""
    own = {remaining.folded, *remaining.names.values_list("folded", flat=True)}
    forms = {speaker.folded: speaker.name}
    forms |= dict(speaker.names.values_list("folded", "name"))
    added = [
        SpeakerName(speaker=remaining, name=name, folded=folded)
        for folded, name in forms.items()
        if folded not in own
    ]
    return [name.pk for name in SpeakerName.objects.bulk_create(added)]


def _part(member: DecidedSpeaker, decision: PersonDecision) -> None:
    """Move back what ``_move`` moved, and what came later under the names of the page."""
    speaker = member.speaker
    remaining = speaker.merged_into
    assert remaining is not None  # noqa: S101
    moved = Speech.all_objects.filter(pk__in=member.speeches, speaker=remaining)
    Speech.all_objects.filter(pk__in=[*_keys(moved), *_later(member, decision)]).update(
        speaker=speaker
    )
    Presidency.objects.filter(pk__in=member.presidencies, speaker=remaining).update(speaker=speaker)
    Speaker.objects.filter(pk__in=member.merged_pages, merged_into=remaining).update(
        merged_into=speaker
    )
    SpeakerName.objects.filter(pk__in=member.names).delete()
    speaker.merged_into = None
    speaker.save(update_fields=["merged_into"])


def _keys(speeches: "QuerySet[Speech]") -> list[int]:
    return list(speeches.order_by("pk").values_list("pk", flat=True))


def _later(member: DecidedSpeaker, decision: PersonDecision) -> list[int]:
    """Return the speeches stored after the decision that print a name of the page alone."""
    speaker, remaining = member.speaker, member.speaker.merged_into
    assert remaining is not None  # noqa: S101
    own = {name_words(name) for name in _names(speaker)}
    others = {name_words(remaining.name)}
    speeches = Speech.all_objects.filter(speaker=remaining, stored_at__gt=decision.decided_at)
    return [
        key
        for key, printed in speeches.values_list("pk", "speaker_printed")
        if name_words(printed) in own - others
    ]


def _names(speaker: Speaker) -> list[str]:
    return [speaker.name, *speaker.names.values_list("name", flat=True)]
