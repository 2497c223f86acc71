"""Countries named beside other words lead to what they themselves said."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from support import rows

from statements.search import SearchParameters, View, delegation_search, find
from statements.search.query import parse_query
from statements.search.results.offers.delegations import DelegationSearch

pytestmark = pytest.mark.django_db


def offered(q: str, **filters: Any) -> DelegationSearch | None:
    return delegation_search(SearchParameters(q=q, **filters), parse_query(q))


@pytest.fixture
def speeches(archive_index: Callable[[], int]) -> None:
    countries = {code: rows.country(code) for code in ("KAZ", "NOR", "GIN", "GNQ", "USA")}
    for code, text in (
        ("KAZ", "The dam on the river is old."),
        ("KAZ", "We wait for rain."),
        ("NOR", "A dam is no answer, as Kazakhstan knows."),
        ("NOR", "Join us at the dam."),
        ("GNQ", "The dam and the river."),
        ("USA", "The dam was built in a year."),
    ):
        rows.speech(text, country=countries[code], date=date(2019, 4, 2))
    archive_index()


@pytest.mark.usefixtures("speeches")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Kazakhstan dam", ("dam", ("KAZ",), 1)),
        ("dam kazakhstan", ("dam", ("KAZ",), 1)),
        ('"Republic of Kazakhstan" on the dam', ("dam", ("KAZ",), 1)),
        ("Equatorial Guinea dam", ("dam", ("GNQ",), 1)),  # and not Guinea
        ("US dam", ("dam", ("USA",), 1)),
        ('Norway "as Kazakhstan knows"', ('"as Kazakhstan knows"', ("NOR",), 1)),
        ("join us dam", None),
        ("Kazakhstan", None),  # which leads to its page
        ("Kazakhstan glacier", None),  # finds nothing
        ("Kazakhstan -dam", None),
        ("country:Norway Kazakhstan dam", None),
        ("(Kazakhstan OR Norway) dam", None),
        ("dam", None),
        ("", None),
    ],
)
def test_a_country_beside_other_words_is_a_filter(
    query: str, expected: tuple[str, tuple[str, ...], int] | None
) -> None:
    found = offered(query)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.q, found.parameters.country, found.speeches) == expected
        assert find(found.parameters).total == found.speeches


@pytest.mark.usefixtures("speeches")
def test_several_countries_are_compared() -> None:
    found = offered("Kazakhstan and Norway on the dam")
    assert found is not None
    assert found.parameters.view is View.COMPARE
    assert found.parameters.option("series") == ("KAZ", "NOR")
    assert (found.q, found.speeches, list(found.countries)) == ("dam", 3, ["Kazakhstan", "Norway"])
    found = offered("Kazakhstan Norway US dam")
    assert found is not None
    assert found.parameters.view is View.TIME
    assert found.parameters.option("series") == ("KAZ", "NOR", "USA")
    # the filters of the search are kept, and a country that is selected is not replaced
    assert offered("Kazakhstan Norway dam", date_to=date(2001, 1, 1)) is None
    assert offered("Kazakhstan dam", country=("NOR",)) is None


@pytest.mark.usefixtures("speeches")
def test_two_countries_are_on_one_screen_in_two_steps(client: Client) -> None:
    page = client.get("/search/", {"q": "Kazakhstan Norway dam"})
    [answer] = page.context["search"].direct_answers
    assert answer.label == "Kazakhstan and Norway on: dam"
    assert answer.speeches == 3
    assert "3 speeches" in page.content.decode()
    page = client.get(answer.url)
    assert [side.label for side in page.context["analysis"].sides] == ["Kazakhstan", "Norway"]
    assert page.context["analysis"].rows
    french = client.get("/fr/search/", {"q": "Norvège barrage dam"})
    assert french.status_code == 200
