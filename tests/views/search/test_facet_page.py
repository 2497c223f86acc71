"""The page that lists every value of a facet."""

import html
import re
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
    assert "All 232 countries" in first
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


@pytest.fixture
def regions(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> None:
    names = {
        "CIV": "Côte d'Ivoire",
        "CRI": "Costa Rica",
        "HRV": "Croatia",
        "PER": "Peru",
        "NOR": "Norway",
    }
    for code, name in names.items():
        rows.speech("The river.", country=rows.country(code, short_name=name))
    rows.speech("The river.", country=rows.country("RIVERS", kind="organization"))
    archive_index()


def labels(text: str) -> list[tuple[str, str]]:
    """Return headings and values in the order of a page."""
    shown = html.unescape(text.partition('<div class="values">')[2]).replace(
        'aria-hidden="true"', ""
    )
    return re.findall(r"<h3>(.*?)</h3>|<li><a .*?<span>(?:<span >✓ </span>)?(.*?)<", shown)


def test_a_list_is_filtered_in_any_case_and_without_accents(client: Client, regions: None) -> None:
    listed = page(client, "/search/facet/country/?q=river&filter=COTE")
    assert labels(listed) == [("", "Côte d'Ivoire")]
    assert "1 value with “COTE”" in " ".join(listed.split())
    assert 'name="filter" value="COTE"' in " ".join(listed.split())
    assert '<input type="hidden" name="q" value="river">' in listed
    assert labels(page(client, "/search/facet/country/?filter=hrv")) == [("", "Croatia")]
    several = page(client, "/search/facet/country/?q=river&filter=co")
    assert "?q=river&amp;order=name&amp;filter=co" in several
    none = page(client, "/search/facet/country/?q=river&filter=%3Cb%3E%00")
    assert "No value contains “&lt;b&gt;”." in " ".join(none.split())
    assert 'href="/search/facet/country/?q=river"' in none


def test_countries_are_listed_by_region_and_by_letter(client: Client, regions: None) -> None:
    assert labels(page(client, "/search/facet/country/?q=river&order=region&country=HRV")) == [
        ("Selected", ""), ("", "Croatia"), ("African States", ""), ("", "Côte d'Ivoire"),
        ("Asia-Pacific States", ""), ("", "Kazakhstan"),
        ("Latin American and Caribbean States", ""), ("", "Costa Rica"), ("", "Peru"),
        ("Western European and other States", ""), ("", "Norway"),
        ("Bodies and organizations", ""), ("", "Rivers"),
    ]  # fmt: skip
    by_letter = page(client, "/search/facet/country/?q=river&order=name")
    assert [heading for heading, _ in labels(by_letter) if heading] == ["C", "K", "N", "P", "R"]
    assert "<h3>" not in page(client, "/search/facet/year/?q=river&order=name")
    assert "Regional group" not in page(client, "/search/facet/year/?q=river&order=region")


def test_long_facets_beside_results_have_a_form_that_filters(
    client: Client, indexed: rows.SmallArchive
) -> None:
    results = page(client, "/search/?q=river&sort=oldest")
    form = results[results.index('<form class="value-filter" action="/search/facet/country/"') :]
    form = form.partition("</form>")[0]
    assert 'name="q" value="river"' in form
    assert 'name="sort" value="oldest"' in form
    assert results.count('class="value-filter"') == 1
    assert ">All 232 countries</a>" in results
