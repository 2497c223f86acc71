"""What became of the files that were handed in together, while they are read and afterwards."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from statements import ingest
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, WITHDRAW, needs, page
from statements.admin.waiting import Row, row_of
from statements.models import DeliveredFile, Delivery, Transcript

LISTED = 10

# what is said of a file whose transcript is there, by the state of that
_KNOWN: dict[str, str] = {
    Transcript.State.UNREAD: "This very file waits to be read already:",
    Transcript.State.RECEIVED: "This very file is waiting for review:",
    Transcript.State.PUBLISHED: "This very file is already published as",
    Transcript.State.DISCARDED: "This very file was discarded; upload it again to reopen it:",
    Transcript.State.REPLACED: "This very file was published, and replaced by a later one:",
}
_DECIDED: dict[str, str] = {
    Transcript.State.UNREAD: "It waits to be read again:",
    Transcript.State.PUBLISHED: "Published since:",
    Transcript.State.DISCARDED: "Discarded since:",
    Transcript.State.REPLACED: "Published since, and replaced by a later file:",
}


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file that is not among those to review."""

    name: str
    message: str
    transcript: Transcript | None = None
    absent: ingest.Absent | None = None  # speeches of it that are not public


def address(delivery: Delivery) -> str:
    """Where a person goes who has handed in files: one alone can be reviewed at once."""
    files = list(delivery.files.all()[:2])
    if len(files) == 1 and files[0].outcome == DeliveredFile.Outcome.READ:
        return reverse("admin:statements_transcript_review", args=[files[0].transcript_id])
    return reverse("admin:statements_transcript_delivery", args=[delivery.pk])


def recent() -> list[Delivery]:
    """The last deliveries, with how many ``files`` each had and how many are ``unread``."""
    unread = Count("files", filter=Q(files__outcome=DeliveredFile.Outcome.UNREAD))
    counted = Delivery.objects.annotate(count=Count("files"), unread=unread)
    return list(counted.select_related("sender")[:LISTED])


@require_safe
@needs(UPLOAD, PUBLISH, VIEW)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of a delivery; the page asks again by itself while some are not read."""
    delivered = get_object_or_404(Delivery, pk=pk)
    files = list(delivered.files.all())
    ids = {file.transcript_id for file in files}
    outcomes = DeliveredFile.Outcome
    unread = [file for file in files if file.outcome == outcomes.UNREAD]
    transcripts = Transcript.objects.filter(pk__in=ids)
    if not unread:
        transcripts = transcripts.defer(None).defer("content", "dropped")
    there = {each.pk: each for each in transcripts.select_related("uploader")}
    known = []
    to_review = []
    for file in files:
        transcript = there.get(file.transcript_id or 0)
        if file.outcome == outcomes.KNOWN or (file.outcome == outcomes.READ and not transcript):
            known.append(_known(file, transcript))
        elif file.outcome == outcomes.READ and transcript:
            if transcript.state == Transcript.State.RECEIVED:
                to_review.append(transcript)
            else:
                known.append(FileResult(file.name, _DECIDED[transcript.state], transcript))
    return page(
        request,
        "received",
        "What was received",
        delivery=delivered,
        unread=unread,
        read=len(to_review),
        rows=[] if unread else _rows(to_review),
        may_withdraw=request.user.has_perm(WITHDRAW),
        refused=[file for file in files if file.outcome == outcomes.REFUSED],
        known=known,
    )


def _known(file: DeliveredFile, transcript: Transcript | None) -> FileResult:
    if transcript is None:
        return FileResult(file.name, "Its transcript was deleted since.")
    absent = ingest.absent_of(transcript)
    return FileResult(file.name, _KNOWN[transcript.state], transcript, absent)


def _rows(transcripts: list[Transcript]) -> list[Row]:
    matcher = ingest.Matcher()
    return [row_of(each, ingest.draft_waiting(each), matcher) for each in transcripts]
