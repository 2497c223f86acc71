"""Pages of a speech, a meeting with its record, and a transcript."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from archive.languages import permanent
from statements.exports.bibliography import bibliography_item
from statements.exports.citation import cite
from statements.exports.layout import Turn, turns
from statements.exports.meetings.roll import roll
from statements.exports.meetings.voting import ballotings_of_meeting
from statements.exports.neighbours import neighbours, neighbours_of_delegation
from statements.exports.opening import opening
from statements.exports.outline import cited_documents, length, outline
from statements.exports.quotations import Passage
from statements.exports.texts import speech_with_text, speeches_of_meeting
from statements.models import AgendaItem, Meeting, Member, Presidency, Speech, Transcript
from statements.models.withdrawal_notices import notes_withheld, withheld
from statements.search import NO_LANDING, NO_PASSAGES, SearchParameters, TextSearch, related
from statements.views import refinements
from statements.views.conditional import provisional
from statements.views.error_pages import get_or_404, gone_or_404
from statements.views.paging import page_of

SPEECHES_IN_FULL = 25
NAMING_SHOWN = 5


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
    spoken = full.spoken
    related_speeches = related(shown)
    address = request.build_absolute_uri(permanent(shown.get_absolute_url()))
    turn = turns([full], shown.topics.all())[0]
    size = length(full.paragraphs)
    search = TextSearch.from_query(request.GET)
    context = {
        "speech": shown,
        "address": address,
        "citation": cite(shown, address),
        "item": bibliography_item(shown, address),
        "opening": opening(paragraph.text for paragraph in spoken),
        "quotable": Passage(spoken[0].position) if spoken else None,
        "documents": cited_documents(full.paragraphs),
        "length": size,
        "pdf": _pdf_of(shown.transcript),
        "outline": outline(turn.speech_items, size.words),
        "is_divided": any(paragraph.is_divided for paragraph in full.paragraphs),
        "turn": turn,
        "neighbours": neighbours(shown),
        "of_delegation": neighbours_of_delegation(shown),
        "related": related_speeches,
        **_matches(search, [turn]),
    }
    response = render(request, "speech/speech.html", context)
    return response if related_speeches.complete else provisional(response)


def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(_MEETINGS, gettext("There is no meeting at this address."), slug=slug)
    heard = roll(shown)
    page = page_of(request, heard.entries, size=SPEECHES_IN_FULL)
    in_full = speeches_of_meeting(shown, max(page.start_index() - 1, 0), SPEECHES_IN_FULL)
    naming = Speech.objects.naming(shown.symbol).exclude(meeting=shown)
    naming_count = naming.count()
    laid_out = turns(in_full, [item.topic for item in shown.agenda.all()])
    search = _search_of_meeting(request)
    return render(
        request,
        "meeting/meeting.html",
        {
            "meeting": shown,
            "other_sittings": Meeting.objects.other_sittings(shown.symbol),
            "roll": heard,
            "ballotings": ballotings_of_meeting(shown),
            "with_chair": request.GET.get("chair") == "all",
            "page": page,
            "turns": laid_out,
            "naming": naming.for_listing().latest_first()[:NAMING_SHOWN] if naming_count else (),
            "naming_count": naming_count,
            **_matches(search, laid_out, of_meeting=shown),
        },
    )


def _pdf_of(transcript: Transcript) -> str:
    """Return the hash of the PDF on whose pages a text is printed; "" if none can be shown."""
    file, scan = transcript, transcript.scan
    if scan is not None:
        if not scan.is_public:
            return ""
        file = scan
    return file.sha256 if file.name.lower().endswith(".pdf") else ""


def _search_of_meeting(request: HttpRequest) -> TextSearch | None:
    """Return the search that led to a meeting, where ``page`` is the page of the record."""
    query = request.GET.copy()
    for own in ("page", "chair"):
        query.pop(own, None)
    return TextSearch.from_query(query)


def _matches(
    search: TextSearch | None, shown: Sequence[Turn], *, of_meeting: Meeting | None = None
) -> dict[str, Any]:
    """Return what a page shows of the search that led to it: the passages that match, and the
    addresses of its results, for a meeting also of those in the whole record."""
    if search is None:
        return {"search": None, "passages": NO_PASSAGES, "landing": NO_LANDING}
    texts = [
        (turn.speech.pk, [item.paragraph for item in turn.items if not item.is_heading])
        for turn in shown
    ]
    matches = {
        "search": search,
        "passages": search.passages(texts, numbered=of_meeting is not None),
        "landing": search.landing,
        "results_url": refinements.address(search.parameters),
    }
    if of_meeting is None:
        return matches
    in_meeting = SearchParameters(q=search.parameters.q, meeting=(of_meeting.symbol,))
    return {**matches, "meeting_url": refinements.address(in_meeting)}


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
