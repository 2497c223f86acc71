"""Pages of people who are printed in several ways, before and after an archivist decides."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from support import rows

from statements import ingest
from statements.models import Speaker
from statements.search import autocomplete
from statements.views.direct_answers import direct_answers

pytestmark = pytest.mark.django_db
BOTH = "speaker=lavrov&speaker=lavrov-2"
ALL = f"/search/?{BOTH}&procedure=show"


@pytest.fixture
def lavrov(archive_index: Callable[[], int]) -> list[Speaker]:
    russia = rows.country("RUS")
    pages = []
    for slug, name, years in (
        ("lavrov", "Sergei LAVROV", (2005, 2008)),
        ("lavrov-2", "Sergey Lavrov", (2007,)),
    ):
        pages.append(rows.speaker(name, slug=slug, honorific="Mr.", country=russia))
        for year in years:
            rows.speech(
                "The weir holds.",
                speaker=pages[-1],
                speaker_printed=f"Mr. {name}",
                country=russia,
                role="Minister",
                date=None,
                year_stated=year,
            )
    ingest.propose_people()
    archive_index()
    return pages


def test_a_person_says_what_is_perhaps_the_same_and_searches_all(
    client: Client, lavrov: list[Speaker]
) -> None:
    page = client.get("/speaker/lavrov/").content.decode()
    assert "Perhaps the same person" in page
    assert 'href="/speaker/lavrov-2/"' in page
    assert f'href="{ALL.replace("&", "&amp;")}"' in page
    assert "3 speeches" in client.get(ALL).content.decode()
    assert "<h1>Mr. Sergei Lavrov</h1>" in page
    assert "Minister" in page
    assert "2005–2008" in page


def test_completion_filter_and_direct_answers_offer_all_of_a_person(
    client: Client, lavrov: list[Speaker]
) -> None:
    [completion] = [one for one in autocomplete("lavr").completions if one.kind == "speaker"]
    assert completion.label == "Mr. Sergei Lavrov (Russian Federation)"
    assert client.get("/api/v1/search", {"q": completion.q}).json()["total"] == 3
    one_page = client.get("/search/?speaker=lavrov").content.decode()
    assert BOTH.replace("&", "&amp;") in one_page
    answers = direct_answers("Lavrov")
    assert {"/speaker/lavrov/", "/speaker/lavrov-2/", ALL} == {answer.url for answer in answers}
    assert len(answers) == 3


def test_the_filter_counts_a_person_once(client: Client, lavrov: list[Speaker]) -> None:
    def facet(address: str) -> list[tuple[str, str, bool]]:
        page = client.get(address).context["search"]
        [speakers] = [facet for facet in page.facets if facet.name == "speaker"]
        return [(choice.label, choice.speeches, choice.selected) for choice in speakers.choices]

    whole = "Mr. Sergei Lavrov (2 spellings)"
    assert facet("/search/?q=weir") == [(whole, "3", False)]
    assert BOTH.replace("&", "&amp;") in client.get("/search/?q=weir").content.decode()
    assert facet(ALL) == [(whole, "3", True)]
    assert facet("/search/?speaker=lavrov-2") == [
        ("Mr. Sergey Lavrov", "1", True),
        ("Mr. Sergei Lavrov", "2", False),
    ]
    values = client.get("/search/facet/speaker/?q=weir").content.decode()
    assert values.count("spellings") == 1
    search = client.get(ALL).context["search"]
    assert [(chip.label, chip.url) for chip in search.chips] == [(whole, "/search/?procedure=show")]
    [group] = client.get("/search/?q=weir&group=speaker").context["search"].groups
    assert (group.label, group.count) == (whole, 3)
    assert group.url == f"/search/?q=weir&{BOTH}"


def test_programs_get_counts_of_each_page(client: Client, lavrov: list[Speaker]) -> None:
    speakers = client.get("/api/v1/search?q=weir").json()["facets"]["speaker"]
    assert [(each["value"], each["count"], each["perhaps_the_same"]) for each in speakers] == [
        ("lavrov", 2, ["lavrov-2"]),
        ("lavrov-2", 1, ["lavrov"]),
    ]


def test_after_the_decision_old_addresses_lead_to_the_person(
    client: Client, lavrov: list[Speaker], archive_index: Callable[[], int]
) -> None:
    ingest.decide_people([[speaker.pk for speaker in lavrov]])
    archive_index()
    answer = client.get("/speaker/lavrov-2/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/speaker/lavrov/")
    page = client.get("/speaker/lavrov/").content.decode()
    assert "Perhaps the same person" not in page
    assert "Sergey Lavrov" in page  # also printed as
    for query in ("speaker=lavrov-2", "q=speaker:sergey", "speaker=lavrov&speaker=lavrov-2"):
        assert client.get(f"/api/v1/search?{query}").json()["total"] == 3, query
    assert [answer.url for answer in direct_answers("Sergey Lavrov")] == ["/speaker/lavrov/"]
    assert "lavrov-2" not in client.get("/sitemap-speakers.xml").content.decode()
    completions = autocomplete("sergey lavr").completions
    assert [one.q for one in completions] == ['speaker:"Sergei LAVROV"']


def test_programs_read_about_a_person(client: Client, lavrov: list[Speaker]) -> None:
    person = client.get("/api/v1/speakers/lavrov").json()
    assert person["name"] == "Mr. Sergei Lavrov"
    assert person["printed"] == ["Sergei LAVROV"]
    assert person["country"] == {"code": "RUS", "name": "Russian Federation"}
    [role] = person["roles"]
    assert (role["role"], role["first"], role["last"], role["count"]) == ("Minister", 2005, 2008, 2)
    assert [page["slug"] for page in person["perhaps_the_same"]] == ["lavrov-2"]
    ingest.decide_people([[speaker.pk for speaker in lavrov]])
    assert client.get("/api/v1/speakers/lavrov-2").json()["slug"] == "lavrov"
    assert client.get("/api/v1/speakers/nobody").status_code == 404


def test_the_page_of_a_holder_leads_to_speeches_that_print_the_office(
    client: Client, archive_index: Callable[[], int]
) -> None:
    rows.speaker("Guterres", slug="guterres")
    rows.speech("The weir holds.", speaker_printed="The Secretary-General", date=date(2019, 5, 2))
    archive_index()
    page = client.get("/speaker/guterres/").content.decode()
    assert "António Guterres only as" in page
    assert "from=2017-01-01" in page
    assert "1 speech" in page
