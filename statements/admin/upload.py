"""Handing in files: what came is kept, the first of it read at once, the rest by the worker."""

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from statements import ingest
from statements.admin.batches.deliveries import address, recent
from statements.admin.desk import UPLOAD, needs, page, person
from statements.admin.forms import UploadForm
from statements.admin.limits import UploadRefused, read_body
from statements.ingest import Incoming
from statements.ingest.intake.metadata_table import MetadataTable
from statements.models import Transcript

NAMED_AT_MOST = 10
ANSWER_WITHIN_S = 8.0  # what is not read by then is read by the worker
_log = logging.getLogger(__name__)


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    """Any number of files."""
    return _at_the_door(request)


@csrf_exempt
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a scan that is kept."""
    return _at_the_door(request, pk)


def _at_the_door(request: HttpRequest, scan: int | None = None) -> HttpResponse:
    """Who may not upload is turned away, and what is too much is refused, before the body is
    read. The CSRF check reads the body, so it comes after this, in ``admin_view``."""
    too_large: list[str] = []
    if request.method == "POST":
        if not admin.site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not request.user.has_perm(UPLOAD):
            raise PermissionDenied
        try:
            ingest.check_quota(person(request))
            too_large = read_body(request)
        except ingest.TooMuchWaiting as refused:
            return _form_page(request, UploadForm(), refused=str(refused), status=429)
        except UploadRefused as refused:
            return _form_page(request, UploadForm(), refused=str(refused), status=refused.status)
    response: HttpResponse = admin.site.admin_view(_upload)(request, too_large, scan)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UPLOAD)
def _upload(request: HttpRequest, too_large: list[str], scan_pk: int | None) -> HttpResponse:
    scan = None
    if scan_pk is not None:
        scan = get_object_or_404(Transcript, pk=scan_pk)
        if scan.state != Transcript.State.SCAN:
            messages.info(request, f"“{scan.name}” is not waiting for a text.")
            return HttpResponseRedirect(
                reverse("admin:statements_transcript_review", args=[scan.pk])
            )
    if request.method != "POST":
        return _form_page(request, UploadForm(), scan=scan)
    form = UploadForm(request.POST, request.FILES)
    files = [
        file for file in request.FILES.getlist("transcripts") if isinstance(file, UploadedFile)
    ]
    if not files and not too_large:
        form.add_error("transcripts", "Choose at least one file.")
    if scan and len(files) > 1:
        form.add_error("transcripts", "Choose the one file that is the text of the scan.")
    if not form.is_valid():
        return _form_page(request, form, status=400, scan=scan)
    try:
        table = _table(form.cleaned_data["metadata"])
    except ValueError as error:
        form.add_error("metadata", str(error))
        return _form_page(request, form, status=400, scan=scan)
    given = form.cleaned_data
    until = time.monotonic() + ANSWER_WITHIN_S
    delivery = ingest.deliver(
        chain(*_incoming(files, given, table), map(_too_large, too_large)),
        sender=person(request),
        encoding=given["encoding"] or None,
        scan=scan,
    )
    _report_on(request, table)
    try:
        # in processes of their own: no file can end the one that serves pages
        ingest.read_delivered(delivery, seconds=until - time.monotonic(), isolated=True)
    except (OperationalError, InterfaceError, OSError) as error:
        # all files are stored, so this is no refusal: the worker reads them when it can
        _log.warning("%s; the files of batch %d are read later", error, delivery.pk)
    return HttpResponseRedirect(address(delivery))


def _form_page(
    request: HttpRequest,
    form: UploadForm,
    *,
    refused: str = "",
    status: int = 200,
    scan: Transcript | None = None,
) -> HttpResponse:
    response = page(
        request,
        "upload",
        f"Add the text of “{scan.name}”" if scan else "Upload transcripts",
        status,
        form=form,
        scan=scan,
        refused=refused,
        most_files=settings.UPLOAD_MAX_FILES,
        most_bytes=settings.UPLOAD_MAX_FILE_BYTES,
        most_bytes_together=settings.UPLOAD_MAX_REQUEST_BYTES,
        recent=[] if scan else recent(),
    )
    response.headers["Cache-Control"] = "private, no-store"  # also where admin_view was not met
    return response


def _incoming(
    files: Iterable["UploadedFile[Any]"], given: dict[str, Any], table: MetadataTable | None
) -> list[Iterator[Incoming]]:
    """The files that were sent, those of an archive one by one, each with its metadata."""
    describe = partial(_metadata, given, table)
    return [
        ingest.unpacked(sent.name or "", cast("IO[bytes]", sent.file), describe) for sent in files
    ]


def _too_large(name: str) -> Incoming:
    most = filesizeformat(settings.UPLOAD_MAX_FILE_BYTES)
    return Incoming(name, refused=f"The file is larger than {most}. Please split it.")


def _table(file: "UploadedFile[Any] | None") -> MetadataTable | None:
    """The metadata table that came along; raises ValueError with a sentence."""
    if file is None:
        return None
    name = ingest.safe_name(file.name or "")
    try:
        return MetadataTable.from_text(
            name, file.read().decode("utf-8-sig"), max_rows=settings.UPLOAD_MAX_TABLE_ROWS
        )
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
        messages.warning(request, f"These columns of “{table.name}” were not used: {named}.")
    if unused := table.unused_rows:
        named = ", ".join(f"{file} (line {line})" for line, file in unused[:NAMED_AT_MOST])
        more = f" and {len(unused) - NAMED_AT_MOST} more" if len(unused) > NAMED_AT_MOST else ""
        messages.warning(request, f"No file came for these rows of “{table.name}”: {named}{more}.")


def _metadata(given: dict[str, Any], table: MetadataTable | None, name: str) -> ingest.Metadata:
    """The metadata of a file: its row of the table, and the form for what that leaves open."""
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
