"""The archive by date: years, months, days, and undated speeches."""

from calendar import Calendar, monthrange
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext

from statements.coverage.shades import shade
from statements.coverage.sources import totals
from statements.models import Meeting, Session, Speech
from statements.views import holdings
from statements.views.dates import on_this_day
from statements.views.paging import page_of

NAMES_ON_A_PAGE = 200


class Cell(NamedTuple):
    """A year, month or day of a calendar, with its speeches."""

    label: str | Promise
    # number of speeches
    count: int  # type: ignore[assignment]  # hides tuple.count, which is not used
    shade: int
    url: str  # "" for none


class Weekday(NamedTuple):
    name: str | Promise
    abbreviation: str | Promise


def years(request: HttpRequest) -> HttpResponse:
    context = {
        "decades": holdings.decades(),
        "undated": totals()["undated"],
        "has_days": bool(on_this_day.days()),
    }
    return render(request, "browse/years.html", context)


def year(request: HttpRequest, year: int) -> HttpResponse:
    first = date_or_404(year)
    counts = {row["month"]: row["count"] for row in Speech.objects.counts_by_month(year)}
    most = max(counts.values(), default=0)
    months = [
        Cell(
            name,
            counts.get(month, 0),
            shade(counts.get(month, 0), most),
            reverse("browse-month", args=[year, month]) if month in counts else "",
        )
        for month, name in MONTHS.items()
    ]
    alone = Speech.objects.of_year_alone(year).for_listing().in_country_order()
    page = page_of(request, alone, size=NAMES_ON_A_PAGE)
    if not counts and not page.paginator.count:
        raise Http404(gettext("The archive has no speeches from this year."))
    context = {
        "year": first,
        "months": months if counts else (),
        "sessions": Session.objects.filter(year=year).heard(),
        "page": page if page.paginator.count else None,
        **Speech.objects.years_around(year),
    }
    return render(request, "browse/year.html", context)


def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    first = date_or_404(year, month)
    counts = {row["day"]: row["count"] for row in Speech.objects.counts_by_day(year, month)}
    if not counts:
        raise Http404(gettext("The archive has no speeches from this month."))
    around = Speech.objects.days_around(first, first.replace(day=monthrange(year, month)[1]))
    first_weekday = (get_format("FIRST_DAY_OF_WEEK") - 1) % 7  # 0 is Monday
    order = [(first_weekday + number) % 7 for number in range(7)]
    most = max(counts.values())
    weeks = [
        [
            Cell(
                str(day or ""),
                counts.get(day, 0),
                shade(counts.get(day, 0), most),
                reverse("browse-day", args=[year, month, day]) if day in counts else "",
            )
            for day in week
        ]
        for week in Calendar(first_weekday).monthdayscalendar(year, month)
    ]
    context = {
        "month": first,
        "weekdays": [Weekday(WEEKDAYS[number], WEEKDAYS_ABBR[number]) for number in order],
        "weeks": weeks,
        **around,
    }
    return render(request, "browse/month.html", context)


def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    shown = date_or_404(year, month, day)
    of_day = Meeting.objects.filter(date=shown).with_speech_counts()
    meetings = list(of_day.prefetch_related("agenda__topic"))
    elsewhere = Speech.objects.filter(date=shown).exclude(meeting__in=meetings)
    page = page_of(request, elsewhere.for_listing().latest_first())
    if not meetings and not page.paginator.count:
        raise Http404(gettext("The archive has no speeches from this day."))
    around = Speech.objects.days_around(shown, shown)
    context = {
        "day": shown,
        "meetings": meetings,
        "page": page if page.paginator.count else None,
        **around,
    }
    return render(request, "browse/day.html", context)


def undated(request: HttpRequest) -> HttpResponse:
    speeches = Speech.objects.undated().for_listing().newly_stored_first()
    return render(request, "browse/undated.html", {"page": page_of(request, speeches)})


def date_or_404(year: int, month: int = 1, day: int = 1) -> date:
    """Return the date of an address. Raises Http404 if there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        raise Http404(gettext("This date does not exist.")) from None
