"""Addresses of the archive's pages. They are permanent, so that citations stay valid."""

from collections.abc import Sequence
from copy import copy
from functools import partial, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, register_converter, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from archive.edge.same_site import from_same_site
from archive.middleware.compression import compressed
from statements.addresses import address_with
from statements.api.v1 import api
from statements.downloads import bibliographies, files, markup, packages
from statements.downloads.files import Find
from statements.downloads.sources import lists, readers, searches
from statements.downloads.sources import subjects as spoken
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.markup import epub
from statements.exports.markup.files import MARKUP
from statements.exports.quotations import ANCHOR, Passage
from statements.exports.tables.files import TABLES
from statements.feeds import atom, discovery, json_feed, sitemaps
from statements.feeds import views as feeds
from statements.harvesting.views import oai
from statements.models.readers.result_sets import ID_LENGTH
from statements.views import originals, reading, searching, sessions, subjects
from statements.views.catalogue import countries, documents, speakers, topics
from statements.views.conditional import View, conditional
from statements.views.dates import browsing, on_this_day
from statements.views.overview import coverage, home
from statements.views.saving import alerts, collections, result_sets
from statements.views.sharing import cards, quotations


class FourDigits:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class TwoDigits(FourDigits):
    regex = "[0-9]{2}"

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class CountryCode:
    regex = "[A-Za-z][A-Za-z0-9-]{1,11}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Sha256(CountryCode):
    regex = "[0-9a-f]{64}"


class PackageFile(CountryCode):
    regex = r"[a-z_]+(?:\.[a-z]+)+"


class PassageAnchor:
    regex = ANCHOR

    def to_python(self, value: str) -> Passage:
        return Passage.at(value)

    def to_url(self, value: Passage) -> str:
        return str(value)


class ResultSetId(CountryCode):
    regex = f"[a-z2-7]{{{ID_LENGTH}}}"


class TableSuffix(CountryCode):
    regex = "|".join(TABLES)


class BibliographySuffix(CountryCode):
    regex = "|".join(BIBLIOGRAPHIES).replace(".", r"\.")


class BookSuffix(CountryCode):
    regex = epub.SUFFIX


class MarkupSuffix(CountryCode):
    regex = "|".join((*MARKUP, epub.SUFFIX)).replace(".", r"\.")


register_converter(FourDigits, "yyyy")
register_converter(BookSuffix, "book")
register_converter(MarkupSuffix, "markup")
register_converter(BibliographySuffix, "bibliography")
register_converter(TableSuffix, "table")
register_converter(TwoDigits, "mm")
register_converter(CountryCode, "code")
register_converter(ResultSetId, "result_set")
register_converter(Sha256, "sha256")
register_converter(PackageFile, "package_file")
register_converter(PassageAnchor, "passage")


def read_only(view: View) -> View:
    """Allow only GET and HEAD; other methods are rejected before the CSRF check."""
    return csrf_exempt(require_safe(view))


def compressed_and_conditional(
    view: View, *, of_index: bool, of_day: bool = False, is_exact: bool = True
) -> View:
    """Compress responses, and send them only if the client's copy is out of date.

    Only public pages are compressed: they are the same for everyone. The length of a compressed
    page with a CSRF token could reveal the token.
    """
    return compressed(conditional(of_index=of_index, of_day=of_day, is_exact=is_exact)(view))


