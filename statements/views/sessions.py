"""Pages of the debates of sessions, and their list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from statements.models import Session, Topic
from statements.transcripts.languages.names import fold
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of


def sessions(request: HttpRequest) -> HttpResponse:
    page = page_of(request, Session.objects.heard())
    return render(request, "session/sessions.html", {"page": page})


def session(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Session.objects.all(), gettext("There is no session at this address."), slug=slug
    )
    speeches = list(shown.speeches.for_listing().in_session_order())
    meetings = list(dict.fromkeys(speech.meeting for speech in speeches if speech.meeting))
    context = {
        "session": shown,
        "speeches": speeches,
        "countries": len({speech.country_id for speech in speeches} - {None}),
        "meetings": meetings,
        "is_order_known": bool(meetings) and all(speech.meeting_id for speech in speeches),
        "previous": Session.objects.of_series(shown).filter(number__lt=shown.number).last(),
        "next": Session.objects.of_series(shown).filter(number__gt=shown.number).first(),
        "filters": _filters(shown),
    }
    return render(request, "session/session.html", context)


def _filters(session: Session) -> dict[str, str]:
    """Return the filters of a search for the speeches of a session."""
    filters = {"organ": session.organ, "year": str(session.year)}
    topic = Topic.objects.filter(folded=fold(session.debate)).first()
    return filters | ({"topic": topic.slug} if topic else {})
