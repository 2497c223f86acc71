"""What an upload may weigh: judged before the body is read, and again while it is read.

A file that is too large is left out, and named, while the others of the request go on.
"""

import tempfile
from contextlib import suppress
from typing import Any

from django.conf import settings
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


class UploadRefused(Exception):
    """The request as a whole cannot be taken; ``str()`` says why and what to do."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class LimitedUpload(FileUploadHandler):
    """Passes chunks on to the handlers after it, and stops a file at the limit.

    The handlers after it close what they had begun, which removes a temporary file.
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
            self.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the handlers after this one have the file


class UnnamedFileUpload(FileUploadHandler):
    """Stores a file without a name on the disk, so that nothing of it stays however the process
    ends; Django's own handler leaves a file behind where it is killed."""

    file: "UploadedFile[Any]"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        stored = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)
        self.file = UploadedFile(
            stored, self.file_name, self.content_type, 0, self.charset, self.content_type_extra
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


def read_body(request: HttpRequest) -> list[str]:
    """Read the body of an upload within the limits; returns the names of files left out.

    Must run before anything else asks for ``request.POST``, the CSRF check included.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or -1)
    except ValueError:
        length = -1
    if length < 0:
        raise UploadRefused("Your browser did not say how much it is sending.", 411)
    if length > settings.UPLOAD_MAX_REQUEST_BYTES:
        raise UploadRefused(
            f"These files have {filesizeformat(length)} together; "
            f"{filesizeformat(settings.UPLOAD_MAX_REQUEST_BYTES)} can be uploaded at once. "
            "Please upload them in smaller batches.",
            413,
        )
    limited = LimitedUpload(request)
    request.upload_handlers = [
        limited,
        *(load_handler(path, request) for path in settings.FILE_UPLOAD_HANDLERS),
    ]
    try:
        _read(request)
    except TooManyFilesSent as error:
        raise UploadRefused(
            f"These are more than {settings.UPLOAD_MAX_FILES} files. "
            "Please upload them in smaller batches.",
            400,
        ) from error
    except (TooManyFieldsSent, RequestDataTooBig, BadRequest) as error:
        raise UploadRefused("The form sent more fields than it has.", 400) from error
    except (MultiPartParserError, UnreadablePostError, RawPostDataException) as error:
        raise UploadRefused("The upload was interrupted or damaged in transit.", 400) from error
    return limited.too_large


def _read(request: HttpRequest) -> None:
    """Read the body into files; where that ends early, as on a full disk, none of them stays."""
    handlers = list(request.upload_handlers)
    try:
        request.POST  # noqa: B018 - reading is what happens here
    except BaseException:
        for handler in handlers:
            with suppress(OSError):  # the rest of a file cannot be written when it is closed
                handler.upload_interrupted()
        raise
