"""Files of what pages show: a table, its description, both in a ZIP, citations, and a figure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext

from statements.addresses import file_address
from statements.downloads.bibliographies import BATCH, items
from statements.downloads.figures import Figure
from statements.downloads.streams import Busy, Place, Stream, busy, refusal
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.tables.archives import Member, joined, zipped
from statements.exports.tables.files import TABLES, FileFormat
from statements.exports.tables.manifest import Digest, manifest
from statements.exports.tables.source import Table
from statements.models import revision
from statements.search import InvalidParameters

MANIFEST = "manifest.json"
FIGURE = "svg"
ROWS = "rows"  # the parameter that says what a row stands for
MAX_NAME = 40  # characters of the subject in the name of a file


class Refused(Exception):
    """A file that is not written; ``response`` says why, or where it is."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class Source:
    """What the files of a page are written of."""

    name: str  # of what the page shows, with which the names of its files begin
    page: str  # the address of the page, without its host
    origin: str  # the beginning of absolute addresses
    table: Table
    keys: Sequence[int] = ()  # primary keys of the speeches that are cited, in their order
    options: Sequence[tuple[str, str]] = ()  # parameters of the file that the page does not have
    described: Mapping[str, Any] = field(default_factory=dict)  # what was asked
    figure: Callable[[], Figure | None] = lambda: None  # drawn of what the page shows
    revision: str = field(default_factory=revision.current)  # of the archive

    def file_name(self, suffix: str) -> str:
        site, name = (slugify(text, allow_unicode=True) for text in (settings.SITE_NAME, self.name))
        stem = f"{site}-{name[:MAX_NAME].strip('-') or 'all'}"
        rows_are = dict(self.options).get(ROWS)
        return f"{stem}-{rows_are}.{suffix}" if rows_are else f"{stem}.{suffix}"

    def address(self, suffix: str) -> str:
        """Return the absolute address of a file."""
        return f"{self.origin}{file_address(self.page, suffix, self.options)}"

    def manifest(self, file: FileFormat, digest: Digest) -> bytes:
        """Return the description of a file, all bytes of which have passed ``digest``."""
        described = {
            "file": self.file_name(file.suffix),
            "url": self.address(file.suffix),
            "page_url": f"{self.origin}{self.page}",
            **self.described,
            "archive": {"name": settings.SITE_NAME, "revision": self.revision},
            "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        has_columns = file.suffix in ("csv", "xlsx")
        description = manifest(self.table, digest, has_columns=has_columns, described=described)
        return (json.dumps(description, ensure_ascii=False, indent=2) + "\n").encode()


# returns what the files of a page are written of, given the parts of its address. Raises Refused
# and Http404
type Find = Callable[..., Source]


def chosen_rows[Choice: str](request: HttpRequest, choices: Mapping[str, Choice]) -> Choice:
    """Return what a row stands for, by default the first of the choices. Raises
    InvalidParameters."""
    typed = request.GET.get(ROWS, "")
    if not typed:
        return next(iter(choices.values()))
    if typed not in choices:
        names = ", ".join(choices)
        sentence = gettext("“%(name)s” must be one of %(names)s.")
        raise InvalidParameters({ROWS: sentence % {"name": ROWS, "names": names}})
    return choices[typed]


def table(request: HttpRequest, suffix: str, find: Find, **parts: Any) -> HttpResponseBase:
    """Answer with the table of a page, written while it is read."""
    try:
        source = find(request, **parts)
    except Refused as refused:
        return refused.response
    file = TABLES[suffix]
    described_by = source.address(f"{suffix}.{MANIFEST}")
    headers = {"Link": f'<{described_by}>; rel="describedby"; type="application/json"'}
    pieces = file.write(source.table)
    return streamed(request, pieces, source.file_name(suffix), file.content_type, headers)


def archive(request: HttpRequest, suffix: str, find: Find, **parts: Any) -> HttpResponseBase:
    """Answer with a ZIP of the table of a page and its description."""
    try:
        source = find(request, **parts)
    except Refused as refused:
        return refused.response
    pieces = zipped(_members(source, TABLES[suffix]))
    return streamed(request, pieces, source.file_name(f"{suffix}.zip"), "application/zip", {})


def description(request: HttpRequest, suffix: str, find: Find, **parts: Any) -> HttpResponseBase:
    """Answer with the description of the table of a page, which is written to be counted."""
    try:
        source = find(request, **parts)
        if request.method == "HEAD":
            return HttpResponse(content_type="application/json")
        place = Place()
    except Refused as refused:
        return refused.response
    except Busy:
        return busy()
    try:
        digest = Digest()
        for _ in digest.passing(TABLES[suffix].write(source.table)):
            pass
    finally:
        place.leave()
    content = source.manifest(TABLES[suffix], digest)
    return HttpResponse(content, content_type="application/json")


def bibliography(request: HttpRequest, suffix: str, find: Find, **parts: Any) -> HttpResponseBase:
    """Answer with all speeches of a page as items for reference managers."""
    try:
        source = find(request, **parts)
    except Refused as refused:
        return refused.response
    kind, name = BIBLIOGRAPHIES[suffix], source.file_name(suffix)
    pieces = joined(kind.write(items(source.keys, source.origin)))
    if len(source.keys) > BATCH:
        return streamed(request, pieces, name, kind.content_type, {})
    response = HttpResponse(b"".join(pieces), content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def figure(request: HttpRequest, find: Find, **parts: Any) -> HttpResponse:
    """Answer with the figure of a page as SVG."""
    try:
        source = find(request, **parts)
    except Refused as refused:
        return refused.response
    drawing = source.figure()
    if drawing is None:
        return refusal(gettext("This page has no figure, because there is nothing to draw."), 404)
    address = f"{source.origin}{source.page}"
    day = date_format(timezone.localdate(), "j F Y")
    content = drawing.svg(" · ".join((settings.SITE_NAME, day, address)))
    response = HttpResponse(content, content_type="image/svg+xml")
    name = source.file_name(FIGURE)
    response["Content-Disposition"] = content_disposition_header(False, name) or ""
    return response


def streamed(
    request: HttpRequest,
    pieces: Iterator[bytes],
    name: str,
    content_type: str,
    headers: Mapping[str, str],
) -> HttpResponseBase:
    """Return a download that is written as it is sent; for HEAD, without its body."""
    headers = {**headers, "Content-Disposition": content_disposition_header(True, name) or ""}
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=headers)
    try:
        body = Stream(pieces, Place())
    except Busy:
        return busy()
    return StreamingHttpResponse(body, content_type=content_type, headers=headers)


def _members(source: Source, file: FileFormat) -> Iterator[Member]:
    digest = Digest()
    yield source.file_name(file.suffix), digest.passing(file.write(source.table))
    yield MANIFEST, [source.manifest(file, digest)]  # once the file has been written
