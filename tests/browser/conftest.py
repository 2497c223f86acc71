"""A site for browser tests: the archive with a real server, a real index and a real browser."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer
from support import rows
from support.archive_index import archive_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["archive_index"]

# what the policy forbids would only show in the browser's console: have the page count it
COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture
def site(
    live_server: LiveServer,
    archive_index: Callable[[], int],
) -> str:
    """The address of a site with one small archive and a meeting of many speeches."""
    archive = rows.small_archive()
    norway = rows.country("NOR")
    long = rows.meeting("RIV/PV.8", slug="long")
    for number in range(60):
        rows.speech(
            f"In year {number} the river froze.",
            "It thawed in spring.",
            meeting=long,
            position=number + 1,
            country=norway,
            affiliation="Norway",
            speaker=rows.speaker(f"Brook {number}", country=norway),
            topics=[archive.topic],
            date=date(2010, 1, 1) + timedelta(days=100 * number),
        )
    archive_index()
    return live_server.url


@pytest.fixture
def visit(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Open a visitor's page: wide or as narrow as a phone, light or dark, with scripts or not."""
    contexts = []

    def open_page(*, width: int = 1280, dark: bool = False, scripts: bool = True) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if scripts:
            page.add_init_script(COUNT_VIOLATIONS)
        return page

    yield open_page
    for context in contexts:
        context.close()
