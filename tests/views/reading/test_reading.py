"""Speech, meeting, transcript and the original file."""

import re
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone
from support import rows
from support.html import Elements

from statements.models import Speech, Transcript
from statements.views.reading import SPEECHES_IN_FULL

pytestmark = pytest.mark.django_db


def test_every_paragraph_has_its_own_address(client: Client, archive: rows.SmallArchive) -> None:
    page = client.get("/speech/riv-pv-7-001/").content.decode()
    assert re.findall(r'id="(p\d+)"', page) == ["p1", "p2", "p3"]
    assert re.findall(r'href="#(p\d+)"', page) == ["p1", "p2", "p3"]
    assert 'class="paragraph narrative" id="p2"' in page
    assert 'class="paragraph speech" id="p3"' in page


@pytest.mark.parametrize(
    "said",
    [
        '<h1><span class="delegation"><a href="/country/KAZ/">Kazakhstan</a></span>'
        '<span class="visually-hidden">, </span><a href="/speaker/umarov/">Mr. Umarov</a></h1>',
        'href="/speaker/umarov/"',
        'href="/country/KAZ/"',
        'href="/meeting/riv-pv-7/"',
        'href="/topic/floods/"',
        "Central Asian States",
        "French; this text is a translation",
        '<time datetime="2020-01-09">9 January 2020</time>',
        "speech 1 of 2",
        "RIV/PV.7, Mr. Umarov (Kazakhstan), 9 January 2020",
        "RIV/PV.7, Mr. Umarov (Kazakhstan), 9 January 2020, para. 3",
        "Mr. Umarov (Kazakhstan) (spoke in French)",
        "/original",
        'rel="next"',
    ],
)
def test_a_speech_says_who_where_when_and_whence(
    client: Client, archive: rows.SmallArchive, said: str
) -> None:
    assert said in client.get("/speech/riv-pv-7-001/").content.decode()


def test_a_corrected_speech_says_so(client: Client, archive: rows.SmallArchive) -> None:
    address = archive.speech.get_absolute_url()
    assert "Corrected by the archive" not in client.get(address).content.decode()
    later = timezone.now() + timedelta(days=2)
    Speech.objects.filter(pk=archive.speech.pk).update(updated_at=later)
    page = client.get(address).content.decode()
    assert "Corrected by the archive" in page
    assert f"{later:%Y-%m-%d}" in page


def test_a_speech_alone_is_not_counted(client: Client, archive: rows.SmallArchive) -> None:
    assert "speech 1 of" not in client.get("/speech/undated-1/").content.decode()


def test_speeches_follow_each_other_in_the_meeting_whatever_their_numbers(client: Client) -> None:
    meeting = rows.meeting()
    for position in (3, 10, 40):
        rows.speech(meeting=meeting, position=position, public_id=f"s-{position}")
    page = client.get("/speech/s-10/").content.decode()
    assert "speech 2 of 3" in page
    assert Elements(page).links("prev") == ["/speech/s-3/"]
    assert Elements(page).links("next") == ["/speech/s-40/"]
    assert Elements(client.get("/speech/s-40/").content.decode()).links("next") == []


def test_speeches_without_a_meeting_follow_each_other_in_their_file(client: Client) -> None:
    transcript = rows.transcript()
    for position in (1, 2):
        rows.speech(transcript=transcript, position=position, public_id=f"s-{position}")
    rows.speech(position=1, public_id="other")
    assert Elements(client.get("/speech/s-1/").content.decode()).links("next") == ["/speech/s-2/"]
    assert Elements(client.get("/speech/other/").content.decode()).links("next") == []


def test_a_meeting_reads_like_its_record(client: Client, archive: rows.SmallArchive) -> None:
    page = client.get("/meeting/riv-pv-7/").content.decode()
    for said in ("Rivers Council", "Ghent", "Ms. Brook", "Floods and early warning", "The river"):
        assert said in page
    assert page.index("The river rose") < page.index("It fell again")
    assert 'class="paragraph narrative"' in page
    assert 'href="/speech/riv-pv-7-001/#p2"' in page


def test_a_resumed_meeting_leads_to_its_other_sittings(client: Client) -> None:
    for symbol in ("S/PV.8699", "S/PV.8699 (Resumption 1)", "S/PV.86991", "S/PV.869"):
        rows.meeting(symbol)
    page = client.get("/meeting/s-pv-8699/").content.decode()
    assert 'href="/meeting/s-pv-8699-resumption-1/"' in page
    assert "s-pv-86991" not in page
    resumed = client.get("/meeting/s-pv-8699-resumption-1/").content.decode()
    assert 'href="/meeting/s-pv-8699/"' in resumed


