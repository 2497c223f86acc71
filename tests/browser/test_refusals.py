"""Pages of what is gone, refused or cannot be answered are as accessible as others."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from support.accessibility import faults
from support.archive_index import archive_index

from statements.models import DeletedSpeech

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

__all__ = ["archive_index"]

pytestmark = pytest.mark.browser

TEMPLATES = (
    "400.html", "403.html", "405.html", "413.html", "429.html", "500.html",
    "search/unavailable.html",
)  # fmt: skip
PAGES = ("/speech/gone/", "/fr/speech/gone/", "/fr/nowhere/", "/fr/search/?from=soon")


def test_pages_of_refusals_are_accessible(site: str, visit: Callable[..., "Page"]) -> None:
    DeletedSpeech.objects.create(public_id="gone")
    page = visit()
    found = {}
    for path in PAGES:
        page.goto(site + path)
        if broken := faults(page):
            found[path] = broken

    # what no reader can bring about here is drawn at an address of the site, with its style sheet
    def draw(route: "Route") -> None:
        template = route.request.url.partition("/refusals/")[2]
        context = {"sentence": "The request is larger than the limit."}
        request = RequestFactory().get("/")
        with translation.override("en"):
            html = render_to_string(template, context, request)
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route(f"{site}/refusals/**", draw)
    for template in TEMPLATES:
        page.goto(f"{site}/refusals/{template}")
        assert page.locator("h1").count() == 1, template
        if broken := faults(page):
            found[template] = broken
    assert found == {}
