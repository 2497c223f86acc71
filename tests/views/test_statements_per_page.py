"""The number of SQL statements for a page, which must not grow with its content."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import rows

from statements.ingest import annotate_again
from statements.models import Speech

pytestmark = pytest.mark.django_db
SPEECHES = 60


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    for number in range(SPEECHES):
        rows.speech(
            f"The river rose for the {number} time.",
            f"We welcome document RIV/RES/{number}.",
            public_id=f"spoken-{number}",
            meeting=archive.meeting,
            position=100 + number,
            speaker=rows.speaker(f"Brook {number}"),
            country=archive.country,
            topics=[archive.topic],
        )
    annotate_again(Speech.objects.all())
    archive_index()
    return archive


# the first visit after a change, and the next one, of another address
MOST = {
    "/search/?q=river": (13, 10),
    "/search/?country=KAZ": (13, 10),
    "/search/facet/speaker/?q=river": (13, 10),
    "/search/?q=river&view=context": (14, 10),
    "/search/?q=river&view=time&by=country": (18, 14),
    "/search/?q=river&view=compare&by=query&series=metre": (17, 13),
    "/search/?q=river&view=table": (13, 10),
    "/speech/spoken-7/": (7, 7),
    "/meeting/riv-pv-7/": (13, 13),
    "/documents/": (2, 1),
    "/": (11, 1),
    "/countries/": (4, 1),
    "/browse/": (4, 1),
    "/coverage/": (24, 1),
}


@pytest.mark.parametrize("path", MOST)
def test_a_page_takes_few_statements(client: Client, indexed: rows.SmallArchive, path: str) -> None:
    counted = []
    for address in (path, f"{path}{'&' if '?' in path else '?'}visit=2"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counted.append(len(captured))
    first, next_one = MOST[path]
    assert counted[0] <= first
    assert counted[1] <= next_one
