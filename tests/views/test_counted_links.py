"""A number printed beside a link is that of the speeches found where the link leads, also where
chairs conduct meetings, whose words most searches leave out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
from django.test import Client
from support import rows

from statements.ingest import annotate_again
from statements.models import Country, CountryGroup, GroupMembership, Speech

pytestmark = pytest.mark.django_db

WITHOUT_COUNTED_LINKS = {"/", "/meeting/riv-pv-12/", "/session/rivers-council-12-general-debate/"}
PAGES = [
    *WITHOUT_COUNTED_LINKS,
    "/coverage/",
    "/coverage/?columns=years",
    "/country/KAZ/",
    "/country/NOR/",
    "/organ/rivers-council/",
    "/topic/floods/",
    "/speaker/umarov/",
    "/affiliation/greens/",
    "/documents/?symbol=S/PV.8628",
    "/search/",
    "/search/?procedure=show",
    "/search/?q=river",
    "/search/facet/country/?q=river",
    "/search/?q=river&view=table",
]
CHAIR = {"speaker_printed": "The President", "role": "President"}
# a link, or a shape of a chart with one, and what follows in the same entry of a list or table
_LINK = re.compile(
    r'(<td[^>]*>)?<a [^>]*?href="([^"]+)"([^>]*)>(.*?)</a>(.*?)(?=(?:<td[^>]*>)?<a |</li>|</tr>|$)',
    re.S,
)
_LEADS_TO_SPEECHES = re.compile(
    r"/search/(\?|$)|/documents/\?symbol=|/country/[A-Z]+/\d{4}/$|/session/[a-z0-9-]+/[A-Z]+/$"
)
_COUNT = re.compile(r'<span class="count">\s*([\d,]+)|</th><td>([\d,]+)</td>')
_LABEL = re.compile(r'aria-label="[^"]*: ([\d,]+)"')


@pytest.fixture
def debates(archive_index: Callable[[], int]) -> None:
    """Fill an archive in which Kazakhstan speaks as a delegation and as the chair."""
    group = CountryGroup.objects.first() or CountryGroup.objects.create(code="X", name="Estuary")
    kazakhstan = rows.country("KAZ")
    GroupMembership.objects.get_or_create(
        country=kazakhstan, group=group, defaults={"valid_from": date(1990, 1, 1), "verified": True}
    )
    umarov = rows.speaker("Umarov", slug="umarov", country=kazakhstan)
    floods, greens = rows.topic("Floods", slug="floods"), rows.affiliation("Greens")
    for number, year in ((10, 2018), (11, 2019), (12, 2020)):
        sitting = rows.meeting(f"RIV/PV.{number}", date=date(year, 1, 9))
        session = rows.session(number)
        place = {"meeting": sitting, "session": session, "date": date(year, 1, 9)}
        of_umarov = {"speaker": umarov, "country": kazakhstan, "topics": [floods], "language": "fr"}
        spoken = [
            rows.speech("The river is high, as S/PV.8628 says.", **place, **of_umarov),
            rows.speech("The floor is given to the river.", **CHAIR, **place, **of_umarov),
            rows.speech("The river sinks.", country=rows.country("NOR"), topics=[floods], **place),
        ]
        for speech in spoken:
            speech.affiliations.add(greens)
    rows.speech("The river froze.", country=kazakhstan, date=None, year_stated=2017)
    rows.speech("The river thawed.", country=kazakhstan, date=None)
    annotate_again(Speech.objects.all())
    archive_index()


def links(page: str) -> Iterator[tuple[str, int | None]]:
    """Yield the address of each link to speeches, with the number that stands in or beside it."""
    for cell, url, attributes, inside, after in _LINK.findall(page):
        if _LEADS_TO_SPEECHES.match(url):
            text = re.sub(r"<[^>]*>", "", inside).strip()
            found = (
                _LABEL.search(attributes)
                or _COUNT.search(inside)
                or _COUNT.search(after)
                or (re.fullmatch(r"([\d,]+)", text) if cell else None)
            )
            number = next(filter(None, found.groups()), "") if found else ""
            yield unescape(url), int(number.replace(",", "")) if number else None


def found_at(client: Client, url: str) -> int:
    """Return the number of speeches found where a link leads."""
    response = client.get(url)
    if response.status_code == 302:
        if response["Location"].startswith("/speech/"):
            return 1
        response = client.get(response["Location"])
    assert response.status_code == 200, url
    if url.startswith("/documents/"):
        return int(response.context["page"].paginator.count)
    return int(response.context["search"].page.total)


@pytest.mark.usefixtures("debates")
def test_a_link_leads_to_as_many_speeches_as_it_prints(client: Client) -> None:
    assert Country.objects.get(pk="KAZ").speeches.count() == 8
    assert sum(speech.capacity == "chair" for speech in Speech.objects.all()) == 3
    seen: dict[str, int] = {}
    wrong = []
    counted: Counter[str] = Counter()
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200, path
        for url, printed in links(page.content.decode()):
            if url not in seen:
                seen[url] = found_at(client, url)
            if printed is not None:
                counted[path] += 1
                if printed != seen[url]:
                    wrong.append((path, url, printed, seen[url]))
    assert wrong == []
    assert counted.keys() >= set(PAGES) - WITHOUT_COUNTED_LINKS
