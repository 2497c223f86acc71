"""Recorded votes, listed at their meeting and for each country: what was voted on, with what
result, and where the record has it."""

import re

import pytest
from django.test import Client
from support import rows
from support.html import Elements

from statements.ingest import annotate_again, withdraw
from statements.models import Document, RecordedVote, Speech

pytestmark = pytest.mark.django_db
MEETING = "/meeting/riv-pv-7/"
COUNTRY = "/country/TCD/votes/"

PARAGRAPH = (
    "Draft decision RIV/7/L.9 is entitled “Tides & <weirs>”. A vote was requested on paragraph 2.",
    "In favour: Chad, Peru",
    "Against: Norway",
    "Paragraph 2 was retained by 3 votes to 1, with 2 abstentions.",
)
WHOLE = (
    "I put draft decision RIV/7/L.9, as a whole, to the vote.",
    "In favour: Peru",
    "Against: Norway, Chad",
    "Abstaining: Mali",
    "Draft decision RIV/7/L.9, as a whole, was adopted (resolution 7/12).",
)


@pytest.fixture
def speech() -> Speech:
    """A speech with two votes: one of a paragraph, with totals, and one of the whole draft."""
    made = rows.speech(
        *PARAGRAPH, *WHOLE, narrative=[2, 3, 6, 7, 8], meeting=rows.meeting(), public_id="s-1",
        topics=[rows.topic("Tides")],
    )  # fmt: skip
    annotate_again(Speech.objects.filter(pk=made.pk))
    return made


def listed(page: str) -> list[str]:
    """The text of each vote in the list, on one line."""
    section = page[page.index('id="votes"') :]
    section = section[: section.index("</section>")]
    items = re.findall(r"<li>(.*?)</li>", section, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in items]


def test_a_meeting_lists_its_votes(client: Client, speech: Speech) -> None:
    page = client.get(MEETING).content.decode()
    assert listed(page) == [
        "Paragraph 2 of draft decision RIV/7/L.9 Tides &amp; &lt;weirs&gt; "
        "Retained 3 in favour, 1 against, 2 abstaining",
        "Draft decision RIV/7/L.9, as a whole Tides &amp; &lt;weirs&gt; "
        "Adopted 1 in favour, 2 against, 1 abstaining resolution 7/12",
    ]
    links = [tag[1]["href"] for tag in Elements(page).found if tag[0] == "a" and "href" in tag[1]]
    assert {"/speech/s-1/#p2", "/speech/s-1/#p6"} <= {*links}


def test_programs_learn_what_was_voted_on(client: Client, speech: Speech) -> None:
    first, second = client.get("/api/v1/meetings/riv-pv-7").json()["recorded_votes"]
    assert first == {
        "url": "/speech/s-1/#p2",
        "subject": "Paragraph 2 of draft decision RIV/7/L.9",
        "title": "Tides & <weirs>",
        "motion": "A vote was requested on paragraph 2.",
        "outcome": "retained",
        "resolution": "",
        "in_favour": 3,
        "against": 1,
        "abstaining": 2,
    }
    assert (second["outcome"], second["resolution"]) == ("adopted", "7/12")
    of_speech = client.get("/api/v1/speeches/s-1").json()["recorded_votes"]
    same = ("subject", "title", "motion", "outcome", "resolution")
    assert [[vote[name] for name in same] for vote in of_speech] == [
        [vote[name] for name in same] for vote in (first, second)
    ]


def test_a_meeting_without_votes_has_no_list_of_them(client: Client) -> None:
    rows.speech("We vote tomorrow.", meeting=rows.meeting())
    assert 'id="votes"' not in client.get(MEETING).content.decode()


def test_a_vote_without_a_title_has_the_agenda_item(client: Client, speech: Speech) -> None:
    RecordedVote.objects.update(title="", outcome="")
    assert listed(client.get(MEETING).content.decode())[0] == (
        "Paragraph 2 of draft decision RIV/7/L.9 Tides 3 in favour, 1 against, 2 abstaining"
    )
    RecordedVote.objects.update(subject="")
    assert listed(client.get(MEETING).content.decode())[0].startswith(
        "A vote was requested on paragraph 2. Tides 3 in favour"
    )


