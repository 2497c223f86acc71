"""Completes speeches stored by earlier releases, which kept less, from the files as received."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Q

from statements.ingest.drafts.draft import Draft, Metadata
from statements.ingest.intake.files import read_draft
from statements.ingest.locks import lock_authorities
from statements.ingest.matching import Matcher
from statements.ingest.publishing.affiliations import add_affiliations, affiliations_of
from statements.ingest.publishing.meetings import add_members
from statements.ingest.publishing.preview import stored_paragraphs
from statements.models import Meeting, Paragraph, Speech, Transcript
from statements.models.querysets import SpeechQuerySet
from statements.transcripts.values.parsed import UnreadableTranscript


def complete_from_files(*, every_file: bool = False) -> Iterator[bool]:
    """Read published files again and fill blank values; yield whether each file added any.

    Filled are the first page and members of meetings, the printed numbers and pages of paragraphs,
    the speaker lines where turns were joined, the parties and wards of speakers, and the lines left
    out of the text. No text is changed.
    By default only records of meetings without a first page are read.
    """
    matcher = Matcher()
    records = Transcript.objects.filter(state=Transcript.State.PUBLISHED)
    if not every_file:
        records = (
            records.filter(speeches__meeting__first_page="")
            .annotate(count=Count("speeches"))
            # texts of one speech are statements; a data set can have tens of thousands
            .filter(~Q(name__iendswith=".txt") | Q(count__gt=1))
        )
    for key in list(records.values_list("pk", flat=True)):
        transcript = Transcript.objects.defer(None).get(pk=key)
        try:
            draft, _ = read_draft(
                transcript.name,
                bytes(transcript.content),
                encoding=transcript.encoding or None,
                metadata=Metadata(),
                matcher=matcher,
            )
        except UnreadableTranscript:
            yield False
            continue
        yield _complete(transcript, draft, matcher)


@transaction.atomic
def _complete(transcript: Transcript, draft: Draft, matcher: Matcher) -> bool:
    added = _fill_paragraphs(transcript, draft) > 0
    added = _add_affiliations(transcript, draft, matcher) or added
    if draft.dropped and not transcript.dropped:
        Transcript.objects.filter(pk=transcript.pk, dropped=[]).update(dropped=draft.dropped)
        added = True
    symbols = set(_speeches_of(transcript).order_by().values_list("meeting__symbol", flat=True))
    if not draft.first_page or len(symbols) != 1 or None in symbols:
        return added
    meeting = Meeting.objects.select_for_update(no_key=True).get(symbol=symbols.pop())
    if meeting.first_page:
        return added
    meeting.first_page = "\n".join(draft.first_page)
    meeting.save(update_fields=["first_page"])
    add_members(draft, meeting, matcher)
    return True


def _add_affiliations(transcript: Transcript, draft: Draft, matcher: Matcher) -> bool:
    """Give speeches without affiliations those that the file states."""
    stated = {speech.position: speech for speech in draft.speeches if speech.affiliations}
    if not stated:
        return False
    lock_authorities()
    lacking = _speeches_of(transcript).filter(affiliations=None).order_by("transcript_position")
    positions = dict(lacking.values_list("transcript_position", "pk"))
    speeches = [speech for position, speech in stated.items() if position in positions]
    keys = affiliations_of(speeches, matcher)
    add_affiliations(
        {positions[speech.position]: of for speech, of in zip(speeches, keys, strict=True)}
    )
    return bool(speeches)


def _speeches_of(transcript: Transcript) -> SpeechQuerySet[Speech]:
    """Return all speeches of a transcript; withdrawn ones may be reinstated."""
    return Speech.all_objects.filter(transcript=transcript)


def _fill_paragraphs(transcript: Transcript, draft: Draft) -> int:
    """Set the printed number, the turn line and the page of paragraphs whose text is still that of
    the file.

    Returns the number of paragraphs that were changed.
    """
    printed = {
        (speech.position, position, paragraph.text): paragraph
        for speech in draft.speeches
        for position, paragraph in enumerate(stored_paragraphs(speech), start=1)
        if paragraph.number is not None or paragraph.turn_line or paragraph.page
    }
    if not printed:
        return 0
    incomplete = Paragraph.objects.filter(
        Q(number=None) | Q(turn_line="") | Q(page=None), speech__in=_speeches_of(transcript)
    ).select_related("speech")
    changed = []
    for row in incomplete:
        paragraph = printed.get((row.speech.transcript_position, row.position, row.text))
        if paragraph is None:
            continue
        values = (
            paragraph.number if row.number is None else row.number,
            row.turn_line or paragraph.turn_line,
            row.page or paragraph.page,
        )
        if values != (row.number, row.turn_line, row.page):
            row.number, row.turn_line, row.page = values
            changed.append(row)
    if changed:
        Paragraph.objects.bulk_update(changed, ["number", "turn_line", "page"], batch_size=1_000)
    return len(changed)
