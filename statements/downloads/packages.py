"""The public data package: the page that lists its files, and the files."""

import re
from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path

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
from statements.packages.descriptor import FILE_NAME, hash_of
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
    path = package.folder / name
    hashed = hash_of(path) if name == FILE_NAME else package.resources[name]["hash"]
    etag = f'"{hashed.removeprefix("sha256:")}"'
    response = get_conditional_response(request, etag=etag) or _content(request, path, etag)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _unavailable() -> HttpResponse:
    sentence = gettext("The data package is being written. Please come back later.")
    return refusal(sentence, 503, RETRY_AFTER_S)


def _content(request: HttpRequest, path: Path, etag: str) -> HttpResponseBase:
    size = path.stat().st_size
    first, last = 0, size - 1
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    # a range of another version of the file would not fit
    is_part = asked is not None and request.headers.get("If-Range", etag) == etag
    if is_part and asked:
        limits = _limits(asked[1], asked[2], size)
        if limits is None:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        first, last = limits
    kind = "application/json" if path.name == FILE_NAME else _media_type(path.name)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(last - first + 1),
        "Content-Disposition": content_disposition_header(path.name != FILE_NAME, path.name) or "",
        "Last-Modified": http_date(path.stat().st_mtime),
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
    pieces = Stream(_pieces(path, first, last), place)
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


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0 and (piece := opened.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
