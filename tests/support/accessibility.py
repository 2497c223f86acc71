"""Faults of a page in a browser: those that axe finds, and content wider than the window."""

from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import Page

# what can be wrong in the dark or on a phone alone; all other rules look at the same document
_RULES_OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
_OF_LOOKS = {"runOnly": {"type": "rule", "values": _RULES_OF_LOOKS}}
# what passed is neither gathered nor sent: on a long page that takes most of the time
_RUN = """(options) =>
    axe.run({resultTypes: ["violations"], ...options}).then((each) => each.violations)"""
_MODES = {"dark": (1280, "dark"), "phone": (320, "light"), "light": (1280, "light")}
_UNFOLD = "document.querySelectorAll('details').forEach((each) => each.open = true)"
# of colours, when the scheme changes
_WAIT_FOR_TRANSITIONS = """Promise.all(
    document.getAnimations()
        .filter((each) => each instanceof CSSTransition)
        .map((each) => each.finished.catch(() => {}))
)"""
# the elements that reach furthest to the right, the innermost last
_WIDEST = """(width) => [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > width + 1)
    .slice(-1).map((each) => each.outerHTML.slice(0, 200)).join()"""
_ATTEMPTS = 3  # a page that loads itself again may do so while it is judged


def faults(page: "Page") -> list[str]:
    """Return what is wrong with a page, in the light, in the dark and on a phone, with all details
    open. Afterwards the page is wide and light again.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return [fault for mode in _MODES for fault in _faults(page, mode)]
        except Error as error:
            if "context was destroyed" not in str(error) or attempt == _ATTEMPTS - 1:
                raise
            page.wait_for_load_state()
    raise AssertionError


def _faults(page: "Page", mode: str) -> list[str]:
    width, scheme = _MODES[mode]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(_UNFOLD)
    page.evaluate(_WAIT_FOR_TRANSITIONS)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {} if mode == "light" else _OF_LOOKS
    broken: list[dict[str, Any]] = page.evaluate(_RUN, options)
    found = [f"{mode}: {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in broken]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{mode}: {wide} pixels wide: {page.evaluate(_WIDEST, width)}")
    found += [f"{mode}: policy: {each}" for each in page.evaluate("window.violations ?? []")]
    return found
