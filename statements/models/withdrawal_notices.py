"""Withdrawn and deleted speeches: the sentences that pages show in their place.

A file that contains the words of such a speech is not available either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from archive.languages import date_format
from statements.models import DeletedSpeech, Meeting, Speech, Transcript, revision


@dataclass(frozen=True, slots=True)
class Departure:
    """Why something is not available, and since when."""

    sentence: str
    reason: str
    since: datetime


def departure(public_id: str) -> Departure | None:
    """Return what happened to the speech with this id; None if it is available or never existed."""
    return departures([public_id]).get(public_id)


def departures(public_ids: Sequence[str]) -> dict[str, Departure]:
    """Return what happened to those speeches with these ids that are not available."""
    deleted = DeletedSpeech.objects.filter(public_id__in=public_ids)
    sentence = gettext("This speech was deleted from the archive on %(date)s.")
    departed = {row.public_id: _deleted(row, sentence) for row in deleted}
    withdrawn = Speech.all_objects.withdrawn().select_related("withdrawal")
    sentence = gettext("This speech was withdrawn on %(date)s.")
    for speech in withdrawn.filter(public_id__in=public_ids).order_by():
        departed[speech.public_id] = _withdrawn(speech, sentence)
    return departed


@revision.cached_per_revision()
def departures_digest() -> str:
    """Return a SHA-256 of which speeches are withdrawn or deleted, and since when: a copy of the
    archive that was made at the same digest has the words of none of them."""
    withdrawn = Speech.all_objects.withdrawn().order_by("public_id")
    deleted = DeletedSpeech.objects.order_by("public_id")
    sha = sha256()
    for rows in (
        withdrawn.values_list("public_id", "withdrawal__withdrawn_at"),
        deleted.values_list("public_id", "deleted_at"),
    ):
        for public_id, since in rows.iterator():
            sha.update(f"{public_id} {since.isoformat()}\n".encode())
        sha.update(b"\n")
    return sha.hexdigest()


def withheld(transcript: Transcript) -> Departure | None:
    """Return why a file is not available: a speech from it was withdrawn or deleted.

    For a scan, speeches from its text count too. Returns None if the file is available.
    """
    files = [transcript, *transcript.texts.all()]
    has_words = Q(transcript__in=files) | Exists(
        Speech.former_transcripts.through.objects.filter(
            speech=OuterRef("pk"), transcript__in=files
        )
    )
    withdrawn = Speech.all_objects.withdrawn().filter(has_words).select_related("withdrawal")
    if speech := withdrawn.order_by("withdrawal").first():
        return _withdrawn(speech, gettext("A speech from this file was withdrawn on %(date)s."))
    hashes = [file.sha256 for file in files]
    erased = DeletedSpeech.objects.filter(transcript_hashes__overlap=hashes)
    if deleted := erased.order_by("deleted_at").first():
        return _deleted(
            deleted, gettext("A speech from this file was deleted from the archive on %(date)s.")
        )
    return None


def notes_withheld(transcript: Transcript) -> bool:
    """Return whether the notes on how a file was read are hidden.

    Notes quote the record, and may quote other files of the same meeting.
    """
    meetings = Meeting.objects.filter(
        Exists(Speech.all_objects.filter(transcript=transcript, meeting=OuterRef("pk")))
    )
    of_meetings = Speech.all_objects.withdrawn().filter(meeting__in=meetings)
    return withheld(transcript) is not None or of_meetings.exists()


def _withdrawn(speech: Speech, sentence: str) -> Departure:
    withdrawal = speech.withdrawal
    assert withdrawal is not None  # noqa: S101 - the query selects withdrawn speeches
    return Departure(
        sentence % {"date": date_format(withdrawal.withdrawn_at, "j F Y")},
        withdrawal.reason,
        withdrawal.withdrawn_at,
    )


def _deleted(deleted: DeletedSpeech, sentence: str) -> Departure:
    return Departure(
        sentence % {"date": date_format(deleted.deleted_at, "j F Y")},
        deleted.reason,
        deleted.deleted_at,
    )
