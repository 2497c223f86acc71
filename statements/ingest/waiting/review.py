"""The draft of a transcript that is waiting for review: stored, loaded and corrected."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft
from statements.ingest.drafts.validation import is_storable
from statements.ingest.errors import EditConflict, InvalidDraft, NotWaiting
from statements.ingest.matching import Matcher
from statements.ingest.publishing.publish import check_waiting
from statements.ingest.waiting.descriptions import Description
from statements.ingest.waiting.summaries import summary_fields
from statements.models import Transcript

_WAITING_STATES = (Transcript.State.RECEIVED, Transcript.State.ANOTHER)


def store_draft(
    transcript: Transcript,
    draft: Draft,
    descriptions: Sequence[Description],
    matcher: Matcher | None = None,
    *,
    encoding: str | None = None,
) -> None:
    """Store the draft of a transcript whose row is locked; it is waiting for review from then on.

    A published transcript stays public: its draft holds the speeches of one more place.
    """
    fields: dict[str, Any] = {
        "draft": draft.to_json(),
        "descriptions": [description.to_json() for description in descriptions],
        **summary_fields(draft, matcher),
    }
    if encoding is not None:
        fields |= {"encoding": encoding}
    if transcript.is_published:
        fields |= {"state": Transcript.State.ANOTHER}
    else:
        fields |= {
            "state": Transcript.State.RECEIVED,
            "problems": draft.problems,
            "dropped": draft.dropped,
        }
    if transcript.state != Transcript.State.UNREAD:
        fields |= {"revision": F("revision") + 1}
    Transcript.objects.filter(pk=transcript.pk).update(**fields)


def draft_waiting(transcript: Transcript) -> Draft:
    """Return the draft that is waiting for review. Raises NotWaiting if there is none."""
    if transcript.draft is None:
        check_waiting(transcript)
        raise NotWaiting(_("“%(name)s” has no draft.") % {"name": transcript.name})
    return Draft.from_json(transcript.draft)


def update_draft(transcript: Transcript, draft: Draft, revision: int) -> int:
    """Store a corrected draft and return its new revision.

    ``revision`` is the revision that was corrected. Raises EditConflict if it is no longer the
    current one, NotWaiting if the transcript was published or discarded in the meantime, and
    InvalidDraft if the draft cannot be stored.
    """
    if not is_storable(draft):
        raise InvalidDraft([_("A text contains a NUL or invalid character. Please retype it.")])
    data = draft.to_json()
    fields = summary_fields(draft)
    if transcript.state == Transcript.State.RECEIVED:  # problems of public files do not change
        fields["problems"] = draft.problems
    changed = Transcript.objects.filter(
        pk=transcript.pk, state__in=_WAITING_STATES, revision=revision
    ).update(draft=data, revision=revision + 1, **fields)
    if not changed:
        transcript.refresh_from_db(fields=["state", "revision"])
        check_waiting(transcript)
        raise EditConflict(
            _(
                "Someone else has corrected “%(name)s”. "
                "Check the current version before you save yours."
            )
            % {"name": transcript.name}
        )
    transcript.revision = revision + 1
    transcript.draft = data
    transcript.problems = fields.get("problems", transcript.problems)
    return transcript.revision
