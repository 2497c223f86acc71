"""Upload pages: all files are stored, the first are read immediately, the worker reads the rest."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from archive.accounts.site import log_in_again
from statements import ingest
from statements.admin import unsaved_input
from statements.admin.batches.deliveries import next_page_url, recent_deliveries
from statements.admin.forms import UploadForm
from statements.admin.review_site import (
    UPLOAD,
    current_user,
    missing_permission,
    render_page,
    requires_permission,
)
from statements.admin.unsaved_input import NOTE
from statements.admin.upload_handlers import UploadRefused, read_body, read_fields
from statements.ingest import Incoming
from statements.ingest.intake.file_metadata import FileMetadata
from statements.ingest.intake.metadata_table import MetadataTable
from statements.models import Delivery, Transcript
from statements.transcripts.formats.registry import SUFFIXES

LIST_LIMIT = 10
ANSWER_WITHIN_S = 8.0  # the worker reads the files that remain by then
_log = logging.getLogger(__name__)
_reading = threading.Lock()  # held by the request that reads uploaded files


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    """Accept any number of files."""
    return _checked_upload(request)


@csrf_exempt
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the text of a stored scan."""
    return _checked_upload(request, pk)


def _checked_upload(request: HttpRequest, scan: int | None = None) -> HttpResponse:
    """Check permissions, quota and size before the body is read, then call the view.

    The CSRF check reads the body, so it runs after this, in ``admin_view``.
    """
    too_large: list[str] = []
    if request.method == "POST":
        if not admin.site.has_permission(request):
            return _log_in_again(request)
        if not request.user.has_perm(UPLOAD):
            raise missing_permission(UPLOAD)
        try:
            ingest.check_quota(current_user(request))
            too_large = read_body(request)
        except ingest.TooMuchWaiting as error:
            return _form_page(request, UploadForm(), refusal=str(error), status=429)
        except UploadRefused as error:
            return _form_page(request, UploadForm(), refusal=str(error), status=error.status)
    response: HttpResponse = admin.site.admin_view(_upload)(request, too_large, scan)
    return response


# the note is in the address, so that it is known before the body is read
upload.preserves_input = text.preserves_input = True  # type: ignore[attr-defined]