def in_lower_case(view: View, name: str) -> View:
    """Have an address in capitals, such as ``/meeting/S-PV-8699/``, lead to that of its page."""

    @wraps(view)
    def redirected(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except Http404:
            lower = {
                name: value.lower() if isinstance(value, str) else value
                for name, value in kwargs.items()
            }
            if lower == kwargs:
                raise
            question = copy(request)
            question.method = "HEAD"  # so that no file is written, which nobody would read
            view(question, **lower)  # raises Http404 if there is no such page
            address = address_with(reverse(name, kwargs=lower), request.META["QUERY_STRING"])
            return HttpResponsePermanentRedirect(address)

    return redirected


def page(
    route: str, view: View, name: str, *, of_index: bool = False, of_day: bool = False
) -> URLPattern:
    """Return the pattern of a public page; ``of_index`` is for pages that show search results,
    ``of_day`` for those that are different tomorrow."""
    view = in_lower_case(view, name) if "<slug:" in route else view
    view = read_only(compressed_and_conditional(view, of_index=of_index, of_day=of_day))
    view.is_page = True  # type: ignore[attr-defined]  # in each language, see archive.languages
    return path(route, view, name=name)


def form(route: str, view: View, name: str) -> URLPattern:
    """Return the pattern of a page with a form that readers send."""
    view = from_same_site(view)
    view.is_page = True  # type: ignore[attr-defined]
    return path(route, view, name=name)


def data(route: str, view: View, name: str, *, of_index: bool = False, **kwargs: Any) -> URLPattern:
    """Return the pattern of what programs read, such as a feed, which has only one address."""
    view = read_only(compressed_and_conditional(view, of_index=of_index))
    return path(route, view, kwargs, name=name)


def frame(route: str, view: View, name: str) -> URLPattern:
    """Return the pattern of a page that pages of other sites may show in a frame."""
    framed = quotations.framed(read_only(compressed_and_conditional(view, of_index=False)))
    return path(route, framed, name=name)


def tables(route: str, find: Find, name: str, *, of_index: bool = False) -> list[URLPattern]:
    """Return the patterns of the files of what a page shows: tables, alone and with their
    descriptions. Formats that are compressed are sent as they are."""
    return [
        _file(f"{route}.<table:suffix>", files.table, find, f"{name}-file", of_index),
        _file(f"{route}.<table:suffix>.zip", files.archive, find, f"{name}-archive", of_index),
        _file(
            f"{route}.<table:suffix>.manifest.json",
            files.description,
            find,
            f"{name}-manifest",
            of_index,
        ),
    ]


def cited(route: str, find: Find, name: str, *, of_index: bool = False) -> list[URLPattern]:
    """Return the patterns of the files of speeches for reference managers."""
    pattern = f"{route}.<bibliography:suffix>"
    return [_file(pattern, files.bibliography, find, f"{name}-bibliography", of_index)]


def drawn(route: str, find: Find, name: str, *, of_index: bool = False) -> URLPattern:
    """Return the pattern of the figure of a page."""
    found: View = partial(files.figure, find=find)
    figure = compressed_and_conditional(found, of_index=of_index, of_day=True)
    figure = in_lower_case(figure, f"{name}-figure") if "<slug:" in route else figure
    return path(f"{route}.svg", read_only(figure), name=f"{name}-figure")


def book(route: str, find: Find, name: str, *, of_index: bool = False) -> URLPattern:
    """Return the pattern of the speeches of a page as a book."""
    return _file(f"{route}.<book:suffix>", markup.book, find, f"{name}-book", of_index)


def _file(route: str, view: View, find: Find, name: str, of_index: bool) -> URLPattern:
    return _written(route, partial(view, find=find), name, of_index=of_index)


def _written(route: str, view: View, name: str, *, of_index: bool = False) -> URLPattern:
    is_exact = not route.endswith((".zip", ".json"))  # descriptions have the time of writing
    plain = conditional(of_index=of_index, is_exact=is_exact)(view)
    smaller = compressed_and_conditional(view, of_index=of_index, is_exact=is_exact)

    def sent(request: HttpRequest, suffix: str, **kwargs: Any) -> HttpResponseBase:
        is_compressed = (
            route.endswith(".zip")
            or suffix == epub.SUFFIX
            or (suffix in TABLES and TABLES[suffix].is_compressed)
        )
        return (plain if is_compressed else smaller)(request, suffix=suffix, **kwargs)

    sent = in_lower_case(sent, name) if "<slug:" in route else sent
    return path(route, read_only(sent), name=name)


# pages of speeches: the files of these, in the order of the page
_OF_SPEECHES: Sequence[tuple[str, Find, str]] = (
    ("speech/<slug:public_id>", spoken.speech, "speech"),
    ("meeting/<slug:slug>", spoken.meeting, "meeting"),
    ("organ/<slug:slug>", spoken.organ, "organ"),
    ("session/<slug:slug>", spoken.session, "session"),
    ("session/<slug:slug>/<code:code>", spoken.delegation, "session-country"),
    ("country/<code:code>", spoken.country, "country"),
    ("country/<code:code>/<yyyy:year>", spoken.country_in_year, "country-year"),
    ("affiliation/<slug:slug>", spoken.affiliation, "affiliation"),
    ("speaker/<slug:slug>", spoken.speaker, "speaker"),
    ("topic/<slug:slug>", spoken.topic, "topic"),
    ("transcript/<sha256:sha256>", spoken.transcript, "transcript"),
    ("browse/<yyyy:year>", spoken.of_year, "browse-year"),
    ("browse/<yyyy:year>/<mm:month>", spoken.of_month, "browse-month"),
    ("browse/<yyyy:year>/<mm:month>/<mm:day>", spoken.of_day, "browse-day"),
)
_WITH_FIGURES = {"organ", "country", "affiliation", "speaker", "topic"}
_LISTS: Sequence[tuple[str, Find, str]] = (
    ("affiliations", lists.affiliations, "affiliations"),
    ("countries", lists.countries, "countries"),
    ("country/<code:code>/votes", lists.votes, "country-votes"),
    ("coverage", lists.coverage, "coverage"),
    ("documents", lists.documents, "documents"),
    ("meetings", lists.meetings, "meetings"),
    ("sessions", lists.sessions, "sessions"),
    ("speakers", lists.speakers, "speakers"),
    ("topics", lists.topics, "topics"),
)

# what has one address in all languages
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    *tables("search", searches.search, "search", of_index=True),
    *cited("search", searches.search, "search", of_index=True),
    drawn("search", searches.search, "search", of_index=True),
    *(drawn(*row) for row in _OF_SPEECHES if row[2] in _WITH_FIGURES),
    drawn("documents", spoken.document, "documents"),
    *(pattern for row in _OF_SPEECHES for pattern in (*tables(*row), *cited(*row))),
    _written("speech/<slug:public_id>.<markup:suffix>", markup.speech, "speech-markup"),
    _written("meeting/<slug:slug>.<markup:suffix>", markup.meeting, "meeting-markup"),
    book("search", searches.search, "search", of_index=True),
    *(book(*row) for row in _OF_SPEECHES if row[2] not in ("speech", "meeting")),
    *tables("result/<result_set:result_id>", readers.result_set, "result-set"),
    *cited("result/<result_set:result_id>", readers.result_set, "result-set"),
    book("result/<result_set:result_id>", readers.result_set, "result-set"),
    *tables("collection", readers.collection, "collection"),
    *cited("collection", readers.collection, "collection"),
    book("collection", readers.collection, "collection"),
    *(pattern for row in _LISTS for pattern in tables(*row)),
    *cited("documents", spoken.document, "documents"),
    book("documents", spoken.document, "documents"),
    data("search/feed/", feeds.search, "feed", of_index=True, write=atom.write),
    data("search/feed.json", feeds.search, "json-feed", of_index=True, write=json_feed.write),
    data("added/feed/", feeds.added, "added-feed", write=atom.write),
    data("added/feed.json", feeds.added, "added-json-feed", write=json_feed.write),
    path(
        "oai",
        csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(compressed(oai))),
        name="oai",
    ),
    data("opensearch.xml", discovery.opensearch, "opensearch"),
    data("search/suggestions.json", discovery.suggestions, "suggestions", of_index=True),
    data("llms.txt", discovery.llms, "llms"),
    path("data/<package_file:name>", read_only(packages.file), name="data-package"),
    data("robots.txt", sitemaps.robots, "robots"),
    data("sitemap.xml", sitemaps.index, "sitemap"),
    data("sitemap-<section>.xml", sitemaps.section, "sitemap-of"),
    data(
        "speech/<slug:public_id>/<passage:passage>.<bibliography:suffix>",
        bibliographies.of_passage,
        "passage-bibliography",
    ),
    path("speech/<slug:public_id>/card.png", read_only(cards.card), name="card"),
    path(
        "speech/<slug:public_id>/<passage:passage>.png",
        read_only(cards.card),
        name="passage-card",
    ),
    frame("embed/<slug:public_id>/<passage:passage>/", quotations.embed, "embed"),
    path("transcript/<sha256:sha256>/original", read_only(originals.original), name="original"),
    path(
        "transcript/<sha256:sha256>/pages/<int:number>.png",
        read_only(originals.image),
        name="page-image",
    ),
]

