"""What the files of a page about a subject are written of: all speeches that the page counts, in
its order.
"""

from collections.abc import Iterator
from functools import partial

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from archive.languages import grouped
from statements.addresses import address_with, origin, page_address, query_string
from statements.downloads.figures import Figure, year_bars
from statements.downloads.files import ROWS, Refused, Source, chosen_rows
from statements.downloads.sources.searches import refusing
from statements.downloads.streams import missing
from statements.exports.tables.columns import Row, Rows
from statements.exports.tables.source import DataTable, Export
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Organ,
    OrganName,
    Session,
    Speaker,
    Speech,
    Topic,
    Transcript,
)
from statements.models.querysets import SpeechQuerySet
from statements.views.charts import year_chart
from statements.views.dates.browsing import date_or_404
from statements.views.error_pages import get_or_404

YEARS = "years"  # rows that are years with their numbers of speeches


def speech(request: HttpRequest, public_id: str) -> Source:
    """Return the source of a single speech. Raises Http404, and Refused if it was withdrawn."""
    found = Speech.objects.filter(public_id=public_id)
    if not found.exists():
        raise Refused(missing(public_id))
    return _of(request, found.order_by("pk"), public_id, page_address("speech", public_id))


def meeting(request: HttpRequest, slug: str) -> Source:
    shown = get_or_404(
        Meeting.objects.all(), gettext("There is no meeting at this address."), slug=slug
    )
    speeches = shown.speeches.order_by("position", "pk")
    return _of(request, speeches, shown.symbol, shown.get_absolute_url())


def session(request: HttpRequest, slug: str) -> Source:
    shown = get_or_404(
        Session.objects.all(), gettext("There is no session at this address."), slug=slug
    )
    return _of(request, shown.speeches.in_session_order(), slug, shown.get_absolute_url())


def delegation(request: HttpRequest, slug: str, code: str) -> Source:
    """Return the source of what a country said in the debate of a session."""
    speeches = Speech.objects.filter(session__slug=slug, country=code.upper())
    page = reverse("session-country", args=[slug, code.upper()])
    return _of(request, _some(speeches).in_session_order(), f"{slug}-{code}", page)


def organ(request: HttpRequest, slug: str) -> Source:
    former = OrganName.objects.select_related("organ").filter(former_slug=slug).first()
    if former is not None:
        raise _moved(request, slug, former.organ.slug)
    shown = get_or_404(
        Organ.objects.all(), gettext("There is no organ at this address."), slug=slug
    )
    speeches = Speech.objects.of_organ(shown.name).latest_first()
    return _of(request, speeches, slug, shown.get_absolute_url(), shown.name)


def country(request: HttpRequest, code: str) -> Source:
    shown = get_or_404(
        Country.objects.all(),
        gettext("There is no country with this code."),
        code=code.upper(),
    )
    page = shown.get_absolute_url()
    return _of(request, shown.speeches.latest_first(), shown.code, page, shown.short_name)


def country_in_year(request: HttpRequest, code: str, year: int) -> Source:
    speeches = _some(Speech.objects.filter(country=code.upper(), year=year))
    page = reverse("country-year", args=[code.upper(), year])
    return _of(request, speeches.latest_first(), f"{code}-{year}", page)


def affiliation(request: HttpRequest, slug: str) -> Source:
    shown = get_or_404(
        Affiliation.objects.all(),
        gettext("There is no party, ward or body at this address."),
        slug=slug,
    )
    page = shown.get_absolute_url()
    return _of(request, shown.speeches.latest_first(), slug, page, shown.name)


def speaker(request: HttpRequest, slug: str) -> Source:
    shown = get_or_404(
        Speaker.objects.select_related("merged_into"),
        gettext("There is no speaker at this address."),
        slug=slug,
    )
    if shown.merged_into:
        raise _moved(request, slug, shown.merged_into.slug)
    page = shown.get_absolute_url()
    return _of(request, shown.speeches.latest_first(), slug, page, str(shown))


def topic(request: HttpRequest, slug: str) -> Source:
    shown = get_or_404(
        Topic.objects.all(), gettext("There is no topic at this address."), slug=slug
    )
    page = shown.get_absolute_url()
    return _of(request, shown.speeches.latest_first(), slug, page, shown.title)


