"""Twenty jobs of a researcher, a diplomat, a journalist and a student, done in a browser.

    python benchmarks/browsing/jobs.py ADDRESS [--only JOB ...]

ADDRESS is that of a running site on this machine with the published sets: the UN General Debate
Corpus, the Security Council's speeches of 2020 and records in PDF. Each job begins on the home
page. A step is a click, a field that is filled and sent, or a key that leads somewhere.

Printed as a table: the job, how many steps it took, the most that it may take, and what was seen.
Exits with 1 if a job was not done or took too many steps.
"""

import argparse
import csv
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
TIMEOUT_MS = 15_000
WIDE, PHONE, ZOOMED = (1280, 900), (360, 740), (320, 256)


class NotDoneError(Exception):
    """A job was not done; the message says what was seen."""


class Reader:
    """A person at a browser, whose steps are counted from the home page."""

    def __init__(self, browser: Browser, base: str, size: tuple[int, int], **options: object):
        width, height = size
        self.context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": height},
            accept_downloads=True,
            **options,  # type: ignore[arg-type]
        )
        self.context.set_default_timeout(TIMEOUT_MS)
        self.page: Page = self.context.new_page()
        self.page.goto("/")
        self.steps = 0

    def search(self, words: str) -> None:
        """Type words into the search box and press Enter."""
        self.page.locator("input[name=q]").first.fill(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/search/**")
        self.steps += 1

    def follow(self, link: Locator) -> None:
        link.click()
        self.page.wait_for_load_state()
        self.steps += 1

    def link(self, name: str | re.Pattern[str], *, within: str = "body") -> Locator:
        return self.page.locator(within).get_by_role("link", name=name).first

    def tab(self, name: str) -> Locator:
        return self.page.locator(".tabs").get_by_role("link", name=name, exact=True)

    def open(self, menu: str) -> None:
        """Open a menu of the list of results."""
        self.page.locator(".menus summary", has_text=menu).click()
        self.steps += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.steps += 1

    def download(self, link: Locator) -> bytes:
        with self.page.expect_download() as expected:
            link.click()
        self.steps += 1
        return Path(expected.value.path()).read_bytes()

    def text(self, selector: str) -> str:
        """Return the text of the first element that matches, without superfluous white space."""
        return " ".join((self.page.locator(selector).first.text_content() or "").split())

    def check(self, found: object, sentence: str) -> None:
        if not found:
            raise NotDoneError(f"{sentence} ({self.page.url})")


class Job(NamedTuple):
    most: int  # steps
    task: str
    do: Callable[[Reader], str]  # returns what was seen; raises NotDoneError
    size: tuple[int, int] = WIDE
    options: dict[str, object] = {}  # of the browser's context


# -- researcher --------------------------------------------------------------------------------


def first_use(reader: Reader) -> str:
    reader.search("Kazakhstan nuclear-weapon-free zone")
    reader.follow(reader.link(re.compile("^Kazakhstan on:"), within=".signposts"))
    reader.follow(reader.tab("Over time"))
    citation = reader.text(".first-use .citation")
    reader.check("General Assembly" in citation and "Kazakhstan" in citation, citation)
    reader.check("http" in citation, "The citation has no address.")
    return citation


def table_of_a_year(reader: Reader) -> str:
    reader.search("genocide year:1994")
    total = int(reader.text("#results").split()[0])
    data = reader.download(reader.link(re.compile(r"^Table \(CSV\)")))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    reader.check(len(rows) == total > 0, f"{total} speeches, {len(rows)} rows")
    return f"{len(rows)} rows with {len(rows[0])} columns"


def chart_of_a_group(reader: Reader) -> str:
    reader.search('"climate change" group:SIDS')
    reader.follow(reader.tab("Over time"))
    reader.open("By")
    reader.follow(reader.link("Decade", within=".menu[open]"))
    points = reader.page.locator(".plot .point").count()
    reader.check(points > 2, f"{points} points")
    return f"{points} decades; {reader.text('.legend li')}"


def reference_manager(reader: Reader) -> str:
    reader.search("Tokayev nuclear test site")
    reader.follow(reader.page.locator(".rows h3 a").first)
    title = reader.page.locator("meta[name=citation_title]").get_attribute("content")
    data = reader.download(reader.link("BibTeX")).decode()
    reader.check(data.lstrip().startswith("@") and "author" in data, data[:200])
    return f"BibTeX of {len(data)} bytes; the page describes itself as “{title}”"


def words_in_context(reader: Reader) -> str:
    reader.search('"responsibility to protect"')
    reader.follow(reader.tab("In context"))
    after = reader.page.locator(".lines .right").all_text_contents()
    words = [(re.findall(r"\w+", text.lower()) or [""])[0] for text in after if "(" not in text]
    reader.check(len(words) > 10 and words == sorted(words), f"unsorted: {words}")
    return f"{reader.text('#results')}, sorted by what follows"


# -- diplomat ----------------------------------------------------------------------------------


def two_countries(reader: Reader) -> str:
    reader.search("Brazil India Security Council reform")
    reader.follow(reader.link(re.compile("^Brazil and India"), within=".signposts"))
    heads = reader.page.locator(".side-heads h3").all_text_contents()
    reader.check(len(heads) == 2, str(heads))
    rows = reader.page.locator(".side-row").count()
    reader.check(rows > 3, f"{rows} rows")
    return f"{', '.join(' '.join(head.split()) for head in heads)}; {rows} rows"


def one_country(reader: Reader) -> str:
    reader.search("China sovereignty")
    reader.follow(reader.link(re.compile("^China on:"), within=".signposts"))
    reader.check("China" in reader.text(".rows h3"), reader.text(".rows h3"))
    return reader.text("#results")


def roll_of_a_meeting(reader: Reader) -> str:
    reader.search("S/PV.8699")
    reader.follow(reader.page.locator(".signposts a").first)
    speakers = reader.page.locator(".roll-beside tbody tr").count()
    reader.check(speakers > 20, f"{speakers} speakers")
    return f"{speakers} lines of the roll beside the record"


def feed_of_a_country(reader: Reader) -> str:
    reader.search("Ukraine")
    reader.follow(reader.page.locator(".signposts a").first)
    address = reader.link("Atom", within=".follow").get_attribute("href")
    reader.steps += 1
    feed = reader.page.request.get(str(address)).text()
    titles = re.findall(r"<title[^>]*>([^<]+)</title>", feed)
    reader.check(len(titles) > 5 and "Ukraine" in titles[1], str(titles[:3]))
    return f"{len(titles) - 1} entries, the first “{titles[1]}”"


def votes_of_a_country(reader: Reader) -> str:
    reader.search("Kazakhstan")
    reader.follow(reader.page.locator(".signposts a").first)
    reader.follow(reader.link(re.compile("vot", re.IGNORECASE), within=".counts"))
    row = reader.text(".listing .rows li")
    reader.check(len(row) > 40, row)
    return row[:160]


# -- journalist --------------------------------------------------------------------------------


def half_remembered(reader: Reader) -> str:
    reader.search("smels of sulphur still today")
    found = reader.page.locator("main .rows h3").all_text_contents()[:4]
    reader.check(any("Ch" in title and "Venezuela" in title for title in found), str(found))
    return " ".join(found[0].split())


def link_to_a_paragraph(reader: Reader) -> str:
    reader.search("smells of sulfur still today")
    reader.follow(reader.link(re.compile("^para")))
    anchor = reader.page.url.partition("#")[2]
    paragraph = reader.page.locator(f"[id='{anchor}']")
    reader.check(paragraph.is_visible(), "The paragraph is not shown.")
    image = reader.page.locator("meta[property='og:image']").get_attribute("content")
    reader.check(image and reader.page.request.get(image).ok, f"no card: {image}")
    reader.page.locator("body").click(position={"x": 2, "y": 2})
    reader.page.get_by_role("button", name=re.compile("Copy")).first.click()
    reader.page.get_by_text("Copied.").first.wait_for()
    reader.steps += 1
    return f"#{anchor}, copied with its citation; the card is a picture of its words"


def name_without_accents(reader: Reader) -> str:
    box = reader.page.locator("input[name=q]").first
    box.press_sequentially("Chavez")
    reader.page.locator(".completions li").first.wait_for()
    offered = reader.page.locator(".completions li").all_text_contents()
    reader.check(any("Chávez" in each or "Chavez" in each for each in offered), str(offered))
    reader.search("Vike-Freiberga")
    found = reader.text("main .rows h3")
    reader.check("Freiberga" in found, found)
    return f"completions: {len(offered)}; {found}"


def latest_on_a_subject(reader: Reader) -> str:
    reader.search("United States Gaza")
    reader.follow(reader.link(re.compile("^United States of America on:"), within=".signposts"))
    reader.open("Sort by")
    reader.follow(reader.link(re.compile("^Newest"), within=".menus"))
    return " ".join(reader.text("main .rows li").split()[:14])


def holdings(reader: Reader) -> str:
    reader.follow(reader.link("Coverage", within=".site-footer"))
    cells = reader.page.locator(".matrix tbody td:not(:empty)").count()
    reader.check(cells > 1000, f"{cells} squares")
    return f"{cells:,} squares with speeches; {reader.text('.gaps div')[:80]}"


# -- student -----------------------------------------------------------------------------------


def on_a_phone(reader: Reader) -> str:
    reader.search("Mandela apartheid year:1994")
    box = reader.page.locator("main .rows h3").first.bounding_box()
    reader.check(box and box["y"] < PHONE[1], f"the first speech is at {box}")
    reader.follow(reader.page.locator("main .rows h3 a").first)
    wide = reader.page.evaluate("document.documentElement.scrollWidth")
    reader.check(wide <= PHONE[0], f"{wide} pixels wide")
    return f"the first speech at {box['y']:.0f} px" if box else ""


def on_paper(reader: Reader) -> str:
    reader.search("Castro 1960 imperialism")
    reader.follow(reader.page.locator("main .rows h3 a").first)
    reader.page.emulate_media(media="print")
    shown = reader.page.locator(".on-paper").is_visible()
    hidden = reader.page.locator(".site-nav, .neighbours, .copy").first.is_visible()
    reader.check(shown and not hidden, f"address shown: {shown}, controls shown: {hidden}")
    return reader.text(".on-paper")


def by_keys(reader: Reader) -> str:
    reader.press("/")
    reader.page.keyboard.type("climate")
    reader.press("Enter")
    reader.page.wait_for_url("**/search/**")
    reader.press("j")
    reader.press("Enter")
    reader.page.wait_for_url("**/speech/**")
    reader.press("n")
    reader.press("c")
    reader.page.get_by_text("Copied.").first.wait_for()
    reader.check("#p" in reader.page.url, "no passage is chosen")
    return f"/ climate Enter, j Enter, n, c: {reader.page.url.partition('/speech/')[2]}"


def without_scripts(reader: Reader) -> str:
    return first_use(reader)


def magnified_in_the_dark(reader: Reader) -> str:
    kinds = ("/", "/search/?q=climate", "/meeting/s-pv-8699/", "/country/KAZ/", "/coverage/")
    for path in kinds:
        reader.page.goto(path)
        wide = reader.page.evaluate("document.documentElement.scrollWidth")
        reader.check(wide <= ZOOMED[0], f"{wide} pixels wide")
    return f"{len(kinds)} pages of {ZOOMED[0]} pixels, none scrolls sideways"


SCRIPTLESS: dict[str, object] = {"java_script_enabled": False}
CLIPBOARD: dict[str, object] = {"permissions": ["clipboard-read", "clipboard-write"]}
JOBS = {
    "R1": Job(3, "First time Kazakhstan said “nuclear-weapon-free zone”, with citation", first_use),
    "R2": Job(2, "All who said “genocide” in 1994, as a table", table_of_a_year),
    "R3": Job(4, "“Climate change” by small island States per decade", chart_of_a_group),
    "R4": Job(3, "A citation into a reference manager", reference_manager),
    "R5": Job(3, "“Responsibility to protect” in context, sorted right", words_in_context),
    "D1": Job(4, "Brazil and India on Security Council reform, side by side", two_countries),
    "D2": Job(3, "China on sovereignty", one_country),
    "D3": Job(2, "Who spoke in S/PV.8699, in what order", roll_of_a_meeting),
    "D4": Job(3, "Follow Ukraine by feed", feed_of_a_country),
    "D5": Job(3, "How Kazakhstan voted, and on what", votes_of_a_country),
    "J1": Job(2, "Half-remembered and misspelt", half_remembered),
    "J2": Job(3, "A link to one paragraph, with its card", link_to_a_paragraph, WIDE, CLIPBOARD),
    "J3": Job(2, "Names with accents, typed without", name_without_accents),
    "J4": Job(4, "Latest of the United States on Gaza", latest_on_a_subject),
    "J5": Job(1, "What the archive holds, and what it lacks", holdings),
    "S1": Job(4, "Mandela 1994 on apartheid, on a phone", on_a_phone, PHONE),
    "S2": Job(2, "Print a speech, with its address", on_paper),
    "S3": Job(6, "Keyboard only, from the first page to a citation", by_keys, WIDE, CLIPBOARD),
    "S4": Job(3, "R1 without JavaScript", without_scripts, WIDE, SCRIPTLESS),
    "S5": Job(0, "At 400 %, dark", magnified_in_the_dark, ZOOMED, {"color_scheme": "dark"}),
}


def done(browser: Browser, base: str, name: str) -> tuple[int, bool, str]:
    """Do a job, and return its steps, whether it was done in as many as it may take, and what was
    seen."""
    job = JOBS[name]
    reader = Reader(browser, base, job.size, **job.options)
    try:
        seen = job.do(reader)
    except (NotDoneError, Error) as fault:
        return reader.steps, False, f"NOT DONE: {str(fault).splitlines()[0]}"
    finally:
        reader.context.close()
    return reader.steps, reader.steps <= job.most, seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("address")
    parser.add_argument("--only", nargs="+", choices=list(JOBS), default=list(JOBS))
    options = parser.parse_args()
    failed = 0
    print("| job | task | steps | at most | seen |\n|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in options.only:
            steps, is_done, seen = done(browser, options.address.rstrip("/"), name)
            failed += not is_done
            task, most = JOBS[name].task, JOBS[name].most
            print(f"| {name} | {task} | {steps} | {most} | {seen} |", flush=True)
        browser.close()
    print(f"\n{len(options.only) - failed} of {len(options.only)} jobs done")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
