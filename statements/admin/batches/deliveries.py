"""The page of one delivery: the result for each file that was uploaded together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from statements import ingest
from statements.admin.batches.decisions import job_progress, selections_for, waiting_transcripts
from statements.admin.batches.review_queue import (
    PER_PAGE,
    restored_selection,
    rows_for,
    selection_note,
)
from statements.admin.review_site import (
    PUBLISH,
    UPLOAD,
    VIEW,
    WITHDRAW,
    render_page,
    requires_permission,
)
from statements.models import DeliveredFile, Delivery, Transcript

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RECENT_LIMIT = 10
PREVIEW_LIMIT = 20  # files of a section shown on the overview
State = Transcript.State
Outcome = DeliveredFile.Outcome

# messages for a file that was uploaded before, by the state of its transcript
_DUPLICATE_MESSAGES: "dict[str, _StrPromise]" = {
    State.UNREAD: _("This file is already waiting to be read:"),
    State.RECEIVED: _("This file is already waiting for review:"),
    State.PUBLISHED: _("This file is already published:"),
    State.DISCARDED: _("This file was discarded:"),
    State.REPLACED: _("This file was published and later replaced by another:"),
    State.SCAN: _("This file is a scan without text:"),
    State.ASIDE: _("This file was set aside because it could not be read:"),
    State.ANOTHER: _("This file is published; another position for it is waiting for review:"),
}
# messages for a file whose state has changed since it was uploaded
_CHANGED_MESSAGES: "dict[str, _StrPromise]" = {
    State.UNREAD: _("Waiting to be read again:"),
    State.RECEIVED: _("Now read and waiting for review:"),
    State.PUBLISHED: _("Now published:"),
    State.DISCARDED: _("Now discarded:"),
    State.REPLACED: _("Published and later replaced by another file:"),
    State.SCAN: _("A scan without text:"),
    State.ASIDE: _("Set aside because it could not be read:"),
    State.ANOTHER: _("Published; another position for it is waiting for review:"),
}

_WAITING = Q(outcome=Outcome.READ, transcript__state__in=[State.RECEIVED, State.ANOTHER])
_SCAN = Q(outcome=Outcome.SCAN, transcript__state=State.SCAN)
_ASIDE = Q(outcome=Outcome.ASIDE, transcript__state=State.ASIDE)
_SECTIONS: "dict[str, tuple[_StrPromise, Q]]" = {
    "aside": (_("Set aside after three failed attempts"), _ASIDE),
    "refused": (_("Rejected; these files were not stored"), Q(outcome=Outcome.REFUSED)),
    "scans": (_("Scans without text"), _SCAN),
    "notes": (_("Notes"), _WAITING & ~Q(message="")),
    "known": (_("Duplicates"), Q(outcome=Outcome.KNOWN)),
    "decided": (
        _("Published or discarded since the upload"),
        ~_WAITING
        & ~_SCAN
        & ~_ASIDE
        & ~Q(outcome__in=[Outcome.UNREAD, Outcome.REFUSED, Outcome.KNOWN]),
    ),
    "unread": (_("Waiting to be read"), Q(outcome=Outcome.UNREAD)),
}


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result for one file that is not in the review list."""

    name: str
    message: str
    transcript: Transcript | None = None
    absent: ingest.AbsentSpeeches | None = None  # its withdrawn and erased speeches


@dataclass(frozen=True, slots=True)
class Section:
    """The files of a delivery with the same result: one page of them, or the first few."""

    name: str
    title: str
    count: int
    results: list[FileResult]
    pages: "Page[Any] | None"

    @property
    def hidden_count(self) -> int:
        return 0 if self.pages else self.count - len(self.results)


def next_page_url(delivery: Delivery) -> str:
    """Return the page to show after an upload: a single file goes straight to its review."""
    files = list(delivery.files.all()[:2])
    if len(files) == 1 and files[0].outcome == Outcome.READ and not files[0].message:
        return reverse("admin:statements_transcript_review", args=[files[0].transcript_id])
    return reverse("admin:statements_transcript_delivery", args=[delivery.pk])


def recent_deliveries() -> list[Delivery]:
    """Return the latest deliveries, annotated with their ``count`` of files and how many are
    ``unread``.
    """
    unread = Count("files", filter=Q(files__outcome=Outcome.UNREAD))
    counted = Delivery.objects.annotate(count=Count("files"), unread=unread)
    return list(counted.select_related("sender")[:RECENT_LIMIT])


