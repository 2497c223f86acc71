"""The list of topics, and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from statements.models import Topic
from statements.views.charts import search_address, year_chart
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Topic.objects.all(), gettext("There is no topic at this address."), slug=slug
    )
    context = {
        "topic": shown,
        "meetings": shown.meetings.with_speech_counts(),
        "chart": year_chart(shown.speeches.counts_by_year(), search_address(topic=shown.slug)),
        "page": page_of(request, shown.speeches.for_listing().latest_first()),
        "filters": {"topic": shown.slug},
    }
    return render(request, "topic/topic.html", context)


def topics(request: HttpRequest) -> HttpResponse:
    rows = Topic.objects.with_speech_counts()
    return render(request, "topic/topics.html", {"page": page_of(request, rows)})
