"""Topics: who speaks on one most, first and last, and their list."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import rows

from statements.models import Speech, Topic, Withdrawal

pytestmark = pytest.mark.django_db


def test_a_page_says_who_spoke_most_first_and_last(client: Client) -> None:
    tides = rows.topic("Tides", slug="tides")
    kazakhstan, brook = rows.country("KAZ"), rows.speaker("Brook", slug="brook")
    meeting = rows.meeting(date=date(2019, 1, 1))
    rows.speech(
        "The meeting is called to order.", speaker_printed="The President", meeting=meeting,
        position=1, date=meeting.date, topics=[tides],
    )  # fmt: skip
    for position, words in enumerate(("The tide came in.", "It went out."), start=2):
        rows.speech(
            words, country=kazakhstan, speaker=brook, meeting=meeting, position=position,
            date=meeting.date, topics=[tides],
        )  # fmt: skip
    page = client.get("/topic/tides/").content.decode()
    assert page.index("The tide came in.") < page.index("It went out.")
    assert "called to order" not in page
    found = "/search/?topic=tides&amp;{}&amp;procedure=show"
    assert f'href="{found.format("country=KAZ")}">Kazakhstan</a>' in page
    assert f'href="{found.format("speaker=brook")}">Ms. Brook</a>' in page


def test_topics_of_the_same_meetings_are_related(client: Client) -> None:
    tides, floods, weirs = (
        rows.topic(title, slug=title.lower()) for title in ("Tides", "Floods", "Weirs")
    )
    hidden = rows.topic("Hidden")
    for number in (1, 2):
        meeting = rows.meeting(f"RIV/PV.{number}")
        meeting.agenda_items.add(tides, floods)
    rows.speech(meeting=meeting, topics=[weirs])
    withdrawn = rows.speech(meeting=meeting, position=999, topics=[hidden])
    Speech.objects.filter(pk=withdrawn.pk).update(
        withdrawal=Withdrawal.objects.create(reason="Error.")
    )
    related = Topic.objects.at_meetings_of(tides, 10)
    assert [(topic.title, topic.meeting_count) for topic in related] == [
        ("Floods", 2),
        ("Weirs", 1),
    ]
    assert [topic.title for topic in Topic.objects.at_meetings_of(weirs, 1)] == ["Floods"]
    assert "At the same meetings" in client.get("/topic/tides/").content.decode()
    assert Topic.objects.at_meetings_of(hidden, 10) == []


def titles(client: Client, query: str = "") -> list[tuple[str, list[str]]]:
    by_kind = client.get(f"/topics/{query}").context["by_kind"]
    return [(str(kind), [topic.title for topic in topics]) for kind, topics in by_kind]


def test_topics_are_by_kind_and_title_in_any_case(client: Client) -> None:
    for title in (
        "MINUSCA", "Maintenance of weirs", "Middle Estuary, including the bar", "Étangs",
        "Middle Estuary including the bar", "The Estuary", "Floods",
    ):  # fmt: skip
        rows.speech(topics=[rows.topic(title, kind=Topic.Kind.SUBJECT)])
    rows.speech(topics=[rows.topic("Zones"), rows.topic("Unheard")][:1])
    assert titles(client) == [
        ("Agenda items", ["Zones"]),
        (
            "Subjects",
            [
                "The Estuary", "Étangs", "Floods", "Maintenance of weirs",
                "Middle Estuary, including the bar", "Middle Estuary including the bar", "MINUSCA",
            ],
        ),
    ]  # fmt: skip
    assert titles(client, "?filter=BAR+estuary") == [
        ("Subjects", ["Middle Estuary, including the bar", "Middle Estuary including the bar"])
    ]
    page = client.get("/topics/?filter=weir%00s%3Cb%3E").content.decode()
    assert "No topic has “weirs&lt;b&gt;”" in page


def test_topics_heard_more_are_larger_and_many_are_paged(client: Client) -> None:
    often, once = rows.topic("Often"), rows.topic("Once")
    for _ in range(5):
        rows.speech(topics=[often])
    rows.speech(topics=[once, *(rows.topic(f"Topic {number:03}") for number in range(200))])
    response = client.get("/topics/")
    sizes = {topic.title: topic.size for topic in response.context["page"]}
    assert (sizes["Often"], sizes["Once"]) == (5, 1)
    assert response.context["page"].paginator.count == 202
    assert titles(client, "?page=2") == [("Agenda items", ["Topic 198", "Topic 199"])]


def test_statements_do_not_grow_with_a_topic(client: Client) -> None:
    tides = rows.topic("Tides", slug="tides")
    counted = []
    for count in (1, 10):
        for number in range(count):
            meeting = rows.meeting(f"RIV/PV.{count * 100 + number}")
            meeting.agenda_items.add(tides, rows.topic(f"Topic {count} {number}"))
            rows.speech(
                meeting=meeting, topics=[tides], speaker=rows.speaker(f"B {count} {number}")
            )
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/topic/tides/?visit={count}")
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 16
