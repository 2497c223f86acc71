"""Pages of PDF originals, which are public where the originals are."""

import re

import pytest
from django.test import Client
from support import rows
from support.pdf_printer import Sheet, to_pdf

from statements.exports import page_images
from statements.models import Paragraph, Speech, Transcript, Withdrawal

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed() -> Speech:
    """A speech on the second page of a PDF, which has two."""
    second = Sheet()
    second.write(72, 100, ("roman", "The river rose."))
    pdf = rows.transcript(to_pdf([Sheet(), second]), name="RIV_PV.7.PDF")
    speech = rows.speech("The river rose.", "It fell.", transcript=pdf)
    Paragraph.objects.filter(speech=speech).update(page=2)
    return speech


def address(speech: Speech, number: int, ending: str = "/") -> str:
    return f"/transcript/{speech.transcript.sha256}/pages/{number}{ending}"


def test_a_speech_leads_to_the_pages_it_is_printed_on(client: Client, printed: Speech) -> None:
    page = client.get(printed.get_absolute_url()).content.decode()
    assert re.findall(r'class="page-link" href="([^"]*)"', page) == [address(printed, 2)]
    shown = " ".join(client.get(address(printed, 2)).content.decode().split())
    assert f'src="{address(printed, 2, ".png")}"' in shown
    assert f'rel="prev" href="{address(printed, 1)}"' in shown
    assert 'rel="next"' not in shown
    assert client.get(address(printed, 3)).status_code == 404


def test_a_page_is_drawn_once_and_kept_by_browsers(client: Client, printed: Speech) -> None:
    response = client.get(address(printed, 2, ".png"))
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    etag = response["ETag"]
    again = client.get(address(printed, 2, ".png"), headers={"If-None-Match": etag})
    assert again.status_code == 304
    before = page_images.page_image.cache_info().misses
    assert client.get(address(printed, 2, ".png")).content == response.content
    assert page_images.page_image.cache_info().misses == before


def test_what_is_not_public_is_not_drawn(client: Client, printed: Speech) -> None:
    withdrawal = Withdrawal.objects.create(reason="A court ordered it.")
    Speech.objects.filter(pk=printed.pk).update(withdrawal=withdrawal)
    for ending in ("/", ".png"):
        assert client.get(address(printed, 2, ending)).status_code == 410
    Transcript.objects.update(state=Transcript.State.RECEIVED)
    for ending in ("/", ".png"):
        assert client.get(address(printed, 2, ending)).status_code == 404


def test_other_files_have_no_pages(client: Client) -> None:
    speech = rows.speech("Text.")
    Paragraph.objects.filter(speech=speech).update(page=1)
    for ending in ("/", ".png"):
        assert client.get(address(speech, 1, ending)).status_code == 404
    page = client.get(speech.get_absolute_url()).content.decode()
    assert "page-link" not in page
    assert 'data-page="p. 1"' in page


def test_while_other_pages_are_drawn_a_reader_is_asked_to_wait(
    client: Client, printed: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_images.page_image.cache_clear()
    monkeypatch.setattr(page_images, "_WAITING_S", 0)
    with page_images._turn:
        response = client.get(address(printed, 2, ".png"))
    assert (response.status_code, response["Retry-After"]) == (503, "2")
