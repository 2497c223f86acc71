"""The archive by date: years, months, days, and undated speeches."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from statements.coverage.sources import totals
from statements.models import Meeting, Session, Speech
from statements.views import holdings
from statements.views.paging import page_of


def years(request: HttpRequest) -> HttpResponse:
    context = {"chart": holdings.years(), "undated": totals()["undated"]}
    return render(request, "browse/years.html", context)


def year(request: HttpRequest, year: int) -> HttpResponse:
    first = _date_or_404(year)
    months = [
        {"first": first.replace(month=row["month"]), "count": row["count"]}
        for row in Speech.objects.counts_by_month(year)
    ]
    page = page_of(request, Speech.objects.of_year_alone(year).for_listing().in_transcript_order())
    if not months and not page.paginator.count:
        raise Http404(gettext("The archive has no speeches from this year."))
    context = {
        "year": first,
        "rows": months,
        "sessions": Session.objects.filter(year=year).heard(),
        "page": page if page.paginator.count else None,
        **Speech.objects.years_around(year),
    }
    return render(request, "browse/year.html", context)


def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    first = _date_or_404(year, month)
    days = [
        {"day": first.replace(day=row["day"]), "count": row["count"]}
        for row in Speech.objects.counts_by_day(year, month)
    ]
    around = Speech.objects.days_around(first, first.replace(day=monthrange(year, month)[1]))
    return render(
        request, "browse/month.html", {"month": first, "rows": _rows_or_404(days), **around}
    )


def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    shown = _date_or_404(year, month, day)
    meetings = list(Meeting.objects.filter(date=shown).with_speech_counts())
    page = page_of(request, Speech.objects.filter(date=shown).for_listing().latest_first())
    if not meetings and not page.paginator.count:
        raise Http404(gettext("The archive has no speeches from this day."))
    around = Speech.objects.days_around(shown, shown)
    context = {"day": shown, "meetings": meetings, "page": page, **around}
    return render(request, "browse/day.html", context)


def undated(request: HttpRequest) -> HttpResponse:
    speeches = Speech.objects.undated().for_listing().newly_stored_first()
    return render(request, "browse/undated.html", {"page": page_of(request, speeches)})


def _date_or_404(year: int, month: int = 1, day: int = 1) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Http404(gettext("This date does not exist.")) from None


def _rows_or_404(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        raise Http404(gettext("The archive has no speeches from this month."))
    return rows
