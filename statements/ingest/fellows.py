"""Speeches of one meeting explain each other, though they came as separate files.

The President's invitation says in what capacity a guest speaks, the record's first page who
presides. What is printed with a speech, and what somebody corrected, is never touched.
"""

from collections.abc import Collection, Iterator, Sequence

from django.db.models import Q

from statements.ingest.drafting import PRESIDING
from statements.models import Meeting, Paragraph, Speech, Transcript
from statements.querysets import SpeechQuerySet
from statements.transcripts.capacities import INVITING, Invited, capacity_of, invited_in
from statements.transcripts.names import fold
from statements.transcripts.parsed import Severity


def explain(meeting: Meeting) -> None:
    """Fill in what other speeches of the meeting say of a speech; the meeting must be locked."""
    _name_the_president(meeting)
    _tell_capacities(meeting)


def _name_the_president(meeting: Meeting) -> None:
    open_speeches = _untouched(meeting.speeches.filter(role__in=PRESIDING, speaker=None))
    if not open_speeches:
        return
    presidencies = list(meeting.presidencies.select_related("speaker", "country")[:2])
    if len(presidencies) != 1 or presidencies[0].speaker is None:
        return
    (presidency,) = presidencies
    for speech in open_speeches:
        country = speech.country or presidency.country
        # not "save": nobody corrected it, so it must not look corrected
        Speech.objects.filter(pk=speech.pk, speaker=None).update(
            speaker=presidency.speaker, country=country
        )
    _note(
        open_speeches,
        "president-from-record",
        f"“{open_speeches[0].speaker_printed}” is {presidency.name_printed}, as another file of "
        f"{meeting} says.",
    )


Place = tuple[int, int]  # resumption and position: the order in which was spoken


def _tell_capacities(meeting: Meeting) -> None:
    """Of this sitting and of later ones: who is invited to a meeting is not invited again when
    it is resumed."""
    sittings = [meeting, *Meeting.objects.other_sittings(meeting)]
    later = [each for each in sittings if each.resumption >= meeting.resumption]
    guests = _untouched(
        Speech.objects.filter(meeting__in=later, role="", affiliation="", speaker__isnull=False)
    )
    if not guests:
        return
    invitations = list(_invitations(sittings))
    for guest in guests:
        assert guest.speaker is not None  # noqa: S101 - asked for so above
        assert guest.meeting is not None  # noqa: S101
        invited: Invited = {}
        for place, found in invitations:
            if place < (guest.meeting.resumption, guest.position):
                invited |= found
        if capacity := capacity_of(guest.speaker.name, invited):
            Speech.objects.filter(pk=guest.pk, role="").update(role=capacity)
            _note(
                [guest],
                "capacity-from-invitation",
                f"{guest.speaker_printed} speaks as “{capacity}”: so the President's invitation "
                "says, in another file of the meeting.",
            )


def _invitations(sittings: Sequence[Meeting]) -> Iterator[tuple[Place, Invited]]:
    """Who was invited in what capacity, and where that was said."""
    words = Q()
    for word in INVITING:
        words |= Q(text__contains=word)
    rows = (
        Paragraph.objects.filter(words, speech__meeting__in=sittings, kind=Paragraph.Kind.SPEECH)
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
        # by an office alone: "The President", and not a delegate who is invited to speak
        if fold(printed).removeprefix("the ") == fold(role) and (found := invited_in([text])):
            yield (resumption, position), found


def _untouched(speeches: SpeechQuerySet) -> list[Speech]:
    """Those that nobody corrected since they were published."""
    found = speeches.select_related("transcript", "speaker", "country", "meeting")
    return [speech for speech in found if speech.corrected_at is None]


def _note(speeches: Collection[Speech], code: str, message: str) -> None:
    """Tell it with the files from which the speeches came."""
    places: dict[int, list[int]] = {}
    for speech in speeches:
        places.setdefault(speech.transcript_id, []).append(speech.transcript_position)
    for transcript in Transcript.objects.filter(pk__in=places).order_by("pk"):
        transcript.problems = [
            *transcript.problems,
            {
                "code": code,
                "message": message,
                "severity": Severity.NOTE.value,
                "line": None,
                "speech": places[transcript.pk][0],
            },
        ]
        transcript.save(update_fields=["problems"])
