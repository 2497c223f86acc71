"""One speech as JSON, with the annotations of its paragraphs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import rows

from statements.ingest import annotate_again
from statements.models import Series, Speech, Transcript

pytestmark = pytest.mark.django_db

TEXTS = ("As S/PV8628, p. 2, says. (spoke in French) Oui.", "In favour: Chad, <Nowhere>")


def marked(**fields: object) -> Speech:
    speech = rows.speech(*TEXTS, narrative=[2], **fields)
    speech.paragraphs.filter(position=1).update(number=19, turn_line="Mr. Umarov (Kazakhstan)")
    annotate_again(Speech.objects.filter(pk=speech.pk))
    return speech


def test_a_speech_carries_what_is_marked_in_it(client: Client) -> None:
    marked(public_id="s-1")
    response = client.get("/api/v1/speeches/s-1")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    answer = response.json()
    assert answer["url"] == "/speech/s-1/"
    assert answer["is_national"] is False
    spoken, voted = answer["paragraphs"]
    assert (spoken["position"], spoken["kind"], spoken["number"]) == (1, "speech", 19)
    assert spoken["turn_line"] == "Mr. Umarov (Kazakhstan)"
    assert spoken["text"] == TEXTS[0]
    [reference] = spoken["references"]
    assert TEXTS[0][reference.pop("start") : reference.pop("end")] == "S/PV8628, p. 2"
    assert reference == {"symbol": "S/PV.8628", "page": "p. 2"}
    [change] = spoken["language_changes"]
    assert TEXTS[0][change.pop("start") : change.pop("end")] == "(spoke in French)"
    assert change == {"language": "fr", "language_printed": "spoke in French"}
    assert spoken["votes"] == []
    assert (voted["kind"], voted["number"], voted["text"]) == ("narrative", None, TEXTS[1])
    assert voted["turn_line"] == ""
    assert voted["votes"] == [
        {
            "ballot": "in favour",
            "delegation": "Chad",
            "country": {"code": "TCD", "name": "Chad"},
        },
        {"ballot": "in favour", "delegation": "<Nowhere>", "country": None},
    ]


def test_speech_and_paragraphs_have_citations_with_absolute_addresses(client: Client) -> None:
    marked(public_id="s-1", meeting=rows.meeting(), country=rows.country("KAZ"))
    answer = client.get("/api/v1/speeches/s-1").json()
    words = "Rivers Council, RIV/PV.7, Ms. Brook (Kazakhstan), 9 January 2020"
    address = "http://testserver/speech/s-1/"
    assert answer["citation"] == f"{words}, {address}"
    assert answer["csl"]["URL"] == address
    assert answer["capacity"] == "national"
    spoken, voted = answer["paragraphs"]
    assert spoken["citation"] == f"{words}, para. 19, {address}#p1"
    assert voted["citation"] is None


def test_a_recorded_vote_has_its_subject_and_totals(client: Client) -> None:
    speech = rows.speech(
        "We vote on draft resolution II.",
        "In favour: Chad, Peru",
        "Against: None",
        "Draft resolution II was adopted by 3 votes to none (resolution 70/12).",
        narrative=[2, 3],
        public_id="s-1",
    )
    annotate_again(Speech.objects.filter(pk=speech.pk))
    assert client.get("/api/v1/speeches/s-1").json()["recorded_votes"] == [
        {
            "first_paragraph": 2,
            "last_paragraph": 3,
            "subject": "Draft resolution II",
            "title": "",
            "motion": "We vote on draft resolution II.",
            "outcome": "adopted",
            "resolution": "70/12",
            "totals": [
                {"ballot": "in favour", "printed": 3, "listed": 2},
                {"ballot": "against", "printed": 0, "listed": 0},
                {"ballot": "abstaining", "printed": None, "listed": 0},
            ],
        }
    ]


def test_a_speech_that_is_not_there_is_said_to_be(client: Client) -> None:
    response = client.get("/api/v1/speeches/nothing")
    assert response.status_code == 404
    assert response.json() == {"errors": {"id": "There is no speech with this id."}}


def test_a_speech_is_only_to_be_read(client: Client) -> None:
    marked(public_id="s-1")
    path = "/api/v1/speeches/s-1"
    assert client.head(path).status_code == 200
    assert client.options(path)["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert client.post(path).status_code == 405


def test_a_long_speech_takes_no_more_questions(client: Client) -> None:
    marked(public_id="short")
    long = rows.speech(*TEXTS * 20, narrative=range(2, 41, 2), public_id="long")
    annotate_again(Speech.objects.filter(pk=long.pk))
    counts = []
    for public_id in ("short", "long"):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/api/v1/speeches/{public_id}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_speech_is_described(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/speeches/{public_id}" in described["paths"]
    fields = described["components"]["schemas"]["ParagraphOut"]["properties"]
    assert {"number", "turn_line", "references", "language_changes", "votes"} <= fields.keys()


def test_a_speech_names_its_session_and_organ(client: Client) -> None:
    marked(public_id="s-1", session=rows.session(12), date=None, year_stated=2020)
    answer = client.get("/api/v1/speeches/s-1").json()
    assert answer["session"] == {
        "title": "General debate, 12th session",
        "organ": "Rivers Council",
        "number": 12,
        "debate": "General debate",
        "year": 2020,
        "url": "/session/rivers-council-12-general-debate/",
    }
    assert (answer["meeting"], answer["organ"]) == (None, "Rivers Council")


def test_a_speech_states_the_rights_and_source_of_its_file(client: Client) -> None:
    series = Series.objects.create(
        title="River papers", rights="CC0", source_url="https://rivers.example/"
    )
    transcript = rows.transcript(name="tarn.txt", series=series)
    speech = marked(public_id="s-1", transcript=transcript)
    source = client.get("/api/v1/speeches/s-1").json()["source"]
    assert source == {
        "file": "tarn.txt",
        "url": transcript.get_absolute_url(),
        "sha256": transcript.sha256,
        "series": "River papers",
        "rights": "CC0",
        "source_url": "https://rivers.example/",
    }
    Transcript.objects.filter(pk=transcript.pk).update(rights="All rights reserved.")
    assert client.get("/api/v1/speeches/s-1").json()["source"]["rights"] == "All rights reserved."
    for address in (speech.get_absolute_url(), transcript.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "River papers" in page
        assert "All rights reserved." in page
        assert '<a href="https://rivers.example/">' in page
