"""What search engines of the web are told: every page that stays, in parts of a size they take, and
what they need not fetch.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from statements.models import Country, Meeting, Speaker, Speech, Topic

PAGES = ("home", "browse", "meetings", "countries", "speakers", "topics", "about", "help")


class Speeches(Sitemap):  # type: ignore[type-arg]  # no generic type when it runs
    limit = 10_000

    def items(self) -> QuerySet[Speech]:
        return Speech.objects.order_by("pk").only("public_id", "updated_at")

    def lastmod(self, speech: Speech) -> datetime:
        return speech.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        # Django would look at every speech for it
        latest: datetime | None = Speech.objects.aggregate(latest=Max("updated_at"))["latest"]
        return latest


class Subjects(Sitemap):  # type: ignore[type-arg]
    """Meetings, countries, speakers or topics that have speeches."""

    limit = 10_000

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows

    def items(self) -> QuerySet[Any]:
        rows = self._rows.filter(speeches__isnull=False, speeches__withdrawal=None)
        return rows.order_by("pk").distinct()


class Doors(Sitemap):  # type: ignore[type-arg]
    """Pages from which the others are reached."""

    def items(self) -> tuple[str, ...]:
        return PAGES

    def location(self, name: str) -> str:
        return reverse(name)


def sections() -> "dict[str, Sitemap[Any]]":
    return {
        "pages": Doors(),
        "speeches": Speeches(),
        "meetings": Subjects(Meeting.objects.all()),
        "countries": Subjects(Country.objects.all()),
        "speakers": Subjects(Speaker.objects.all()),
        "topics": Subjects(Topic.objects.all()),
    }


def index(request: HttpRequest) -> TemplateResponse:
    """The list of sitemaps."""
    return _with_base(request, views.index, "sitemaps", sitemap_url_name="sitemap-of")


def section(request: HttpRequest, section: str) -> TemplateResponse:
    """The pages of one kind, in parts."""
    return _with_base(request, views.sitemap, "urlset", section=section)


def _with_base(
    request: HttpRequest, view: Callable[..., TemplateResponse], listed: str, **given: Any
) -> TemplateResponse:
    """Let Django make a list, whose links name the host of the request, and put the archive's
    base address in its place."""
    response = view(request, sitemaps=sections(), **given)
    made_with = f"{request.scheme}://{request.get_host()}"
    base = request.build_absolute_uri("/").removesuffix("/")
    for entry in (response.context_data or {})[listed]:
        if isinstance(entry, views.SitemapIndexItem):
            entry.location = base + entry.location.removeprefix(made_with)
        else:
            entry["location"] = base + entry["location"].removeprefix(made_with)
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Results are made for one reader, and endless: what they lead to is in the sitemap."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/api/", "/search/", "/documents/?")),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
