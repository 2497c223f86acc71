"""The page of a country or body: first and last speech, who spoke when, words, groups, votes."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from support import rows
from support.archive_index import archive_index

from statements.ingest import annotate_again, withdraw
from statements.models import Country, CountryGroup, GroupMembership, Speech

__all__ = ["archive_index"]

pytestmark = pytest.mark.django_db
PATH = "/country/NOR/"


def text_of(client: Client, path: str = PATH) -> str:
    response = client.get(path)
    assert response.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split()).replace(" ,", ",")


def spoken(text: str, year: int, name: str, **fields: object) -> Speech:
    norway = rows.country("NOR")
    speaker = rows.speaker(name, country=norway)
    return rows.speech(
        text, date=None, year_stated=year, country=norway, speaker=speaker,
        speaker_printed=name, **fields,
    )  # fmt: skip


def test_a_country_has_its_first_and_last_speech_and_its_speakers(client: Client) -> None:
    brook = spoken("The fjord froze early.", 1990, "Brook", public_id="early").speaker
    rows.speech("It thawed.", date=None, year_stated=1992, country=rows.country("NOR"),
                speaker=brook)  # fmt: skip
    late = spoken("The fjord <never> freezes.", 2004, "Weir", public_id="late")
    page = text_of(client)
    assert "First speech Norway, Ms. Brook" in page
    assert "The fjord froze early." in page
    assert "Last speech Norway, Ms. Weir" in page
    assert "The fjord <never> freezes." in page
    speakers = page[page.index("Years Speeches") :]
    assert speakers.startswith("Years Speeches Ms. Weir 2004 1 Ms. Brook 1990–1992 2")
    withdraw([late.pk], "By mistake.")
    page = text_of(client)
    assert "never" not in page
    assert "Weir" not in page


def test_a_country_without_speeches_says_so(client: Client) -> None:
    page = text_of(client)
    assert "No speeches by this delegation yet." in page
    for heading in ("First speech", "Says more", "Voting record", "Years Speeches"):
        assert heading not in page


def test_membership_groups_and_neighbours_in_time_have_dates(client: Client) -> None:
    Country.objects.filter(code="NOR").update(valid_from=date(1945, 11, 27))
    old = rows.country("OLD-N", short_name="Old Norway", kind="state", valid_to=date(1905, 6, 6))
    old.successors.add("NOR")
    group = CountryGroup.objects.create(code="FJORDS", name="Fjord States")
    for year, is_verified in ((1950, True), (1955, True), (1999, False)):
        GroupMembership.objects.create(
            group=group, country_id="NOR", valid_from=date(year, 1, 1), verified=is_verified
        )
    page = text_of(client)
    assert "Member State from 27 November 1945" in page
    assert "Preceded by Old Norway (until 6 June 1905)" in page
    assert "Fjord States (from 1 January 1950; from 1 January 1955)" in page
    assert "1999" not in page
    assert "In existence until 6 June 1905" in text_of(client, "/country/OLD-N/")


def test_words_lead_to_their_lines(client: Client, archive_index: Callable[[], int]) -> None:
    for number in range(5):
        spoken("The ice of Norway: thick ice.", 2000 + number, f"Envoy {number}")
        rows.speech("Wheat, more wheat than ever.", country=rows.country("KAZ"))
    archive_index()
    page = client.get(PATH).content.decode()
    words = page[page.index('id="words"') : page.index("All words with their figures")]
    links = dict(re.findall(r'<a href="([^"]+)">(\w+)</a>', words))
    assert "ice" in links.values()
    assert "norway" not in links.values()  # its own name
    assert "wheat" not in links.values()
    (address,) = (url for url, word in links.items() if word == "ice")
    lines = client.get(html.unescape(address)).content.decode()
    assert "10 lines" in lines


def test_the_latest_votes_are_shown_with_what_was_voted_on(client: Client) -> None:
    meeting = rows.meeting()
    for number in range(1, 6):
        text = f"I put draft resolution RIV/7/L.{number} to the vote."
        rows.speech(text, "Against: Norway", narrative=[2], meeting=meeting, position=number)
    annotate_again(Speech.objects.all())
    page = text_of(client)
    voting = page[page.index("Voting record") :]
    assert voting.startswith("Voting record Against: 5 Draft resolution RIV/7/L.1")
    assert voting.count("listed as") == 3
    assert "All votes" in voting
