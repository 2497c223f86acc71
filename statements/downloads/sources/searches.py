"""What the files of a search are written of: its speeches, their paragraphs, its matches, their
years, or what another view than the list shows.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from statements.addresses import address_with, origin, page_address
from statements.downloads.figures import Figure, year_bars
from statements.downloads.files import ROWS, Refused, Source, chosen_rows
from statements.downloads.sources.views import figure_of, notes_of, numbers_of
from statements.downloads.streams import refusal
from statements.exports.tables.columns import OF_SPEECH, Row, Rows, of_speech
from statements.exports.tables.source import DataTable, Export, Table, Tally
from statements.models import Speech
from statements.search import (
    IndexState,
    InvalidParameters,
    Period,
    SearchParameters,
    SearchUnavailable,
    View,
    analytics,
    find_all,
)
from statements.views import refinements, searching


class SearchRows(StrEnum):
    """What a row of a file of a search stands for."""

    SPEECHES = "speeches"
    PARAGRAPHS = "paragraphs"
    MATCHES = "matches"
    YEARS = "years"  # months, of a search of one year


@contextmanager
def refusing() -> Iterator[None]:
    """Refuse files of searches that cannot be run."""
    try:
        yield
    except InvalidParameters as invalid:
        raise Refused(refusal("\n".join(invalid.errors.values()), 400)) from invalid
    except SearchUnavailable as unavailable:
        seconds = unavailable.RETRY_AFTER_S
        raise Refused(refusal(str(unavailable), 503, seconds)) from unavailable


def search(request: HttpRequest) -> Source:
    """Return what the files of a search are written of, in the view of its address."""
    with refusing():
        parameters = SearchParameters.from_query(request.GET)
        if parameters.view is View.CONTEXT:
            return _matches(request, parameters)
        if parameters.view is not View.SPEECHES:
            return _of_view(request, parameters)
        rows = chosen_rows(request, {each.value: each for each in SearchRows})
        if rows is SearchRows.MATCHES:
            query = request.GET.copy()
            query["view"] = View.CONTEXT.value
            return _matches(request, SearchParameters.from_query(query))
        return _speeches(request, parameters, rows)


def _speeches(request: HttpRequest, parameters: SearchParameters, rows: SearchRows) -> Source:
    beginning = origin(request)
    parameters, listing = find_all(_plain(parameters).with_default_procedure())
    table: Table
    if rows is SearchRows.YEARS:
        years = list(_years(parameters))  # while the index is the one that was asked for
        table = DataTable("years", ("year", "month", "speeches"), lambda: years)
    else:
        table = Export(listing.speeches, Rows(rows), beginning)
    return Source(
        name=parameters.q or "search",
        page=address_with(page_address("search"), parameters.to_query()),
        origin=beginning,
        table=table,
        keys=listing.speeches,
        options=[(ROWS, rows.value)] if rows is not SearchRows.SPEECHES else (),
        described=described(parameters, listing.index),
        figure=partial(_bars, parameters),
    )


def _plain(parameters: SearchParameters) -> SearchParameters:
    """Return a search without what only pages have."""
    page_size = SearchParameters().page_size
    return replace(parameters.in_view(View.SPEECHES), group="", page_size=page_size)


def _years(parameters: SearchParameters) -> Iterator[Row]:
    histogram = searching.counted(parameters).histogram
    for bar in histogram.bars:
        month = bar.first.month if histogram.period is Period.MONTH else None
        yield {"year": bar.first.year, "month": month, "speeches": bar.speeches}


def _bars(parameters: SearchParameters) -> Figure | None:
    page = searching.counted(parameters)
    chart = refinements.chart(page)
    if chart is None:
        return None
    by_month = page.histogram.period is Period.MONTH
    title = gettext("Speeches by month") if by_month else gettext("Speeches by year")
    return Figure(title, notes_of(page), year_bars(chart))


# -- matches ---------------------------------------------------------------------------------------


_OF_MATCHES = ("line_order", *analytics.LineParameters.PARAMETERS)


def _matches(request: HttpRequest, parameters: SearchParameters) -> Source:
    """Return the source of the lines of a search in context, at most ``analytics.MAX_LINES``."""
    beginning = origin(request)
    order = line_order(parameters)
    words = analytics.LineParameters.from_query(dict(parameters.options))
    searched, listing = find_all(_plain(parameters).with_default_procedure())
    lines = analytics.all_lines(searched, order, words)

    tally = Tally(speeches=0)

    def read() -> Iterator[Row]:
        quoted = set()
        for line in lines.lines():
            quoted.add(line.speech.pk)
            yield {
                "id": line.speech.public_id,
                "paragraph": line.paragraph,
                "url": f"{beginning}{line.url}",
                "left": line.left,
                "match": line.word,
                "right": line.right,
                "title": line.speech.heading.title,
                **of_speech(line.speech),
            }
        speeches = Speech.objects.filter(pk__in=quoted).select_related("transcript__series")
        for speech in speeches.only("transcript__rights", "transcript__series__rights"):
            tally.count_speech(speech.transcript)

    options = tuple((name, value) for name, value in parameters.options if name in _OF_MATCHES)
    parameters = searched.in_view(View.CONTEXT, options)
    columns = ("id", "paragraph", "url", "left", "match", "right", "title", *OF_SPEECH)
    return Source(
        name=f"{parameters.q or 'search'} matches",
        page=address_with(page_address("search"), parameters.to_query()),
        origin=beginning,
        table=DataTable("matches", columns, read, tally),
        keys=listing.speeches,
        described=described(parameters, lines.index)
        | {"matches": lines.total, "speeches_with_matches": lines.speeches,
           "most_rows": analytics.MAX_LINES},
    )  # fmt: skip


def line_order(parameters: SearchParameters) -> analytics.LineOrder:
    """Return the order of the lines of a search. Raises InvalidParameters."""
    typed = parameters.option("line_order")
    try:
        return analytics.LineOrder(typed[-1]) if typed else analytics.LineOrder.RIGHT
    except ValueError:
        orders = ", ".join(analytics.LineOrder)
        sentence = gettext("“%(name)s” must be one of %(names)s.")
        errors = {"line_order": sentence % {"name": "line_order", "names": orders}}
        raise InvalidParameters(errors) from None


# -- other views -----------------------------------------------------------------------------------


def _of_view(request: HttpRequest, parameters: SearchParameters) -> Source:
    page, analysis = searching.analysed(parameters.on_page(1))
    listing = find_all(_plain(page.parameters).with_default_procedure())[1]
    return Source(
        name=f"{parameters.q or 'search'} {parameters.view.value}",
        page=address_with(page_address("search"), page.parameters.to_query()),
        origin=origin(request),
        table=numbers_of(analysis, origin(request)),
        keys=listing.speeches,
        described=described(page.parameters, page.index),
        figure=lambda: figure_of(page, analysis),
    )


def described(parameters: SearchParameters, index: IndexState) -> dict[str, Any]:
    """Return what a description says of a search and of the index that answered it."""
    filters: dict[str, list[str]] = defaultdict(list)
    for name, value in parameters.to_pairs():
        filters[name].append(value)
    query = "".join(filters.pop("q", []))
    sort = "".join(filters.pop("sort", [])) or parameters.sort.value
    return {
        "query": query,
        "filters": filters,
        "sort": sort,
        "index": {
            "generation": index.generation,
            "lag_s": index.lag_s,
            "complete": index.complete,
            "waiting": index.waiting,
        },
    }
