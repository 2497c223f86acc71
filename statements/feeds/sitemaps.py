"""Sitemaps and robots.txt, for web search engines."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from statements.models import Affiliation, Country, Meeting, Organ, Session, Speaker, Speech, Topic

PAGES = (
    "home",
    "browse",
    "meetings",
    "sessions",
    "countries",
    "affiliations",
    "speakers",
    "topics",
    "about",
    "coverage",
    "help",
)


class SpeechSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    limit = 10_000

    def items(self) -> QuerySet[Speech]:
        return Speech.objects.order_by("pk").only("public_id", "updated_at")

    def lastmod(self, speech: Speech) -> datetime:
        return speech.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        # Django would load every speech to find it
        latest: datetime | None = Speech.objects.aggregate(latest=Max("updated_at"))["latest"]
        return latest


class SubjectSitemap(Sitemap):  # type: ignore[type-arg]
    """The meetings, sessions, countries, speakers or topics that have speeches."""

    limit = 10_000

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows

    def items(self) -> QuerySet[Any]:
        rows = self._rows.filter(speeches__isnull=False, speeches__withdrawal=None)
        return rows.order_by("pk").distinct()


class OrganSitemap(SubjectSitemap):
    """The organs that have speeches."""

    def items(self) -> QuerySet[Any]:
        return self._rows.filter(name__in=Speech.objects.counts_by_organ()).order_by("pk")


class MainSitemap(Sitemap):  # type: ignore[type-arg]
    """The pages that lead to all others."""

    def items(self) -> tuple[str, ...]:
        return PAGES

    def location(self, name: str) -> str:
        return reverse(name)


def sections() -> "dict[str, Sitemap[Any]]":
    """Return the sitemap of each section, by name."""
    return {
        "pages": MainSitemap(),
        "speeches": SpeechSitemap(),
        "meetings": SubjectSitemap(Meeting.objects.all()),
        "organs": OrganSitemap(Organ.objects.all()),
        "sessions": SubjectSitemap(Session.objects.all()),
        "countries": SubjectSitemap(Country.objects.all()),
        "affiliations": SubjectSitemap(Affiliation.objects.all()),
        "speakers": SubjectSitemap(Speaker.objects.filter(merged_into=None)),
        "topics": SubjectSitemap(Topic.objects.all()),
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
    """Call a view of Django, and replace the host of the request in its links by ``BASE_URL``."""
    response = view(request, sitemaps=sections(), **arguments)
    origin = f"{request.scheme}://{request.get_host()}"
    base = request.build_absolute_uri("/").removesuffix("/")
    for entry in (response.context_data or {})[list_name]:
        if isinstance(entry, views.SitemapIndexItem):
            entry.location = base + entry.location.removeprefix(origin)
        else:
            entry["location"] = base + entry["location"].removeprefix(origin)
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Answer with robots.txt. Search results are excluded: their number is unlimited, and the pages
    they lead to are in the sitemaps."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/api/", "/search/", "/documents/?")),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
