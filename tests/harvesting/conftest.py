"""The archive that is harvested, and a client of the protocol that others wrote."""

from collections.abc import Iterator

import httpx2
import pytest
from django.test import Client
from oaipmh_scythe import Scythe
from support import rows


class Transport(httpx2.BaseTransport):
    """Asks this project without a network, in the transaction of the test."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = Client().get(request.url.raw_path.decode())
        return httpx2.Response(
            response.status_code, headers=dict(response.items()), content=response.content
        )


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


@pytest.fixture
def harvester() -> Iterator[Scythe]:
    with Scythe("http://testserver/oai") as scythe:
        scythe._client = httpx2.Client(transport=Transport())
        yield scythe
