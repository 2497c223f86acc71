"""Completes the speeches of a meeting from each other, even if they came in separate files.

The President's invitation says in what capacity a guest speaks; the first page of the record says
who presides. Printed values and corrections by a person are never changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from statements.ingest.drafts.presiding import (
    PRESIDENT_FROM_RECORD,
    chair_changes,
    texts_before,
    unknown_president,
)
from statements.ingest.locks import lock_authorities
from statements.ingest.matching import Matcher
from statements.ingest.namesakes import speaker_key
from statements.ingest.publishing.authorities import get_or_create_speakers
from statements.models import Meeting, Paragraph, Presidency, Speech, Transcript
from statements.models.querysets import SpeechQuerySet
from statements.transcripts.languages.names import fold
from statements.transcripts.speakers.capacities import (
    INVITATION_WORDS,
    Invitations,
    find_invitations,
    invited_capacity,
)
from statements.transcripts.speakers.chair import ACTING_OFFICES, PRESIDING_OFFICES, Chair
from statements.transcripts.values.parsed import ParsedPresident, Severity


def fill_from_meeting(meeting: Meeting) -> None:
    """Fill in what other speeches of the meeting say about a speech.

    This also changes speeches of later sittings and problems of other files, so only one
    transaction at a time does it: each sees what the others stored.
    """
    lock_authorities()
    _fill_presidents(meeting)
    _fill_capacities(meeting)


def _fill_presidents(meeting: Meeting) -> None:
    """Name the president until somebody else takes the chair.

    If a later file reports such a change, the name is removed again.
    """
    presidencies = list(meeting.presidencies.select_related("speaker", "country")[:2])
    changes = chair_changes(meeting.symbol)
    if not changes and (len(presidencies) != 1 or presidencies[0].speaker is None):
        return
    presidents = [
        ParsedPresident(presidency.name_printed, "", presidency.affiliation)
        for presidency in presidencies
    ]
    if changes:
        candidates = meeting.speeches.filter(role__in=PRESIDING_OFFICES | ACTING_OFFICES)
    else:
        candidates = meeting.speeches.filter(role__in=PRESIDING_OFFICES, speaker=None)
    matcher = Matcher()
    by_president: list[Speech] = []
    for speech in _lock_uncorrected(candidates):
        chair = Chair(presidents)
        chair.follow(texts_before(changes, speech.position))
        if chair.is_first and speech.speaker is None and speech.role in PRESIDING_OFFICES:
            by_president.append(speech)
        elif chair.change and not chair.is_first and _may_rename(speech, presidencies):
            _fill_acting_president(speech, chair, meeting, matcher)
    if by_president:
        # "save" would set ``updated_at``, and the speeches would look corrected
        Speech.objects.filter(pk__in=[speech.pk for speech in by_president]).update(
            speaker=presidencies[0].speaker,
            country=Coalesce("country", Value(presidencies[0].country_id)),
        )
        message = _("“%(printed)s” is %(name)s according to another file of %(meeting)s.") % {
            "printed": by_president[0].speaker_printed,
            "name": presidencies[0].name_printed,
            "meeting": meeting,
        }
        first_speeches = {speech.transcript_id: speech for speech in reversed(by_president)}
        _add_notes(
            [Note(speech, PRESIDENT_FROM_RECORD, message) for speech in first_speeches.values()]
        )


def _may_rename(speech: Speech, presidencies: Sequence[Presidency]) -> bool:
    """Return whether a speech has no speaker, or the President because of another file."""
    if speech.speaker_id is None:
        return True
    codes = {problem["code"] for problem in speech.transcript.problems}
    return PRESIDENT_FROM_RECORD in codes and speech.speaker_id in {
        presidency.speaker_id for presidency in presidencies
    }


def _fill_acting_president(
    speech: Speech, chair: Chair, meeting: Meeting, matcher: Matcher
) -> None:
    """Set the speaker who holds the chair according to another file; none if it names none."""
    holder = chair.holder
    if holder is None:
        Speech.objects.filter(pk=speech.pk).update(speaker=None, country=None)
        problem = unknown_president(speech.speaker_printed, chair, chair.presidents)
        _add_notes([Note(speech, problem.code, problem.message)])
        return
    country = matcher.country(holder.affiliation, meeting.date) if holder.affiliation else None
    key = speaker_key(
        holder.name,
        country.code if country else "",
        holder.honorific,
        meeting.date.year if meeting.date else None,
    )
    names = {key: (holder.name, holder.honorific)}
    speakers = get_or_create_speakers(names, matcher, in_meeting=True)
    if speech.speaker_id == speakers[key].pk:
        return
    Speech.objects.filter(pk=speech.pk).update(speaker=speakers[key], country=country)
    message = _(
        "“%(printed)s” is %(name)s according to another file of %(meeting)s: “%(change)s”"
    ) % {
        "printed": speech.speaker_printed,
        "name": f"{holder.honorific} {holder.name}",
        "meeting": meeting,
        "change": chair.change[:200],
    }
    _add_notes([Note(speech, PRESIDENT_FROM_RECORD, message)])


SpeakingOrder = tuple[int, int]  # resumption of the meeting, position of the speech


def _fill_capacities(meeting: Meeting) -> None:
    """Set the roles of invited guests in this sitting and in later ones.

    Guests of a meeting are not invited again when it is resumed.
    """
    sittings = [meeting, *Meeting.objects.other_sittings(meeting.symbol)]
    later = [sitting for sitting in sittings if sitting.resumption >= meeting.resumption]
    guests = _lock_uncorrected(
        Speech.objects.filter(meeting__in=later, role="", affiliation="", speaker__isnull=False)
    )
    if not guests:
        return
    invitations = list(_invitations(sittings))
    notes: list[Note] = []
    for guest in guests:
        assert guest.speaker is not None  # noqa: S101 - by the query above
        assert guest.meeting is not None  # noqa: S101
        capacities: Invitations = {}
        for order, invited in invitations:
            if order < (guest.meeting.resumption, guest.position):
                capacities |= invited
        if capacity := invited_capacity(guest.speaker.name, capacities):
            guest.role = capacity
            message = _(
                "%(speaker)s speaks as “%(capacity)s” according to the President's invitation in "
                "another file of the meeting."
            ) % {"speaker": guest.speaker_printed, "capacity": capacity}
            notes.append(Note(guest, "capacity-from-invitation", message))
    Speech.objects.bulk_update([note.speech for note in notes], ["role"], batch_size=500)
    _add_notes(notes)


def _invitations(sittings: Sequence[Meeting]) -> Iterator[tuple[SpeakingOrder, Invitations]]:
    """Yield the guests that a president invited, with their capacities, and where."""
    contains_invitation = Q()
    for word in INVITATION_WORDS:
        contains_invitation |= Q(text__contains=word)
    rows = (
        Paragraph.objects.filter(
            contains_invitation, speech__meeting__in=sittings, kind=Paragraph.Kind.SPEECH
        )
        .filter(speech__withdrawal=None)  # the words of withdrawn speeches are not public
        .exclude(speech__role="")
        .order_by("speech__meeting__resumption", "speech__position", "position")
        .values_list(
            "speech__meeting__resumption",
            "speech__position",
            "speech__role",
            "speech__speaker_printed",
            "text",
        )
    )
    for resumption, position, role, printed, text in rows:
        # only an office is printed, as for "The President", not a delegate who is invited
        if f" {fold(printed)}".endswith(f" {fold(role)}") and (invited := find_invitations([text])):
            yield (resumption, position), invited


def _lock_uncorrected(speeches: SpeechQuerySet[Speech]) -> list[Speech]:
    """Lock speeches; return those that nobody corrected since they were published, in order."""
    rows = (
        speeches.select_related("transcript", "speaker", "country", "meeting")
        .defer("transcript__content", "transcript__draft", "transcript__dropped")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    in_order = sorted(rows, key=lambda speech: speech.position)
    return [speech for speech in in_order if speech.corrected_at is None]


@dataclass(frozen=True, slots=True)
class Note:
    """A note about a speech, kept with the problems of its file."""

    speech: Speech
    code: str
    message: str

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "severity": Severity.NOTE.value,
            "line": None,
            "speech": self.speech.transcript_position,
        }


def _add_notes(notes: Sequence[Note]) -> None:
    """Add notes to the problems of their files, which are locked in the order of their keys."""
    by_file: dict[int, list[dict[str, Any]]] = {}
    for note in notes:
        by_file.setdefault(note.speech.transcript_id, []).append(note.to_json())
    files = list(
        Transcript.objects.select_for_update(no_key=True).filter(pk__in=by_file).order_by("pk")
    )
    changed = []
    for file in files:
        if new := [note for note in by_file[file.pk] if note not in file.problems]:
            file.problems = [*file.problems, *new]
            changed.append(file)
    Transcript.objects.bulk_update(changed, ["problems"], batch_size=100)
