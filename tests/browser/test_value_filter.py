"""The box that filters a list of values while something is typed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.archive_index import archive_index

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["archive_index"]

pytestmark = pytest.mark.browser


def test_values_are_filtered_while_typing(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit()
    page.goto(f"{site}/search/?q=froze")
    speakers = page.get_by_role("region", name="Speaker")
    assert speakers.get_by_role("listitem").count() == 10
    box = speakers.get_by_role("searchbox")
    box.fill("brook 59")
    speakers.get_by_role("link", name="Brook 59").wait_for()
    assert speakers.get_by_role("listitem").count() == 1
    box.fill("")
    speakers.get_by_role("listitem").nth(9).wait_for()

    box.fill("brook 1")
    box.press("Enter")
    page.get_by_role("heading", name="11 values with “brook 1”").wait_for()
    page.get_by_label("Find in this list").fill("brook 12")
    page.get_by_role("heading", name="1 value with “brook 12”").wait_for()
    assert page.url.endswith("filter=brook+12")
    page.get_by_role("link", name="Brook 12").click()
    page.get_by_role("heading", name="1 speech").wait_for()
    assert page.evaluate("window.violations") == []
