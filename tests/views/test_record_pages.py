"""A meeting reads like its record: headings, votes, members, references, and nothing added."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import rows
from support.html import Elements, without_sentences

from statements.ingest import annotate_again
from statements.models import Meeting, Member, Reference, Speech

pytestmark = pytest.mark.django_db

HOSTILE = (
    'See S/PV.1 <script>alert(1)</script> & "S/PV8628", p. 2\u202e \U0001f30a (spoke in French)'
)


def record_of(meeting: Meeting, *paragraphs: str, position: int = 1, **fields: object) -> Speech:
    made = rows.speech(
        *paragraphs, meeting=meeting, position=position, public_id=f"s-{position}", **fields
    )
    annotate_again(Speech.objects.filter(pk=made.pk))
    return made


def page_at(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def paragraphs_on(page: str) -> list[str]:
    """The text of each paragraph, as a reader would copy it."""
    printed = re.findall(r"<p(?: data-number=\"\d+\.\")?>(.*?)</p>", page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", each)) for each in printed]


@pytest.mark.parametrize("path", ["/speech/s-1/", "/meeting/riv-pv-7/"])
def test_marks_add_no_sign_to_the_text(client: Client, path: str) -> None:
    record_of(rows.meeting(), HOSTILE, "As resolution 1325 (2000) says.\nSo be it.")
    page = page_at(client, path)
    assert HOSTILE in paragraphs_on(page)
    assert "As resolution 1325 (2000) says.\nSo be it." in paragraphs_on(page)
    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["/speech/s-1/", "/meeting/riv-pv-7/"])
def test_a_reference_leads_to_the_meeting_that_is_held(client: Client, path: str) -> None:
    rows.meeting("S/PV.8628")
    record_of(rows.meeting(), "See S/PV8628, p. 2, and S/PV.8629 and A /79/ 1.")
    page = page_at(client, path)
    assert '<a href="/meeting/s-pv-8628/" title="S/PV.8628">S/PV8628, p. 2</a>' in page
    assert '<span class="reference">S/PV.8629</span>' in page  # not held, printed as usual
    assert '<span class="reference" title="A/79/1">A /79/ 1</span>' in page


def test_a_note_of_another_language_is_marked(client: Client) -> None:
    record_of(rows.meeting(), "Good morning. (spoke in French) Bonjour.")
    assert '<span class="language">(spoke in French)</span>' in page_at(client, "/speech/s-1/")


@pytest.mark.parametrize("spans", [[(0, 5), (3, 8)], [(4, 90)], [(0, 17), (0, 3)]])
def test_spans_that_do_not_fit_leave_the_text_as_it_is(
    client: Client, spans: list[tuple[int, int]]
) -> None:
    text = "Rivers flow down."
    paragraph = record_of(rows.meeting(), text).paragraphs.get()
    for number, (start, end) in enumerate(dict(spans).items()):
        Reference.objects.create(paragraph=paragraph, start=start, end=end, symbol=f"A/{number}")
    assert text in paragraphs_on(page_at(client, "/speech/s-1/"))


def test_the_record_stands_around_a_speech_and_is_nobodys(client: Client) -> None:
    meeting = rows.meeting()
    for position, (number, title) in enumerate({"4": "Tides", "5 (b)": "Floods"}.items(), 1):
        topic = rows.topic(title, slug=title.lower())
        meeting.agenda_items.add(topic, through_defaults={"position": position, "number": number})
    record_of(
        meeting,
        "The meeting was called to order at 10 a.m.",
        "Floods",
        "The river rose.",
        "The meeting was suspended at noon.",
        "It fell.",
        "Tides (continued)",
        narrative=[1, 2, 4, 6],
        speaker_printed="Ms. Ebb",
    )
    record_of(meeting, "The tide turns.", position=2)
    page = page_at(client, "/meeting/riv-pv-7/")
    article = page[page.index('<article class="turn" id="s-1"') : page.index("</article>")]
    assert "called to order" not in article
    assert "Tides" not in article
    assert "suspended at noon" in article
    in_order = [
        "called to order",
        "Floods</a></p>",
        'id="s-1"',
        "It fell.",
        "Tides (cont",
        'id="s-2"',
    ]
    record = page[page.index('id="record"') :]
    places = [record.index(each) for each in in_order]
    assert places == sorted(places)
    headings = [
        attributes["aria-level"]
        for _, attributes in Elements(page).found
        if attributes.get("role") == "heading"
    ]
    assert headings == ["3", "3"]
    assert 'href="/topic/tides/">Tides (continued)</a>' in page
    assert page.index('<span class="number">4</span>') < page.index(">5 (b)</span>")
    answer = client.get("/api/v1/meetings/riv-pv-7").json()
    agenda = [(item["number"], item["slug"]) for item in answer["agenda"]]
    assert agenda == [("4", "tides"), ("5 (b)", "floods")]
    assert (answer["organ"], answer["organ_url"]) == ("Rivers Council", "/organ/rivers-council/")
    assert [speech["id"] for speech in answer["speeches"]] == ["s-1", "s-2"]
    assert client.get("/api/v1/meetings/nothing").status_code == 404


def test_a_speech_does_not_end_with_the_next_heading(client: Client) -> None:
    record_of(
        rows.meeting(), "The river rose.", "Tides and other waters", "Next words", narrative=[2, 3]
    )
    page = page_at(client, "/speech/s-1/")
    spoken = page[page.index('<div class="spoken">') : page.index('<aside class="around"')]
    assert "Tides" not in spoken
    after = page[page.index('<aside class="around"') : page.index("</aside>")]
    assert "after this speech" in after
    assert 'id="p2"' in after  # its address stays
    assert "data-cite" not in after  # and is not cited as the speaker's words


def test_a_speech_of_narrative_alone_is_shown(client: Client) -> None:
    record_of(rows.meeting(), "The meeting rose at noon.", narrative=[1])
    for path in ("/speech/s-1/", "/meeting/riv-pv-7/"):
        page = page_at(client, path)
        assert "The meeting rose at noon." in paragraphs_on(page)
        assert "No text of this speech" not in page


def votes_on(page: str) -> list[list[tuple[str, str]]]:
    """Each table's ballots and numbers."""
    return [
        re.findall(r'<th scope="row">(.*?)</th>\s*<td class="number">(\d+)</td>', table)
        for table in re.findall(r'<table class="vote">.*?</table>', page, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["In favour: Chad, Peru", "Against: None", "Abstentions: Norway"], [["2", "0", "1"]]),
        (
            ["In favour:", "Chad and Peru", "Against:", "None.", "Absent:", "Mali"],
            [["2", "0", "1"]],
        ),
        (["In favour: Chad Against: None Abstaining: Peru"], [["1", "0", "1"]]),
        (["In favour: Chad", "Against: Peru"] * 2, [["1", "1"]] * 2),
        (["In favour: Chad", "It was so decided.", "Against: Peru"], [["1"], ["1"]]),
        (["The draft resolution was adopted."], []),
    ],
)
@pytest.mark.parametrize("path", ["/speech/s-1/", "/meeting/riv-pv-7/"])
def test_each_vote_has_one_table(
    client: Client, path: str, texts: list[str], expected: list[list[str]]
) -> None:
    narrative = range(2, len(texts) + 2)
    record_of(rows.meeting(), "I put it to the vote.", *texts, "So be it.", narrative=[*narrative])
    page = page_at(client, path)
    assert [[number for _, number in table] for table in votes_on(page)] == expected
    for text in texts:
        assert text in paragraphs_on(page)


