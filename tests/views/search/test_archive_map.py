"""The search page where nothing is searched for."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import rows
from support.html import Elements

from statements.ingest import annotate_again
from statements.models import Speech

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 10  # of a page that was seen before


def page(client: Client, path: str = "/search/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_leads_to_what_there_is(client: Client, archive_index: Callable[[], int]) -> None:
    peru, norway = rows.country("PER"), rows.country("NOR")
    ice = rows.topic("Ice")
    for year, country in ((1989, peru), (1992, peru), (1994, norway), (2001, peru)):
        rows.speech("The river froze.", country=country, date=f"{year}-03-01", topics=[ice])
    annotate_again(Speech.objects.all())
    archive_index()
    shown = page(client)
    links = [attributes.get("href") for tag, attributes in Elements(shown).found if tag == "a"]
    assert "<article" not in shown
    assert '<h2 id="results">4 speeches</h2>' in shown
    for url in (
        "/search/?sort=newest",
        "/search/?from=1990-01-01&to=1999-12-31",
        "/search/?country=PER",
        "/search/?member_of=GRULAC",
        "/search/?member_of=G77",
        "/search/?year=2001",
        "/search/feed/?",
    ):
        assert url in links
        assert client.get(url).status_code == 200
    assert '<strong>1990s</strong> <span class="count">2</span>' in shown
    assert '<rect width="33.3" height="1" />' in shown  # Norway’s share of Peru’s three
    assert 'href="/search/?year=1989"' in shown
    assert "3 speeches" in page(client, "/search/?member_of=GRULAC")


@pytest.mark.parametrize(
    ("path", "is_map"),
    [
        ("/search/?q=&country=&page_size=50", True),
        ("/search/?procedure=show", True),
        ("/search/?sort=newest", False),
        ("/search/?group=country", False),
        ("/search/?from=1900", False),
        ("/search/?country=PER", False),
        ("/search/?view=table", False),
    ],
)
def test_any_question_leads_to_a_list(
    client: Client, archive_index: Callable[[], int], path: str, is_map: bool
) -> None:
    rows.speech("The river froze.", country=rows.country("PER"))
    archive_index()
    assert ('class="archive-map"' in page(client, path)) is is_map


def test_an_empty_archive_says_so(client: Client, archive_index: Callable[[], int]) -> None:
    archive_index()
    shown = page(client)
    assert "The archive is empty" in shown
    assert 'id="results"' in shown


def test_a_single_speech_has_no_decades(client: Client, archive_index: Callable[[], int]) -> None:
    rows.speech("The river froze.", date=None)
    archive_index()
    shown = page(client)
    assert '<h2 id="results">1 speech</h2>' in shown
    assert "Decades" not in shown
    assert "Regional groups" not in shown


def test_it_takes_few_statements(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    archive_index()
    page(client)
    with CaptureQueriesContext(connection) as captured:
        page(client, "/search/?visit=2")
    assert len(captured) <= MOST_STATEMENTS


def test_the_latest_sessions_come_first(client: Client, archive_index: Callable[[], int]) -> None:
    for number in range(1, 16):
        session = rows.session(number)
        for _ in range(3 if number == 2 else 1):
            rows.speech(session=session, date=None, year_stated=session.year)
    archive_index()
    [sessions] = [
        facet for facet in client.get("/search/").context["map"].facets if facet.name == "session"
    ]
    numbers = [re.findall(r"rivers-council-(\d+)-", choice.url)[0] for choice in sessions.choices]
    assert numbers == [str(number) for number in range(15, 5, -1)]
    assert sessions.all_url
