"""Speeches of one meeting explain each other, though they came as separate files.

The President's invitation says in what capacity a guest speaks, the record's first page who
presides. What is printed with a speech, and what somebody corrected, is never touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from statements.ingest.drafts.presiding import FROM_RECORD, changes_of, heard_before, unknown
from statements.ingest.matching import Matcher, speaker_key
from statements.ingest.publishing.authorities import speakers_of, take_turns
from statements.models import Meeting, Paragraph, Presidency, Speech, Transcript
from statements.querysets import SpeechQuerySet
from statements.transcripts.names import fold
from statements.transcripts.parsed import ParsedPresident, Severity
from statements.transcripts.speakers.capacities import (
    INVITATION_WORDS,
    Invitations,
    find_invitations,
    invited_capacity,
)
from statements.transcripts.speakers.chair import ACTING_OFFICES, PRESIDING_OFFICES, Chair


def explain(meeting: Meeting) -> None:
    """Fill in what other speeches of the meeting say of a speech.

    Speeches of later sittings and other files' problems are written too, so it takes its turn:
    whoever stores at the same time is seen, or sees what is stored here.
    """
    take_turns()
    _name_the_president(meeting)
    _tell_capacities(meeting)


def _name_the_president(meeting: Meeting) -> None:
    """The one whom the record names, as long as nobody else takes the chair; where a file that
    came later tells of that, the name is taken back."""
    presidencies = list(meeting.presidencies.select_related("speaker", "country")[:2])
    changes = changes_of(meeting.symbol)
    if not changes and (len(presidencies) != 1 or presidencies[0].speaker is None):
        return
    named = [ParsedPresident(each.name_printed, "", each.affiliation) for each in presidencies]
    if changes:
        candidates = meeting.speeches.filter(role__in=PRESIDING_OFFICES | ACTING_OFFICES)
    else:
        candidates = meeting.speeches.filter(role__in=PRESIDING_OFFICES, speaker=None)
    matcher = Matcher()
    filled: list[Speech] = []
    for speech in _untouched(candidates):
        chair = Chair(named)
        chair.follow(heard_before(changes, speech.position))
        if chair.is_first and speech.speaker is None and speech.role in PRESIDING_OFFICES:
            filled.append(speech)
        elif chair.change and not chair.is_first and _is_open(speech, presidencies):
            _name_who_took_it(speech, chair, meeting, matcher)
    if filled:
        # not "save": nobody corrected it, so it must not look corrected
        Speech.objects.filter(pk__in=[each.pk for each in filled]).update(
            speaker=presidencies[0].speaker,
            country=Coalesce("country", Value(presidencies[0].country_id)),
        )
        message = (
            f"“{filled[0].speaker_printed}” is {presidencies[0].name_printed}, as another file "
            f"of {meeting} says."
        )
        first = {speech.transcript_id: speech for speech in reversed(filled)}
        _note([Note(speech, FROM_RECORD, message) for speech in first.values()])


def _is_open(speech: Speech, presidencies: Sequence[Presidency]) -> bool:
    """Whether nobody is named yet, or only the President, and only by another file."""
    if speech.speaker_id is None:
        return True
    codes = {problem["code"] for problem in speech.transcript.problems}
    return FROM_RECORD in codes and speech.speaker_id in {each.speaker_id for each in presidencies}


def _name_who_took_it(speech: Speech, chair: Chair, meeting: Meeting, matcher: Matcher) -> None:
    """Whoever holds the chair as another file says; nobody where that file names none."""
    holder = chair.holder
    if holder is None:
        Speech.objects.filter(pk=speech.pk).update(speaker=None, country=None)
        problem = unknown(speech.speaker_printed, chair, chair.presidents)
        _note([Note(speech, problem.code, problem.message)])
        return
    country = matcher.country(holder.affiliation, meeting.date) if holder.affiliation else None
    key = speaker_key(holder.name, country.code if country else "")
    speakers = speakers_of({key: (holder.name, holder.honorific)}, matcher)
    if speech.speaker_id == speakers[key].pk:
        return
    Speech.objects.filter(pk=speech.pk).update(speaker=speakers[key], country=country)
    message = (
        f"“{speech.speaker_printed}” is {holder.honorific} {holder.name}, as another file of "
        f"{meeting} says: “{chair.change[:200]}”"
    )
    _note([Note(speech, FROM_RECORD, message)])


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
    told: list[Note] = []
    for guest in guests:
        assert guest.speaker is not None  # noqa: S101 - asked for so above
        assert guest.meeting is not None  # noqa: S101
        invited: Invitations = {}
        for place, found in invitations:
            if place < (guest.meeting.resumption, guest.position):
                invited |= found
        if capacity := invited_capacity(guest.speaker.name, invited):
            guest.role = capacity
            message = (
                f"{guest.speaker_printed} speaks as “{capacity}”: so the President's invitation "
                "says, in another file of the meeting."
            )
            told.append(Note(guest, "capacity-from-invitation", message))
    Speech.objects.bulk_update([note.speech for note in told], ["role"], batch_size=500)
    _note(told)


def _invitations(sittings: Sequence[Meeting]) -> Iterator[tuple[Place, Invitations]]:
    """Who was invited in what capacity, and where that was said."""
    words = Q()
    for word in INVITATION_WORDS:
        words |= Q(text__contains=word)
    rows = (
        Paragraph.objects.filter(words, speech__meeting__in=sittings, kind=Paragraph.Kind.SPEECH)
        .filter(speech__withdrawal=None)  # nobody is told its words
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
        if fold(printed).removeprefix("the ") == fold(role) and (found := find_invitations([text])):
            yield (resumption, position), found


def _untouched(speeches: SpeechQuerySet) -> list[Speech]:
    """Those that nobody corrected since they were published, nor can until this is stored."""
    found = (
        speeches.select_related("transcript", "speaker", "country", "meeting")
        .defer("transcript__content", "transcript__draft", "transcript__dropped")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    in_order = sorted(found, key=lambda speech: speech.position)
    return [speech for speech in in_order if speech.corrected_at is None]


@dataclass(frozen=True, slots=True)
class Note:
    """What is told of a speech, with the file from which it came."""

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


def _note(notes: Sequence[Note]) -> None:
    """Tell each with its file; the files are locked in the order of their keys."""
    by_file: dict[int, list[dict[str, Any]]] = {}
    for note in notes:
        by_file.setdefault(note.speech.transcript_id, []).append(note.to_json())
    files = list(
        Transcript.objects.select_for_update(no_key=True).filter(pk__in=by_file).order_by("pk")
    )
    changed = []
    for file in files:
        if new := [each for each in by_file[file.pk] if each not in file.problems]:
            file.problems = [*file.problems, *new]
            changed.append(file)
    Transcript.objects.bulk_update(changed, ["problems"], batch_size=100)
