"""Walk the lists of an archive: do their times descend, and does a row lack a known country?

    python benchmarks/holdings/lists.py --state FOLDER [--draw 200] [--pages 120]

The first ``--pages`` pages of as many countries, topics, speakers, documents and days as ``--draw``
says are asked for, with the list of meetings and sessions, the first page, searches in both orders,
and their feeds. Printed: for each kind the number of lists, pages and rows; each row whose time is
later than that of the row above it (earlier, in lists that ascend); and each row without the
country that the database knows.

In lists that descend, a speech of which only the year is known stands after all days of its year.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from benchmarks import debates  # noqa: E402

ROW = re.compile(
    r'<article class="row"><h3><a href="/speech/(?P<id>[^/"]+)/">(?P<who>.*?)</a></h3>'
    r"(?P<facts>.*?)</article>",
    re.DOTALL,
)
TIME = re.compile(r'<time datetime="(?P<day>[\d-]{4,10})">')
PAGING = re.compile(r'<nav class="paging.*?</nav>', re.DOTALL)
NEXT = re.compile(r'<a\s+rel="next"\s+href="(?P<address>[^"]+)"')
ENTRY = re.compile(r"<entry>.*?</entry>", re.DOTALL)
SEARCHES = ("peace", "climate", "ferry OR treaty", "")


def key(day: str) -> tuple[str, str]:
    """The key of a time in lists that descend: years, then days, a year alone after them."""
    return day[:4], day[4:]


class Walk:
    def __init__(self, most_pages: int) -> None:
        from django.test import Client

        from statements.models import Speech

        self.client = Client()
        self.most_pages = most_pages
        self.counts: Counter[tuple[str, str]] = Counter()
        self.faults: list[str] = []
        known = Speech.objects.values_list("public_id", "country__short_name", "affiliation")
        self.delegations = {public_id: country or "" for public_id, country, _ in known}

    def pages(self, address: str) -> Iterator[str]:
        seen = 0
        while address and seen < self.most_pages:
            answer = self.client.get(address, headers={"host": "localhost"})
            if answer.status_code != 200:
                self.faults.append(f"{address}: status {answer.status_code}")
                return
            html = answer.content.decode()
            yield html
            seen += 1
            paging = PAGING.search(html)
            link = NEXT.search(paging[0]) if paging else None
            following = unescape(link["address"]) if link else ""
            if "page=" not in following:  # to the next day
                return
            path = address.partition("?")[0]
            address = path + following if following.startswith("?") else following

    def walk(self, kind: str, address: str, *, ascends: bool = False) -> None:
        """Look at the rows of a list on all of its pages."""
        self.counts[kind, "lists"] += 1
        times: list[tuple[str, str]] = []
        for html in self.pages(address):
            self.counts[kind, "pages"] += 1
            for row in ROW.finditer(html):
                self.counts[kind, "rows"] += 1
                self.check_country(address, row)
                if time := TIME.search(row["facts"]):
                    times.append((time["day"], row["id"]))
        self.check_order(address, times, ascends=ascends)

    def check_country(self, address: str, row: re.Match[str]) -> None:
        country = self.delegations.get(row["id"], "")
        if country and country not in unescape(row["who"]):
            self.faults.append(f"{address}: {row['id']} lacks {country}: {row['who']}")

    def check_order(
        self, address: str, times: list[tuple[str, str]], *, ascends: bool = False
    ) -> None:
        for (above, _), (below, public_id) in pairwise(times):
            first, second = (below, above) if ascends else (above, below)
            if key(first) < key(second):
                self.faults.append(f"{address}: {public_id} of {below} stands below {above}")

    def walk_feed(self, address: str) -> None:
        self.counts["feeds", "lists"] += 1
        text = self.client.get(address, headers={"host": "localhost"}).content.decode()
        times = []
        for entry in ENTRY.findall(text):
            self.counts["feeds", "rows"] += 1
            title = unescape(re.search("<title>(.*?)</title>", entry)[1])  # type: ignore[index]
            public_id = re.search("<id>.*/speech/(.*?)/</id>", entry)[1]  # type: ignore[index]
            country = self.delegations.get(public_id, "")
            if country and country not in unescape(title):
                self.faults.append(f"{address}: {public_id} lacks {country}: {title}")
            years = re.findall(r"\b(?:1[89]|20)\d\d\b", title.rpartition(", ")[2])
            times += [(years[-1], public_id)] if years else []
        self.check_order(address, times)

    def walk_dates(self, kind: str, address: str) -> None:
        """Look at the times of a list whose rows are no speeches."""
        self.counts[kind, "lists"] += 1
        times = []
        for html in self.pages(address):
            self.counts[kind, "pages"] += 1
            main = html.partition("<main")[2]
            times += [(time["day"], kind) for time in TIME.finditer(main)]
        self.counts[kind, "rows"] += len(times)
        self.check_order(address, [(day[:4], name) for day, name in times])

    def print_kind(self, kind: str) -> None:
        counted = (f"{self.counts[kind, what]:,} {what}" for what in ("lists", "pages", "rows"))
        print(f"{kind}: {', '.join(counted)}; {len(self.faults)} faults", flush=True)
        print("\n".join(self.faults), end="\n" if self.faults else "")
        self.faults.clear()


def walk_all(walk: Walk, draw: int) -> None:
    from django.db.models.functions import MD5

    from statements.addresses import page_address, query_string
    from statements.models import Country, Reference, Speaker, Speech, Topic

    for q in SEARCHES:
        for sort, ascends in (("newest", False), ("oldest", True)):
            asked = query_string([("q", q), ("sort", sort)])
            walk.walk("searches", f"/search/?{asked}", ascends=ascends)
        walk.walk_feed(f"/search/feed/?{query_string([('q', q)])}")
    walk.print_kind("searches")
    walk.print_kind("feeds")
    walk.walk("first page", "/")
    walk.print_kind("first page")
    for kind in ("meetings", "sessions"):
        walk.walk_dates(f"list of {kind}", f"/{kind}/")
        walk.print_kind(f"list of {kind}")
    speakers = Speaker.objects.filter(merged_into=None, speeches__isnull=False)
    slugs = speakers.order_by(MD5("slug")).values_list("slug", flat=True).distinct()
    codes = Country.objects.filter(speeches__isnull=False).order_by(MD5("code")).distinct()
    topics = Topic.objects.filter(speeches__isnull=False).order_by(MD5("slug")).distinct()
    symbols = Reference.objects.order_by(MD5("symbol")).values_list("symbol", flat=True).distinct()
    days = Speech.objects.order_by().filter(date__isnull=False).dates("date", "day")
    lists = {
        "countries": [country.get_absolute_url() for country in codes[:draw]],
        "topics": [topic.get_absolute_url() for topic in topics[:draw]],
        "speakers": [page_address("speaker", slug) for slug in slugs[:draw]],
        "documents": [f"/documents/?{query_string([('symbol', each)])}" for each in symbols[:draw]],
        "days": [f"/browse/{day:%Y/%m/%d}/" for day in days[:draw]],
    }
    for kind, addresses in lists.items():
        for address in addresses:
            walk.walk(kind, address)
        walk.print_kind(kind)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--draw", type=int, default=200, help="lists of each kind")
    parser.add_argument("--pages", type=int, default=120, help="of a list")
    options = parser.parse_args()
    debates.open_archive(options.state)
    walk_all(Walk(options.pages), options.draw)


if __name__ == "__main__":
    main()
