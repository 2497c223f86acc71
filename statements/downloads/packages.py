"""The public data package: the page that lists its files, and the files."""

import os
import re
from collections.abc import Iterator
from hashlib import file_digest
from mimetypes import guess_type
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date
from django.utils.translation import gettext

from statements.coverage.sources import sources
from statements.downloads.streams import Busy, Place, Stream, busy, refusal
from statements.packages.contents import titles
from statements.packages.descriptor import FILE_NAME
from statements.packages.publication import published_package
from statements.views.conditional import provisional

PIECE = 256 * 1024  # bytes
RETRY_AFTER_S = 600  # while a package is written
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")  # one range; several may be ignored (RFC 9110)


def index(request: HttpRequest) -> HttpResponse:
    """Show the files of the package with their sizes and checksums."""
    if not settings.PUBLISH_DATA:
        raise Http404(gettext("The archive offers no data package."))
    package = published_package()
    resources = package.resources if package else {}
    named = titles()
    files = [
        {
            "name": name,
            "title": named.get(resource["name"], resource["title"]),
            "size": resource["bytes"],
            "sha256": resource["hash"].removeprefix("sha256:"),
            "number": resource.get("rows", resource.get("files")),
            "counts_files": "files" in resource,
        }
        for name, resource in resources.items()
    ]
    context = {
        "package": package,
        "descriptor": FILE_NAME,
        "files": files,
        "size": sum(resource["bytes"] for resource in resources.values()),
        "sources": sources(),
    }
    # a new package is no change of the archive
    return provisional(render(request, "data/data.html", context))


def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a file of the package, or with a range of its bytes."""
    if not settings.PUBLISH_DATA:
        raise Http404(gettext("The archive offers no data package."))
    package = published_package()
    if package is None:
        return _unavailable()
    if not (name == FILE_NAME or name in package.resources):
        raise Http404(gettext("The archive offers no data package with this file."))
    try:
        # once it is open, it can be read to its end even if a new package takes its place
        opened = (package.folder / name).open("rb")
    except FileNotFoundError:
        return _unavailable()
    if name == FILE_NAME:
        etag = f'"{file_digest(opened, "sha256").hexdigest()}"'
    else:
        etag = f'"{package.resources[name]["hash"].removeprefix("sha256:")}"'
    response = get_conditional_response(request, etag=etag) or _content(request, opened, etag)
    if not response.streaming:
        opened.close()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _unavailable() -> HttpResponse:
    sentence = gettext("The data package is being written. Please come back later.")
    return refusal(sentence, 503, RETRY_AFTER_S)


def _content(request: HttpRequest, opened: BinaryIO, etag: str) -> HttpResponseBase:
    """Return a streaming response, which closes the file, or another one, which does not."""
    state, name = os.fstat(opened.fileno()), Path(opened.name).name
    size = state.st_size
    first, last = 0, size - 1
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    # a range of another version of the file would not fit
    is_part = asked is not None and request.headers.get("If-Range", etag) == etag
    if is_part and asked:
        limits = _limits(asked[1], asked[2], size)
        if limits is None:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        first, last = limits
    kind = "application/json" if name == FILE_NAME else _media_type(name)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(last - first + 1),
        "Content-Disposition": content_disposition_header(name != FILE_NAME, name) or "",
        "Last-Modified": http_date(state.st_mtime),
        "X-Content-Type-Options": "nosniff",
    }
    if is_part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if is_part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    try:
        place = Place()
    except Busy:
        return busy()
    pieces = Stream(_Pieces(opened, first, last), place)
    return StreamingHttpResponse(pieces, status=status, content_type=kind, headers=headers)


def _limits(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte of a range; None if the file has none of it.

    >>> _limits("0", "9", 100), _limits("90", "", 100), _limits("", "10", 100)
    ((0, 9), (90, 99), (90, 99))
    >>> _limits("100", "", 100), _limits("", "", 100)
    (None, None)
    """
    if first:
        begin, end = int(first), min(int(last or size - 1), size - 1)
    elif last:
        begin, end = max(size - int(last), 0), size - 1
    else:
        return None
    return (begin, end) if begin <= end else None


def _media_type(name: str) -> str:
    if name.endswith(".gz"):
        return "application/gzip"
    return guess_type(name)[0] or "application/octet-stream"


class _Pieces(Iterator[bytes]):
    """The bytes of an open file from ``first`` to ``last``. A generator that was never started
    would not close the file."""

    def __init__(self, opened: BinaryIO, first: int, last: int) -> None:
        self._opened, self._left = opened, last - first + 1
        opened.seek(first)

    def __next__(self) -> bytes:
        piece = self._opened.read(min(PIECE, self._left))
        if not piece:
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._opened.close()
