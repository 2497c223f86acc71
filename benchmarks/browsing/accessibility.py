"""Accessibility of every kind of page and state of a running site.

    python benchmarks/browsing/accessibility.py ADDRESS [--query WORDS] [--only KIND ...]
        [--part NUMBER/OF]

ADDRESS is that of a running site on this machine. Pages are those of ``gallery.py``, in English and
French, with states that no link leads to: errors, empty results, signing in, the API's page.

1. axe-core: all rules on the page as it is loaded, then with every fold open those of
   looks and targets, in the light and in the dark, in windows of 1,440 and 360 pixels; menus are
   opened one after the other, in the wide window.
2. The accessibility tree as Chromium gives it to a screen reader: one heading of level 1, which
   comes first in the main part, no level left out, the landmarks banner, main and contentinfo in
   this order, and a name for each navigation, region and search where there are several.
3. A window of 320 × 256 pixels, which is how one of 1,280 × 1,024 looks at 400 %: nothing wider
   than the window, and no text out of it.
4. The Tab key: stops from the last skip link to the first result or speech, and an outline at each
   stop in the dark.

A page in French is judged by axe as it is loaded, and at 400 %. All pages take an hour on a busy
machine; ``--part 1/4`` judges each fourth of them, beginning with the first.
Exits with 1 if anything is found.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.browsing.gallery import CHROMIUM, walk

STATES = {
    "search-invalid": "/search/?from=soon",
    "search-brackets": "/search/?q=%28peace+OR+war",
    "search-beyond": "/search/?q=peace&page=9999",
    "search-nothing-filtered": "/search/?q=%22no+such+words%22&country=KAZ&from=1990",
    "search-misspelt": "/search/?q=smels+of+sulphur+still+today",
    "search-grouped": "/search/?q=climate&group=country",
    "search-year-alone": "/search/?q=mandela&from=1994-05-01&to=1994-12-31",
    "search-countries": "/search/?q=Brazil+India+reform",
    "context-nothing": "/search/?q=zzyzx&view=context",
    "time-six": "/search/?q=climate&view=time&by=country&series=BRA&series=IND&series=CHN"
    "&series=FRA&series=USA&series=GBR",
    "time-nothing": "/search/?q=zzyzx&view=time",
    "compare-queries": "/search/?q=climate&view=compare&by=query&series=drought",
    "compare-nothing": "/search/?q=zzyzx&view=compare",
    "table-nothing": "/search/?q=zzyzx&view=table",
    "words-beside": "/search/?q=climate&view=words&list=beside",
    "words-period": "/search/?q=climate&view=words&ref_from=1990&ref_to=1999",
    "facet": "/search/facet/country/?q=climate",
    "facet-nothing": "/search/facet/country/?q=climate&filter=zzyzx",
    "documents-nothing": "/documents/?symbol=zzyzx",
    "speakers-nothing": "/speakers/?filter=zzyzx",
    "sign-in": "/admin/login/",
    "api": "/api/v1/docs",
    "not-found-meeting": "/meeting/s-pv-1/",
}
WIDE = {"width": 1440, "height": 1000}
PHONE = {"width": 360, "height": 1000}
LOOKS = [(WIDE, "light"), (WIDE, "dark"), (PHONE, "dark"), (PHONE, "light")]
# what differs between colour schemes and widths; all other rules look at the same document
RULES_OF_LOOKS = [
    "color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size",
    "nested-interactive",
]  # fmt: skip
RULES_OF_MENUS = ["color-contrast", "nested-interactive"]
ZOOMED = {"width": 320, "height": 256}
MOST_STOPS = 12
MOST_TABS = 40
# what counts as found; pages without any are not walked by Tab
FOUND = """.first-use a, .side a, a.line, .crosstab a, .word-list :is(td, th) a, main .rows h3 a,
  .turn h3 a, .paragraph .anchor, .matrix a, .names a"""
RUN_AXE = """async (rules) => (await axe.run({resultTypes: ["violations"],
    ...(rules && {runOnly: {type: "rule", values: rules}})})).violations.map(
  (rule) => `${rule.id} ×${rule.nodes.length}: ${rule.nodes[0].html.slice(0, 160)}`)"""
OPEN = "document.querySelectorAll('details:not(.menu)').forEach((each) => each.open = true)"
# each menu in turn, since one closes the others; it covers other targets, as menus do
OPEN_MENU = "(place) => { document.querySelectorAll('details.menu')[place].open = true; }"
CLOSE_MENUS = "document.querySelectorAll('details.menu').forEach((each) => each.open = false)"
SETTLE = """Promise.all(document.getAnimations()
  .filter((each) => each instanceof CSSTransition).map((each) => each.finished.catch(() => {})))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# text that stands beside the window, where no container scrolls to it
LOST = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
  const isText = (node) => node.nodeType === 3 && node.data.trim();
  if (![...element.childNodes].some(isText)) return false;
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  if (element.closest(".skip, .skip-inside, .visually-hidden, svg")) return false;
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return false;
  }
  if (getComputedStyle(element).clipPath !== "none") return false;
  const { left, right, width } = element.getBoundingClientRect();
  return width > 1 && (right > innerWidth + 1 || left < -1);
}).slice(0, 2).map((element) => element.outerHTML.slice(0, 120))"""
OUTLINE = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  // parts of a date field show it inside, where no page can look; points of a chart have a ring
  return element.type === "date" || style.outlineStyle !== "none" || element === document.body
    || element.matches("main, .point");
}"""
LANDMARKS = ("banner", "main", "contentinfo")
NAMED = ("navigation", "region", "search", "complementary")


