"""From results to the words: matches are marked where links of results lead."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from support import rows
from support.html import Elements

from statements.models import Paragraph

pytestmark = pytest.mark.django_db

SPEECH = "/speech/riv-pv-7-001/"


@pytest.fixture
def indexed(archive: rows.SmallArchive, archive_index: Callable[[], int]) -> rows.SmallArchive:
    archive_index()
    return archive


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def hrefs(page: str) -> list[str]:
    return [str(attributes.get("href")) for tag, attributes in Elements(page).found if tag == "a"]


def text_of(page: str) -> str:
    """Return the text of the paragraphs as printed, without markup."""
    paragraphs = re.findall(
        r"<p(?: data-[^>]*)?>(.*?)</p>", page.split('class="spoken"')[1].split("<aside")[0], re.S
    )
    return unescape(re.sub("<[^>]*>", "", "\n".join(paragraphs)))


def test_results_lead_to_pages_that_mark_their_matches(
    client: Client, indexed: rows.SmallArchive
) -> None:
    results = "/search/?q=river&country=KAZ&sort=oldest"
    links = hrefs(page_of(client, results))
    assert f"{SPEECH}?q=river&country=KAZ&sort=oldest" in links
    assert f"{SPEECH}?q=river&country=KAZ&sort=oldest#p1" in links
    assert "/meeting/riv-pv-7/?q=river&country=KAZ&sort=oldest" in links
    page = page_of(client, f"{SPEECH}?q=river&country=KAZ&sort=oldest")
    assert "The <mark>river</mark> rose by a metre." in page
    assert results in hrefs(page)


def test_results_without_words_lead_to_plain_pages(
    client: Client, indexed: rows.SmallArchive
) -> None:
    assert SPEECH in hrefs(page_of(client, "/search/?country=KAZ"))


def test_passages_are_counted_and_lead_to_each_other(client: Client) -> None:
    speech = rows.speech("A dam. The dam broke.", "Nothing.", "One dam held.", "No dams.")
    Paragraph.objects.filter(speech=speech, position=3).update(sentence_starts=[0, 9])
    page = page_of(client, f"{speech.get_absolute_url()}?q=dam")
    text, rail = page.split("<aside")
    assert text.count("<mark>") == 4
    assert rail.count("<mark>") == 3
    assert "3 passages" in page
    assert "Passage 2 of 3" in page
    assert [link for link in hrefs(page) if re.fullmatch(r"#p\ds?\d?", link)] == [
        *("#p1", "#p1", "#p1", "#p3s1"),  # first, number, this one, next
        "#p2",
        *("#p3", "#p1", "#p3s1", "#p4"),
        *("#p4", "#p3s1", "#p4"),
        *("#p1", "#p3s1", "#p4"),  # of the list beside the text
    ]


def test_passages_are_listed_beside_the_text(client: Client) -> None:
    clause = "It is a clause of many words that says little of the matter. "
    speech = rows.speech(*["A <dam> held."] * 13, f"{clause * 2}The dam of all dams{'.' * 60}")
    address = f"{speech.get_absolute_url()}?q=dam"
    entries = re.findall(r"<li><a href=\"(#p\d+)\">(.*?)</a></li>", page_of(client, address))
    assert len(entries) == 12
    assert entries[1] == (
        "#p2",
        '<span class="count">2</span> <span>A &lt;<mark>dam</mark>&gt; held.</span>',
    )
    page = page_of(client, address)
    assert '<li class="more"><a href="#p13">and 2 more</a></li>' in page
    Paragraph.objects.filter(speech=speech, position__lt=13).update(text="Nothing.")
    assert "of the matter. The <mark>dam</mark> of all" in page_of(client, address)
    assert "and 1 more" not in page_of(client, address)
    assert "Matching passages" not in page_of(client, f"{address}&q=river")


def test_a_match_may_cross_references_and_sentences_and_no_text_is_lost(client: Client) -> None:
    text = "The council <met> on S/PV.8628. Council members & others spoke."
    speech = rows.speech(text)
    rows.annotate_again(type(speech).objects.all())
    Paragraph.objects.filter(speech=speech).update(sentence_starts=[0, 32])
    address = speech.get_absolute_url()
    query = "%22S/PV.8628+council+members%22+others"
    plain, marked = page_of(client, address), page_of(client, f"{address}?q={query}")
    assert text_of(marked) == text_of(plain) == text
    assert "<mark>Council members</mark> &amp; <mark>others</mark>" in marked
    for mark in re.findall(r"<mark>(.*?)</mark>", marked):
        assert "<" not in mark


@pytest.mark.parametrize("path", [SPEECH, "/meeting/riv-pv-7/"])
def test_the_address_with_a_search_is_not_the_canonical_one(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    plain, marked = client.get(path), client.get(f"{path}?q=river&country=KAZ")
    assert Elements(marked.content.decode()).links("canonical") == [f"http://testserver{path}"]
    assert 'name="robots" content="noindex"' in marked.content.decode()
    assert 'name="robots"' not in plain.content.decode()
    assert plain["ETag"] != marked["ETag"]


@pytest.mark.parametrize("query", ["q=(river", "q=", "q=river&from=soon", "q=%00", "q=-river"])
def test_a_search_that_cannot_be_run_marks_nothing(
    client: Client, archive: rows.SmallArchive, query: str
) -> None:
    assert "<mark>" not in page_of(client, f"{SPEECH}?{query}")


def test_a_speech_found_by_its_head_says_that_no_passage_matches(
    client: Client, archive: rows.SmallArchive
) -> None:
    page = page_of(client, f"{SPEECH}?q=speaker:umarov")
    assert "No passage here for" in page
    assert "/search/?q=speaker%3Aumarov" in hrefs(page)


def test_a_meeting_marks_the_speeches_of_its_page_and_keeps_the_search(client: Client) -> None:
    meeting = rows.meeting()
    for position in range(1, 30):
        rows.speech(
            f"The dam of {position}.", "Calm.", meeting=meeting, position=position,
            public_id=f"s-{position}",
        )  # fmt: skip
    page = page_of(client, "/meeting/riv-pv-7/?q=dam&sort=newest")
    assert page.count("The <mark>dam</mark> of") == 25
    assert "25 passages" in page
    assert 'id="hit-25"' in page
    links = hrefs(page)
    assert "?q=dam&sort=newest&page=2" in links
    assert "?q=dam&sort=newest&page=2#s-29" in links
    assert "/speech/s-1/?q=dam&sort=newest#p1" in links
    assert "/search/?q=dam&sort=newest" in links
    assert "/search/?q=dam&meeting=RIV%2FPV.7" in links
    assert page_of(client, "/meeting/riv-pv-7/?q=dam&page=2").count("<mark>") == 4


def test_a_query_that_is_markup_stays_text(client: Client, archive: rows.SmallArchive) -> None:
    page = page_of(client, f"{SPEECH}?q=river+%3Cscript%3E%22onload%3D")
    assert "<script>" not in page
    assert "<mark>river</mark>" in page
