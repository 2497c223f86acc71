"""The page that documents the API: complete, without scripts, and with examples that run."""

from collections.abc import Callable

import pytest
from django.test import Client
from support import rows
from support.archive_index import archive_index
from support.html import Elements

from statements.api import documentation

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/docs"


def test_every_operation_parameter_and_field_is_documented(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    page = client.get(ADDRESS).content.decode()
    for path, methods in described["paths"].items():
        assert f"GET {path}</code>" in page
        for parameter in methods["get"].get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in page
    for name, schema in described["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in page.partition(f'id="{name}"')[2]


def test_every_example_runs(
    client: Client, archive: rows.SmallArchive, archive_index: Callable[[], int]
) -> None:
    archive_index()
    page = Elements(client.get(ADDRESS).content.decode())
    links = {str(each.get("href")) for tag, each in page.found if tag == "a"}
    calls = {link for link in links if link.startswith("/api/") and "docs" not in link}
    operations = client.get("/api/v1/openapi.json").json()["paths"]
    assert len(calls) >= len(operations)
    for call in calls:
        assert client.get(call).status_code == 200, call


def test_filters_are_those_of_searches(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    names = {field.name for field in documentation.filters(described)}
    searched = {each["name"] for each in described["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert names <= searched
    by_name = {each.name: each for each in documentation.operations(described, {})}
    assert by_name["search"].takes_filters
    assert not by_name["meetings"].takes_filters
    assert [field.name for field in by_name["meetings"].parameters] == ["limit", "cursor", "fields"]


def test_links_within_the_page_lead_somewhere(client: Client) -> None:
    page = Elements(client.get(ADDRESS).content.decode())
    ids = {each["id"] for _, each in page.found if "id" in each}
    assert len(ids) == sum("id" in each for _, each in page.found)
    links = {str(each["href"]) for tag, each in page.found if tag == "a" and each.get("href")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_the_page_is_small_and_needs_no_script_of_its_own(client: Client) -> None:
    response = client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 20_000
    page = client.get(ADDRESS).content.decode()
    assert "ninja" not in page
    assert 'class="site-header"' in page


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Hit"}}, "array of Hit"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object of string"),
        ({"enum": ["year", "month"]}, "year | month"),
        ({}, "any"),
    ],
)
def test_types_are_written_in_words(schema: dict[str, object], words: str) -> None:
    assert documentation._type(schema) == words
