"""A city council: its table states party and ward, by which its speeches are listed and found."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from support import rows
from support.html import Elements

from statements import ingest
from statements.admin.fields import AffiliationsField
from statements.ingest import Draft, DraftSpeech
from statements.ingest.publishing.publish import publish
from statements.models import (
    Affiliation,
    AffiliationName,
    IndexOutbox,
    Session,
    Speech,
    Transcript,
)
from statements.search.parameters import SearchParameters
from statements.search.results.page import SearchPage, find

pytestmark = pytest.mark.django_db

COUNCIL = """\
meeting,organ,date,speaker,party,ward,ministry,text
RCC/PV.12,Town Council,2024-03-05,Ada Brook,Greens,Mill Ward,,The bus lane is too narrow.
RCC/PV.12,Town Council,2024-03-05,Bela Lund,Harbour Party; Greens,Mill Ward,,The bus lane is wide.
RCC/PV.12,Town Council,2024-03-05,Cy Tarn,Greens,Castle Ward,,The bus lane needs light.
RCC/PV.12,Town Council,2024-03-05,Dee Rask,,,Ministry of Weirs,The bus lane floods in spring.
RCC/PV.12,Town Council,2024-03-05,Ed Ebb,,,,I have a question about the bus lane.
"""


def take(name: str, content: str) -> None:
    """Store a file and publish its draft."""
    received = ingest.receive(name, content.encode())
    assert received.draft is not None
    publish(received.transcript, received.draft)


@pytest.fixture
def council(archive_index):
    take("council.csv", COUNCIL)
    archive_index()


def total(q: str = "bus", **parameters: object) -> int:
    return find(SearchParameters(q=q, **parameters), alternatives=False).total


def counted(page: SearchPage, facet: str) -> dict[str, int]:
    return {value.label: value.count for value in page.facets[facet]}


def named(speech: Speech) -> list[str]:
    return [str(affiliation) for affiliation in speech.affiliations.all()]


def test_party_and_ward_are_facets_that_a_search_can_combine(council):
    page = find(SearchParameters(q="bus"))
    assert counted(page, "party") == {"Greens": 3, "Harbour Party": 1}
    assert counted(page, "ward") == {"Mill Ward": 2, "Castle Ward": 1}
    assert counted(page, "body") == {"Ministry of Weirs": 1}
    assert total(party=("greens",), ward=("mill-ward",)) == 2
    assert total('bus party:greens -ward:"Mill Ward"') == 1
    assert total("body:ministry-of-weirs") == total('country:"Ministry of Weirs"') == 1
    nobody = find(SearchParameters(q="bus party:blues"))
    assert "No speech has the party “blues”." in [notice.sentence for notice in nobody.notices]


def test_rows_and_pages_name_the_party(council, client: Client):
    for address in ("/meeting/rcc-pv-12/", "/search/?q=bus", "/affiliation/greens/", "/"):
        assert '<span class="delegation">Greens</span>, Ada Brook' in client.get(
            address
        ).content.decode().replace("<mark>", "").replace("</mark>", "")
    speech = Speech.objects.get(speaker__name="Ada Brook")
    assert speech.heading.title.startswith("Greens, Ada Brook, Town Council")
    text = client.get(speech.get_absolute_url()).content.decode()
    for link in ('<a href="/affiliation/mill-ward/">Mill Ward</a>', "/affiliation/greens/"):
        assert link in text
    answer = client.get(f"/api/v1/speeches/{speech.public_id}").json()
    hit = client.get("/api/v1/search?q=narrow").json()["results"][0]
    assert answer["affiliations"] == hit["affiliations"]
    assert [(each["kind"], each["slug"]) for each in answer["affiliations"]] == [
        ("party", "greens"),
        ("ward", "mill-ward"),
    ]


def test_a_party_has_a_page_as_a_country_has(council, client: Client):
    text = client.get("/affiliation/greens/").content.decode()
    assert text.count('<article class="row">') == 3
    assert {"name": "party", "type": "hidden", "value": "greens"} in [
        attributes for name, attributes in Elements(text).found if name == "input"
    ]
    assert "/search/?party=greens&amp;year=2024" in text
    listed = client.get("/affiliations/").content.decode()
    places = [listed.index(name) for name in ("Ministry of Weirs", "Harbour Party", "Castle Ward")]
    assert places == sorted(places)
    assert "/affiliations/" in client.get("/countries/").content.decode()
    assert client.get("/affiliation/blues/").status_code == 404


def test_names_of_the_register_are_the_same_party(council, archive_index):
    greens = Affiliation.objects.get(slug="greens")
    AffiliationName.objects.create(affiliation=greens, name="Green Group", folded="green group")
    archive_index()
    assert total('country:"Green Group"') == 3
    other = "speaker,party,text,date\nFay Weir,green group,The bus is late.,2024-04-02\n"
    take("later.csv", other)
    assert named(Speech.objects.get(speaker__name="Fay Weir")) == ["Greens"]
    printed = "Ms. Lock (Green Group): The bus is early.\n"
    take("printed.txt", printed)
    speech = Speech.objects.get(speaker__name="Lock")
    assert (named(speech), speech.heading.who.delegation) == (["Greens"], "Green Group")
    codes = {problem["code"] for problem in Transcript.objects.get(name="printed.txt").problems}
    assert "unknown-affiliation" not in codes


def test_printed_names_of_earlier_files_are_assigned_once(council):
    speech = rows.speech(affiliation="Harbour Group")
    rows.speech(affiliation="Harbour Group", country=rows.country("NOR"))
    assert ingest.assign_affiliations() == 0
    party = Affiliation.objects.get(slug="harbour-party")
    AffiliationName.objects.create(affiliation=party, name="Harbour Group", folded="harbour group")
    assert (ingest.assign_affiliations(), named(speech)) == (1, ["Harbour Party"])
    assert ingest.assign_affiliations() == 0


def test_earlier_imports_are_completed_from_their_files(council):
    Speech.affiliations.through.objects.all().delete()
    assert sum(ingest.complete_from_files(every_file=True)) == 1
    assert named(Speech.objects.get(speaker__name="Cy Tarn")) == ["Greens", "Castle Ward"]
    IndexOutbox.objects.all().delete()
    assert sum(ingest.complete_from_files(every_file=True)) == 0
    assert not IndexOutbox.objects.exists()


def test_sessions_are_a_facet(archive_index):
    rows.speech("A dam.", session=rows.session(12))
    rows.speech("A dam.", session=rows.session(13))
    archive_index()
    slug = Session.objects.get(number=12).slug
    assert counted(find(SearchParameters(q="dam")), "session") == {
        "General debate, 12th session": 1,
        "General debate, 13th session": 1,
    }
    assert total("dam", session=(slug,)) == total(f"dam session:{slug}") == 1


def test_what_an_archive_has_no_kind_for_is_refused() -> None:
    speech = DraftSpeech(1, speaker="Brook", affiliations="Greens", paragraphs=[])
    faults = ingest.preview(Draft([speech])).faults
    assert any("Write party:, ward:" in fault for fault in faults)
    with pytest.raises(ValidationError, match="Greens"):
        AffiliationsField(max_length=200).clean("Greens")
    assert AffiliationsField(required=False).clean(" Ward: Mill;") == "ward: Mill"
    speech.affiliations = "party: ;;Greens; ward: Mill"
    kept = Draft.from_json(json.loads(json.dumps(Draft([speech]).to_json())))
    assert not any("Write party:" in fault for fault in ingest.preview(kept).faults)
