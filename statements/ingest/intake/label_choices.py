"""A person's decisions about the labels and columns of a waiting file: it is read again under
them, and those about labels are remembered for the next files of the same series."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft
from statements.ingest.drafts.label_memory import keep_origins, remember, series_of
from statements.ingest.errors import EditConflict, IngestError
from statements.ingest.intake.files import check_storable, read_file
from statements.ingest.matching import Matcher
from statements.ingest.waiting.descriptions import (
    SpeechesDiffer,
    compose,
    descriptions_of,
    waiting_descriptions,
    with_corrections,
)
from statements.ingest.waiting.review import draft_waiting, store_draft
from statements.models import Transcript
from statements.transcripts.values.choices import LabelChoices, applied
from statements.transcripts.values.parsed import LabelUse


def choose_labels(
    transcript: Transcript,
    *,
    accepted: Iterable[str],
    rejected: Iterable[str],
    revision: int,
    column: str = "",
) -> Draft:
    """Read a waiting file again; ``accepted`` labels begin turns, ``rejected`` ones are text.

    Of pages in two languages one ``column`` is read, "left" or "right"; both if it is "".

    Corrections stay if the speeches stay. Decisions that differ from how the labels were used
    before are remembered, or forgotten if a label is in neither list.

    Raises EditConflict if ``revision`` is no longer the current one, NotWaiting if there is no
    draft, and IngestError if corrections would be lost.
    """
    matcher = Matcher()
    with transaction.atomic():
        current = Transcript.objects.select_for_update().defer(None).get(pk=transcript.pk)
        former = draft_waiting(current)
        if current.revision != revision:
            raise EditConflict(_("Someone else has corrected “%(name)s”.") % {"name": current.name})
        draft = _read(current, sorted(accepted), sorted(rejected), column, matcher)
        if current.revision:
            labels = former.accepted_labels, former.rejected_labels
            before = _read(current, *labels, former.column, matcher)
            draft = _keep_corrections(before, former, draft, matcher)
        keep_origins(draft, former)
        check_storable(draft)
        store_draft(current, draft, descriptions_of(current), matcher)
        remember(series_of(draft), current, _changed_uses(former, draft))
    return draft


def _changed_uses(former: Draft, draft: Draft) -> dict[str, str]:
    """Return the labels that were used otherwise in the former draft, with what was decided."""
    decided = dict.fromkeys(draft.accepted_labels, LabelUse.SPEAKER.value)
    decided |= dict.fromkeys(draft.rejected_labels, LabelUse.TEXT.value)
    return {
        label["text"]: use
        for label in former.labels
        if (use := decided.get(label["text"], LabelUse.UNREAD.value)) != label["use"]
    }


def _read(
    transcript: Transcript,
    accepted: list[str],
    rejected: list[str],
    column: str,
    matcher: Matcher,
) -> Draft:
    descriptions = waiting_descriptions(descriptions_of(transcript))
    with applied(LabelChoices.of(accepted, rejected, column)):
        parsed = read_file(
            transcript.name, bytes(transcript.content), encoding=descriptions[-1].encoding
        )
    draft = compose(parsed, descriptions, matcher)
    draft.accepted_labels, draft.rejected_labels = accepted, rejected
    return draft


def _keep_corrections(before: Draft, former: Draft, draft: Draft, matcher: Matcher) -> Draft:
    """Return the new draft with the corrections made to the former one."""
    is_corrected = any(
        speech != read for speech, read in zip(former.speeches, before.speeches, strict=False)
    )
    lost = _(
        "The labels were not changed, because the speeches would no longer be those that were "
        "corrected by hand. Discard the file and upload it again to decide about its labels."
    )
    if is_corrected and len(draft.speeches) != len(former.speeches):
        raise IngestError(lost)
    if not is_corrected and len(before.speeches) != len(draft.speeches):
        former.speeches, before.speeches = draft.speeches, draft.speeches
    try:
        return with_corrections(before, former, draft, matcher)[0]
    except SpeechesDiffer as error:
        raise IngestError(lost) from error
