"""What became of the files that were handed in together, while they are read and afterwards."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from statements import ingest
from statements.admin.batches.decisions import progress_of, selections_of, waiting_of
from statements.admin.batches.waiting import PER_PAGE, rows_of
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, WITHDRAW, needs, page
from statements.models import DeliveredFile, Delivery, Transcript

LISTED = 10
AT_FIRST = 20  # files of a section that are named before somebody asks for all
State = Transcript.State
Outcome = DeliveredFile.Outcome

# what is said of a file whose transcript is there, by the state of that
_KNOWN: dict[str, str] = {
    State.UNREAD: "This file is already waiting to be read:",
    State.RECEIVED: "This file is waiting for review:",
    State.PUBLISHED: "This file is already published as",
    State.DISCARDED: "This file was discarded; upload it again to reopen it:",
    State.REPLACED: "This file was published, and later replaced by another:",
    State.SCAN: "This file is a scan that is waiting for its text:",
    State.ASIDE: "This file was set aside because reading it failed:",
    State.ANOTHER: "This file is published, and another place of it is waiting for review:",
}
_DECIDED: dict[str, str] = {
    State.UNREAD: "It is waiting to be read again:",
    State.RECEIVED: "It has since been read and is waiting for review:",
    State.PUBLISHED: "Published since:",
    State.DISCARDED: "Discarded since:",
    State.REPLACED: "Published since, and later replaced by another file:",
    State.SCAN: "It is a scan that is waiting for its text:",
    State.ASIDE: "It was set aside because reading it failed:",
    State.ANOTHER: "Published, and another place of it is waiting for review:",
}

_WAITING = Q(outcome=Outcome.READ, transcript__state__in=[State.RECEIVED, State.ANOTHER])
_SCAN = Q(outcome=Outcome.SCAN, transcript__state=State.SCAN)
_ASIDE = Q(outcome=Outcome.ASIDE, transcript__state=State.ASIDE)
_SECTIONS: dict[str, tuple[str, Q]] = {
    "aside": ("Set aside: reading these failed three times", _ASIDE),
    "refused": ("Refused; nothing from these was stored", Q(outcome=Outcome.REFUSED)),
    "scans": ("Scans waiting for their text", _SCAN),
    "notes": ("Noted", _WAITING & ~Q(message="")),
    "known": ("Already known", Q(outcome=Outcome.KNOWN)),
    "decided": (
        "Decided since then",
        ~_WAITING
        & ~_SCAN
        & ~_ASIDE
        & ~Q(outcome__in=[Outcome.UNREAD, Outcome.REFUSED, Outcome.KNOWN]),
    ),
    "unread": ("Waiting to be read", Q(outcome=Outcome.UNREAD)),
}


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file that is not among those to review."""

    name: str
    message: str
    transcript: Transcript | None = None
    absent: ingest.AbsentSpeeches | None = None  # speeches of it that are not public


@dataclass(frozen=True, slots=True)
class Section:
    """The files of a delivery with one fate: a page of them, or the first few."""

    name: str
    title: str
    count: int
    results: list[FileResult]
    pages: "Page[DeliveredFile] | None"

    @property
    def more(self) -> int:
        return 0 if self.pages else self.count - len(self.results)


def address(delivery: Delivery) -> str:
    """Where a person goes who has handed in files: one alone can be reviewed at once."""
    files = list(delivery.files.all()[:2])
    if len(files) == 1 and files[0].outcome == Outcome.READ and not files[0].message:
        return reverse("admin:statements_transcript_review", args=[files[0].transcript_id])
    return reverse("admin:statements_transcript_delivery", args=[delivery.pk])


def recent() -> list[Delivery]:
    """The last deliveries, with how many ``files`` each had and how many are ``unread``."""
    unread = Count("files", filter=Q(files__outcome=Outcome.UNREAD))
    counted = Delivery.objects.annotate(count=Count("files"), unread=unread)
    return list(counted.select_related("sender")[:LISTED])


@require_safe
@needs(UPLOAD, PUBLISH, VIEW)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of a delivery; the page asks again by itself while some are not read, or not
    decided as somebody asked."""
    delivered = get_object_or_404(Delivery.objects.select_related("sender"), pk=pk)
    show = request.GET.get("show", "")
    number = request.GET.get("page")
    counts = delivered.files.aggregate(
        **{name: Count("pk", filter=which) for name, (_, which) in _SECTIONS.items()}
    )
    jobs = progress_of(delivered.review_jobs.all())
    busy = bool(counts["unread"]) or any(each.is_under_way for each in jobs)
    transcripts = waiting_of(delivered)
    selections = selections_of(transcripts)
    # a page that asks again would lose what was ticked on it
    with_rows = show == "review" or (not show and not busy)
    shown = Paginator(transcripts, PER_PAGE).get_page(number) if with_rows else None
    sections = [
        _section(delivered, name, count, number if show == name else None, whole=show == name)
        for name, count in counts.items()
        if count and show in ("", name)
    ]
    return page(
        request,
        "batch/received",
        "Uploaded files",
        delivery=delivered,
        counts=counts,
        selections=selections,
        jobs=jobs,
        look_again=busy and not show,
        show=show,
        sections=sections,
        may_withdraw=request.user.has_perm(WITHDRAW),
        shown=shown,
        rows=rows_of(shown) if shown else [],
        query="show=review&" if show == "review" else "",
    )


def _section(
    delivered: Delivery, name: str, count: int, number: str | None, *, whole: bool
) -> Section:
    title, which = _SECTIONS[name]
    files: QuerySet[DeliveredFile] = delivered.files.filter(which)
    pages = Paginator(files, PER_PAGE).get_page(number) if whole else None
    listed = list(pages) if pages else list(files[:AT_FIRST])
    there = Transcript.objects.in_bulk({file.transcript_id for file in listed} - {None})
    results = [_result(file, there.get(file.transcript_id or 0)) for file in listed]
    return Section(name, title, count, results, pages)


def _result(file: DeliveredFile, transcript: Transcript | None) -> FileResult:
    if file.outcome in (Outcome.UNREAD, Outcome.REFUSED):
        return FileResult(file.name, file.message)
    if transcript is None:
        return FileResult(file.name, "Its transcript has been deleted.")
    if file.outcome == Outcome.KNOWN:
        message = f"{file.message} {_KNOWN[transcript.state]}"
        return FileResult(file.name, message, transcript, ingest.absent_of(transcript))
    if file.message and transcript.state in (
        State.SCAN,
        State.ASIDE,
        State.RECEIVED,
        State.ANOTHER,
    ):
        return FileResult(file.name, file.message, transcript)
    return FileResult(file.name, _DECIDED[transcript.state], transcript)
