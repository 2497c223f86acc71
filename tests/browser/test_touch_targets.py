"""Fingers reach every control of a phone: its target has 44 × 44 pixels (WCAG 2.2, 2.5.5)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from support.archive_index import archive_index

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["archive_index"]

pytestmark = pytest.mark.browser

PHONE = 360
PATHS = [
    "/",
    "/search/?q=froze&country=NOR",
    "/search/?q=froze&group=country",
    "/search/?q=froze&view=context",
    "/search/?q=froze+OR+metre&view=time&by=country",
    "/search/?q=froze&view=compare&by=query&series=metre",
    "/search/?q=froze&view=table",
    "/search/?q=river&view=words&list=beside&function_words=show",
    "/search/facet/country/?q=froze",
    "/about/",
    "/speech/riv-pv-7-001/?q=river",
    "/quotation/riv-pv-7-001/p1/",
    "/documents/",
    "/meetings/",
    "/meeting/riv-pv-7/",
    "/sessions/",
    "/session/rivers-council-12-general-debate/",
    "/organ/rivers-council/",
    "/countries/",
    "/country/KAZ/",
    "/speakers/",
    "/speaker/umarov/",
    "/topics/",
    "/browse/2020/",
    "/browse/2020/01/",
    "/nowhere/",
]
# The size of a target is probed at its middle, so that padding, labels and pseudo-elements count.
# Links among other text of a block are excepted, as are quotations that are links as a whole.
SMALL_TARGETS = """() => {
  const LEAST = 44, CONTROLS = "a[href], button, input:not([type=hidden]), select, summary";
  const length = (text) => text.replace(/\\s+/g, "").length;
  const isInText = (element) => {
    if (element.closest("blockquote")) return true;
    if (getComputedStyle(element).display !== "inline") return false;
    const block = element.closest("p, li, dd, td, th, cite, h1, h2, h3, figcaption, label");
    const links = [...(block?.querySelectorAll("a") ?? [])].map((link) => link.textContent);
    return block !== null && length(block.textContent) - length(links.join("")) >= 3;
  };
  const small = [];
  for (const element of document.querySelectorAll(CONTROLS)) {
    const isShown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isElsewhere = element.closest("svg, .skip, .skip-inside, [role=region]");
    if (!isShown || isElsewhere || isInText(element)) continue;
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = element.getClientRects()[0];
    if (!box || box.width < 2) continue;
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (box.top + box.bottom) / 2;
    const reach = (right, down) => {
      for (let distance = 0; distance <= LEAST / 2; distance += 1) {
        const hit = document.elementFromPoint(x + right * distance, y + down * distance);
        if (!hit || (!element.contains(hit) && hit.closest("label")?.control !== element)) {
          return distance - 1;
        }
      }
      return LEAST / 2;
    };
    const width = reach(-1, 0) + reach(1, 0) + 1, height = reach(0, -1) + reach(0, 1) + 1;
    if (Math.min(width, height) < LEAST - 1) {
      const words = element.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
      small.push(`${width}×${height} ${element.localName} in ${element.parentElement.className
        || element.parentElement.localName}: ${words}`);
    }
  }
  return small;
}"""


def test_targets_are_large_enough_for_fingers(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit(width=PHONE)
    found = {}
    for path in PATHS:
        page.goto(site + path)
        if small := page.evaluate(SMALL_TARGETS):
            found[path] = small
    assert found == {}


TOO_CLOSE = """() => axe.run({runOnly: {type: "rule", values: ["target-size"]}}).then(
  (found) => found.violations.flatMap((rule) => rule.nodes.map((node) => node.html)))"""


def test_targets_of_a_wide_window_stand_apart(site: str, visit: Callable[..., "Page"]) -> None:
    page = visit()
    for path in ("/", "/search/?q=froze", "/topic/floods/", "/country/NOR/", "/speaker/umarov/"):
        page.goto(site + path)
        page.evaluate(AXE_SCRIPT)
        close = page.evaluate(TOO_CLOSE)
        assert close == [], path
