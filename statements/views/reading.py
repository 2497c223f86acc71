"""Pages of a speech, a meeting with its record, a transcript and its original file."""

from base64 import b64encode
from pathlib import PurePath

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import etag

from statements.exports.citation import cite, cite_paragraph
from statements.exports.layout import turns
from statements.exports.neighbours import neighbours, neighbours_of_delegation, roll
from statements.exports.opening import opening
from statements.exports.quotations import Passage
from statements.exports.texts import speech_with_text, speeches_of_meeting
from statements.models import AgendaItem, Meeting, Member, Presidency, Speech, Transcript
from statements.models.withdrawal_notices import notes_withheld, withheld
from statements.search import related
from statements.views.conditional import provisional
from statements.views.error_pages import get_or_404, gone_or_404, gone_response
from statements.views.paging import page_of

SPEECHES_IN_FULL = 25
NAMING_SHOWN = 5
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


# with the data of the first page of the record
_MEETINGS = Meeting.objects.select_related("organ").prefetch_related(
    Prefetch("agenda", AgendaItem.objects.select_related("topic")),
    Prefetch("presidencies", Presidency.objects.select_related("country", "speaker")),
    Prefetch("members", Member.objects.select_related("country")),
)


def speech(request: HttpRequest, public_id: str) -> HttpResponse:
    full = speech_with_text(public_id)
    if full is None:
        return gone_or_404(request, public_id, gettext("There is no speech at this address."))
    shown = full.speech
    symbols = [
        reference.symbol for paragraph in full.paragraphs for reference in paragraph.references
    ]
    spoken = full.spoken
    related_speeches = related(shown)
    address = request.build_absolute_uri(shown.get_absolute_url())
    context = {
        "speech": shown,
        "address": address,
        "citation": cite(shown, address),
        "citation_of_first": cite_paragraph(cite(shown), spoken[0], address) if spoken else "",
        "opening": opening(paragraph.text for paragraph in spoken),
        "quotable": Passage(spoken[0].position) if spoken else None,
        "documents": list(dict.fromkeys(symbols)),
        "is_divided": any(paragraph.is_divided for paragraph in full.paragraphs),
        "turn": turns([full], shown.topics.all())[0],
        "neighbours": neighbours(shown),
        "of_delegation": neighbours_of_delegation(shown),
        "related": related_speeches,
    }
    response = render(request, "speech/speech.html", context)
    return response if related_speeches.complete else provisional(response)


def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(_MEETINGS, gettext("There is no meeting at this address."), slug=slug)
    heard = roll(shown)
    page = page_of(request, heard, size=SPEECHES_IN_FULL)
    in_full = speeches_of_meeting(shown, max(page.start_index() - 1, 0), SPEECHES_IN_FULL)
    naming = Speech.objects.naming(shown.symbol).exclude(meeting=shown)
    naming_count = naming.count()
    return render(
        request,
        "meeting/meeting.html",
        {
            "meeting": shown,
            "other_sittings": Meeting.objects.other_sittings(shown.symbol),
            "roll": heard,
            "page": page,
            "turns": turns(in_full, [item.topic for item in shown.agenda.all()]),
            "naming": naming.for_listing().latest_first()[:NAMING_SHOWN] if naming_count else (),
            "naming_count": naming_count,
            "in_full": SPEECHES_IN_FULL,
        },
    )


def transcript(request: HttpRequest, sha256: str) -> HttpResponse:
    shown = get_or_404(
        Transcript.objects.public().select_related("series").defer(None).defer("content", "draft"),
        gettext("There is no transcript at this address."),
        sha256=sha256,
    )
    speeches = shown.speeches.for_listing().order_by("transcript_position")
    context = {
        "transcript": shown,
        "page": page_of(request, speeches),
        "withheld": withheld(shown),
        "notes_withheld": notes_withheld(shown),
        "scan": Transcript.objects.public().filter(pk=shown.scan_id).first(),
        "texts": shown.texts.public(),
    }
    return render(request, "transcript/transcript.html", context)


def _sha256_as_etag(request: HttpRequest, sha256: str) -> str | None:
    stored = Transcript.objects.public().filter(sha256=sha256).first()
    return f'"{sha256}"' if stored and not withheld(stored) else None


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