@pytest.mark.parametrize("path", ["/speech/s-1/", "/meeting/riv-pv-7/"])
def test_a_vote_shows_what_was_voted_on_and_totals_that_differ(client: Client, path: str) -> None:
    texts = [
        "I put draft resolution A/70/L.9 to the vote.",
        "In favour: Chad, Peru",
        "Against: Norway",
        "Draft resolution A/70/L.9 was adopted by 3 votes to 1 (resolution 70/12).",
    ]
    record_of(rows.meeting(), *texts, narrative=[2, 3])
    page = page_at(client, path)
    assert votes_on(page) == [[("In favour", "3"), ("Against", "1")]]
    caption = re.sub(r"\s+", " ", page.split("<caption>")[1].split("</caption>")[0]).strip()
    assert caption == "Recorded vote: Draft resolution A/70/L.9 (resolution 70/12)"
    assert re.findall(r'class="differs">(.*?)</p>', page) == [
        "The record prints 3; the list has 2 names."
    ]


def test_a_vote_links_countries_and_prints_the_unknown(client: Client) -> None:
    record_of(rows.meeting(), "In favour: Chad, <b>Nowhere", "Yes.", narrative=[1])
    page = page_at(client, "/meeting/riv-pv-7/")
    assert '<a href="/country/TCD/">Chad</a>' in page
    assert "<li>&lt;b&gt;Nowhere</li>" in page


def test_the_first_page_is_shown_as_printed(client: Client) -> None:
    meeting = rows.meeting(first_page="RIV/PV.7\n<i>Members:</i> Chad")
    chad = rows.country("TCD")
    for position, country in enumerate((chad, None), start=1):
        Member.objects.create(
            meeting=meeting, position=position, affiliation=f"Chad {position}", name="Ngarta",
            honorific="Ms.", country=country,
        )  # fmt: skip
    rows.presidency(meeting)
    rows.presidency(meeting, position=2, name_printed="Mr. Weir")
    page = page_at(client, "/meeting/riv-pv-7/")
    assert "RIV/PV.7\n&lt;i&gt;Members:&lt;/i&gt; Chad" in page
    assert '<a href="/country/TCD/">Chad 1</a>' in page
    assert "Members: 2" in page
    assert "<dt>Presidents</dt>" in page


