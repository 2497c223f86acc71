"""Each public facet works everywhere: as filter, on pages, in the API and in notices."""

from collections.abc import Callable
from dataclasses import fields

import pytest
from django.test import Client

from statements.search.fields import FACETS
from statements.search.parameters import SearchParameters


def test_each_facet_is_an_attribute_and_a_field_of_the_index() -> None:
    attributes = {field.name for field in fields(SearchParameters)}
    assert set(SearchParameters.FILTERS) <= attributes
    assert set(SearchParameters.FILTERS) <= set(FACETS)
    assert set(SearchParameters.GROUPS) <= set(SearchParameters.FILTERS)


@pytest.mark.parametrize("facet", SearchParameters.FILTERS)
def test_a_value_that_no_speech_has(
    archive: object, archive_index: Callable[[], int], client: Client, facet: str
) -> None:
    archive_index()
    value = "1888" if facet == "year" else "nowhere"
    page = client.get("/search/", {facet: value})
    assert page.status_code == 200
    assert value in page.content.decode()
    assert client.get("/api/v1/search", {facet: value}).json()["total"] == 0


def test_a_query_that_is_too_long_is_offered_shortened(client: Client, db: None) -> None:
    page = client.get("/search/", {"q": "river " * 86})
    assert page.status_code == 400
    assert "at most 512 characters; this one has 515." in page.content.decode()
    assert "q=river+river" in page.content.decode()
