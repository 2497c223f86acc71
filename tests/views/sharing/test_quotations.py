"""Cards and quotations: for other sites, and only what is public."""

from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import DjangoAssertNumQueries
from support import rows
from support.html import Elements
from support.sites.public_pages import PAGES

from statements import ingest
from statements.models import Paragraph, Speech
from statements.urls import pages, urlpatterns

pytestmark = pytest.mark.django_db

SENTENCES = "The river <rose>. “It fell again”, we said. "


@pytest.fixture
def spoken(db: None) -> Speech:
    made = rows.speech(
        "The meeting was called to order.",
        SENTENCES,
        "We thank the Council.",
        narrative=[1],
        public_id="kaz-1997",
        country=rows.country("KAZ"),
        meeting=rows.meeting("RIV/PV.9"),
    )
    starts = [0, SENTENCES.index("“")]
    Paragraph.objects.filter(speech=made, position=2).update(sentence_starts=starts, number=14)
    return made


@pytest.mark.parametrize(
    ("anchor", "words", "cited"),
    [
        ("p2", SENTENCES.strip(), "para. 14"),
        ("p2s1", "The river <rose>.", "para. 14, sentence 1"),
        ("p2s2", "“It fell again”, we said.", "para. 14, sentence 2"),
        ("p3", "We thank the Council.", "para. 3"),
    ],
)
def test_a_quotation_has_its_words_and_its_source(
    client: Client, spoken: Speech, anchor: str, words: str, cited: str
) -> None:
    for address in ("quotation", "embed"):
        page = client.get(f"/{address}/kaz-1997/{anchor}/").content.decode()
        shown = page.partition("<blockquote")[2].partition("</blockquote>")[0]
        assert unescape(shown.partition("<p>")[2].partition("</p>")[0]) == words
        assert f"/speech/kaz-1997/#{anchor}" in page
    page = client.get(f"/quotation/kaz-1997/{anchor}/").content.decode()
    assert f"{cited}, http://testserver/speech/kaz-1997/#{anchor}</cite>" in page
    assert f'content="http://testserver/speech/kaz-1997/{anchor}.png"' in page


@pytest.mark.parametrize("anchor", ["p1", "p4", "p2s3", "p3s1", "p999999s999999"])
def test_words_that_nobody_spoke_are_no_quotation(
    client: Client, spoken: Speech, anchor: str
) -> None:
    for address in ("/quotation/kaz-1997/{}/", "/embed/kaz-1997/{}/", "/speech/kaz-1997/{}.png"):
        assert client.get(address.format(anchor)).status_code == 404


@pytest.mark.parametrize("anchor", ["p0", "p02", "s1", "p2s0", "p2s1s1", "p1234567"])
def test_what_is_no_anchor_is_no_address(client: Client, spoken: Speech, anchor: str) -> None:
    assert client.get(f"/embed/kaz-1997/{anchor}/").status_code == 404


def test_html_for_other_sites_is_escaped_once(client: Client, spoken: Speech) -> None:
    page = client.get("/quotation/kaz-1997/p2s1/").content.decode()
    _, *areas = page.split('readonly spellcheck="false">')
    frame, plain = (area.partition("</textarea>")[0] for area in areas)
    assert 'src="http://testserver/embed/kaz-1997/p2s1/"' in unescape(frame)
    assert "<p>The river &lt;rose&gt;.</p>" in unescape(plain)
    assert 'cite="http://testserver/speech/kaz-1997/#p2s1"' in unescape(plain)
    assert Elements(unescape(frame) + unescape(plain)).inline == []


def test_other_passages_are_reached_without_a_script(client: Client, spoken: Speech) -> None:
    page = Elements(client.get("/quotation/kaz-1997/p2/").content.decode())
    assert page.links("prev") == []  # the paragraph before is narrative
    assert page.links("next") == ["/quotation/kaz-1997/p3/"]
    targets = {str(each.get("href")) for _, each in page.found}
    assert {"/quotation/kaz-1997/p2s1/", "/quotation/kaz-1997/p2s2/"} <= targets


def test_a_speech_leads_to_its_first_quotation(client: Client, spoken: Speech) -> None:
    page = client.get("/speech/kaz-1997/").content.decode()
    assert 'href="/quotation/kaz-1997/p2/"' in page
    assert 'content="http://testserver/speech/kaz-1997/card.png"' in page


@pytest.mark.parametrize("name", ["card", "p2s1"])
def test_a_card_is_a_picture_that_other_sites_may_show(
    client: Client, spoken: Speech, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = f"/speech/kaz-1997/{name}.png"
    with django_assert_max_num_queries(1):
        response = client.get(address)
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Speech.objects.filter(pk=spoken.pk).update(role="Envoy")
    assert client.get(address)["ETag"] != response["ETag"]


@pytest.mark.parametrize(
    "path",
    ["/speech/kaz-1997/card.png", "/speech/kaz-1997/p2.png", "/quotation/kaz-1997/p2/",
     "/embed/kaz-1997/p2/"],
)  # fmt: skip
def test_a_withdrawn_speech_is_neither_drawn_nor_quoted(
    client: Client, spoken: Speech, path: str
) -> None:
    before = client.get(path)
    ingest.withdraw([spoken.pk], "At the request of its speaker.")
    for headers in ({}, {"if-none-match": before["ETag"]}):
        response = client.get(path, headers=headers)
        assert response.status_code == 410
        assert b"fell again" not in response.content
        assert b"At the request of its speaker." in response.content


def test_only_the_frame_of_a_quotation_may_be_framed(
    client: Client, archive: rows.SmallArchive, spoken: Speech
) -> None:
    address = reverse("embed", args=["kaz-1997", "p2"])
    embedded = client.get(address)
    unchanged = client.get(address, headers={"if-none-match": embedded["ETag"]})
    assert unchanged.status_code == 304
    for response in (embedded, unchanged):
        assert "X-Frame-Options" not in response
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
    for path in [*PAGES.values(), *_others(), "/embed/kaz-1997/p9/"]:
        response = client.get(path)
        assert response["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], path


def _others() -> Iterator[str]:
    """Every other address of the archive that needs no argument, and those of the speech."""
    for pattern in (*pages, *urlpatterns):
        if isinstance(pattern, URLPattern) and "<" not in str(pattern.pattern):
            yield f"/{pattern.pattern}"
    yield from ("/speech/kaz-1997/", "/speech/kaz-1997/p2.png", "/quotation/kaz-1997/p2/")
    yield from ("/admin/login/", "/api/v1/docs", "/api/v1/speeches/kaz-1997", "/nowhere/")


def test_a_frame_needs_neither_script_nor_another_site(client: Client, spoken: Speech) -> None:
    page = Elements(client.get("/embed/kaz-1997/p2/").content.decode())
    assert {tag for tag, _ in page.found}.isdisjoint({"script", "iframe", "form"})
    assert page.inline == []
