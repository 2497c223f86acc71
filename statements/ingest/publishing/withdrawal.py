"""Withdraws speeches from public view, reinstates them, or erases them permanently.

A withdrawn speech keeps its row, its address and its position in the meeting. Its annotations
(references, votes) are removed, so that no count or list includes them. Database triggers update
the index. Every function locks the rows of the speeches first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest.drafts.validation import is_storable
from statements.ingest.errors import InvalidDraft
from statements.ingest.publishing.annotations import KINDS, annotate_again
from statements.models import DeletedSpeech, Speech, Transcript, Withdrawal
from statements.models.querysets import SpeechQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MAX_REASON_CHARACTERS = 500
_ENTRIES_PER_INSERT = 1_000


@dataclass(frozen=True, slots=True)
class AbsentSpeeches:
    """The numbers of speeches of a file that are not public."""

    withdrawn: int
    erased: int

    def __bool__(self) -> bool:
        return bool(self.withdrawn or self.erased)

    def __str__(self) -> str:
        """A clause without a full stop: "3 of its speeches are withdrawn"."""
        clauses = []
        if self.withdrawn:
            clauses.append(
                ngettext(
                    "%(count)d of its speeches is withdrawn",
                    "%(count)d of its speeches are withdrawn",
                    self.withdrawn,
                )
                % {"count": self.withdrawn}
            )
        if self.erased:
            clauses.append(
                ngettext(
                    "%(count)d of its speeches was permanently erased",
                    "%(count)d of its speeches were permanently erased",
                    self.erased,
                )
                % {"count": self.erased}
            )
        return ", ".join(clauses)


def withdraw(
    keys: Collection[int], reason: str, *, by: "AbstractBaseUser | None" = None
) -> Sequence[Speech]:
    """Withdraw speeches from public view, for one reason; return those that were public.

    Raises InvalidDraft if the reason is empty, too long or cannot be stored.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        public = [speech for speech in _lock_speeches(keys) if speech.withdrawal_id is None]
        if not public:
            return []
        withdrawal = Withdrawal.objects.create(
            reason=reason, withdrawn_by_id=by.pk if by is not None else None
        )
        # "save" would set ``updated_at``, and the speeches would look corrected
        Speech.objects.filter(pk__in=[speech.pk for speech in public]).update(withdrawal=withdrawal)
        for kind in KINDS:
            kind._default_manager.filter(paragraph__speech__in=public).delete()
        _log(public, by, CHANGE, _("Withdrawn: %(reason)s") % {"reason": reason})
    return public


def reinstate(keys: Collection[int], *, by: "AbstractBaseUser | None" = None) -> Sequence[Speech]:
    """Make withdrawn speeches public again; return those that were withdrawn."""
    with transaction.atomic():
        withdrawn = [speech for speech in _lock_speeches(keys) if speech.withdrawal_id is not None]
        if not withdrawn:
            return []
        speeches = Speech.all_objects.filter(pk__in=[speech.pk for speech in withdrawn])
        speeches.update(withdrawal=None)
        annotate_again(speeches)
        _log(withdrawn, by, CHANGE, _("Reinstated"))
    return withdrawn


def erase(key: int, reason: str, *, by: "AbstractBaseUser | None" = None) -> None:
    """Delete a speech permanently; its address says so from then on.

    Raises InvalidDraft if the reason cannot be stored, Speech.DoesNotExist if there is no such
    speech.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        speech = Speech.all_objects.locked().select_related("transcript").get(pk=key)
        withdrawal, public_id = speech.withdrawal_id, speech.public_id
        hashes = {
            speech.transcript.sha256,
            *speech.former_transcripts.values_list("sha256", flat=True),
        }
        _log([speech], by, DELETION, _("Permanently erased: %(reason)s") % {"reason": reason})
        speech.delete()
        DeletedSpeech.objects.filter(pk=public_id).update(
            reason=reason, transcript_hashes=sorted(hashes)
        )
        if withdrawal and not Speech.all_objects.filter(withdrawal=withdrawal).exists():
            Withdrawal.objects.filter(pk=withdrawal).delete()


def checked_reason(reason: str) -> str:
    """Return the reason as it is stored. Raises InvalidDraft."""
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidDraft(
            [_("Give a reason. Readers who follow a link to the speech will see it.")]
        )
    if len(reason) > MAX_REASON_CHARACTERS:
        message = _("The reason is too long. The limit is %(limit)d characters.")
        raise InvalidDraft([message % {"limit": MAX_REASON_CHARACTERS}])
    if not is_storable(reason):
        raise InvalidDraft([_("The reason contains a character that cannot be stored.")])
    return reason


def withdrawn_of(transcript: Transcript) -> SpeechQuerySet[Speech]:
    """Return the withdrawn speeches of a file."""
    return Speech.all_objects.withdrawn().filter(transcript=transcript)


def absent_of(transcript: Transcript) -> AbsentSpeeches:
    """Return the numbers of withdrawn and erased speeches of a file."""
    erased = DeletedSpeech.objects.filter(transcript_hashes__contains=[transcript.sha256])
    return AbsentSpeeches(withdrawn_of(transcript).count(), erased.count())


class AbsenceCounts:
    """``absent_of`` for all files at once, as of the creation of this object."""

    def __init__(self) -> None:
        counted = Speech.all_objects.withdrawn().order_by().values_list("transcript")
        self._withdrawn = dict(counted.annotate(models.Count("pk")))
        hashes = DeletedSpeech.objects.exclude(transcript_hashes=None)
        self._erased = Counter(
            sha256
            for file_hashes in hashes.values_list("transcript_hashes", flat=True)
            for sha256 in file_hashes or ()
        )

    def of(self, transcript: Transcript) -> AbsentSpeeches:
        return AbsentSpeeches(
            self._withdrawn.get(transcript.pk, 0), self._erased[transcript.sha256]
        )


def reinstate_all_of(transcript: Transcript, *, by: "AbstractBaseUser | None" = None) -> int:
    """Reinstate every withdrawn speech of a file; return their number."""
    return len(reinstate(list(withdrawn_of(transcript).values_list("pk", flat=True)), by=by))


def _lock_speeches(keys: Collection[int]) -> list[Speech]:
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
        batch_size=_ENTRIES_PER_INSERT,
    )