def axe_findings(page: Page, *, in_all_looks: bool) -> Iterator[str]:
    page.evaluate(AXE_SCRIPT)
    for finding in page.evaluate(RUN_AXE, None):
        yield f"axe: {finding}"
    if not in_all_looks:
        return
    page.evaluate(OPEN)
    for size, scheme in LOOKS:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(SETTLE)
        for finding in page.evaluate(RUN_AXE, RULES_OF_LOOKS):
            yield f"axe, {size['width']} {scheme}: {finding}"
        for place in range(page.locator("details.menu").count() if size is WIDE else 0):
            page.evaluate(OPEN_MENU, place)
            for finding in page.evaluate(RUN_AXE, RULES_OF_MENUS):
                yield f"axe, menu {place}, {size['width']} {scheme}: {finding}"
        page.evaluate(CLOSE_MENUS)


def tree_findings(page: Page) -> Iterator[str]:
    """Yield what is wrong with the order in which a screen reader reads a page."""
    session = page.context.new_cdp_session(page)
    nodes = {each["nodeId"]: each for each in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    read = list(_in_order(nodes))
    roles = [role for role, _, _ in read]
    levels = [level for role, _, level in read if role == "heading"]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"levels of headings: {levels}"
    steps = [after - before for before, after in pairwise(levels)]
    if any(step > 1 for step in steps):
        yield f"a level of headings is left out: {levels}"
    places = [roles.index(role) if roles.count(role) == 1 else -1 for role in LANDMARKS]
    if -1 in places or places != sorted(places):
        yield f"landmarks: {[role for role in roles if role in LANDMARKS]}"
    elif "heading" in roles[: places[1]]:
        yield "a heading stands before the main part"
    names = Counter((role, name) for role, name, _ in read if role in NAMED)
    for (role, name), count in names.items():
        if count > 1 or (not name and roles.count(role) > 1):
            yield f"{count} of role {role} with the name “{name}”"


def _in_order(nodes: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield role, name and level of the nodes that are not ignored, in the order of reading."""
    waiting = [next(each for each in nodes.values() if "parentId" not in each)]
    while waiting:
        node = waiting.pop()
        if not node["ignored"]:
            level = next(
                (each["value"]["value"] for each in node["properties"] if each["name"] == "level"),
                0,
            )
            yield node["role"]["value"], node.get("name", {}).get("value", ""), int(level)
        waiting += [nodes[key] for key in reversed(node.get("childIds", ())) if key in nodes]


def zoom_findings(page: Page, address: str) -> Iterator[str]:
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    page.goto(address)
    if (wide := page.evaluate(OVERFLOW)) > 0:
        yield f"at 400 %: {wide} pixels too wide"
    for lost in page.evaluate(LOST):
        yield f"at 400 %: out of the window: {lost}"


def key_findings(page: Page, address: str) -> Iterator[str]:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.goto(address)
    is_found = page.locator(FOUND).count() > 0
    page.locator("a.skip").last.focus()
    page.keyboard.press("Enter")
    for stops in range(1, MOST_TABS):
        page.keyboard.press("Tab")
        if not page.evaluate(OUTLINE):
            html = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            yield f"no outline in the dark: {html}"
        if page.evaluate("(found) => document.activeElement.matches(found)", FOUND):
            if stops > MOST_STOPS:
                yield f"{stops} stops to what was found"
            break
        if page.evaluate("document.activeElement.closest('.site-footer, body:focus') !== null"):
            break
    else:
        if is_found:
            yield f"more than {MOST_TABS} stops to what was found"
    page.emulate_media(color_scheme="light")


def findings(browser: Browser, address: str, *, is_translation: bool) -> Iterator[str]:
    context = browser.new_context(bypass_csp=True, viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    if not is_translation:
        yield from tree_findings(page)
    yield from axe_findings(page, in_all_looks=not is_translation)
    yield from zoom_findings(page, address)
    if page.locator("a.skip").count() and not is_translation:
        yield from key_findings(page, address)
    context.close()


def pages(browser: Browser, base: str, query: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds and addresses of all pages and states, in English and French."""
    shown = [(kind, address) for kind, address, _, _ in walk(browser, base, query)]
    shown += [(kind, base + path) for kind, path in STATES.items()]
    for kind, address in shown:
        yield kind, address
        path = address.removeprefix(base)
        if not path.startswith(("/admin/", "/api/")):
            yield f"{kind}-fr", f"{base}/fr{path}"


def part(text: str) -> tuple[int, int]:
    """Return the number of a part and of how many, given as "1/4"."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a part, such as 1/4")
    return int(number), int(of)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("address")
    parser.add_argument("--query", default='"climate change"')
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--part", type=part, default=(1, 1), help="such as 1/4")
    options = parser.parse_args()
    judged, found = 0, 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown: dict[str, str] = {}  # the kinds of addresses
        for kind, address in pages(browser, options.address.rstrip("/"), options.query):
            if not options.only or kind in options.only:
                shown.setdefault(address, kind)
        number, of = options.part
        for address, kind in islice(shown.items(), number - 1, None, of):
            judged += 1
            for finding in dict.fromkeys(
                findings(browser, address, is_translation=kind.endswith("-fr"))
            ):
                found += 1
                print(f"{kind} {address}\n    {finding}", flush=True)
        browser.close()
    print(f"{judged} pages and states, {found} findings")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
