"""Pictures of every kind of page, light, dark, on a phone and on paper, with what each page weighs.

    python benchmarks/browsing/gallery.py ADDRESS FOLDER [--query WORDS] [--only KIND ...]

ADDRESS is that of a running site on this machine, such as http://127.0.0.1:8000. Its links are
followed from the home page and from a search in each of its views, and the first page of each kind
is shown: addresses are of one kind if the site's table of addresses has the same name for them,
they have the same view, and both or neither name the symbol of a document. Those in other languages
are left out. FOLDER gets the pictures as PNG, the printed page as PDF, and an index.html.

Printed for each kind: status, requests of the first visit, compressed bytes of the page, of style
sheets and of scripts, and whether the page is wider than a window of 320 pixels, which is how one
of 1,280 looks at 400 %.
Exits with 1 if a page exceeds a limit.
"""

import argparse
import gzip
import html
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urljoin, urlsplit

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Error, Page, Response, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
django.setup()

CHROMIUM = Path("/usr/bin/chromium")
VIEWS = ("", "context", "time", "compare", "table", "words")
# of the first visit; bytes as they are sent, compressed
LIMITS = {"requests": 6, "document": 100_000, "stylesheet": 30_000, "script": 40_000}
NARROW = 320
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 1000}},
    "dark": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2},
}
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Weight:
    """What the first visit of a page loads."""

    status: int = 0
    requests: int = 0
    sizes: dict[str, int] = field(default_factory=dict)  # of each type of resource, in bytes

    def add(self, response: Response) -> None:
        self.requests += 1
        kind = response.request.resource_type
        try:
            size = len(gzip.compress(response.body()))  # a first run sends files as they are
        except Error:  # a redirect has no body
            size = 0
        self.sizes[kind] = self.sizes.get(kind, 0) + size

    def excesses(self) -> list[str]:
        measured = {"requests": self.requests, **self.sizes}
        return [
            f"{name} {measured[name]:,} > {limit:,}"
            for name, limit in LIMITS.items()
            if measured.get(name, 0) > limit
        ]


def kind_of(address: str) -> str | None:
    """Return the kind of a page, such as "country-votes" or "search-time"; None if it is no page
    or one in another language."""
    parts = urlsplit(address)
    try:
        match = resolve(unquote(parts.path))
    except Resolver404:
        return None
    if not getattr(match.func, "is_page", False):
        return None
    fields = parse_qs(parts.query)
    view = fields.get("view", [""])[0]
    return "-".join(filter(None, [match.url_name, view, "symbol" if "symbol" in fields else ""]))


def start_addresses(base: str, query: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds and addresses of the pages from which links are followed."""
    yield "home", f"{base}/"
    yield "search-empty", f"{base}/search/"
    for view in VIEWS:
        chosen = {"q": query} | ({"view": view} if view else {})
        yield kind_of(address := f"{base}/search/?{urlencode(chosen)}") or "", address
    yield "search-nothing", f"{base}/search/?{urlencode({'q': 'zzyzx qqqq'})}"
    yield "not-found", f"{base}/no-such-page/"


def visit(browser: Browser, address: str) -> tuple[Weight, list[str], int]:
    """Return what a page weighs, where its links lead, and how many pixels it is too wide."""
    context = browser.new_context(viewport={"width": NARROW, "height": 256})
    page = context.new_page()
    weight = Weight()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    response = page.goto(address, wait_until="load")
    weight.status = response.status if response else 0
    for answer in answers:
        weight.add(answer)
    links, overflow = page.evaluate(LINKS), page.evaluate(OVERFLOW)
    context.close()
    return weight, links, overflow


def draw(browser: Browser, address: str, folder: Path, kind: str) -> None:
    for name, options in WINDOWS.items():
        context = browser.new_context(**options)
        page: Page = context.new_page()
        page.goto(address, wait_until="load")
        page.screenshot(path=folder / f"{kind}-{name}.png")
        if name == "light":
            page.emulate_media(media="print")
            page.pdf(path=folder / f"{kind}.pdf", format="A4")
        context.close()


def write_index(folder: Path, addresses: dict[str, str], notes: dict[str, str]) -> None:
    rows = []
    for kind, address in addresses.items():
        pictures = "".join(
            f'<a href="{kind}-{name}.png"><img src="{kind}-{name}.png" height="360" alt=""></a> '
            for name in WINDOWS
        )
        rows.append(
            f'<h2>{html.escape(kind)}</h2><p><a href="{html.escape(address)}">'
            f'{html.escape(address)}</a> · <a href="{kind}.pdf">paper</a> · '
            f"{html.escape(notes[kind])}</p><p>{pictures}</p>"
        )
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Gallery</title>'
    (folder / "index.html").write_text(head + "\n".join(rows), encoding="utf-8")


def walk(browser: Browser, base: str, query: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield the kind and address of a page of each kind, what it weighs, and if that is much."""
    queue: list[tuple[str | None, str]] = list(start_addresses(base, query))
    seen: set[str] = set()
    while queue:
        kind, address = queue.pop(0)
        if not kind or kind in seen:
            continue
        seen.add(kind)
        weight, links, overflow = visit(browser, address)
        excesses = weight.excesses() + ([f"{overflow} px too wide"] if overflow > 0 else [])
        excesses += (
            [f"status {weight.status}"] if weight.status >= HTTPStatus.INTERNAL_SERVER_ERROR else []
        )
        sizes = ", ".join(f"{name} {size:,}" for name, size in sorted(weight.sizes.items()))
        note = f"{weight.status}, {weight.requests} requests, {sizes}"
        yield kind, address, "; ".join([note, *excesses]), bool(excesses)
        joined = (urljoin(address, link).split("#")[0] for link in links)
        queue += [(kind_of(link), link) for link in joined if link.startswith(base)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--query", default="climate change")
    parser.add_argument("--only", nargs="*", default=[], help="kinds, such as country-votes")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    addresses: dict[str, str] = {}
    notes: dict[str, str] = {}
    failures = kinds = 0
    with sync_playwright() as playwright:
        path = str(CHROMIUM) if CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        pages = walk(browser, options.address.rstrip("/"), options.query)
        for kind, address, note, is_much in pages:
            kinds, failures = kinds + 1, failures + is_much
            print(f"{kind:24} {note}", flush=True)
            if not options.only or kind in options.only:
                draw(browser, address, options.folder, kind)
                addresses[kind], notes[kind] = address, note
        browser.close()
    write_index(options.folder, addresses, notes)
    print(f"{kinds} kinds of pages, {failures} above a limit")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
