"""Pages to read: a speech, a meeting as its record reads, a transcript and its original file."""

from base64 import b64encode
from pathlib import PurePath

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import etag

from statements.departures import departure, notes_withheld, withheld
from statements.exports.layout import turns
from statements.exports.texts import neighbours, roll, speech_with_text, speeches_of_meeting
from statements.models import Meeting, Member, Presidency, Speech, Transcript
from statements.search import related
from statements.views.conditional import provisional
from statements.views.errors import found, gone
from statements.views.paging import page_of

SPEECHES_IN_FULL = 25
NAMING_SHOWN = 5
ORIGINALS = {
    ".akn": "application/akn+xml",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jsonl": "application/jsonl",
    ".pdf": "application/pdf",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xml": "application/xml",
}


# with what the first page of a record states
_MEETINGS = Meeting.objects.prefetch_related(
    "agenda_items",
    Prefetch("presidencies", Presidency.objects.select_related("country", "speaker")),
    Prefetch("members", Member.objects.select_related("country")),
)


def speech(request: HttpRequest, public_id: str) -> HttpResponse:
    full = speech_with_text(public_id)
    if full is None:
        if departed := departure(public_id):
            return gone(request, departed.sentence, departed.reason)
        raise Http404("No speech has this address.")
    shown = full.speech
    named = [each.symbol for paragraph in full.paragraphs for each in paragraph.references]
    others = related(shown)
    context = {
        "speech": shown,
        "documents": list(dict.fromkeys(named)),
        "turn": turns([full], shown.topics.all())[0],
        "neighbours": neighbours(shown),
        "related": others,
    }
    response = render(request, "speech/speech.html", context)
    return response if others.complete else provisional(response)


def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    shown = found(_MEETINGS, "No meeting has this address.", slug=slug)
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
            "other_sittings": Meeting.objects.other_sittings(shown),
            "roll": heard,
            "page": page,
            "turns": turns(in_full, shown.agenda_items.all()),
            "naming": naming.for_listing().latest_first()[:NAMING_SHOWN] if naming_count else (),
            "naming_count": naming_count,
            "in_full": SPEECHES_IN_FULL,
        },
    )


def transcript(request: HttpRequest, sha256: str) -> HttpResponse:
    shown = found(
        Transcript.objects.public().defer(None).defer("content", "draft"),
        "No transcript has this address.",
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
    kept = Transcript.objects.public().filter(sha256=sha256).first()
    return f'"{sha256}"' if kept and not withheld(kept) else None


@etag(_sha256_as_etag)
def original(request: HttpRequest, sha256: str) -> HttpResponse:
    """The file as received, byte by byte; only ever to be saved, never shown in the page's name."""
    kept = found(
        Transcript.objects.public().defer(None).defer("draft", "dropped"),
        "No transcript has this address.",
        sha256=sha256,
    )
    if why := withheld(kept):
        return gone(request, why.sentence, why.reason)
    kind = ORIGINALS.get(PurePath(kept.name).suffix.lower(), "application/octet-stream")
    charset = f"; charset={kept.encoding}" if kept.encoding and kind.startswith("text/") else ""
    response = HttpResponse(bytes(kept.content), content_type=kind + charset)
    response["Content-Length"] = str(kept.size)
    response["Content-Disposition"] = content_disposition_header(True, kept.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"
    response["Cache-Control"] = "no-cache"
    return response
