"""Cited documents: their titles, the sentences that cite them, their list."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import rows

from statements.ingest import annotate_again
from statements.models import Document, Speech, Withdrawal

pytestmark = pytest.mark.django_db


def cite(*paragraphs: str, year: int | None = 2001, **fields: object) -> Speech:
    made = rows.speech(*paragraphs, date=None, year_stated=year, **fields)
    annotate_again(Speech.objects.filter(pk=made.pk))
    return made


def withdraw(speech: Speech) -> None:
    Speech.objects.filter(pk=speech.pk).update(
        withdrawal=Withdrawal.objects.create(reason="Error.")
    )


def listed(client: Client, query: str = "") -> list[str]:
    return [document.symbol for document in client.get(f"/documents/{query}").context["page"]]


def test_a_page_shows_the_sentence_that_cites_and_who_cites_most(client: Client) -> None:
    kazakhstan, peru = rows.country("KAZ"), rows.country("PER")
    cite("Rivers rise. Resolution 60/1 helps.", year=None, country=peru)
    first = cite("It rains. We hail resolution 60/1. Resolution 60/1!", country=kazakhstan)
    cite("Nobody reads resolution 60/1.", year=2003, country=kazakhstan)
    page = client.get("/documents/?symbol=A/RES/60/1").content.decode()
    assert page.index("Nobody reads resolution 60/1.") < page.index("Resolution 60/1 helps.")
    assert "It rains. We hail" not in page
    assert f'href="{first.get_absolute_url()}#p1s2">para. 1' in page
    assert page.count("<strong>First citation</strong>") == 1
    assert "cited 2 times" in page
    assert 'href="/documents/?symbol=A%2FRES%2F60%2F1&amp;country=KAZ">Kazakhstan</a>' in page
    assert "years-plot" not in page  # two years make no chart


@pytest.mark.parametrize(
    ("query", "count"),
    [("country=KAZ", 2), ("country=PER", 0), ("year=2003", 1), ("year=2003&country=KAZ", 1),
     ("year=1999", 0), ("year=x", 0), ("year=٢٠٠٣", 0), ("country=%00", 4)],
)  # fmt: skip
def test_some_of_the_citing_speeches_are_shown(client: Client, query: str, count: int) -> None:
    for year in (2001, 2003):
        cite("Resolution 60/1 helps.", year=year, country=rows.country("KAZ"))
    cite("Resolution 60/1 helps.", year=1998)
    cite("Resolution 60/1 helps.", year=None)
    response = client.get(f"/documents/?symbol=A/RES/60/1&{query}")
    assert response.status_code == (200 if count else 404)
    if count:
        page = response.content.decode()
        assert response.context["page"].paginator.count == count
        assert "symbol=A%2FRES%2F60%2F1&amp;year=2001" in page  # a bar of the chart


def test_a_title_is_the_registers_or_else_as_printed_most(client: Client) -> None:
    for title in ("Care of weirs", "Care of weirs", "Weirs"):
        cite(f"The draft A/48/L.6, entitled “{title}”, is sound.")
    assert "Care of weirs" in client.get("/documents/").content.decode()
    page = client.get("/documents/?symbol=A/48/L.6").content.decode()
    assert '<p class="role">Care of weirs</p>' in page
    assert "as speeches print it" in page
    line = Document.objects.create(symbol="A/48/L.6", title="Of weirs", verified=False)
    assert "Of weirs" not in client.get("/documents/").content.decode()
    Document.objects.filter(pk=line.pk).update(verified=True, source="Official records")
    assert "Of weirs" in client.get("/documents/").content.decode()
    page = client.get("/documents/?symbol=A/48/L.6").content.decode()
    assert '<p class="role">Of weirs</p>' in page
    assert "Source of the title: Official records." in page


def test_a_withdrawn_speech_gives_no_title(client: Client) -> None:
    cite("The draft A/48/L.6 is sound.")
    withdraw(cite("The draft A/48/L.6, entitled “Secret weirs”, is sound."))
    withdraw(cite("See A/48/L.7."))
    assert listed(client) == ["A/48/L.6"]
    for path in ("/documents/", "/documents/?symbol=A/48/L.6"):
        assert "Secret weirs" not in client.get(path).content.decode()
    assert client.get("/documents/?symbol=A/48/L.7").status_code == 404


def test_the_list_has_orders_and_a_filter(client: Client) -> None:
    cite("See A/48/L.10, and A/48/L.9, entitled “Care of weirs”.", year=2001)
    cite("See A/48/L.9 and resolution 60/1.", year=2005)
    assert listed(client) == ["A/48/L.9", "A/48/L.10", "A/RES/60/1"]
    assert listed(client, "?order=symbol") == ["A/48/L.9", "A/48/L.10", "A/RES/60/1"]
    assert listed(client, "?order=recent") == ["A/48/L.9", "A/RES/60/1", "A/48/L.10"]
    assert client.get("/documents/?order=size").status_code == 404
    assert listed(client, "?filter=a/48/l.1") == ["A/48/L.10"]
    assert listed(client, "?filter=WEIRS+care") == ["A/48/L.9"]
    assert listed(client, "?filter=resolution+60") == ["A/RES/60/1"]
    page = client.get("/documents/?filter=%3Cb%3E").content.decode()
    assert "No cited document has “&lt;b&gt;”" in page
    assert 'href="?"' in page or 'href="/documents/"' in page  # the way back


def test_a_record_of_a_meeting_is_named_as_such(client: Client) -> None:
    rows.meeting("S/PV.7")
    cite("As S/PV.7 says.")
    page = client.get("/documents/").content.decode()
    assert "Record of a meeting: Rivers Council" in page
    assert "9 January 2020" in page


def test_statements_do_not_grow_with_citations(client: Client) -> None:
    counted = []
    for number in (1, 12):
        for year in range(2000, 2000 + number):
            cite("Resolution 60/1 helps. " * 3, year=year, country=rows.country("KAZ"))
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/documents/?symbol=A/RES/60/1&visit={number}")
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 14