# what has an address in each language
pages: list[URLPattern | URLResolver] = [
    page("", home.home, "home", of_index=True, of_day=True),
    page("about/", home.about, "about"),
    page("coverage/", coverage.coverage, "coverage", of_index=True),
    page("data/", packages.index, "data"),
    page("help/", home.search_help, "help"),
    page("search/", searching.search, "search", of_index=True, of_day=True),
    page("search/facet/<slug:name>/", searching.facet, "facet", of_index=True),
    page("collection/", collections.show, "collection"),
    form("alert/new/", alerts.new, "new-alert"),
    form("alert/confirm/", alerts.confirm, "confirm-alert"),
    path("alert/end/", alerts.end, name="end-alert"),
    form("result/new/", result_sets.keep, "new-result-set"),
    page("result/<result_set:result_id>/", result_sets.show, "result-set", of_index=True),
    page("speech/<slug:public_id>/", reading.speech, "speech", of_index=True),
    page("quotation/<slug:public_id>/<passage:passage>/", quotations.share, "quotation"),
    page("meetings/", subjects.meetings, "meetings"),
    page("meeting/<slug:slug>/", reading.meeting, "meeting"),
    page("organ/<slug:slug>/", sessions.organ, "organ"),
    page("sessions/", sessions.sessions, "sessions"),
    page("session/<slug:slug>/", sessions.session, "session"),
    page("session/<slug:slug>/<code:code>/", sessions.of_delegation, "session-country"),
    page("countries/", countries.countries, "countries"),
    page("country/<code:code>/", subjects.country, "country", of_index=True),
    page("country/<code:code>/votes/", subjects.country_votes, "country-votes"),
    page("country/<code:code>/<yyyy:year>/", subjects.country_in_year, "country-year"),
    page("affiliations/", subjects.affiliations, "affiliations"),
    page("affiliation/<slug:slug>/", subjects.affiliation, "affiliation"),
    page("documents/", documents.documents, "documents"),
    page("speakers/", speakers.speakers, "speakers"),
    page("speaker/<slug:slug>/", speakers.speaker, "speaker", of_index=True),
    page("topics/", topics.topics, "topics"),
    page("topic/<slug:slug>/", topics.topic, "topic"),
    page("transcript/<sha256:sha256>/", reading.transcript, "transcript"),
    page("transcript/<sha256:sha256>/pages/<int:number>/", originals.page, "page-of-original"),
    page("browse/", browsing.years, "browse"),
    page("on-this-day/", on_this_day.today, "on-this-day-today", of_day=True),
    page("on-this-day/<mm:month>-<mm:day>/", on_this_day.on_this_day, "on-this-day"),
    page("browse/undated/", browsing.undated, "browse-undated"),
    page("browse/<yyyy:year>/", browsing.year, "browse-year"),
    page("browse/<yyyy:year>/<mm:month>/", browsing.month, "browse-month"),
    page("browse/<yyyy:year>/<mm:month>/<mm:day>/", browsing.day, "browse-day"),
]
