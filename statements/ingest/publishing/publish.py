"""Decisions on a waiting transcript: publish its draft, or discard it."""

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest.drafts.draft import Draft
from statements.ingest.errors import EditConflict, NotWaiting
from statements.ingest.matching import Matcher
from statements.ingest.people.proposals import last_speaker, propose_for_new_speakers
from statements.ingest.publishing.preview import Preview
from statements.ingest.publishing.series import get_or_create_series
from statements.ingest.publishing.store import (
    OnCollision,
    SpeechSource,
    last_positions,
    store_speeches,
    store_transaction,
)
from statements.models import Transcript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

NOTHING_STORED = "nothing-stored"  # the problem of a file whose positions were all taken
# states without a draft in which a person may still discard the transcript
WITHOUT_DRAFT = frozenset({Transcript.State.SCAN, Transcript.State.ASIDE})


@dataclass(frozen=True, slots=True)
class Published:
    transcript: Transcript
    preview: Preview  # taken just before storing
    stored: int  # speeches added
    replaced: int  # speeches that replaced another
    skipped: int  # speeches not stored because their positions are taken

    @property
    def changed_nothing(self) -> bool:
        return not (self.stored or self.replaced)


def publish(
    transcript: Transcript,
    draft: Draft,
    *,
    by: "AbstractBaseUser | None" = None,
    on_collision: OnCollision | str = OnCollision.REFUSE,
    matcher: Matcher | None = None,
) -> Published:
    """Store the speeches of a draft and make them public.

    A speech that is already stored word for word is left unchanged. If nothing is stored, the
    transcript is discarded with a note. Raises Collision, InvalidDraft, NotWaiting, or
    EditConflict if the draft was corrected after ``transcript`` was loaded; nothing is changed
    then.
    """
    last = last_speaker()
    with store_transaction(transcript.name):
        published = _publish(transcript, draft, OnCollision(on_collision), matcher or Matcher())
        propose_for_new_speakers(last)
        if by is not None:
            count = published.stored + published.replaced
            message = ngettext(
                "Published: %(count)d speech", "Published: %(count)d speeches", count
            )
            _log(transcript, by, message % {"count": count})
    transcript.refresh_from_db(fields=["state", "published_at", "problems", "draft", "revision"])
    return published


def discard(transcript: Transcript, by: "AbstractBaseUser | None" = None) -> None:
    """Discard a waiting transcript. Its bytes and its draft are kept, so it can be reopened.

    If the transcript is public and one more place was waiting, only that place is discarded, with
    its draft.
    """
    with transaction.atomic():
        current = Transcript.objects.select_for_update().get(pk=transcript.pk)
        if current.state not in WITHOUT_DRAFT:
            check_waiting(current)
        state = _discarded_state(current)
        if state == Transcript.State.DISCARDED and current.draft is not None:
            Transcript.objects.filter(pk=current.pk).update(state=state, summary=None, doubts=None)
        else:
            _close(current, state)
        if by is not None:
            _log(transcript, by, _("Discarded"))
    transcript.refresh_from_db(fields=["state", "draft", "revision"])


def reopen(
    transcript: Transcript, by: "AbstractBaseUser | None" = None, *, only_corrected: bool = False
) -> bool:
    """Have a discarded transcript wait for review again, with its draft and the corrections in it.
    Return whether there was such a draft; ``only_corrected`` leaves one that nobody corrected."""
    with transaction.atomic():
        is_reopened = bool(
            Transcript.objects.filter(
                pk=transcript.pk,
                state=Transcript.State.DISCARDED,
                draft__isnull=False,
                revision__gte=int(only_corrected),
            ).update(state=Transcript.State.RECEIVED, revision=F("revision") + 1)
        )
        if is_reopened and by is not None:
            _log(transcript, by, _("Reopened"))
    if is_reopened:
        transcript.refresh_from_db(fields=["state", "draft", "revision"])
    return is_reopened


def check_waiting(transcript: Transcript) -> None:
    """Raise NotWaiting unless the transcript is waiting for review."""
    if not transcript.is_waiting:
        raise NotWaiting(
            _("“%(name)s” is not waiting for review. Its state: %(state)s.")
            % {"name": transcript.name, "state": transcript.get_state_display()}
        )


def _publish(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    current = Transcript.objects.select_for_update().get(pk=transcript.pk)
    check_waiting(current)
    if current.revision != transcript.revision:
        raise EditConflict(
            _(
                "Someone else has corrected “%(name)s”. "
                "Check the current version before you publish."
            )
            % {"name": transcript.name}
        )
    if current.state == Transcript.State.ANOTHER:
        draft = _after_stored_speeches(current, draft)
    sources = [SpeechSource(transcript, speech.position) for speech in draft.speeches]
    stored = store_speeches(sources, draft, on_collision, matcher)
    published = Published(
        transcript,
        stored.preview,
        len(stored.added),
        len(stored.replaced),
        len(sources) - len(stored.added) - len(stored.replaced),
    )
    if published.changed_nothing:
        problems = [*current.problems, nothing_stored_problem()]
        Transcript.objects.filter(pk=current.pk).update(problems=problems)
        _close(current, _discarded_state(current))
    else:
        _close(current, Transcript.State.PUBLISHED, is_stored=True)
        for series in get_or_create_series([draft.dataset]).values():
            Transcript.objects.filter(pk=current.pk, series=None).update(series=series)
        make_scan_public(current)
    return published


def _after_stored_speeches(transcript: Transcript, draft: Draft) -> Draft:
    """Return the draft with positions after the speeches that the transcript already has."""
    last = last_positions([transcript.pk]).get(transcript.pk, 0)
    speeches = [replace(speech, position=speech.position + last) for speech in draft.speeches]
    problems = [
        problem if problem.get("speech") is None else problem | {"speech": problem["speech"] + last}
        for problem in draft.problems
    ]
    return replace(draft, speeches=speeches, problems=problems)


def _discarded_state(transcript: Transcript) -> Transcript.State:
    public = transcript.state == Transcript.State.ANOTHER
    return Transcript.State.PUBLISHED if public else Transcript.State.DISCARDED


def _close(transcript: Transcript, state: Transcript.State, *, is_stored: bool = False) -> None:
    """End the review of a transcript whose row is locked, and remove its draft."""
    published_at: datetime.datetime | None
    if is_stored:
        published_at = transcript.published_at or timezone.now()
        descriptions = [
            description | {"is_stored": True} for description in transcript.descriptions
        ]
    else:
        is_public = state == Transcript.State.PUBLISHED
        published_at = transcript.published_at if is_public else None
        descriptions = [
            description for description in transcript.descriptions if description["is_stored"]
        ]
    Transcript.objects.filter(pk=transcript.pk).update(
        state=state,
        published_at=published_at,
        draft=None,
        summary=None,
        doubts=None,
        descriptions=descriptions,
    )


def make_scan_public(transcript: Transcript) -> None:
    """Make the scan of a published text public."""
    Transcript.objects.filter(pk=transcript.scan_id, state=Transcript.State.SCAN).update(
        state=Transcript.State.PUBLISHED, published_at=timezone.now()
    )


def nothing_stored_problem() -> dict[str, Any]:
    return {
        "code": NOTHING_STORED,
        "message": _("All positions of this file were already taken, so nothing was stored."),
        "severity": "note",
        "line": None,
        "speech": None,
    }


def _log(transcript: Transcript, by: "AbstractBaseUser", message: str) -> None:
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(Transcript),
        object_id=str(transcript.pk),
        object_repr=transcript.name[:200],
        action_flag=CHANGE,
        change_message=message,
    )
