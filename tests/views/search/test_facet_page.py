"""The page that lists every value of a facet."""

from collections.abc import Callable

import pytest
from django.test import Client
from support import rows
from support.search import refusals

from statements.search import SearchParameters
from statements.views import searching

pytestmark = pytest.mark.django_db
NAMES = [f"Body {number:03}" for number in range(230)]


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    for number, name in enumerate(NAMES):
        rows.speech("The river.", country=rows.country(f"B{number:03}", short_name=name))
    for _ in range(3):
        rows.speech("The river.", country=rows.country("NOR", short_name="Norway"))
    archive_index()
    return archive


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_search_page_leads_to_all_values(client: Client, indexed: rows.SmallArchive) -> None:
    results = page(client, "/search/?q=river")
    assert 'href="/search/facet/country/?q=river"' in results
    assert results.count("<span>Body ") < 20
    first = page(client, "/search/facet/country/?q=river")
    assert "232 values" in first
    assert first.index("Norway") < first.index("Body 000")  # it has more speeches
    assert first.count("<li><a") < searching.VALUES_ON_A_PAGE + 20
    assert 'rel="next" href="?q=river&amp;page=2"' in first
    second = page(client, "/search/facet/country/?q=river&page=2")
    assert all(name in first + second for name in NAMES)
    assert 'href="/search/?q=river&amp;country=B000"' in first + second


def test_values_stand_by_name_where_asked(client: Client, indexed: rows.SmallArchive) -> None:
    listed = page(client, "/search/facet/country/?q=river&order=name&page=2")
    assert "Norway" in listed
    assert "Norway" not in page(client, "/search/facet/country/?q=river&order=name")


def test_what_is_chosen_stands_first_and_can_be_removed(
    client: Client, indexed: rows.SmallArchive
) -> None:
    listed = page(client, "/search/facet/country/?q=river&country=B229")
    assert listed.index("(selected; remove)") < listed.index("Norway")
    assert 'href="/search/?q=river"' in listed
    assert "Country: Body 229" in listed


# in one test: it takes longer to make so large an archive than to ask for all of them
STATUSES = {
    "/search/facet/country/?page=3&q=river": 404,
    "/search/facet/country/?page=0&q=river": 404,
    "/search/facet/country/?page=x": 404,
    "/search/facet/meeting/?q=river": 404,
    "/search/facet/nonsense/": 404,
    "/search/facet/country/?year=long-ago": 400,
    "/search/facet/country/?q=%00": 400,
    "/search/facet/country/?q=unheard": 200,
    "/search/facet/year/": 200,
    "/search/facet/organ/?q=river&order=nonsense": 200,
}


def test_it_answers_whatever_is_asked(client: Client, indexed: rows.SmallArchive) -> None:
    assert {path: client.get(path).status_code for path in STATUSES} == STATUSES


@pytest.mark.parametrize("number", ["0", "x"])
def test_a_query_is_repaired_whatever_the_page_of_values(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int], number: str
) -> None:
    archive_index()
    for typed, _sentence, repaired in refusals.REPAIRED:
        asked = {"q": typed, "page": number}
        for name in SearchParameters.FACETS:
            response = client.get(f"/search/facet/{name}/", asked)
            assert response.status_code == 400
            assert response.context["repaired"].q == repaired
        assert client.get("/search/", asked).status_code == 400


def test_without_an_index_it_says_so(client: Client, archive: rows.SmallArchive) -> None:
    response = client.get("/search/facet/country/")
    assert response.status_code == 503
    assert response["Retry-After"]