@require_safe
@requires_permission(UPLOAD, PUBLISH, VIEW)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every file of a delivery; refresh while files are being read or decided."""
    delivery = get_object_or_404(Delivery.objects.select_related("sender"), pk=pk)
    show = request.GET.get("show", "")
    number = request.GET.get("page")
    counts = delivery.files.aggregate(
        **{name: Count("pk", filter=condition) for name, (_title, condition) in _SECTIONS.items()}
    )
    # without the notes, which are among the waiting, these add up to the files of the delivery
    tally = delivery.files.aggregate(total=Count("pk"), waiting=Count("pk", filter=_WAITING))
    jobs = job_progress(delivery.review_jobs.all())
    is_busy = bool(counts["unread"]) or any(progress.is_running for progress in jobs)
    transcripts = waiting_transcripts(delivery)
    selected = restored_selection(request)
    selections = selections_for(transcripts)
    # reloading the page would clear its checkboxes, so it shows either progress or the list
    with_rows = show == "review" or (not show and (not is_busy or selected is not None))
    shown = Paginator(transcripts, PER_PAGE).get_page(number) if with_rows else None
    sections = [
        _section(delivery, name, count, number if show == name else None, paginate=show == name)
        for name, count in counts.items()
        if count and show in ("", name)
    ]
    return render_page(
        request,
        "batch/delivery",
        gettext("Uploaded files"),
        delivery=delivery,
        counts=counts | tally,
        selections=selections,
        jobs=jobs,
        auto_refresh=is_busy and not show and selected is None,
        selected=selected,
        note=selection_note(request, gettext("Selection in the uploaded files")),
        show=show,
        sections=sections,
        may_withdraw=request.user.has_perm(WITHDRAW),
        shown=shown,
        rows=rows_for(shown) if shown else [],
        query="show=review&" if show == "review" else "",
    )


def _section(
    delivery: Delivery, name: str, count: int, number: str | None, *, paginate: bool
) -> Section:
    title, condition = _SECTIONS[name]
    if name == "notes":
        return _notes(delivery, number, paginate=paginate)
    files: QuerySet[DeliveredFile] = delivery.files.filter(condition)
    pages = Paginator(files, PER_PAGE).get_page(number) if paginate else None
    shown = list(pages) if pages else list(files[:PREVIEW_LIMIT])
    transcripts = Transcript.objects.in_bulk({file.transcript_id for file in shown} - {None})
    results = [_result(file, transcripts.get(file.transcript_id or 0)) for file in shown]
    return Section(name, str(title), count, results, pages)


def _notes(delivery: Delivery, number: str | None, *, paginate: bool) -> Section:
    """Return the notes of a delivery; files with the same note share an entry."""
    title, condition = _SECTIONS["notes"]
    notes = (
        delivery.files.filter(condition)
        .values("message")
        .annotate(count=Count("pk"), name=Min("name"), only=Min("transcript"))
        .order_by("-count", "message")
    )
    pages = Paginator(notes, PER_PAGE).get_page(number) if paginate else None
    shown = list(pages or notes[:PREVIEW_LIMIT])
    single = {note["only"] for note in shown if note["count"] == 1}
    transcripts = Transcript.objects.in_bulk(single)
    results = []
    for note in shown:
        name, count = note["name"], note["count"]
        if count > 1:
            name = ngettext("%(count)s file", "%(count)s files", count) % {"count": f"{count:,}"}
        transcript = transcripts.get(note["only"]) if count == 1 else None
        results.append(FileResult(name, note["message"], transcript))
    return Section("notes", str(title), notes.count(), results, pages)


def _result(file: DeliveredFile, transcript: Transcript | None) -> FileResult:
    if file.outcome in (Outcome.UNREAD, Outcome.REFUSED):
        return FileResult(file.name, file.message)
    if transcript is None:
        return FileResult(file.name, gettext("Its transcript has been deleted."))
    if file.outcome == Outcome.KNOWN:
        message = f"{file.message} {_DUPLICATE_MESSAGES[transcript.state]}"
        return FileResult(file.name, message, transcript, ingest.absent_of(transcript))
    if file.message and transcript.state in (
        State.SCAN,
        State.ASIDE,
        State.RECEIVED,
        State.ANOTHER,
    ):
        return FileResult(file.name, file.message, transcript)
    return FileResult(file.name, str(_CHANGED_MESSAGES[transcript.state]), transcript)