def test_times_of_a_recording_are_shown(client: Client) -> None:
    speech = record_of(rows.meeting(), "The tern is low.")
    speech.paragraphs.update(time_s=62.5)
    for path in ("/speech/s-1/", "/meeting/riv-pv-7/"):
        page = without_sentences(page_at(client, path))
        assert '<p data-time="1:02">The tern is low.' in page
    answer = client.get("/api/v1/speeches/s-1").json()
    assert answer["paragraphs"][0]["time_s"] == 62.5


def test_printed_numbers_and_national_capacity_are_shown(client: Client) -> None:
    speech = record_of(rows.meeting(), "I shall speak in my national capacity.")
    speech.paragraphs.update(number=19)
    for path in ("/speech/s-1/", "/meeting/riv-pv-7/"):
        page = page_at(client, path)
        assert '<p data-number="19.">' in page
        assert "in a national capacity" in page


def test_a_turn_that_continues_a_speech_shows_its_speaker_line(client: Client) -> None:
    meeting = rows.meeting()
    speech = record_of(meeting, "We vote.", "The lists were printed.", "It is done.", narrative=[2])
    speech.paragraphs.filter(position=3).update(turn_line="The President <Acting>")
    for path in ("/speech/s-1/", "/meeting/riv-pv-7/"):
        page = without_sentences(page_at(client, path))
        mark, text = '<p class="turn-line">The President &lt;Acting&gt;</p>', "<p>It is done.</p>"
        assert page.count("turn-line") == 1
        assert f"<div>{mark}{text}</div>" in page


def test_a_meeting_is_named_in_speeches_of_others(client: Client) -> None:
    here, other = rows.meeting("S/PV.7"), rows.meeting("S/PV.8628")
    record_of(here, "As S/PV.7 says.")  # its own
    assert "Cited in other meetings" not in page_at(client, "/meeting/s-pv-7/")
    for position in range(2, 9):
        record_of(other, "As S/PV.7, p. 2, says; and S/PV.7.", position=position)
    page = page_at(client, "/meeting/s-pv-7/")
    named = page[page.index('id="naming"') :]
    assert '<span class="count">7</span>' in named
    assert named.count('<article class="row">') == 5
    assert 'href="/documents/?symbol=S/PV.7"' in named
    listed = page_at(client, "/documents/?symbol=S/PV.7")
    assert listed.count('<article class="row">') == 8
    assert 'href="/meeting/s-pv-7/"' in listed


@pytest.mark.parametrize("symbol", ["S/PV.404", "", "%00", "<script>", "x" * 5_000])
def test_a_document_that_nobody_names_is_not_found(client: Client, symbol: str) -> None:
    assert client.get("/documents/", {"symbol": symbol}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/meeting/riv-pv-7/",
        "/speech/s-1/",
        "/documents/",
        "/documents/?symbol=S/PV.1",
        "/country/TCD/votes/",
    ],
)
def test_questions_do_not_grow_with_what_is_shown(client: Client, path: str) -> None:
    meeting = rows.meeting()
    rows.meeting("S/PV.1")
    texts = ["See S/PV.1 and resolution 1325 (2000).", "In favour: Chad, Peru", "(spoke in French)"]
    record_of(meeting, *texts, narrative=[2])
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    for position in range(2, 20):
        record_of(meeting, *texts * 3, position=position, narrative=[2, 5, 8])
        rows.meeting(f"S/PV.{position}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(path).status_code == 200
    assert len(many) <= len(few) + (path == "/speech/s-1/")  # now it has a neighbour


@pytest.mark.parametrize(
    ("symbol", "description"),
    [
        ("RIV/PV.4", "RIV/PV.4, verbatim record: 1 speech in the order of speaking."),
        ("RIV/SR.4", "RIV/SR.4, summary record: 1 speech in the order of speaking."),
        ("RIVER 4", "RIVER 4, record of a meeting: 1 speech in the order of speaking."),
    ],
)
def test_a_page_says_what_kind_of_record_it_shows(
    client: Client, symbol: str, description: str
) -> None:
    sitting = rows.meeting("RIV/PV.9", slug="of-rivers")
    Meeting.objects.filter(pk=sitting.pk).update(symbol=symbol)
    record_of(sitting, "The river rises.")
    page = page_at(client, "/meeting/of-rivers/")
    assert f'<meta name="description" content="{description}">' in page
    assert f"<span>{description.split(', ')[1].partition(':')[0]}</span>" in page
