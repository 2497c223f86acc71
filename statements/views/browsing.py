"""The archive by date: years, months, days, and the speeches whose date nobody knows."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from statements.models import Meeting, Speech
from statements.views import holdings
from statements.views.paging import page_of


def years(request: HttpRequest) -> HttpResponse:
    context = {"chart": holdings.years(), "undated": holdings.totals()["undated"]}
    return render(request, "browse/years.html", context)


def year(request: HttpRequest, year: int) -> HttpResponse:
    first = _real(year)
    months = [
        {"first": first.replace(month=row["month"]), "count": row["count"]}
        for row in Speech.objects.counts_by_month(year)
    ]
    page = page_of(request, Speech.objects.of_year_alone(year).for_listing().in_transcript_order())
    if not months and not page.paginator.count:
        raise Http404("Nothing in this archive was said in that year.")
    context = {
        "year": first,
        "rows": months,
        "page": page if page.paginator.count else None,
        **Speech.objects.years_around(year),
    }
    return render(request, "browse/year.html", context)


def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    first = _real(year, month)
    days = [
        {"day": first.replace(day=row["day"]), "count": row["count"]}
        for row in Speech.objects.counts_by_day(year, month)
    ]
    around = Speech.objects.days_around(first, first.replace(day=monthrange(year, month)[1]))
    return render(request, "browse/month.html", {"month": first, "rows": _some(days), **around})


def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    shown = _real(year, month, day)
    meetings = list(Meeting.objects.filter(date=shown).with_speech_counts())
    page = page_of(request, Speech.objects.filter(date=shown).for_listing().latest_first())
    if not meetings and not page.paginator.count:
        raise Http404("Nothing in this archive was said on that day.")
    around = Speech.objects.days_around(shown, shown)
    context = {"day": shown, "meetings": meetings, "page": page, **around}
    return render(request, "browse/day.html", context)


def undated(request: HttpRequest) -> HttpResponse:
    speeches = Speech.objects.undated().for_listing().newly_stored_first()
    return render(request, "browse/undated.html", {"page": page_of(request, speeches)})


def _real(year: int, month: int = 1, day: int = 1) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Http404("The calendar has no such date.") from None


def _some(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        raise Http404("Nothing in this archive was said at that time.")
    return rows