def document(request: HttpRequest) -> Source:
    """Return the source of the speeches that cite a document, of a country or year if the address
    says so."""
    values = {
        name: request.GET.get(name, "").replace("\x00", "").strip()
        for name in ("symbol", "country", "year")
    }
    symbol, code, year = values.values()
    speeches = Speech.objects.naming(symbol) if symbol else Speech.objects.none()
    if code:
        speeches = speeches.filter(country=code)
    if year:
        is_year = len(year) == 4 and year.isascii() and year.isdigit()
        speeches = speeches.filter(year=int(year)) if is_year else speeches.none()
    if not speeches.exists():
        raise Http404(gettext("No speech cites a document with this symbol."))
    query = query_string([(name, value) for name, value in values.items() if value])
    page = address_with(page_address("documents"), query)
    return _of(request, speeches.latest_first(), symbol, page, symbol)


def transcript(request: HttpRequest, sha256: str) -> Source:
    shown = get_or_404(
        Transcript.objects.public(),
        gettext("There is no transcript at this address."),
        sha256=sha256,
    )
    speeches = shown.speeches.order_by("transcript_position")
    return _of(request, speeches, shown.name, shown.get_absolute_url())


def of_year(request: HttpRequest, year: int) -> Source:
    speeches = _some(Speech.objects.filter(year=year))
    page = reverse("browse-year", args=[year])
    return _of(request, speeches.earliest_first(), str(year), page)


def of_month(request: HttpRequest, year: int, month: int) -> Source:
    speeches = _some(Speech.objects.filter(date__year=year, date__month=month))
    page = reverse("browse-month", args=[year, month])
    return _of(request, speeches.earliest_first(), f"{year}-{month:02d}", page)


def of_day(request: HttpRequest, year: int, month: int, day: int) -> Source:
    shown = date_or_404(year, month, day)
    speeches = _some(Speech.objects.filter(date=shown))
    page = reverse("browse-day", args=[year, month, day])
    return _of(request, speeches.earliest_first(), shown.isoformat(), page)


def _of(
    request: HttpRequest,
    speeches: SpeechQuerySet[Speech],
    name: str,
    page: str,
    title: str = "",
) -> Source:
    """Return the source of ordered speeches, which has a figure if it has a title. Raises
    Refused."""
    with refusing():
        kind = chosen_rows(request, {**{each.value: each.value for each in Rows}, YEARS: YEARS})
    keys = list(speeches.values_list("pk", flat=True))
    beginning = origin(request)
    return Source(
        name=name,
        page=page,
        origin=beginning,
        table=_years(speeches) if kind == YEARS else Export(keys, Rows(kind), beginning),
        keys=keys,
        options=[(ROWS, kind)] if kind != Rows.SPEECHES else (),
        figure=partial(_bars, speeches, title, len(keys)),
    )


def _bars(speeches: SpeechQuerySet[Speech], title: str, count: int) -> Figure | None:
    chart = year_chart(speeches.counts_by_year(), lambda year: "") if title else None
    if chart is None:
        return None
    printed = ngettext("%(count)s speech", "%(count)s speeches", count)
    notes = [f"{gettext('Speeches by year')} · {printed % {'count': grouped(count)}}"]
    return Figure(title, notes, year_bars(chart))


def _years(speeches: SpeechQuerySet[Speech]) -> DataTable:
    def read() -> Iterator[Row]:
        for row in speeches.counts_by_year():
            yield {"year": row["year"], "speeches": row["count"]}

    return DataTable(YEARS, ("year", "speeches"), read)


def _some(speeches: SpeechQuerySet[Speech]) -> SpeechQuerySet[Speech]:
    """Return speeches, of which there must be some. Raises Http404."""
    if not speeches.exists():
        raise Http404(gettext("The archive has no such speech."))
    return speeches


def _moved(request: HttpRequest, slug: str, current: str) -> Refused:
    """Return the way to the file of a page that has another address now."""
    address = request.get_full_path().replace(f"/{slug}.", f"/{current}.", 1)
    return Refused(HttpResponsePermanentRedirect(address))
