"""All speeches of a search as a file, and the description of that file."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext

from statements.addresses import address_with, origin, query_string
from statements.downloads.bibliographies import items
from statements.downloads.streams import Busy, Place, Stream, busy, refusal
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.tables.archives import Member, joined, zipped
from statements.exports.tables.files import TABLES, FileFormat
from statements.exports.tables.manifest import Digest, manifest
from statements.exports.tables.source import Export, Rows
from statements.models import revision
from statements.search import (
    InvalidParameters,
    Listing,
    SearchParameters,
    SearchUnavailable,
    View,
    find_all,
)

MANIFEST = "manifest.json"
MAX_NAME = 40  # characters of the query in the name of a file


class _Refused(Exception):
    """A file that cannot be written; ``response`` says why."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a search that is about to be written."""

    format: FileFormat
    parameters: SearchParameters  # with filter values as the index spells them
    listing: Listing
    export: Export
    revision: str  # of the archive

    @property
    def name(self) -> str:
        of_paragraphs = "-paragraphs" if self.export.rows is Rows.PARAGRAPHS else ""
        return f"{_stem(self.parameters)}{of_paragraphs}.{self.format.suffix}"

    @property
    def query(self) -> str:
        pairs = self.parameters.to_pairs()
        if self.export.rows is not Rows.SPEECHES:
            pairs = [*pairs, ("rows", self.export.rows.value)]
        return query_string(pairs)

    def address(self, name: str = "search-file") -> str:
        return address_with(reverse(name, args=[self.format.suffix]), self.query)

    def manifest(self, digest: Digest) -> bytes:
        """Return the description of the file, all bytes of which have passed ``digest``."""
        parameters, index = self.parameters, self.listing.index
        filters: dict[str, list[str]] = defaultdict(list)
        for name, value in parameters.to_pairs():
            filters[name].append(value)
        query = "".join(filters.pop("q", []))
        sort = "".join(filters.pop("sort", [])) or parameters.sort.value
        origin = self.export.origin
        described: dict[str, Any] = {
            "file": self.name,
            "url": f"{origin}{self.address()}",
            "search_url": f"{origin}{address_with(reverse('search'), parameters.to_query())}",
            "query": query,
            "filters": filters,
            "sort": sort,
            "archive": {"name": settings.SITE_NAME, "revision": self.revision},
            "index": {
                "generation": index.generation,
                "lag_s": index.lag_s,
                "complete": index.complete,
                "waiting": index.waiting,
            },
            "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        has_columns = self.format.suffix in ("csv", "xlsx")
        description = manifest(self.export, digest, has_columns=has_columns, described=described)
        return (json.dumps(description, ensure_ascii=False, indent=2) + "\n").encode()


def search(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Answer with all speeches of a search, written while they are read."""
    try:
        file = _file(request, suffix)
    except _Refused as refused:
        return refused.response
    described_by = f"{file.export.origin}{file.address('search-manifest')}"
    headers = {"Link": f'<{described_by}>; rel="describedby"; type="application/json"'}
    pieces = file.format.write(file.export)
    return _streamed(request, pieces, file.name, file.format.content_type, headers)


def archive(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Answer with a ZIP of the file of a search and its description."""
    try:
        file = _file(request, suffix)
    except _Refused as refused:
        return refused.response
    return _streamed(request, zipped(_members(file)), f"{file.name}.zip", "application/zip", {})


def description(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Answer with the description of the file of a search, which is written to be counted."""
    try:
        file = _file(request, suffix)
        place = Place()
    except _Refused as refused:
        return refused.response
    except Busy:
        return busy()
    try:
        content = _manifest_of(file)
    finally:
        place.leave()
    return HttpResponse(content, content_type="application/json")


def bibliography(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Answer with all speeches of a search as items for reference managers."""
    try:
        parameters, listing = _found(request)
    except _Refused as refused:
        return refused.response
    kind = BIBLIOGRAPHIES[suffix]
    pieces = joined(kind.write(items(listing.speeches, origin(request))))
    return _streamed(request, pieces, f"{_stem(parameters)}.{suffix}", kind.content_type, {})


def _stem(parameters: SearchParameters) -> str:
    """Return the beginning of the name of a file."""
    query = slugify(parameters.q)[:MAX_NAME] or "search"
    return f"{slugify(settings.SITE_NAME)}-{query}"


def _file(request: HttpRequest, suffix: str) -> _File:
    """Return the file of an address. Raises _Refused."""
    now = revision.current()
    try:
        rows = _rows(request.GET.get("rows", ""))
    except InvalidParameters as invalid:
        raise _Refused(refusal(str(invalid), 400)) from invalid
    parameters, listing = _found(request)
    export = Export(listing.speeches, rows, origin(request))
    return _File(TABLES[suffix], parameters, listing, export, now)


def _found(request: HttpRequest) -> tuple[SearchParameters, Listing]:
    """Return the speeches of a search, and its parameters. Raises _Refused."""
    try:
        asked = SearchParameters.from_query(request.GET).with_default_procedure()
        plain = replace(
            asked.in_view(View.SPEECHES), group="", page_size=SearchParameters().page_size
        )
        return find_all(plain)
    except InvalidParameters as invalid:
        raise _Refused(refusal("\n".join(invalid.errors.values()), 400)) from invalid
    except SearchUnavailable as unavailable:
        seconds = unavailable.RETRY_AFTER_S
        raise _Refused(refusal(str(unavailable), 503, seconds)) from unavailable


def _rows(typed: str) -> Rows:
    try:
        return Rows(typed or Rows.SPEECHES)
    except ValueError:
        sentence = gettext("“%(name)s” must be speeches or paragraphs.") % {"name": "rows"}
        raise InvalidParameters({"rows": sentence}) from None


def _streamed(
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


def _members(file: _File) -> Iterator[Member]:
    digest = Digest()
    yield file.name, digest.passing(file.format.write(file.export))
    yield MANIFEST, [file.manifest(digest)]  # once the file has been written


def _manifest_of(file: _File) -> bytes:
    digest = Digest()
    for _ in digest.passing(file.format.write(file.export)):
        pass
    return file.manifest(digest)