def test_a_long_meeting_comes_in_pages_and_its_roll_leads_to_the_right_one(client: Client) -> None:
    meeting = rows.meeting()
    for position in range(1, SPEECHES_IN_FULL + 3):
        rows.speech(meeting=meeting, position=position, public_id=f"s-{position}")
    first = client.get("/meeting/riv-pv-7/").content.decode()
    second = client.get("/meeting/riv-pv-7/?page=2").content.decode()
    last = f"s-{SPEECHES_IN_FULL + 2}"
    assert first.count('<article class="turn"') == SPEECHES_IN_FULL
    assert f'href="?page=2#{last}"' in first
    assert f'id="{last}"' not in first
    assert f'id="{last}"' in second


def test_a_transcript_shows_what_is_kept_and_what_was_noted(
    client: Client, archive: rows.SmallArchive
) -> None:
    page = client.get(archive.transcript.get_absolute_url()).content.decode()
    assert archive.transcript.sha256 in page
    assert "RIV_PV.7.txt" in page
    assert "A hyphen." in page
    assert "line 3" in page
    assert "/speech/riv-pv-7-001/" in page


@pytest.mark.parametrize(
    ("state", "status"),
    [("received", 404), ("discarded", 404), ("published", 200), ("replaced", 200)],
)
@pytest.mark.parametrize("ending", ["/", "/original"])
def test_only_what_was_published_is_public(
    client: Client, state: str, status: int, ending: str
) -> None:
    transcript = rows.transcript(state=state)
    assert client.get(f"/transcript/{transcript.sha256}{ending}").status_code == status


def test_the_original_is_given_byte_by_byte_and_only_to_be_saved(client: Client) -> None:
    content = b"\xef\xbb\xbf<script>alert(1)</script>\r\n\x00\xff"
    transcript = rows.transcript(content, name="a.txt", encoding="utf-8")
    response = client.get(f"/transcript/{transcript.sha256}/original")
    assert response.content == content
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="a.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["ETag"] == f'"{transcript.sha256}"'
    assert response["Content-Length"] == str(len(content))
    digest = b64encode(sha256(content).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{digest}:"


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ('a"b.txt', 'attachment; filename="a\\"b.txt"'),
        ("Fluß –.txt", "attachment; filename*=utf-8''Flu%C3%9F%20%E2%80%93.txt"),
        (
            "a\r\nSet-Cookie: x=1.txt",
            "attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%3D1.txt",
        ),
    ],
)
def test_a_file_name_cannot_break_out_of_its_header(
    client: Client, name: str, disposition: str
) -> None:
    response = client.get(f"/transcript/{rows.transcript(name=name).sha256}/original")
    assert response["Content-Disposition"] == disposition
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a", "a.exe"])
def test_an_unknown_kind_of_file_is_mere_bytes(client: Client, name: str) -> None:
    response = client.get(f"/transcript/{rows.transcript(name=name).sha256}/original")
    assert response["Content-Type"] == "application/octet-stream"


def test_an_original_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    transcript = rows.transcript()
    address = f"/transcript/{transcript.sha256}/original"
    response = client.get(address, headers={"If-None-Match": f'"{transcript.sha256}"'})
    assert (response.status_code, response.content) == (304, b"")
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_an_unpublished_original_is_not_revealed_by_its_hash(client: Client) -> None:
    transcript = rows.transcript(state=Transcript.State.RECEIVED)
    address = f"/transcript/{transcript.sha256}/original"
    response = client.get(address, headers={"If-None-Match": f'"{transcript.sha256}"'})
    assert response.status_code == 404


def test_a_deleted_speech_is_gone_and_not_merely_missing(client: Client) -> None:
    speech = rows.speech()
    address = speech.get_absolute_url()
    assert client.get(address).status_code == 200
    Speech.objects.filter(pk=speech.pk).delete()
    answer = client.get(address)
    assert answer.status_code == 410
    assert "was deleted from the archive on" in answer.content.decode()
    assert client.get(address.replace("speech/", "speech/x-")).status_code == 404


@pytest.mark.parametrize(
    ("address", "lower"),
    [
        ("/meeting/RIV-PV-7/?page=1", "/meeting/riv-pv-7/?page=1"),
        ("/speech/RIV-PV-7-001/", "/speech/riv-pv-7-001/"),
        ("/speaker/Umarov/", "/speaker/umarov/"),
        ("/topic/FLOODS/", "/topic/floods/"),
        (
            "/session/Rivers-Council-12-general-debate/",
            "/session/rivers-council-12-general-debate/",
        ),
    ],
)
def test_an_address_in_capitals_leads_to_its_page(
    client: Client, archive: rows.SmallArchive, address: str, lower: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, lower)
    assert client.get(lower).status_code == 200


def test_no_page_has_no_address_in_capitals_either(client: Client) -> None:
    assert client.get("/meeting/RIV-PV-99/").status_code == 404
