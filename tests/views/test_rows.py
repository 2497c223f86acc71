"""Every line that stands for a speech names the country or body first, and nobody twice."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from support import rows

from statements.headings import Who, who_spoke
from statements.models import Meeting, Speech

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("known", "who"),
    [
        (
            {"country": "Kazakhstan", "speaker": "Mr. Umarov", "printed": "Mr. Umarov"},
            Who("Kazakhstan", "Mr. Umarov", ""),
        ),
        (
            {"affiliation": "Lower Estuary", "printed": "Ms. BROOK", "role": "Minister"},
            Who("Lower Estuary", "Ms. Brook", "Minister"),
        ),
        ({"printed": "The President", "role": "President"}, Who("", "The President", "")),
        (
            {"speaker": "Mr. Dang", "printed": "The President", "role": "President"},
            Who("", "Mr. Dang", "President"),
        ),
        # a capacity in the place of a delegation
        (
            {"printed": "Ms. Rill", "affiliation": "River Envoy", "role": "River Envoy"},
            Who("", "Ms. Rill", "River Envoy"),
        ),
        ({"printed": "Rivers Fund", "affiliation": "Rivers Fund"}, Who("", "Rivers Fund", "")),
        ({"stated": "Greens", "printed": "Ada Brook"}, Who("Greens", "Ada Brook", "")),
        ({"country": "Norway"}, Who("Norway", "Unknown speaker", "")),
    ],
)
def test_who_spoke(known: dict[str, str], who: Who) -> None:
    nothing = dict.fromkeys(("country", "affiliation", "stated", "speaker", "printed", "role"), "")
    assert who_spoke(**nothing | known) == who


@pytest.fixture
def of_one_year(archive_index: Callable[[], int]) -> Speech:
    """A speech of a data set: no day, and a country that only the name of its file has."""
    solomon_islands = rows.country("SLB")
    topic = rows.topic("General debate", slug="general-debate")
    meeting = rows.meeting("RIV/PV.7")
    speech = rows.speech(
        "The atoll rises above RIV/PV.7.",
        public_id="sikua",
        speaker=rows.speaker("DEREK SIKUA", honorific="", country=solomon_islands, slug="sikua"),
        speaker_printed="DEREK SIKUA",
        country=solomon_islands,
        role="Prime Minister",
        date=None,
        year_stated=2008,
        topics=[topic],
    )
    rows.speech("The atoll.", public_id="brook", meeting=meeting, country=solomon_islands)
    archive_index()
    return speech


LISTS = (
    "/",
    "/search/?q=atoll",
    "/search/?q=atoll&group=year",
    "/country/SLB/",
    "/speaker/sikua/",
    "/topic/general-debate/",
)


def test_no_row_lacks_a_known_country_or_names_anybody_twice(
    client: Client, of_one_year: Speech
) -> None:
    for address in LISTS:
        page = client.get(address).content.decode()
        listed = re.findall(r'<article class="row">.*?</article>', page)
        ours = [row for row in listed if "/speech/sikua/" in row]
        assert ours, address
        for row in ours:
            text = re.sub("<[^>]+>", "", row)
            assert text == "Solomon Islands, Derek Sikua Prime Minister 2008", (address, text)
    year = re.sub("<[^>]+>", "", client.get("/browse/2008/").content.decode())
    assert "Solomon Islands, Derek Sikua, Prime Minister" in year


def test_pages_of_records_feeds_and_programs_name_the_country_too(
    client: Client, of_one_year: Speech
) -> None:
    title = "Solomon Islands, Derek Sikua, Prime Minister, 2008"
    page = client.get("/speech/sikua/").content.decode()
    assert f"<title>{title} –" in " ".join(page.split())
    assert f"<title>{title}</title>" in client.get("/search/feed/?q=atoll").content.decode()
    assert client.get("/api/v1/speeches/sikua").json()["title"] == title
    found = client.get("/api/v1/search?q=atoll").json()["results"]
    assert title in [hit["title"] for hit in found]
    lines = client.get("/api/v1/concordance?q=atoll").json()["results"]
    assert title in [line["title"] for line in lines]
    meeting = client.get(Meeting.objects.get().get_absolute_url()).content.decode()
    in_roll = re.findall(r'<a href="[^"]*#brook">(.*?)</a>', meeting)
    assert [re.sub("<[^>]+>", "", line) for line in in_roll] == ["Solomon Islands, Ms. Brook"]
