"""The API keeps what its OpenAPI description says, for generated requests of every operation."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from support import rows
from support.archive_index import archive_index

from statements.api.lists.tables import LISTINGS

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ADDRESS = "/api/v1/openapi.json"
LISTS = [
    *(f"/api/v1/{listing.name}" for listing in LISTINGS),
    *(f"/api/v1/{listing.name}/{{key}}" for listing in LISTINGS if listing.record),
    "/api/v1/speeches",
]
OPERATIONS = [
    "/api/v1/collocates",
    "/api/v1/compare",
    "/api/v1/complete",
    "/api/v1/concordance",
    "/api/v1/coverage",
    "/api/v1/keyness",
    "/api/v1/matrix",
    "/api/v1/meetings/{slug}",
    "/api/v1/search",
    "/api/v1/speakers/{slug}",
    "/api/v1/speeches/{public_id}",
    "/api/v1/trends",
    "/api/v1/usage",
]

# what a word is, or a place in a list, or how many days a month has, no schema can state
QUERIES = {"q", "ref_q", "words", "beside", "cursor", "changed_since"}


@pytest.fixture
def open_connection() -> Iterator[None]:
    """Keep the test's transaction open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_operation_is_tried(client: Client) -> None:
    assert sorted(client.get(ADDRESS).json()["paths"]) == sorted([*OPERATIONS, *LISTS])


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        pytest.param(path, mode, id=f"{path}-{mode.value}")
        for path in (*OPERATIONS, *LISTS)
        for mode in GenerationMode
        # any text may be a key, so that no key is of the wrong kind
        if "{key}" not in path or mode is GenerationMode.POSITIVE
    ],
)
def test_answers_are_as_described(
    indexed: rows.SmallArchive, open_connection: None, path: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_wsgi(ADDRESS, get_wsgi_application())[path]["GET"]

    @settings(
        max_examples=8 if path in LISTS else 25,  # lists are made of the same few parts
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def try_request(case: Any) -> None:
        response = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)
        if mode is GenerationMode.POSITIVE and response.status_code == 400:
            # no schema can state every limit of a query, such as the sum of its words, or that
            # one day is before another, or which values a facet has; whatever else the
            # description allows is accepted
            assert set(response.json()["errors"]) <= QUERIES | {"from", "ref_from", "series"}, (
                case.query,
                response.text,
            )

    try_request()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_method_that_is_not_allowed_is_answered_in_json(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/v1/search?q=river")
    assert response.status_code == 405
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert response["Access-Control-Allow-Origin"] == "*"
    assert int(response["Content-Length"]) == len(response.content)
    assert list(response.json()["errors"]) == ["method"]
