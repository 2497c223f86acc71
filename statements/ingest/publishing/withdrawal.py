"""Speeches leave public view, return to it, or are erased for good.

A withdrawn speech keeps its row, with its address and its place in the meeting; only what
follows from its text (references, votes) is removed, so that no count and no list has it. The
database's triggers have the index follow. Every function locks the rows of the speeches first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from statements.ingest.drafts.validation import is_storable
from statements.ingest.errors import InvalidDraft
from statements.ingest.publishing.annotations import KINDS, annotate_again
from statements.models import DeletedSpeech, Speech, Transcript, Withdrawal
from statements.querysets import SpeechQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

LONGEST_REASON = 500
_ENTRIES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Absent:
    """How many speeches of a file are not public."""

    withdrawn: int
    erased: int

    def __bool__(self) -> bool:
        return bool(self.withdrawn or self.erased)

    def __str__(self) -> str:
        """A sentence without its full stop: "3 of its speeches are withdrawn"."""
        return " and ".join(
            f"{count} of its speeches {'is' if count == 1 else 'are'} {what}"
            for count, what in ((self.withdrawn, "withdrawn"), (self.erased, "erased for good"))
            if count
        )


def withdraw(
    keys: Collection[int], reason: str, *, by: "AbstractBaseUser | None" = None
) -> Sequence[Speech]:
    """Take speeches out of public view, for one reason; returns those that were public.

    Raises InvalidDraft where the reason is empty, too long or cannot be stored.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        public = [each for each in _locked(keys) if each.withdrawal_id is None]
        if not public:
            return []
        withdrawal = Withdrawal.objects.create(
            reason=reason, withdrawn_by_id=by.pk if by is not None else None
        )
        # not "save": its words were not corrected, so it must not look corrected
        Speech.objects.filter(pk__in=[each.pk for each in public]).update(withdrawal=withdrawal)
        for kind in KINDS:
            kind._default_manager.filter(paragraph__speech__in=public).delete()
        _log(public, by, CHANGE, f"Withdrawn: {reason}")
    return public


def reinstate(keys: Collection[int], *, by: "AbstractBaseUser | None" = None) -> Sequence[Speech]:
    """Make withdrawn speeches public again, each at its address and in its place; returns those
    that were withdrawn."""
    with transaction.atomic():
        withdrawn = [each for each in _locked(keys) if each.withdrawal_id is not None]
        if not withdrawn:
            return []
        chosen = Speech.all_objects.filter(pk__in=[each.pk for each in withdrawn])
        chosen.update(withdrawal=None)
        annotate_again(chosen)
        _log(withdrawn, by, CHANGE, "Reinstated")
    return withdrawn


def erase(key: int, reason: str, *, by: "AbstractBaseUser | None" = None) -> None:
    """Delete a speech for good; its address says so from then on. Raises InvalidDraft for a
    reason that cannot be stored, Speech.DoesNotExist where there is no such speech."""
    reason = checked_reason(reason)
    with transaction.atomic():
        speech = Speech.all_objects.locked().select_related("transcript").get(pk=key)
        withdrawal, public_id = speech.withdrawal_id, speech.public_id
        hashes = {
            speech.transcript.sha256,
            *speech.former_transcripts.values_list("sha256", flat=True),
        }
        _log([speech], by, DELETION, f"Erased for good: {reason}")
        speech.delete()
        DeletedSpeech.objects.filter(pk=public_id).update(
            reason=reason, transcript_hashes=sorted(hashes)
        )
        if withdrawal and not Speech.all_objects.filter(withdrawal=withdrawal).exists():
            Withdrawal.objects.filter(pk=withdrawal).delete()


def checked_reason(reason: str) -> str:
    """The reason as it is stored; raises InvalidDraft with a sentence."""
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidDraft(["Give a reason. Readers who follow a link to the speech will see it."])
    if len(reason) > LONGEST_REASON:
        raise InvalidDraft([f"A reason can have {LONGEST_REASON} characters."])
    if not is_storable(reason):
        raise InvalidDraft(["The reason has a character that cannot be stored."])
    return reason


def withdrawn_of(transcript: Transcript) -> SpeechQuerySet:
    """The withdrawn speeches that came from a file."""
    return Speech.all_objects.withdrawn().filter(transcript=transcript)


def absent_of(transcript: Transcript) -> Absent:
    """How many speeches that came from a file are withdrawn or erased."""
    erased = DeletedSpeech.objects.filter(transcript_hashes__contains=[transcript.sha256])
    return Absent(withdrawn_of(transcript).count(), erased.count())


class Absences:
    """The same of all files, as it is when this is made: for commands that take many files."""

    def __init__(self) -> None:
        counted = Speech.all_objects.withdrawn().order_by().values_list("transcript")
        self._withdrawn = dict(counted.annotate(models.Count("pk")))
        hashes = DeletedSpeech.objects.exclude(transcript_hashes=None)
        self._erased = Counter(
            sha256
            for each in hashes.values_list("transcript_hashes", flat=True)
            for sha256 in each or ()
        )

    def of(self, transcript: Transcript) -> Absent:
        return Absent(self._withdrawn.get(transcript.pk, 0), self._erased[transcript.sha256])


def reinstate_all_of(transcript: Transcript, *, by: "AbstractBaseUser | None" = None) -> int:
    """Reinstate every withdrawn speech of a file; returns how many there were."""
    return len(reinstate(list(withdrawn_of(transcript).values_list("pk", flat=True)), by=by))


def _locked(keys: Collection[int]) -> list[Speech]:
    return list(Speech.all_objects.filter(pk__in=keys).locked())


def _log(
    speeches: Iterable[Speech], by: "AbstractBaseUser | None", flag: int, message: str
) -> None:
    if by is None:
        return
    content_type = ContentType.objects.get_for_model(Speech)
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                user_id=by.pk,
                content_type=content_type,
                object_id=str(speech.pk),
                object_repr=str(speech)[:200],
                action_flag=flag,
                change_message=message,
            )
            for speech in speeches
        ],
        batch_size=_ENTRIES_AT_ONCE,
    )
