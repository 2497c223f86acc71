"""Pages of organs and of the debates of their sessions, and the list of the latter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from statements.models import Meeting, Organ, OrganName, Session, Speech, Topic
from statements.transcripts.languages.names import fold
from statements.views.charts import addresses_by_year, year_chart
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of
from statements.views.subjects import only_speech


def organ(request: HttpRequest, slug: str) -> HttpResponse:
    former = OrganName.objects.select_related("organ").filter(former_slug=slug).first()
    if former is not None:
        return redirect(former.organ, permanent=True)
    shown = get_or_404(
        Organ.objects.select_related("parent").prefetch_related("names", "parts"),
        gettext("There is no organ at this address."),
        slug=slug,
    )
    meetings = Meeting.objects.filter(organ=shown).with_speech_counts()
    counts = Speech.objects.of_organ(shown.name).counts_by_year()
    context = {
        "organ": shown,
        "chart": year_chart(counts, addresses_by_year(organ=shown.name)),
        "sessions": Session.objects.filter(organ=shown).heard(),
        "page": page_of(request, meetings),
        "filters": {"organ": shown.name},
    }
    return render(request, "organ/organ.html", context)


def sessions(request: HttpRequest) -> HttpResponse:
    page = page_of(request, Session.objects.heard())
    return render(request, "session/sessions.html", {"page": page})


def session(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Session.objects.select_related("organ"),
        gettext("There is no session at this address."),
        slug=slug,
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


def of_delegation(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Lead to what a country said in the debate of a session."""
    speeches = Speech.objects.filter(session__slug=slug, country=code)
    return only_speech(speeches, session=slug, country=code)


def _filters(session: Session) -> dict[str, str]:
    """Return the filters of a search for the speeches of a session."""
    filters = {"organ": session.organ_id, "year": str(session.year)}
    topic = Topic.objects.filter(folded=fold(session.debate)).first()
    return filters | ({"topic": topic.slug} if topic else {})