def test_a_vote_has_the_title_that_others_print_or_that_of_the_register(client: Client) -> None:
    meeting = rows.meeting()
    vote = ("I put draft resolution A/48/L.6 to the vote.", "In favour: Chad")
    rows.speech(*vote, narrative=[2], meeting=meeting, position=1)
    explained = "We voted for draft resolution A/48/L.6, entitled “Care of weirs”."
    other = rows.speech(explained, meeting=meeting, position=2)
    annotate_again(Speech.objects.all())
    named = "Draft resolution A/48/L.6"
    assert listed(client.get(MEETING).content.decode())[0].startswith(f"{named} Care of weirs")
    line = Document.objects.create(symbol="A/48/L.6", title="Weirs and locks")
    assert "Care of weirs" in listed(client.get(MEETING).content.decode())[0]
    Document.objects.filter(pk=line.pk).update(verified=True)
    assert listed(client.get(COUNTRY).content.decode())[0].startswith(f"{named} Weirs and locks")
    line.delete()
    withdraw([other.pk], "By mistake.")
    assert "weirs" not in listed(client.get(MEETING).content.decode())[0]


def test_a_country_says_what_it_voted_on(client: Client, speech: Speech) -> None:
    page = client.get(COUNTRY).content.decode()
    first, second = listed(page)
    assert first.startswith("Paragraph 2 of draft decision RIV/7/L.9 Tides")
    assert first.endswith("In favour 9 January 2020 RIV/PV.7 listed as “Chad”")
    assert "Against" in second
    assert "resolution 7/12" in second
    assert client.get("/country/tcd/votes/").status_code == 301
    assert "no recorded votes" in client.get("/country/JPN/votes/").content.decode()


@pytest.mark.parametrize(
    ("ballot", "count"), [("in favour", 1), ("against", 1), ("abstaining", 0), ("absent", 0)]
)
def test_a_voting_record_is_narrowed_to_one_kind(
    client: Client, speech: Speech, ballot: str, count: int
) -> None:
    page = client.get(COUNTRY, {"ballot": ballot}).content.decode()
    assert page.count("listed as") == count
    assert ("no such vote" in page) is (count == 0)
    current = re.findall(r'<a href="(\?ballot=[^"]*)"\s+aria-current="page"', page)
    assert len(current) == count
    whole = client.get(COUNTRY).content.decode()
    assert len(re.findall(r'href="\?ballot=(?:in%20favour|against)"', whole)) == 2


def test_an_unknown_kind_of_vote_is_not_found(client: Client, speech: Speech) -> None:
    for ballot in ("yes", "IN FAVOUR", "\x00"):
        assert client.get(COUNTRY, {"ballot": ballot}).status_code == 404


def test_votes_of_an_old_record_lead_to_their_lists(client: Client, speech: Speech) -> None:
    RecordedVote.objects.all().delete()
    page = client.get(COUNTRY).content.decode()
    assert '<a href="/speech/s-1/#p2">In favour</a>' in page


def test_votes_of_a_withdrawn_speech_are_not_listed(client: Client, speech: Speech) -> None:
    withdraw([speech.pk], "By mistake.")
    for path in (MEETING, COUNTRY):
        assert "RIV/7/L.9" not in client.get(path).content.decode()


def test_a_long_voting_record_comes_in_pages(client: Client) -> None:
    meeting = rows.meeting()
    for number in range(1, 52):
        text = f"I put draft resolution RIV/7/L.{number} to the vote."
        rows.speech(text, "In favour: Chad", narrative=[2], meeting=meeting, position=number)
    annotate_again(Speech.objects.all())
    first = client.get(COUNTRY, {"ballot": "in favour"}).content.decode()
    assert first.count("listed as") == 50
    (following,) = Elements(first).links("next")
    assert following.startswith("?ballot=in")
    second = client.get(f"{COUNTRY}{following}").content.decode()
    assert second.count("listed as") == 1
