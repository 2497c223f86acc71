"""Stored text never becomes markup on any page; errors reveal nothing."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from support import rows
from support.html import Elements

from archive import urls
from statements.models import CountryName, SpeakerName
from statements.transcripts.languages.names import fold

HOSTILE = "<img src=x onerror=alert(1)>\"'</title></script><script>alert(2)</script>{{ 7|add:7 }}"


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the machinery")


urlpatterns = [*urls.urlpatterns, path("fails", fails)]
handler500 = urls.handler500


@pytest.fixture
def hostile_archive(db: None) -> list[str]:
    """Every field that holds text holds an attack; the addresses of the pages that show it."""
    country = rows.country("EVIL", short_name=HOSTILE, formal_name=HOSTILE)
    CountryName.objects.create(country=country, name=HOSTILE + "2", folded=fold(HOSTILE + "2"))
    speaker = rows.speaker(HOSTILE, honorific=HOSTILE[:60], country=country, slug="evil")
    SpeakerName.objects.create(speaker=speaker, name=HOSTILE, folded=fold(HOSTILE))
    topic = rows.topic(HOSTILE, slug="evil")
    meeting = rows.meeting(organ=HOSTILE, date_printed=HOSTILE, place=HOSTILE)
    meeting.agenda_items.add(topic)
    rows.presidency(meeting, name_printed=HOSTILE, affiliation=HOSTILE)
    problem = {"code": HOSTILE, "message": HOSTILE, "severity": HOSTILE, "line": HOSTILE}
    transcript = rows.transcript(name=HOSTILE, encoding="utf-8", problems=[problem])
    for date in ("2019-02-03", "2020-01-09", None):
        speech = rows.speech(
            HOSTILE,
            HOSTILE,
            narrative=[2],
            transcript=transcript,
            meeting=meeting if date else None,
            country=country,
            speaker=speaker,
            topics=[topic],
            speaker_line=HOSTILE,
            speaker_printed=HOSTILE,
            affiliation=HOSTILE,
            role=HOSTILE,
            on_behalf_of=HOSTILE,
            language="<b>",
            language_printed=HOSTILE,
            date=date,
        )
    return [
        "/",
        "/about/",
        "/meetings/",
        "/countries/",
        "/speakers/",
        "/speakers/?country=EVIL",
        "/topics/",
        "/browse/undated/",
        "/browse/2020/01/09/",
        "/country/EVIL/",
        "/speaker/evil/",
        "/topic/evil/",
        speech.get_absolute_url(),
        f"/quotation/{speech.public_id}/p1/",
        f"/embed/{speech.public_id}/p1/",
        meeting.get_absolute_url(),
        transcript.get_absolute_url(),
    ]


def test_nothing_stored_becomes_markup(client: Client, hostile_archive: list[str]) -> None:
    for address in hostile_archive:
        page = client.get(address).content.decode()
        elements = Elements(page)
        assert elements.inline == [], address
        for tag, attributes in elements.found:
            assert not (tag == "img" and attributes.get("src") == "x"), address
            assert "onerror" not in attributes, address
            assert tag != "b", address
        assert "14" not in page.partition("onerror")[2][:120], address


@pytest.mark.parametrize("letter", [HOSTILE, "<", "%27"])
def test_nothing_asked_becomes_markup(
    client: Client, hostile_archive: list[str], letter: str
) -> None:
    page = client.get("/speakers/", {"letter": letter, "page": letter}).content.decode()
    assert Elements(page).inline == []
    assert "<img src=x" not in page


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_failure_tells_nothing_of_the_machinery() -> None:
    response = Client(raise_request_exception=False).get("/fails")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong" in page
    assert "secret" not in page
    assert "RuntimeError" not in page


@pytest.mark.django_db
def test_a_request_with_a_strange_host_is_refused_in_plain_words(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "not valid" in response.content.decode()
    assert "evil.example" not in response.content.decode()


@pytest.mark.django_db
def test_a_forged_form_is_refused_in_plain_words(archive: rows.SmallArchive) -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
