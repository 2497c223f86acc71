"""Original files as they were received, and the pages of PDFs as images."""

from base64 import b64encode
from pathlib import PurePath

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import etag

from statements.exports.page_images import DrawingBusy, page_image
from statements.models import Paragraph, Transcript
from statements.models.withdrawal_notices import withheld
from statements.transcripts.values.parsed import UnreadableTranscript
from statements.views.error_pages import get_or_404, gone_response

ORIGINALS = {
    ".akn": "application/akn+xml",
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".rtf": "application/rtf",
    ".srt": "application/x-subrip",
    ".tei": "application/tei+xml",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}


def _sha256_as_etag(request: HttpRequest, sha256: str) -> str | None:
    stored = Transcript.objects.public().filter(sha256=sha256).first()
    return f'"{sha256}"' if stored and not withheld(stored) else None


def _etag_of_page(request: HttpRequest, sha256: str, number: int) -> str | None:
    return _sha256_as_etag(request, sha256)


@etag(_sha256_as_etag)
def original(request: HttpRequest, sha256: str) -> HttpResponse:
    """Answer with the file as received, byte for byte, as a download that no browser displays."""
    stored = get_or_404(
        Transcript.objects.public().defer(None).defer("draft", "dropped"),
        gettext("There is no transcript at this address."),
        sha256=sha256,
    )
    if why := withheld(stored):
        return gone_response(request, why.sentence, why.reason)
    kind = ORIGINALS.get(PurePath(stored.name).suffix.lower(), "application/octet-stream")
    charset = f"; charset={stored.encoding}" if stored.encoding and kind.startswith("text/") else ""
    response = HttpResponse(bytes(stored.content), content_type=kind + charset)
    response["Content-Length"] = str(stored.size)
    response["Content-Disposition"] = content_disposition_header(True, stored.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"
    response["Cache-Control"] = "no-cache"
    return response


@etag(_etag_of_page)
def image(request: HttpRequest, sha256: str, number: int) -> HttpResponse:
    """Answer with a page of a PDF as an image, which a browser keeps for a day."""
    stored = _pdf(sha256)
    if why := withheld(stored):
        return gone_response(request, why.sentence, why.reason)
    try:
        picture = page_image(sha256, number)
    except UnreadableTranscript as error:
        raise Http404(gettext("This page cannot be shown.")) from error
    except DrawingBusy:
        return HttpResponse(status=503, headers={"Retry-After": "2", "Cache-Control": "no-store"})
    if not picture:
        raise Http404(gettext("This file has no such page."))
    response = HttpResponse(picture, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-cache"
    return response


def page(request: HttpRequest, sha256: str, number: int) -> HttpResponse:
    """Show a page of a PDF with links to the pages around it."""
    stored = _pdf(sha256)
    if why := withheld(stored):
        return gone_response(request, why.sentence, why.reason)
    files = [stored, *stored.texts.public()]
    last = Paragraph.objects.filter(speech__transcript__in=files).aggregate(last=Max("page"))[
        "last"
    ]
    if not 1 <= number <= (last or 0):
        raise Http404(gettext("This file has no such page."))
    context = {
        "transcript": stored,
        "number": number,
        "previous": number - 1,
        "next": number + 1 if number < last else 0,
    }
    return render(request, "transcript/page.html", context)


def _pdf(sha256: str) -> Transcript:
    """Return a public file whose pages can be shown. Raises Http404."""
    files = Transcript.objects.public().filter(name__iendswith=".pdf")
    stored: Transcript = get_or_404(
        files, gettext("There is no PDF at this address."), sha256=sha256
    )
    return stored
