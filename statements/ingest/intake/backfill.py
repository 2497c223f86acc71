"""What an archive stored before it kept all that reading finds: completed from the files as
received, which are there for that."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Q

from statements.ingest.drafts.building import Metadata
from statements.ingest.drafts.draft import Draft
from statements.ingest.intake.receiving import read_draft
from statements.ingest.matching import Matcher
from statements.ingest.publishing.meetings import add_members
from statements.ingest.publishing.preview import paragraphs_of
from statements.models import Meeting, Paragraph, Speech, Transcript
from statements.querysets import SpeechQuerySet
from statements.transcripts.parsed import UnreadableTranscript


def complete_from_files(*, every: bool = False) -> Iterator[bool]:
    """Give meetings the first page and members that their records print, paragraphs their printed
    numbers, and transcripts the lines left out of their text; yields for each file that was read
    again whether it added anything.

    Only what is blank is filled, and no text is touched. ``every`` published file is read, or
    else the records of meetings that lack a first page.
    """
    matcher = Matcher()
    records = Transcript.objects.filter(state=Transcript.State.PUBLISHED)
    if not every:
        records = (
            records.filter(speeches__meeting__first_page="")
            .annotate(count=Count("speeches"))
            # a text of one speech is a statement; a data set can have ten thousands of them
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
    added = _number(transcript, draft) > 0
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


def _speeches_of(transcript: Transcript) -> SpeechQuerySet:
    """Withdrawn ones among them: they are to be complete when they are reinstated."""
    return Speech.all_objects.filter(transcript=transcript)


def _number(transcript: Transcript, draft: Draft) -> int:
    """Give printed numbers to the paragraphs that still read as the file does."""
    numbers = {
        (speech.position, position, paragraph.text): paragraph.number
        for speech in draft.speeches
        for position, paragraph in enumerate(paragraphs_of(speech), start=1)
        if paragraph.number is not None
    }
    if not numbers:
        return 0
    bare = Paragraph.objects.filter(
        speech__in=_speeches_of(transcript), number=None
    ).select_related("speech")
    found = []
    for row in bare:
        key = (row.speech.transcript_position, row.position, row.text)
        if key in numbers:
            row.number = numbers[key]
            found.append(row)
    return Paragraph.objects.bulk_update(found, ["number"], batch_size=1_000) if found else 0
