"""The search page leaves out what chairs say to conduct a meeting, and says so."""

from collections.abc import Callable

import pytest
from django.test import Client
from support.factories import make_speech

from statements.models import Speech

pytestmark = pytest.mark.django_db


@pytest.fixture
def debate(archive_index: Callable[[], int]) -> None:
    make_speech(["I thank the chair for the dam."], speaker="Umarov", country="KAZ")
    chair = make_speech(["We turn to the dam."], role="President")
    Speech.objects.filter(pk=chair.pk).update(speaker_printed="The President")
    archive_index()


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("debate")
def test_a_page_leaves_the_procedure_out_and_leads_to_it(client: Client) -> None:
    page = text(client, "/search/?q=dam")
    assert "1 speech in which a chair conducts the meeting is left out." in page
    assert '<input type="hidden" name="procedure" value="hide">' in page
    assert "/search/?q=dam&amp;procedure=show" in page
    assert "We turn to" not in page
    shown = text(client, "/search/?q=dam&procedure=show")
    assert "is included." in shown
    assert "/search/?q=dam&amp;procedure=hide" in shown
    assert "We turn to" in shown


@pytest.mark.usefixtures("debate")
@pytest.mark.parametrize("query", ["q=dam&capacity=chair", "q=dam+capacity:chair"])
def test_who_asks_for_the_chair_gets_it(client: Client, query: str) -> None:
    page = text(client, f"/search/?{query}")
    assert "We turn to" in page
    assert "conducts the meeting" not in page


@pytest.mark.usefixtures("debate")
def test_nothing_is_left_out_of_api_and_feed_unless_asked(client: Client) -> None:
    assert client.get("/api/v1/search?q=dam").json()["total"] == 2
    assert client.get("/api/v1/search?q=dam&procedure=hide").json()["total"] == 1
    assert text(client, "/search/feed/?q=dam").count("<entry>") == 2
    assert text(client, "/search/feed/?q=dam&procedure=hide").count("<entry>") == 1
