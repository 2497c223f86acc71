"""Autocomplete: with the keyboard, the pointer and a screen reader, and pages without it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (320, False)], ids=["light", "dark", "phone"]
)
def test_completions_are_chosen_by_keys(
    site: str, visit: Callable[..., "Page"], width: int, dark: bool
) -> None:
    page = visit(width=width, dark=dark)
    page.goto(site)
    box = page.get_by_role("combobox", name="Search all speeches")
    box.press_sequentially("froze norw")
    page.get_by_role("option", name="Norway Country").wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    box.press("ArrowUp")
    box.press("ArrowDown")
    assert box.input_value() == "froze norw"
    box.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    assert chosen.text_content() == "Norway Country"
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert Axe().run(page).response["violations"] == []
    box.press("Escape")
    assert box.input_value() == "froze norw"
    assert page.get_by_role("option").count() == 0

    box.press_sequentially("a")
    page.get_by_role("option", name="Norway Country").wait_for()
    box.press("ArrowDown")
    assert box.input_value() == "froze country:NOR"
    box.press("Enter")
    page.get_by_role("heading", name="60 speeches").wait_for()
    assert box.input_value() == "froze country:NOR"
    assert page.get_by_role("option").count() == 0
    assert page.evaluate("window.violations") == []


def test_a_completion_is_chosen_by_pointer_and_words_are_offered(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    page.goto(f"{site}/search/")
    box = page.get_by_role("combobox", name="Search all speeches")
    box.press_sequentially("fro")
    page.get_by_role("option", name="froze").click()
    assert box.input_value() == "froze"
    assert page.evaluate("document.activeElement.id") == "q"
    box.press_sequentially(" speaker:brook")
    options = page.get_by_role("option")
    # Answers to the first letters may be shown on the way to this one.
    expect(options).to_have_count(10)
    box.evaluate("(each) => each.blur()")
    assert options.count() == 0


def test_a_box_that_gets_no_answer_is_a_plain_one(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit()
    page.route("**/api/v1/complete*", lambda route: route.abort())
    page.goto(site)
    box = page.get_by_role("combobox", name="Search all speeches")
    with page.expect_request("**/api/v1/complete*"):
        box.press_sequentially("froze")
    box.press("Enter")
    page.get_by_role("heading", name="60 speeches").wait_for()


def test_without_scripts_the_box_is_a_search_field(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit(scripts=False)
    page.goto(site)
    assert page.get_by_role("searchbox", name="Search all speeches").count() == 1
