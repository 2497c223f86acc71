"""What readers are told of speeches that were withdrawn or erased, and of files that have their
words: nothing given out ever holds a withdrawn word."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format

from statements.models import DeletedSpeech, Meeting, Speech, Transcript


@dataclass(frozen=True, slots=True)
class Departure:
    """Since when something is not given out, and why."""

    sentence: str
    reason: str
    since: datetime


def departure(public_id: str) -> Departure | None:
    """What became of the speech that had an address; None where none had it, or still has."""
    withdrawn = Speech.all_objects.withdrawn().select_related("withdrawal")
    if speech := withdrawn.filter(public_id=public_id).first():
        return _withdrawn(speech, "The speech at this address")
    if deleted := DeletedSpeech.objects.filter(public_id=public_id).first():
        return _deleted(deleted, "The speech that had this address")
    return None


def withheld(transcript: Transcript) -> Departure | None:
    """Why a file is not given out: a speech that came from it is withdrawn or erased. Of a scan,
    one that came from its text."""
    files = [transcript, *transcript.texts.all()]
    has_words = Q(transcript__in=files) | Exists(
        Speech.former_transcripts.through.objects.filter(
            speech=OuterRef("pk"), transcript__in=files
        )
    )
    withdrawn = Speech.all_objects.withdrawn().filter(has_words).select_related("withdrawal")
    if speech := withdrawn.order_by("withdrawal").first():
        return _withdrawn(speech, "A speech of this file")
    hashes = [each.sha256 for each in files]
    erased = DeletedSpeech.objects.filter(transcript_hashes__overlap=hashes)
    if deleted := erased.order_by("deleted_at").first():
        return _deleted(deleted, "A speech of this file")
    return None


def notes_withheld(transcript: Transcript) -> bool:
    """Whether what was noted while reading a file is not shown: notes quote the record, also other
    files of its meetings."""
    meetings = Meeting.objects.filter(
        Exists(Speech.all_objects.filter(transcript=transcript, meeting=OuterRef("pk")))
    )
    of_meetings = Speech.all_objects.withdrawn().filter(meeting__in=meetings)
    return withheld(transcript) is not None or of_meetings.exists()


def _withdrawn(speech: Speech, what: str) -> Departure:
    withdrawal = speech.withdrawal
    assert withdrawal is not None  # noqa: S101 - only such were asked for
    return Departure(
        f"{what} was withdrawn on {date_format(withdrawal.withdrawn_at, 'j F Y')}.",
        withdrawal.reason,
        withdrawal.withdrawn_at,
    )


def _deleted(deleted: DeletedSpeech, what: str) -> Departure:
    return Departure(
        f"{what} was deleted from the archive on {date_format(deleted.deleted_at, 'j F Y')}.",
        deleted.reason,
        deleted.deleted_at,
    )