def _log_in_again(request: HttpRequest) -> HttpResponse:
    """Store the fields of the form, but not its files, and redirect to the login page.

    The body is not read unless the address has a valid note, so strangers cannot send files.
    """
    stored = None
    if NOTE in request.GET and unsaved_input.submitted_note(request):
        try:
            read_fields(request)
        except UploadRefused as error:
            _log.info("The fields of an upload were not kept: %s", error)
        else:
            stored = unsaved_input.keep(request)
    address = stored.get_absolute_url() if stored else request.path
    return log_in_again(address, is_input_kept=stored is not None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_permission(UPLOAD)
def _upload(request: HttpRequest, too_large: list[str], scan_pk: int | None) -> HttpResponse:
    scan = None
    if scan_pk is not None:
        scan = get_object_or_404(Transcript, pk=scan_pk)
        if scan.state != Transcript.State.SCAN:
            messages.info(
                request, _("“%(name)s” is not waiting for its text.") % {"name": scan.name}
            )
            return HttpResponseRedirect(
                reverse("admin:statements_transcript_review", args=[scan.pk])
            )
    if request.method != "POST":
        return _empty_form(request, scan)
    form = UploadForm(request.POST, request.FILES)
    files = [
        file for file in request.FILES.getlist("transcripts") if isinstance(file, UploadedFile)
    ]
    if not files and not too_large:
        if request.FILES.get("metadata"):
            message = _(
                "Choose the files again, together with the table. A table is applied only to files "
                "that are sent with it."
            )
        else:
            message = _("Choose at least one file.")
        form.add_error("transcripts", message)
    if scan and len(files) > 1:
        form.add_error("transcripts", _("Choose only one file: the text of the scan."))
    if not form.is_valid():
        return _form_page(request, form, status=400, scan=scan)
    try:
        table = _table(form.cleaned_data["metadata"])
    except ValueError as error:
        form.add_error("metadata", str(error))
        return _form_page(request, form, status=400, scan=scan)
    values = form.cleaned_data
    shared = ingest.Metadata(
        date=values["date"], symbol=values["symbol"], topics=tuple(values["topics"])
    )
    metadata = FileMetadata(table=table, names=values["names"], defaults=shared)
    deadline = time.monotonic() + ANSWER_WITHIN_S
    delivery = ingest.deliver(
        chain(*_incoming_files(files, metadata), map(_too_large, too_large)),
        sender=current_user(request),
        encoding=values["encoding"] or None,
        scan=scan,
    )
    unsaved_input.discard_saved(request)
    _report_unused(request, table)
    _read_first_files(delivery, deadline)
    return HttpResponseRedirect(next_page_url(delivery))


def _read_first_files(delivery: Delivery, deadline: float) -> None:
    """Read what can be read until the deadline, unless another request of this process does that:
    several such requests would take all threads from readers. The worker reads the rest."""
    if not _reading.acquire(blocking=False):
        return
    try:
        # in separate processes, so that no file can crash the one that serves pages
        ingest.read_delivered(delivery, seconds=deadline - time.monotonic(), isolated=True)
    except (OperationalError, InterfaceError, OSError) as error:
        # all files are stored, so the worker can read them later
        _log.warning("%s; the worker will read the files of batch %d", error, delivery.pk)
    finally:
        _reading.release()


def _empty_form(request: HttpRequest, scan: Transcript | None) -> HttpResponse:
    """Show the form, with the fields of an upload that was not stored if there are any."""
    fields = unsaved_input.restored_fields(request)
    if fields is None:
        return _form_page(request, UploadForm(), scan=scan)
    messages.warning(request, _("Nothing was uploaded. Choose the files again."))
    typed = {name: fields[name] for name in UploadForm.base_fields if fields.get(name)}
    if not typed:
        unsaved_input.discard_saved(request)
    return _form_page(request, UploadForm(initial=typed), scan=scan)


def _form_page(
    request: HttpRequest,
    form: UploadForm,
    *,
    refusal: str = "",
    status: int = 200,
    scan: Transcript | None = None,
) -> HttpResponse:
    title = _("Upload transcripts")
    if scan:
        title = _("Add the text of “%(name)s”") % {"name": scan.name}
    response = render_page(
        request,
        "upload",
        title,
        status,
        form=form,
        note=unsaved_input.form_note(request, title, request.path),
        scan=scan,
        refusal=refusal,
        suffixes=", ".join(sorted(SUFFIXES)),
        max_files=settings.UPLOAD_MAX_FILES,
        max_file_bytes=settings.UPLOAD_MAX_FILE_BYTES,
        max_total_bytes=settings.UPLOAD_MAX_REQUEST_BYTES,
        recent=[] if scan else recent_deliveries(),
    )
    response.headers["Cache-Control"] = "private, no-store"  # also if admin_view did not run
    return response


def _incoming_files(
    files: Iterable["UploadedFile[Any]"], metadata: FileMetadata
) -> list[Iterator[Incoming]]:
    """Return the uploaded files with their metadata; archives are unpacked into their files."""

    def describe(name: str) -> ingest.Metadata:
        return metadata.of(Path(name))

    return [
        ingest.unpack(file.name or "", cast("IO[bytes]", file.file), describe) for file in files
    ]


def _too_large(name: str) -> Incoming:
    limit = filesizeformat(settings.UPLOAD_MAX_FILE_BYTES)
    message = _("The file is larger than %(limit)s. Please split it.") % {"limit": limit}
    return Incoming(name, refused=message)


def _table(file: "UploadedFile[Any] | None") -> MetadataTable | None:
    """Return the uploaded metadata table, if any; raise ValueError with a message for the user."""
    if file is None:
        return None
    name = ingest.safe_name(file.name or "")
    try:
        return MetadataTable.from_text(
            name, file.read().decode("utf-8-sig"), max_rows=settings.UPLOAD_MAX_TABLE_ROWS
        )
    except UnicodeDecodeError as error:
        raise ValueError(
            _("%(name)s is not UTF-8 text. Save it as UTF-8.") % {"name": name}
        ) from error
    except ingest.IngestError as error:
        raise ValueError(str(error)) from error


def _report_unused(request: HttpRequest, table: MetadataTable | None) -> None:
    """Warn about unused columns and rows, so that a misspelled name does not go unnoticed."""
    if table is None:
        return
    if table.unknown_columns:
        columns = _first_of(table.unknown_columns, "“{}”".format)
        messages.warning(
            request,
            _("These columns of “%(table)s” were ignored: %(columns)s.")
            % {"table": table.name, "columns": columns},
        )
    if unused := table.unused_rows:
        rows = _first_of(unused, _row_and_line)
        messages.warning(
            request,
            _("No file was uploaded for these rows of “%(table)s”: %(rows)s.")
            % {"table": table.name, "rows": rows},
        )


def _row_and_line(row: tuple[int, str]) -> str:
    line, file = row
    return _("%(file)s (line %(line)d)") % {"file": file, "line": line}


def _first_of[Entry](entries: Sequence[Entry], describe: Callable[[Entry], str]) -> str:
    """Return the first entries of a list as text, and how many more there are."""
    shown = [describe(entry) for entry in entries[:LIST_LIMIT]]
    if (hidden_count := len(entries) - LIST_LIMIT) > 0:
        more = ngettext("and %(count)d more", "and %(count)d more", hidden_count)
        shown.append(more % {"count": hidden_count})
    return ", ".join(shown)
