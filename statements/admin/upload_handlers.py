"""Size limits for uploads, checked before the request body is read and again while it is read.

A file that is too large is skipped and reported; the other files of the request are processed,
unless it is the table with their metadata.
"""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, load_handler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from statements.ingest import safe_name
from statements.transcripts.text.decoding import LARGEST_FILE

TABLE_FIELD = "metadata"  # the form field of the table with the metadata of the other files


@checks.register
def check_file_size(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Report an upload limit that lets in files which the reader then refuses."""
    if settings.UPLOAD_MAX_FILE_BYTES <= LARGEST_FILE:
        return []
    return [
        checks.Error(
            f"UPLOAD_MAX_FILE_BYTES is {settings.UPLOAD_MAX_FILE_BYTES}, but larger files than "
            f"{LARGEST_FILE} bytes cannot be read.",
            hint=f"Set it to at most {LARGEST_FILE}.",
            id="statements.E001",
        )
    ]


class UploadRefused(Exception):
    """The whole request is rejected; ``str()`` gives the reason and what to do."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class LimitedUpload(FileUploadHandler):
    """Passes chunks to the next handlers and skips a file once it exceeds the limit.

    The next handlers then close their file, which deletes a temporary file. A table that is too
    large raises UploadRefused, because the other files would be stored without its metadata.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_MAX_FILE_BYTES:
            if self.field_name == TABLE_FIELD:
                raise UploadRefused(_table_too_large(self.file_name or ""), 400)
            self.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handlers have the file


def _table_too_large(name: str) -> str:
    return _(
        "“%(table)s” is larger than %(limit)s. Send only the rows of these files, or use "
        "ingest_transcripts, which has no such limit."
    ) % {"table": safe_name(name), "limit": filesizeformat(settings.UPLOAD_MAX_FILE_BYTES)}


class UnnamedFileUpload(FileUploadHandler):
    """Stores an upload in an unlinked file, which disappears even if the process is killed.

    Django's own handler leaves its temporary file behind in that case.
    """

    file: "UploadedFile[Any]"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        temporary_file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)
        self.file = UploadedFile(
            temporary_file,
            self.file_name,
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


def read_body(
    request: HttpRequest, handlers: Sequence[FileUploadHandler] | None = None
) -> list[str]:
    """Read the body of an upload within the limits; return the names of files that were skipped.

    The handlers store the files; the default is ``FILE_UPLOAD_HANDLERS``.

    Must run before anything else accesses ``request.POST``, including the CSRF check. Raises
    UploadRefused if the whole request has to be rejected.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or -1)
    except ValueError:
        length = -1
    if length < 0:
        raise UploadRefused(_("Your browser did not send the size of the upload."), 411)
    if length > settings.UPLOAD_MAX_REQUEST_BYTES:
        raise UploadRefused(
            _(
                "These files total %(size)s; you can upload up to %(limit)s at once. "
                "Please upload them in smaller batches."
            )
            % {
                "size": filesizeformat(length),
                "limit": filesizeformat(settings.UPLOAD_MAX_REQUEST_BYTES),
            },
            413,
        )
    limited = LimitedUpload(request)
    if handlers is None:
        handlers = [load_handler(path, request) for path in settings.FILE_UPLOAD_HANDLERS]
    request.upload_handlers = [limited, *handlers]
    try:
        _read(request)
    except TooManyFilesSent as error:
        raise UploadRefused(
            _(
                "You can upload up to %(limit)d files at once. "
                "Please upload them in smaller batches."
            )
            % {"limit": settings.UPLOAD_MAX_FILES},
            400,
        ) from error
    except (TooManyFieldsSent, RequestDataTooBig, BadRequest) as error:
        raise UploadRefused(_("The form contains too many fields."), 400) from error
    except (MultiPartParserError, UnreadablePostError, RawPostDataException) as error:
        raise UploadRefused(_("The upload was interrupted or damaged."), 400) from error
    return limited.too_large


class SkippedFiles(FileUploadHandler):
    """Skips all files."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None  # not called

    def file_complete(self, file_size: int) -> None:
        return None  # not called


def read_fields(request: HttpRequest) -> None:
    """Read the fields of an upload and skip its files; raises as `read_body` does."""
    read_body(request, [SkippedFiles(request)])


def _read(request: HttpRequest) -> None:
    """Read the body into files; delete them all if reading fails, for example on a full disk."""
    handlers = list(request.upload_handlers)
    try:
        request.POST  # noqa: B018 - reading is what happens here
    except BaseException:
        for handler in handlers:
            with suppress(OSError):  # closing may fail to flush the rest of a file
                handler.upload_interrupted()
        raise
