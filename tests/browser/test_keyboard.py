"""Keys lead from the results to the words, and the Tab key has few stops on the way."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.archive_index import archive_index

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["archive_index"]

pytestmark = pytest.mark.browser

MOST_STOPS = 12  # after a skip link
FOCUSED = "document.activeElement.outerHTML"


def stops_to(page: "Page", skip_link: str, selector: str) -> int:
    """Return how often Tab is pressed from a skip link to the first element of a kind."""
    page.get_by_role("link", name=skip_link).focus()
    page.keyboard.press("Enter")
    for stops in range(1, 60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return stops
    raise AssertionError(f"no {selector} is reached")


def test_keys_lead_from_results_to_passages(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit()
    page.goto(f"{site}/search/?q=froze")
    assert stops_to(page, "Skip to the results", ".rows h3 a") <= MOST_STOPS
    page.keyboard.press("j")
    second = page.locator(".rows h3 a").nth(1)
    assert page.evaluate("document.activeElement.textContent") == second.text_content()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/speech/**q=froze*")
    assert page.locator(".paragraph mark").all_text_contents() == ["froze"]
    page.keyboard.press("n")
    assert page.url.endswith("#p1")
    assert "Passage 1 of 1" in page.evaluate(FOCUSED)
    assert stops_to(page, "Skip to main content", ".paragraph .anchor") <= MOST_STOPS
    page.keyboard.press("/")
    page.keyboard.type("nj?")  # keys are letters in a field
    assert page.locator("#site-q").input_value() == "nj?"
    page.get_by_role("link", name="← Results").click()
    page.wait_for_url("**/search/?q=froze")

    page.goto(f"{site}/meeting/long/?q=froze")
    assert stops_to(page, "Skip to the record", ".turn h3 a") <= MOST_STOPS
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert page.url.endswith("#hit-2")
    page.keyboard.press("p")
    assert page.url.endswith("#hit-1")


NEAR = [
    ("/search/?q=froze&view=context", "Skip to the results", "a.line"),
    ("/search/?q=froze+OR+metre&view=time&by=country", "Skip to the results", ".point"),
    ("/search/?q=froze&view=time", "Skip to the results", ".first-use blockquote a"),
    ("/search/?q=froze&view=compare&by=query&series=metre", "Skip to the results", ".side a"),
    ("/search/?q=froze&view=table", "Skip to the results", ".crosstab a"),
    (
        "/search/?q=froze&view=words&list=beside&function_words=show",
        "Skip to the results",
        ".word-list a",
    ),
    ("/country/NOR/", "Skip to the speeches", ".rows h3 a"),
    ("/speaker/umarov/", "Skip to the speeches", ".rows h3 a"),
    ("/topic/floods/", "Skip to the speeches", ".rows h3 a"),
    ("/speakers/", "Skip to the names", ".rows a"),
    ("/coverage/", "Skip to main content", ".matrix a"),
]


def test_no_page_has_many_stops_before_what_was_found(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    found = {}
    for path, skip_link, selector in NEAR:
        page.goto(site + path)
        found[path] = stops_to(page, skip_link, selector)
    assert {path: stops for path, stops in found.items() if stops > MOST_STOPS} == {}


def test_the_cells_of_a_matrix_are_one_stop_and_lead_to_speeches(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    page.goto(f"{site}/coverage/?columns=years")
    assert page.locator(".matrix a[tabindex='0']").count() == 1
    cells = page.locator(".matrix tbody td a")
    assert cells.count() > 5
    norway = page.locator(".matrix tbody tr", has_text="Norway")
    norway.locator("td a").first.focus()
    page.keyboard.press("ArrowRight")
    second = norway.locator("td a").nth(1)
    assert page.evaluate(FOCUSED) == second.evaluate("(link) => link.outerHTML")
    address = second.get_attribute("href")
    assert address is not None
    assert address.startswith("/country/NOR/20")
    assert page.request.get(site + address).status == 200
    page.keyboard.press("ArrowUp")  # of the same year in another row, or the year itself
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") < int(
        norway.evaluate("(row) => row.rowIndex")
    )

    plain = visit(scripts=False)
    plain.goto(f"{site}/coverage/?columns=years")
    assert plain.locator(".matrix td a").count() == 0
    assert plain.locator(".matrix td", has_text="1").count() > 0


def test_a_chart_is_skipped_without_scripts(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit(scripts=False)
    for path, points in (("/", ".years svg a"), ("/search/?q=froze+OR+metre&view=time", ".point")):
        page.goto(site + path)
        assert page.locator(points).count() > 1
        page.get_by_role("link", name="Skip the chart").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert "Show as a table" in page.evaluate(FOCUSED)


def test_a_chart_is_one_stop_and_keys_can_be_turned_off(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    page.goto(site)
    bars = page.locator(".years svg a")
    assert bars.count() > 2
    assert page.locator(".years svg a[tabindex='0']").count() == 1
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == bars.nth(1).evaluate("(bar) => bar.outerHTML")
    page.keyboard.press("End")
    assert page.evaluate(FOCUSED) == bars.last.evaluate("(bar) => bar.outerHTML")

    page.keyboard.press("?")
    page.wait_for_url("**/help/#keyboard")
    page.get_by_role("button", name="Turn shortcuts off").click()
    page.keyboard.press("/")
    assert "Turn shortcuts on" in page.evaluate(FOCUSED)
    page.get_by_role("button", name="Turn shortcuts on").click()
    page.keyboard.press("/")
    assert 'id="site-q"' in page.evaluate(FOCUSED)
