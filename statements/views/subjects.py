"""Pages of countries, parties, speakers, topics, cited documents and meetings, and their lists."""

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from statements.addresses import page_address, query_string
from statements.models import Affiliation, Country, CountryName, Meeting, Speaker, Speech, Topic
from statements.transcripts.languages.names import fold
from statements.views import holdings
from statements.views.charts import search_address, year_chart
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of

SPEAKERS_SHOWN = 30


def country(request: HttpRequest, code: str) -> HttpResponse:
    if code != code.upper():
        return redirect("country", code=code.upper(), permanent=True)
    shown = get_or_404(
        Country.objects.with_relations(), gettext("There is no country with this code."), code=code
    )
    speakers = shown.speakers.most_heard_first()
    return render(
        request,
        "country/country.html",
        {
            "country": shown,
            "names": _other_names(shown),
            "speakers": speakers[:SPEAKERS_SHOWN],
            "speaker_count": speakers.count(),
            "votes": shown.votes.by_ballot(),
            **_speeches_of(request, shown, country=shown.code),
        },
    )


def affiliations(request: HttpRequest) -> HttpResponse:
    by_kind = holdings.affiliations()
    return render(request, "affiliation/affiliations.html", {"by_kind": by_kind})


def affiliation(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Affiliation.objects.prefetch_related("names"),
        gettext("There is no party, ward or body at this address."),
        slug=slug,
    )
    heard = Q(speeches__affiliations=shown, speeches__withdrawal=None)
    counted = Speaker.objects.filter(heard).annotate(speech_count=Count("speeches", filter=heard))
    speakers = counted.order_by("-speech_count", "sort_name", "slug")
    context = {
        "affiliation": shown,
        "speakers": speakers[:SPEAKERS_SHOWN],
        "speaker_count": speakers.count(),
        **_speeches_of(request, shown, **{shown.facet: shown.slug}),
    }
    return render(request, "affiliation/affiliation.html", context)


def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Speaker.objects.select_related("country", "merged_into").prefetch_related("names"),
        gettext("There is no speaker at this address."),
        slug=slug,
    )
    if shown.merged_into:
        return redirect(shown.merged_into, permanent=True)
    pages = list(Speaker.objects.perhaps_the_same(shown))
    slugs = [("speaker", page.slug) for page in (shown, *pages)]
    context = {
        "speaker": shown,
        "pages": pages,
        "all_url": f"{page_address('search')}?{query_string(slugs)}",
        "roles": shown.speeches.roles(),
        **_speeches_of(request, shown, speaker=shown.slug),
    }
    return render(request, "speaker/speaker.html", context)


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Topic.objects.all(), gettext("There is no topic at this address."), slug=slug
    )
    context = _speeches_of(request, shown, topic=shown.slug)
    meetings = shown.meetings.with_speech_counts()
    return render(request, "topic/topic.html", {"topic": shown, "meetings": meetings, **context})


def documents(request: HttpRequest) -> HttpResponse:
    """List the documents that speeches cite; with ``symbol``, the speeches that cite that one."""
    if "symbol" not in request.GET:
        page = page_of(request, holdings.documents())
        return render(request, "document/documents.html", {"page": page})
    symbol = request.GET["symbol"].replace("\x00", "").strip()
    speeches = Speech.objects.naming(symbol)
    page = page_of(request, speeches.for_listing().latest_first())
    if not page.object_list:
        raise Http404(gettext("No speech cites a document with this symbol."))
    meeting = Meeting.objects.filter(symbol=symbol).first()
    context = {"symbol": symbol, "meeting": meeting, "page": page}
    return render(request, "document/document.html", context)


def country_votes(request: HttpRequest, code: str) -> HttpResponse:
    """List the recorded votes of a country, the newest first."""
    if code != code.upper():
        return redirect("country-votes", code=code.upper(), permanent=True)
    shown = get_or_404(
        Country.objects.all(), gettext("There is no country with this code."), code=code
    )
    page = page_of(request, shown.votes.for_listing())
    context = {"country": shown, "counts": shown.votes.by_ballot(), "page": page}
    return render(request, "country/votes.html", context)


def _speeches_of(
    request: HttpRequest, subject: Affiliation | Country | Speaker | Topic, **filters: str
) -> dict[str, Any]:
    """Return what these pages share: a page of speeches and their chart by year."""
    speeches = subject.speeches.all()
    return {
        "chart": year_chart(speeches.counts_by_year(), search_address(**filters)),
        "page": page_of(request, speeches.for_listing().latest_first()),
        "filters": filters,
    }


def _other_names(country: Country) -> list[CountryName]:
    shown = {fold(country.short_name), fold(country.formal_name)}
    return [name for name in country.names.all() if name.folded not in shown]


def countries(request: HttpRequest) -> HttpResponse:
    by_letter = holdings.countries()
    count = sum(len(initial.countries) for initial in by_letter)
    context = {"by_letter": by_letter, "count": count, "affiliations": holdings.affiliations()}
    return render(request, "country/countries.html", context)


def speakers(request: HttpRequest) -> HttpResponse:
    rows = Speaker.objects.with_speech_counts().select_related("country")
    within = None
    if code := request.GET.get("country", ""):
        within = get_or_404(
            Country.objects.all(),
            gettext("There is no country with this code."),
            code=code.replace("\x00", ""),
        )
        rows = rows.filter(country=within)
    initials = rows.initials()
    letter = request.GET.get("letter", "").upper()
    if letter:
        if letter not in initials:
            raise Http404(gettext("No speaker’s name begins with this letter."))
        rows = rows.with_initial(letter)
    context = {"initials": initials, "letter": letter, "within": within}
    return render(request, "speaker/speakers.html", {"page": page_of(request, rows), **context})


def topics(request: HttpRequest) -> HttpResponse:
    rows = Topic.objects.with_speech_counts()
    return render(request, "topic/topics.html", {"page": page_of(request, rows)})


def meetings(request: HttpRequest) -> HttpResponse:
    rows = Meeting.objects.with_speech_counts()
    context = {"page": page_of(request, rows), "organs": holdings.organs()}
    return render(request, "meeting/meetings.html", context)
