"""The list of topics, and the page of each."""

from itertools import groupby

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from statements.addresses import search_address
from statements.exports.profiles import count_by, first_and_last
from statements.models import Speaker, Topic
from statements.views import holdings
from statements.views.catalogue.counted_entries import CountedEntry, counted_entries
from statements.views.catalogue.filtering import FILTER, filter_of, matching
from statements.views.charts import FEWEST_YEARS, addresses_by_year, year_chart
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of

TOPICS_ON_A_PAGE = 200
SHOWN = 12  # countries, speakers and related topics of a page
MEETINGS_SHOWN = 20
_KINDS: dict[str, Promise] = {
    Topic.Kind.AGENDA_ITEM: gettext_lazy("Agenda items"),
    Topic.Kind.SUBJECT: gettext_lazy("Subjects"),
}


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Topic.objects.all(), gettext("There is no topic at this address."), slug=slug
    )
    speeches = shown.speeches.all()
    heard = Q(speeches__topics=shown, speeches__withdrawal=None)
    speakers = Speaker.objects.filter(heard).annotate(speech_count=Count("speeches", filter=heard))
    meetings = shown.meetings.with_speech_counts()
    years = list(speeches.counts_by_year())
    by_year = addresses_by_year(topic=shown.slug)
    context = {
        "topic": shown,
        "ends": first_and_last(speeches, without_chair=True),
        "countries": counted_entries(
            count_by(speeches, "country_id", "country__short_name", SHOWN),
            lambda code: search_address(("topic", shown.slug), ("country", code)),
        ),
        "speakers": [
            CountedEntry(
                str(speaker),
                search_address(("topic", shown.slug), ("speaker", speaker.slug)),
                speaker.speech_count,
            )
            for speaker in speakers.order_by("-speech_count", "sort_name", "slug")[:SHOWN]
        ],
        "related": Topic.objects.at_meetings_of(shown, SHOWN),
        "meetings": meetings[:MEETINGS_SHOWN],
        "meeting_count": meetings.count(),
        "chart": year_chart(years, by_year) if len(years) >= FEWEST_YEARS else None,
        "page": page_of(request, speeches.for_listing().latest_first()),
        "filters": {"topic": shown.slug},
    }
    return render(request, "topic/topic.html", context)


def topics(request: HttpRequest) -> HttpResponse:
    text = filter_of(request)
    found = matching(holdings.topics(), text, lambda topic: topic.words)
    page = page_of(request, found, size=TOPICS_ON_A_PAGE)
    by_kind = [
        (_KINDS[kind], list(group)) for kind, group in groupby(page, lambda topic: topic.kind)
    ]
    context = {"page": page, "by_kind": by_kind, FILTER: text}
    return render(request, "topic/topics.html", context)
