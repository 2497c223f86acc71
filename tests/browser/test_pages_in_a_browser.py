"""Tests that need a browser: contrast, widths, keys, policies, and pages without scripts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer
from support import rows
from support.accessibility import faults
from support.archive_index import archive_index

from statements.ingest import annotate_all
from statements.models import Transcript

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["archive_index"]

pytestmark = pytest.mark.browser

PATHS = [
    "/",
    "/api/v1/docs",
    "/quotation/riv-pv-7-001/p1/",
    "/embed/riv-pv-7-001/p1/",
    "/search/",
    "/search/?q=froze&country=NOR&country=KAZ",
    "/search/?q=metre",
    "/search/facet/country/?q=froze&country=KAZ",
    "/search/facet/year/?order=name",
    "/search/?q=froze&group=country",
    "/search/?q=froze&group=year&year=2020",
    "/search/?q=froje",
    "/search/?q=froze&view=context",
    "/search/?q=froze+OR+metre&view=time&by=country",
    "/search/?q=froze&view=compare&by=query&series=metre",
    "/search/?q=froze&view=table",
    "/search/?q=froze&view=words&ref_country=KAZ&function_words=show",
    "/search/?q=river&view=words&list=beside&function_words=show",
    "/search/?view=table&rows=text",
    "/search/?q=topic:floods",
    "/search/?q=froze&page=99",
    "/search/?q=%22no+such+words%22&country=NOR",
    "/search/?q=Kazakhstan&from=2020-01-01",
    "/search/?from=soon",
    "/search/?q=%28froze+OR+thawed",
    "/help/",
    "/about/",
    "/speech/riv-pv-7-001/",
    "/speech/riv-pv-7-001/#p3",
    "/speech/riv-pv-7-001/?q=river+metre#p1",
    "/meeting/riv-pv-7/?q=river",
    "/speech/riv-pv-7-002/",
    "/documents/",
    "/documents/?symbol=S/PV.8628",
    "/meetings/",
    "/meeting/riv-pv-7/",
    "/meeting/long/",
    "/organ/rivers-council/",
    "/affiliations/",
    "/affiliation/greens/",
    "/sessions/",
    "/session/rivers-council-12-general-debate/",
    "/countries/",
    "/country/KAZ/",
    "/country/NOR/",
    "/country/KAZ/votes/",
    "/country/NOR/votes/",
    "/speakers/",
    "/speaker/umarov/",
    "/topics/",
    "/topic/floods/",
    "/browse/",
    "/browse/2020/",
    "/browse/2020/01/",
    "/browse/2020/01/09/",
    "/browse/undated/",
    "/on-this-day/01-09/",
    "/nowhere/",
]


def transcript_path() -> str:
    return Transcript.objects.get(name="RIV_PV.7.txt").get_absolute_url()


def test_pages_are_accessible_fit_and_keep_to_the_policy(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    found: dict[str, list[str]] = {}
    for path in [*PATHS, transcript_path()]:
        page.goto(site + path)
        if broken := faults(page):
            found[path] = broken
    assert found == {}


def test_a_reader_without_scripts_finds_narrows_reads_and_downloads(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit(scripts=False)
    page.goto(site)
    page.get_by_role("searchbox", name="Search all speeches").fill("froze")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="60 speeches").wait_for()

    page.get_by_role("region", name="Year").get_by_role("link").first.click()
    page.get_by_role("heading", name=re.compile(r"^\d speech")).wait_for()
    page.get_by_role("link", name=re.compile(r"^Year: 20\d\d")).click()
    page.get_by_role("heading", name="60 speeches").wait_for()
    page.get_by_text("Sort by").click()
    page.get_by_role("link", name="Oldest").click()
    page.wait_for_url("**sort=oldest*")
    assert page.locator(".menu summary").first.text_content() == "Sort by Oldest first"
    page.get_by_role("link", name="Next →").click()
    page.wait_for_url("**page=2*")

    page.get_by_role("link", name=re.compile("^para. 1")).first.click()
    page.wait_for_url("**#p1*")
    page.get_by_role("link", name=re.compile("^Next speech")).click()
    page.get_by_text("speech 22 of 60").wait_for()
    page.get_by_role("link", name=re.compile("^Whole meeting")).click()
    page.get_by_role("heading", level=1, name="RIV/PV.8").wait_for()

    page.goto(f"{site}/speech/riv-pv-7-001/")
    with page.expect_download() as download:
        page.get_by_role("link", name="original file").click()
    assert download.value.suggested_filename == "RIV_PV.7.txt"
    assert Path(download.value.path()).read_bytes() == b"Mr. Umarov: The river rose.\n"


# the parts of a date field show their focus inside of it, where no page can look
SHOWS_FOCUS = """document.activeElement.type === "date"
  || getComputedStyle(document.activeElement).outlineStyle === "solid" """


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_keys_alone_lead_from_the_first_page_to_a_paragraph(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    page.goto(site)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    assert page.get_by_text("Skip to main content").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("metre")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=metre")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML")
        if focused(page).startswith("para. 1"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/speech/riv-pv-7-001/?q=metre#p1*")


def test_a_citation_is_copied_and_follows_the_chosen_paragraph(
    site: str, visit: Callable[..., "Page"]
) -> None:
    list(annotate_all())  # finds the sentences
    page = visit()
    page.context.grant_permissions(["clipboard-write"], origin=site)

    def clipboard() -> str:
        # pages of the site may not read the clipboard, so it is pasted into a field
        tab = page.context.new_page()
        tab.set_content("<textarea autofocus></textarea>")
        field = tab.locator("textarea")
        field.focus()
        tab.keyboard.press("ControlOrMeta+v")
        text = field.input_value()
        tab.close()
        return text

    page.goto(f"{site}/speech/riv-pv-7-001/")
    copy = page.get_by_role("button", name="Copy citation")
    copy.click()
    page.get_by_text("Copied.").wait_for()
    words = "Rivers Council, RIV/PV.7, Mr. Umarov (Kazakhstan), 9 January 2020"
    address = f"{site}/speech/riv-pv-7-001/"
    assert clipboard() == f"{words}, {address}"
    page.get_by_role("link", name="Link to paragraph 3").click()
    copy.click()
    page.get_by_text("Copied.").wait_for()
    assert clipboard() == f"{words}, para. 3, {address}#p3"
    page.locator("#p1s1").click()
    page.wait_for_url("**#p1s1")
    copy.click()
    page.get_by_text("Copied.").wait_for()
    assert clipboard() == f"{words}, para. 1, sentence 1, {address}#p1s1"


SELECT = """([first, last]) => {
  const text = document.querySelector(".spoken p span[id]").firstChild;
  getSelection().setBaseAndExtent(text, first, text, last);
}"""


def test_a_quotation_leads_to_the_selected_words(site: str, visit: Callable[..., "Page"]) -> None:
    text = (
        "The dam – well-built, dry & high – stood on the river for many years, and then it broke."
    )
    speech = rows.speech(text, "It stood on the river.")
    list(annotate_all())
    page = visit()
    page.add_init_script(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }"
    )
    address = f"{site}{speech.get_absolute_url()}"
    page.goto(address)

    def copied(first: str, last: str) -> str:
        places = [text.index(first), text.index(last) + len(last)]
        page.evaluate(SELECT, places)
        page.get_by_role("button", name="Copy quotation").click()
        return str(page.evaluate("window.copied")).rpartition("#")[2].removesuffix(")")

    # whole words, with what separates the parts of a text fragment encoded
    assert copied("ell-built", "hig") == "p1s1:~:text=well%2Dbuilt%2C%20dry%20%26%20high"
    many = copied("well-built", "broke")
    assert many == "p1s1:~:text=well%2Dbuilt%2C%20dry%20%26%20high,and%20then%20it%20broke"
    assert copied("stood", "river") == "p1s1"  # words that stand elsewhere, too
    page.goto(f"{address}#{many}")
    assert page.locator(":target").get_attribute("id") == "p1s1"


def test_a_long_meetings_roll_leads_to_the_speech_on_its_page(
    site: str, visit: Callable[..., "Page"]
) -> None:
    page = visit()
    page.goto(f"{site}/meeting/long/")
    page.locator(".roll-beside tbody th[scope=row] a").nth(58).click()
    page.wait_for_url("**/meeting/long/?page=3#*")
    page.get_by_text("In year 58 the river froze.").wait_for()


HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


def test_what_is_stored_never_runs(
    live_server: LiveServer,
    archive_index: Callable[[], int],
    visit: Callable[..., "Page"],
) -> None:
    evil = rows.country("EVIL", short_name=HOSTILE, formal_name=HOSTILE)
    speech = rows.speech(
        f"water {HOSTILE}",
        speaker_printed=HOSTILE,
        affiliation=HOSTILE,
        language_printed=HOSTILE,
        country=evil,
        speaker=rows.speaker(HOSTILE, slug="evil", country=evil),
        meeting=rows.meeting(organ=HOSTILE, place=HOSTILE),
        topics=[rows.topic(HOSTILE, slug="evil")],
    )
    archive_index()
    page = visit()
    for path in (
        "/",
        speech.get_absolute_url(),
        "/meeting/riv-pv-7/",
        "/country/EVIL/",
        "/speaker/evil/",
        "/topic/evil/",
        "/search/?q=water",
        "/search/?q=water&country=EVIL&from=<script>",
    ):
        page.goto(live_server.url + path)
        assert page.title() != "taken", path
        assert page.evaluate("window.violations") == [], path
        assert page.locator("img[src=x]").count() == 0, path


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_the_first_speech_found_stands_on_the_first_screen_of_a_phone(
    site: str, visit: Callable[..., "Page"], width: int, height: int
) -> None:
    page = visit(width=width)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{site}/search/?q=froze")
    first = page.locator(".rows li").first.locator("h3").bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < height * 0.85
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_text("Sort by").click()
    oldest = page.get_by_role("link", name="Oldest").bounding_box()
    assert oldest is not None
    assert 0 <= oldest["x"] <= oldest["x"] + oldest["width"] <= width
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0

    # the filters are at hand wherever the list is read, and take the place of the list
    page.mouse.wheel(0, 3000)
    page.locator(".menus").get_by_role("link", name="Filters").click()
    filters = page.locator("#narrow")
    assert filters.bounding_box()["y"] < height / 2  # type: ignore[index]
    assert not page.locator("#results").is_visible()
    page.get_by_role("link", name="Back to the results").click()
    assert page.locator("#results").is_visible()
    assert not filters.is_visible()
    tabs = page.locator(".tabs a")
    for place in range(tabs.count()):
        box = tabs.nth(place).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
