"""Beside its record, a meeting lists who spoke: in which order, how long, in which language."""

import re
from html import unescape

import pytest
from django.test import Client
from support import rows
from support.html import Elements

from statements.ingest import annotate_again, withdraw
from statements.models import Speech, WordsDigest
from statements.views import reading

pytestmark = pytest.mark.django_db
PATH = "/meeting/riv-pv-7/"


@pytest.fixture
def meeting() -> str:
    """A meeting at which the chair speaks before and after two delegations."""
    held = rows.meeting()
    spoken = (
        ("The President", "The floor is open.", {}),
        ("Ms. Ebb", "The river rose three times.", {"country": rows.country("TCD")}),
        ("The President (spoke in Spanish):", "I thank Ms. Ebb.", {"language": "es"}),
        ("Mr. Flow", "The river <fell>.", {"language": "fr", "role": "Minister & Keeper"}),
        ("The President", "I shall speak in my national capacity.", {}),
    )
    for position, (printed, text, fields) in enumerate(spoken, start=1):
        fields = {"country": None, "speaker": None, **fields}
        rows.speech(
            text, meeting=held, position=position, public_id=f"s-{position}",
            speaker_printed=printed, **fields,
        )  # fmt: skip
    annotate_again(Speech.objects.all())
    return held.symbol


def table_rows(page: str) -> list[list[str]]:
    """The cells of each speaker in the roll."""
    table = page[page.index("<table>") : page.index("</table>")]
    cells = [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[dh].*?</t[dh]>", row)
        ]
        for row in re.findall(r"<tr><td.*?</tr>", table)
    ]
    return cells


def test_the_roll_leaves_out_the_chair_until_asked(client: Client, meeting: str) -> None:
    page = client.get(PATH).content.decode()
    assert table_rows(page) == [
        ["2", "Chad, Ms. Ebb", "5", ""],
        ["4", "Mr. Flow, Minister & Keeper", "3", "French"],
        ["5", "The President", "7", ""],  # for the own country, not to conduct the meeting
    ]
    assert "2 speeches by the chair are not listed." in page
    assert '<span class="count">3</span>' in page
    whole = client.get(f"{PATH}?chair=all").content.decode()
    assert [row[0] for row in table_rows(whole)] == ["1", "2", "3", "4", "5"]
    assert "2 speeches by the chair are included." in whole
    for shown in (page, whole):  # the record is complete in any case
        assert shown.count('<article class="turn"') == 5
    links = [tag[1]["href"] for tag in Elements(whole).found if tag[0] == "a" and "href" in tag[1]]
    assert "?chair=all&page=1#s-2" in links


def test_length_is_that_of_the_whole_meeting(client: Client, meeting: str) -> None:
    page = re.sub(r"\s+", " ", client.get(PATH).content.decode())
    assert "<span>5 speeches</span>" in page
    assert "<span> 23 words </span>" in page
    assert "about 1 minute aloud" in page


def test_words_that_are_not_counted_yet_are_left_open(client: Client, meeting: str) -> None:
    WordsDigest.objects.update(words=None)
    page = client.get(PATH).content.decode()
    assert table_rows(page)[0] == ["2", "Chad, Ms. Ebb", "", ""]
    assert "minute aloud" not in page
    assert annotate_again(Speech.objects.all()) == 5
    assert "minute aloud" in client.get(PATH).content.decode()


def test_a_meeting_of_the_chair_alone_lists_it(client: Client) -> None:
    rows.speech("The agenda is adopted.", meeting=rows.meeting(), speaker_printed="The Chair",
                speaker=None)  # fmt: skip
    page = client.get(PATH).content.decode()
    assert [row[:2] for row in table_rows(page)] == [["1", "The Chair"]]
    assert "by the chair" not in page
    assert "Language" not in page[page.index("<table>") : page.index("</table>")]


def test_each_speaker_stands_under_the_page_of_the_record(
    client: Client, meeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SPEECHES_IN_FULL", 2)
    page = client.get(f"{PATH}?page=2&q=river").content.decode()
    heads = re.findall(r'<a href="([^"]+)"( aria-current="true")?>Page (\d) of', page)
    assert [(href.rpartition("&amp;")[2], bool(here), number) for href, here, number in heads] == [
        ("page=1#record", False, "1"),
        ("page=2#record", True, "2"),
        ("page=3#record", False, "3"),
    ]
    assert "q=river" in heads[0][0]
    assert re.search(r'href="\?[^"]*page=3#s-5"', page)
    assert 'id="s-4"' in page
    assert 'id="s-5"' not in page
    shown = client.get(f"{PATH}?chair=all&page=2").content.decode()
    assert "?chair=all&amp;page=3" in shown  # the pages of the record keep what is listed


def test_withdrawn_speeches_are_not_in_the_roll(client: Client, meeting: str) -> None:
    withdrawn = Speech.objects.get(public_id="s-2")
    withdraw([withdrawn.pk], "By mistake.")
    page = client.get(PATH).content.decode()
    assert [row[1] for row in table_rows(page)] == ["Mr. Flow, Minister & Keeper", "The President"]


def test_programs_learn_who_spoke_how_long(client: Client, meeting: str) -> None:
    first, second, *_ = client.get("/api/v1/meetings/riv-pv-7").json()["speeches"]
    assert (first["is_chair"], first["words"], first["language"]) == (True, 4, "")
    assert (second["is_chair"], second["words"], second["speaker"]) == (False, 5, "Chad, Ms. Ebb")
