"""What the files of lists are written of: their entries, narrowed as on the page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from archive.languages import localized
from statements.addresses import address_with, origin, page_address, query_string
from statements.coverage.matrix import choices, matrix
from statements.downloads.files import Source
from statements.downloads.sources import subjects
from statements.exports.tables.columns import Row
from statements.exports.tables.source import DataTable
from statements.models import Country, Meeting, Session, Vote
from statements.views import holdings
from statements.views.catalogue import documents as document_list
from statements.views.catalogue import speakers as speaker_list
from statements.views.catalogue.filtering import FILTER, filter_of, matching
from statements.views.error_pages import get_or_404
from statements.views.overview.coverage import CHOICE, chosen_matrix
from statements.views.subjects import ballot_of, cast_votes

BATCH = 500  # votes


def countries(request: HttpRequest) -> Source:
    text, beginning = filter_of(request), origin(request)

    def read() -> Iterator[Row]:
        for label, heard in holdings.countries():
            for entry in matching(heard, text, lambda entry: entry.words):
                shown = entry.country
                yield {
                    "code": shown.code,
                    "name": localized(shown.short_name, "country"),
                    "formal_name": shown.formal_name,
                    "kind": str(label),
                    "speeches": entry.speeches,
                    "url": f"{beginning}{shown.get_absolute_url()}",
                }

    columns = ("code", "name", "formal_name", "kind", "speeches", "url")
    return _list(request, "countries", columns, read, [(FILTER, text)])


def affiliations(request: HttpRequest) -> Source:
    beginning = origin(request)

    def read() -> Iterator[Row]:
        for kind, _, entries in holdings.affiliations():
            for entry in entries:
                yield {
                    "name": entry.name,
                    "kind": kind,
                    "speeches": entry.speech_count,  # type: ignore[attr-defined]
                    "url": f"{beginning}{entry.get_absolute_url()}",
                }

    return _list(request, "affiliations", ("name", "kind", "speeches", "url"), read)


def speakers(request: HttpRequest) -> Source:
    listed, beginning = speaker_list.listed(request), origin(request)

    def read() -> Iterator[Row]:
        rows: Any = listed.rows.with_years()
        for row in rows.iterator():
            yield {
                "name": row.name,
                "honorific": row.honorific,
                "country_code": row.country_id,
                "country": row.country.short_name if row.country else None,
                "speeches": row.speech_count,
                "first_year": row.first_year,
                "last_year": row.last_year,
                "url": f"{beginning}{row.get_absolute_url()}",
            }

    columns = (
        "name", "honorific", "country_code", "country", "speeches", "first_year", "last_year",
        "url",
    )  # fmt: skip
    code = listed.within.code if listed.within else ""
    narrowing = [("country", code), ("letter", listed.letter), (FILTER, listed.text)]
    return _list(request, "speakers", columns, read, narrowing)


def topics(request: HttpRequest) -> Source:
    text, beginning = filter_of(request), origin(request)

    def read() -> Iterator[Row]:
        for topic in matching(holdings.topics(), text, lambda topic: topic.words):
            yield {
                "title": topic.title,
                "kind": topic.kind,
                "speeches": topic.speeches,
                "url": f"{beginning}{page_address('topic', topic.slug)}",
            }

    return _list(request, "topics", ("title", "kind", "speeches", "url"), read, [(FILTER, text)])


def documents(request: HttpRequest) -> Source:
    """Return the source of the documents that speeches cite; with ``symbol``, of the speeches that
    cite this one."""
    if "symbol" in request.GET:
        return subjects.document(request)
    order, text, beginning = document_list.order_of(request), filter_of(request), origin(request)

    def read() -> Iterator[Row]:
        for document in matching(holdings.documents(order), text, lambda each: each.words):
            address = f"{page_address('documents')}?{query_string([('symbol', document.symbol)])}"
            yield {
                "symbol": document.symbol,
                "title": document.title,
                "speeches": document.speeches,
                "last_cited": document.last,
                "organ": document.organ,
                "date": document.date.isoformat() if document.date else None,
                "url": f"{beginning}{address}",
            }

    columns = ("symbol", "title", "speeches", "last_cited", "organ", "date", "url")
    narrowing = [("order", request.GET.get("order", "")), (FILTER, text)]
    return _list(request, "documents", columns, read, narrowing)


def meetings(request: HttpRequest) -> Source:
    beginning = origin(request)

    def read() -> Iterator[Row]:
        rows: Any = Meeting.objects.with_speech_counts()
        for row in rows.iterator():
            yield {
                "symbol": row.symbol,
                "organ": row.organ_id,
                "number": row.number,
                "date": row.date.isoformat() if row.date else None,
                "speeches": row.speech_count,
                "url": f"{beginning}{row.get_absolute_url()}",
            }

    return _list(
        request, "meetings", ("symbol", "organ", "number", "date", "speeches", "url"), read
    )


def sessions(request: HttpRequest) -> Source:
    beginning = origin(request)

    def read() -> Iterator[Row]:
        rows: Any = Session.objects.heard()
        for row in rows:
            yield {
                "title": row.title,
                "organ": row.organ_id,
                "number": row.number,
                "debate": row.debate,
                "year": row.year,
                "speeches": row.speech_count,
                "url": f"{beginning}{row.get_absolute_url()}",
            }

    columns = ("title", "organ", "number", "debate", "year", "speeches", "url")
    return _list(request, "sessions", columns, read)


def votes(request: HttpRequest, code: str) -> Source:
    """Return the source of the recorded votes of a country; with ``ballot``, of those of a
    kind."""
    shown = get_or_404(
        Country.objects.all(),
        gettext("There is no country with this code."),
        code=code.upper(),
    )
    ballot, beginning = ballot_of(request), origin(request)

    def read() -> Iterator[Row]:
        chosen = shown.votes.filter(ballot=ballot) if ballot else shown.votes.all()
        cast = list(chosen.for_listing())
        for start in range(0, len(cast), BATCH):
            yield from _votes(cast[start : start + BATCH], beginning)

    columns = (
        "date", "year", "meeting", "ballot", "delegation", "subject", "title", "resolution",
        "outcome", "url",
    )  # fmt: skip
    return Source(
        name=f"{shown.code}-votes",
        page=_page(reverse("country-votes", args=[shown.code]), [("ballot", ballot)]),
        origin=beginning,
        table=DataTable("votes", columns, read),
    )


def coverage(request: HttpRequest) -> Source:
    """Return the source of the table of countries and sessions or years that the page shows."""
    choice, beginning = chosen_matrix(request, choices()), origin(request)
    columns = matrix(choice).columns if choice else ()

    def read() -> Iterator[Row]:
        for row in matrix(choice).rows if choice else ():
            counts = zip(columns, row.counts, strict=True)
            yield {
                "code": row.code,
                "name": row.name,
                "url": f"{beginning}{row.url}",
                **{column.title: count for column, count in counts},
            }

    names = ("code", "name", "url", *(column.title for column in columns))
    return _list(request, "coverage", names, read, [(CHOICE, request.GET.get(CHOICE, ""))])


def _votes(cast: Sequence[Vote], beginning: str) -> Iterator[Row]:
    for vote, balloting in cast_votes(cast):
        speech = vote.paragraph.speech
        yield {
            "date": speech.date.isoformat() if speech.date else None,
            "year": speech.year,
            "meeting": speech.meeting.symbol if speech.meeting else None,
            "ballot": vote.ballot,
            "delegation": vote.delegation,
            "subject": balloting.subject if balloting else None,
            "title": balloting.title if balloting else None,
            "resolution": balloting.resolution if balloting else None,
            "outcome": balloting.outcome if balloting else None,
            "url": f"{beginning}{vote.paragraph.get_absolute_url()}",
        }


def _list(
    request: HttpRequest,
    name: str,
    columns: Sequence[str],
    read: Callable[[], Iterable[Row]],
    narrowing: Iterable[tuple[str, str]] = (),
) -> Source:
    """Return the source of a list at the page of its name, with the parameters that narrow it."""
    return Source(
        name=name,
        page=_page(page_address(name), narrowing),
        origin=origin(request),
        table=DataTable(name, columns, read),
    )


def _page(address: str, narrowing: Iterable[tuple[str, str]]) -> str:
    return address_with(address, query_string((name, value) for name, value in narrowing if value))
