"""Sitemaps and robots.txt, for web search engines. They name each page in each language."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from archive.languages import offered, path_in
from statements.addresses import page_address, query_string
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Organ,
    Reference,
    Session,
    Speaker,
    Speech,
    Topic,
    Transcript,
)
from statements.models.revision import cached_per_revision

PAGES = (
    "home",
    "browse",
    "meetings",
    "sessions",
    "countries",
    "affiliations",
    "speakers",
    "topics",
    "documents",
    "about",
    "coverage",
)  # they count speeches, or list what has speeches
OTHER_PAGES = ("help",)

# of the pages of one sitemap, which may have 50,000 addresses (https://www.sitemaps.org)
LIMIT = 5_000


class DatedSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    """Pages that change when a speech does."""

    limit = LIMIT

    def get_latest_lastmod(self) -> datetime | None:
        return last_change()  # Django would load every row to find it


@cached_per_revision()
def last_change() -> datetime | None:
    """Return when a public speech was changed last; None if there is none."""
    latest: datetime | None = Speech.objects.aggregate(latest=Max("updated_at"))["latest"]
    return latest


class SpeechSitemap(DatedSitemap):
    def items(self) -> QuerySet[Speech]:
        return Speech.objects.order_by("pk").only("public_id", "updated_at")

    def lastmod(self, speech: Speech) -> datetime:
        return speech.updated_at


class SubjectSitemap(DatedSitemap):
    """The meetings, sessions, countries, speakers, topics or files that have speeches."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows

    def items(self) -> QuerySet[Any]:
        changed_at = Max("speeches__updated_at", filter=Q(speeches__withdrawal=None))
        rows: QuerySet[Any] = self._rows.annotate(changed_at=changed_at)
        return rows.filter(changed_at__isnull=False).order_by("pk")

    def lastmod(self, row: Any) -> datetime:
        changed_at: datetime = row.changed_at
        return changed_at


class Entry(NamedTuple):
    address: str
    changed_at: datetime | None


class EntrySitemap(DatedSitemap):
    """Pages of which no row knows the address."""

    def __init__(self, entries: Callable[[], Sequence[Entry]]) -> None:
        self._entries = entries

    def items(self) -> Sequence[Entry]:
        return self._entries()

    def location(self, entry: Entry) -> str:
        return entry.address

    def lastmod(self, entry: Entry) -> datetime | None:
        return entry.changed_at


def main_pages() -> Sequence[Entry]:
    """Return the pages that lead to all others."""
    latest = last_change()
    others = (*OTHER_PAGES, "data") if settings.PUBLISH_DATA else OTHER_PAGES
    return [
        *(Entry(reverse(name), latest) for name in PAGES),
        *(Entry(reverse(name), None) for name in others),
    ]


@cached_per_revision()
def organs() -> Sequence[Entry]:
    """Return the pages of the organs that have speeches."""
    changes = Speech.objects.changes_by_organ()
    rows = Organ.objects.filter(name__in=changes).order_by("pk")
    return [Entry(organ.get_absolute_url(), changes[organ.name]) for organ in rows]


@cached_per_revision()
def dates() -> Sequence[Entry]:
    """Return the pages of the years, months and days that have speeches, and of undated ones."""
    changes: dict[str, datetime] = {}
    rows = Speech.objects.order_by().values_list("year", "date").annotate(latest=Max("updated_at"))
    for year, day, latest in rows:
        addresses = [reverse("browse-year", args=[year]) if year else reverse("browse-undated")]
        if day:
            addresses.append(reverse("browse-month", args=[day.year, day.month]))
            addresses.append(reverse("browse-day", args=[day.year, day.month, day.day]))
        for address in addresses:
            changes[address] = max(latest, changes.get(address, latest))
    return [Entry(*change) for change in sorted(changes.items())]


@cached_per_revision()
def documents() -> Sequence[Entry]:
    """Return the pages of the documents that public speeches cite."""
    cited = Reference.objects.filter(paragraph__speech__withdrawal=None).order_by("symbol")
    page = page_address("documents")
    return [
        Entry(f"{page}?{query_string([('symbol', symbol)])}", latest)
        for symbol, latest in cited.values_list("symbol").annotate(
            latest=Max("paragraph__speech__updated_at")
        )
    ]


def sections() -> "dict[str, Sitemap[Any]]":
    """Return the sitemap of each section, by name."""
    return {
        "pages": EntrySitemap(main_pages),
        "speeches": SpeechSitemap(),
        "meetings": SubjectSitemap(Meeting.objects.all()),
        "organs": EntrySitemap(organs),
        "sessions": SubjectSitemap(Session.objects.all()),
        "countries": SubjectSitemap(Country.objects.all()),
        "affiliations": SubjectSitemap(Affiliation.objects.all()),
        "speakers": SubjectSitemap(Speaker.objects.filter(merged_into=None)),
        "topics": SubjectSitemap(Topic.objects.all()),
        "documents": EntrySitemap(documents),
        "transcripts": SubjectSitemap(Transcript.objects.public()),
        "dates": EntrySitemap(dates),
    }


def index(request: HttpRequest) -> TemplateResponse:
    """Answer with the sitemap index."""
    return _with_base(request, views.index, "sitemaps", sitemap_url_name="sitemap-of")


def section(request: HttpRequest, section: str) -> TemplateResponse:
    """Answer with the sitemap of a section, in pages."""
    return _with_base(request, views.sitemap, "urlset", section=section)


def _with_base(
    request: HttpRequest, view: Callable[..., TemplateResponse], list_name: str, **arguments: Any
) -> TemplateResponse:
    """Call a view of Django, replace the host of the request in its links by ``BASE_URL``, and add
    the pages in other languages.

    Django would read all rows of a section for that.
    """
    response = view(request, sitemaps=sections(), **arguments)
    origin = f"{request.scheme}://{request.get_host()}"
    base = request.build_absolute_uri("/").removesuffix("/")
    context = response.context_data or {}
    for entry in context[list_name]:
        if isinstance(entry, views.SitemapIndexItem):
            entry.location = base + entry.location.removeprefix(origin)
        else:
            entry["location"] = entry["location"].removeprefix(origin)
    if list_name == "urlset":
        context["urlset"] = [
            each for entry in context["urlset"] for each in _in_each_language(entry, base)
        ]
    return response


def _in_each_language(entry: dict[str, Any], base: str) -> Iterator[dict[str, Any]]:
    """Yield the entry of a page in each language; each refers to all others."""
    paths = {language: path_in(language, entry["location"]) for language in offered()}
    alternates = [
        {"lang_code": language, "location": base + path} for language, path in paths.items()
    ]
    alternates.append({"lang_code": "x-default", "location": base + entry["location"]})
    for path in paths.values():
        yield entry | {
            "location": base + path,
            "alternates": alternates if len(paths) > 1 else [],
        }


def robots(request: HttpRequest) -> HttpResponse:
    """Answer with robots.txt (RFC 9309, of which the longest path counts). Pages of results and
    filtered lists are excluded: their number is unlimited, and the pages they lead to are in the
    sitemaps. The API and files of searches, which llms.txt names, are not."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(
            f"Disallow: {path_in(language, path)}"
            for language in offered()
            for path in ("/search/", "/documents/?")
        ),
        *(f"Allow: {path_in(language, '/documents/?symbol=')}" for language in offered()),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
