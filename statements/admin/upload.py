"""Receiving files: each is read and kept, or refused with a reason, whatever the others do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from statements import ingest
from statements.admin.desk import UPLOAD, needs, page, person
from statements.admin.forms import UploadForm
from statements.admin.limits import UploadRefused, read_body
from statements.admin.waiting import Row, row_of
from statements.ingest import UnreadableTranscript
from statements.ingest.metadata_table import MetadataTable
from statements.models import Transcript

NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``transcript`` is None where it was refused."""

    name: str
    outcome: str  # "received", "waiting", "published", "refused"
    message: str
    transcript: Transcript | None = None
    row: Row | None = None


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    """The door: who may not upload is turned away, and what is too much is refused, before the
    body is read. The CSRF check reads the body, so it comes after this, in ``admin_view``."""
    too_large: list[str] = []
    if request.method == "POST":
        if not admin.site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not request.user.has_perm(UPLOAD):
            raise PermissionDenied
        try:
            too_large = read_body(request)
        except UploadRefused as refused:
            return _form_page(request, UploadForm(), refused=str(refused), status=refused.status)
    response: HttpResponse = admin.site.admin_view(_upload)(request, too_large)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UPLOAD)
def _upload(request: HttpRequest, too_large: list[str]) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    files = [
        file for file in request.FILES.getlist("transcripts") if isinstance(file, UploadedFile)
    ]
    if not files and not too_large:
        form.add_error("transcripts", "Choose at least one file.")
    if not form.is_valid():
        return _form_page(request, form, status=400)
    try:
        table = _table(form.cleaned_data["metadata"])
    except ValueError as error:
        form.add_error("metadata", str(error))
        return _form_page(request, form, status=400)
    results = [*_receive_all(request, form, files, table), *map(_too_large, too_large)]
    _report_on(request, table)
    if len(results) == 1 and results[0].outcome == "received" and results[0].transcript:
        return HttpResponseRedirect(
            reverse("admin:statements_transcript_review", args=[results[0].transcript.pk])
        )
    return page(
        request,
        "received",
        "What was received",
        results=results,
        rows=[result.row for result in results if result.row],
        refused=[result for result in results if result.outcome == "refused"],
        known=[result for result in results if result.outcome in ("waiting", "published")],
    )


def _form_page(
    request: HttpRequest, form: UploadForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    response = page(
        request,
        "upload",
        "Upload transcripts",
        status,
        form=form,
        refused=refused,
        most_files=settings.UPLOAD_MAX_FILES,
        most_bytes=settings.UPLOAD_MAX_FILE_BYTES,
        most_bytes_together=settings.UPLOAD_MAX_REQUEST_BYTES,
    )
    response.headers["Cache-Control"] = "private, no-store"  # also where admin_view was not met
    return response


def _receive_all(
    request: HttpRequest,
    form: UploadForm,
    files: Iterable["UploadedFile[Any]"],
    table: MetadataTable | None,
) -> list[FileResult]:
    matcher = ingest.Matcher()
    given = form.cleaned_data
    results = []
    for file in files:
        try:
            received = ingest.receive(
                file.name or "",
                file.read(),
                uploader=person(request),
                encoding=given["encoding"] or None,
                metadata=_metadata(given, table, file.name or ""),
                matcher=matcher,
            )
        except (UnreadableTranscript, ingest.IngestError, ValueError) as error:
            results.append(FileResult(ingest.safe_name(file.name or ""), "refused", str(error)))
        else:
            results.append(_result(file.name or "", received, matcher))
    return results


def _result(name: str, received: ingest.Received, matcher: ingest.Matcher) -> FileResult:
    transcript, shown = received.transcript, ingest.safe_name(name)
    if not received.duplicate and received.draft is not None:
        row = row_of(transcript, received.draft, matcher)
        return FileResult(shown, "received", "", transcript, row)
    if transcript.state == Transcript.State.RECEIVED:
        return FileResult(shown, "waiting", "This very file is waiting for review:", transcript)
    if transcript.state == Transcript.State.PUBLISHED:
        return FileResult(shown, "published", "This very file is already published as", transcript)
    state = transcript.get_state_display().lower()
    return FileResult(shown, "published", f"This very file is known, and {state}:", transcript)


def _too_large(name: str) -> FileResult:
    most = filesizeformat(settings.UPLOAD_MAX_FILE_BYTES)
    message = f"The file is larger than {most}. Please split it."
    return FileResult(ingest.safe_name(name), "refused", message)


def _table(file: "UploadedFile[Any] | None") -> MetadataTable | None:
    """The metadata table that came along; raises ValueError with a sentence."""
    if file is None:
        return None
    name = ingest.safe_name(file.name or "")
    try:
        return MetadataTable.of_text(name, file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8 text; save it as UTF-8.") from error
    except ingest.IngestError as error:
        raise ValueError(str(error)) from error


def _report_on(request: HttpRequest, table: MetadataTable | None) -> None:
    """Say what of the table was of no use, so that a misspelt name does not pass unseen."""
    if table is None:
        return
    if table.unknown_columns:
        named = ", ".join(f"“{column}”" for column in table.unknown_columns[:NAMED_AT_MOST])
        messages.warning(request, f"Not used of “{table.name}” are the columns {named}.")
    if unused := table.unused_rows:
        named = ", ".join(f"{file} (line {line})" for line, file in unused[:NAMED_AT_MOST])
        more = f" and {len(unused) - NAMED_AT_MOST} more" if len(unused) > NAMED_AT_MOST else ""
        messages.warning(request, f"No file came for these rows of “{table.name}”: {named}{more}.")


def _metadata(given: dict[str, Any], table: MetadataTable | None, name: str) -> ingest.Metadata:
    """What is known of a file: its row of the table, and the form for what that leaves open."""
    shared = ingest.Metadata(
        date=given["date"], symbol=given["symbol"], topics=tuple(given["topics"])
    )
    row = table.of(Path(name)) if table else None
    if row is None:
        return shared
    return replace(
        row,
        date=row.date or shared.date,
        symbol=row.symbol or shared.symbol,
        topics=row.topics or shared.topics,
    )
