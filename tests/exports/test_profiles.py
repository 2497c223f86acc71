"""What speeches of a person or on a topic have in common, and which are the first and last."""

from datetime import date

import pytest
from django.test import Client
from support import rows

from statements.exports.profiles import count_by, first_and_last, profile
from statements.ingest import annotate_again
from statements.models import Speaker, Speech, Withdrawal

pytestmark = pytest.mark.django_db


@pytest.fixture
def brook() -> Speaker:
    return rows.speaker("Brook", slug="brook", country=rows.country("KAZ"))


def spoke(person: Speaker, *paragraphs: str, **fields: object) -> Speech:
    fields = {"speaker": person, "country": person.country} | fields
    return rows.speech(*paragraphs, **fields)


def test_nobody_has_an_empty_profile(brook: Speaker) -> None:
    described = profile(brook)
    assert (described.roles, described.delegations, described.years) == ([], [], {})
    assert described.words == 0
    assert first_and_last(brook.speeches.all()) == []


def test_words_are_summed_once_all_are_counted(brook: Speaker) -> None:
    made = [spoke(brook, "The river rose."), spoke(brook, "It fell.", role="Guest")]
    assert profile(brook).words is None
    annotate_again(Speech.objects.filter(pk=made[0].pk))
    assert profile(brook).words is None
    annotate_again(Speech.objects.filter(pk=made[1].pk))
    assert profile(brook).words == 5


def test_roles_have_days_where_all_are_known_and_are_one_in_any_case(brook: Speaker) -> None:
    spoke(brook, role="Minister for Weirs", date=date(2019, 3, 1))
    spoke(brook, role="Minister for weirs", date=date(2020, 5, 2))
    spoke(brook, role="MINISTER FOR WEIRS", date=date(2018, 5, 2))
    spoke(brook, role="Envoy", date=None, year_stated=2004)
    spoke(brook, role="Envoy", date=date(2001, 2, 3))
    spoke(brook, role="Guest", date=None, country=rows.country("PER"))
    held = [(each.role, each.country, *each.period, each.speeches) for each in profile(brook).roles]
    assert held == [
        ("Minister for weirs", "KAZ", 2018, 2020, date(2018, 5, 2), date(2020, 5, 2), 3),
        ("Envoy", "KAZ", 2001, 2004, None, None, 2),
        ("Guest", "PER", None, None, None, None, 1),
    ]
    assert list(profile(brook).years.items()) == [
        (2001, 1),
        (2004, 1),
        (2018, 1),
        (2019, 1),
        (2020, 1),
    ]


def test_a_chair_is_president_of_the_meetings_that_the_records_name(brook: Speaker) -> None:
    meeting = rows.meeting()
    spoke(brook, speaker_printed="The President", role="President", meeting=meeting)
    [role] = profile(brook).roles
    assert (role.role, role.country, role.country_name) == ("President", "", "")
    rows.presidency(meeting, speaker=brook, country=brook.country)
    rows.presidency(rows.meeting("RIV/PV.9", organ="", date=None), speaker=brook)
    described = profile(brook)
    assert described.roles == []
    day = date(2020, 1, 9)
    assert [tuple(each) for each in described.presided] == [
        ("Rivers Council", (2020, 2020, day, day), 1),
        ("", (None, None, None, None), 1),
    ]


def test_delegations_groups_and_languages_are_counted(brook: Speaker) -> None:
    spoke(brook, language="fr", on_behalf_of="Lower Estuary States")
    spoke(brook, language="fr", on_behalf_of="lower estuary States")
    spoke(brook, language="es", country=None, affiliation="Weir Board")
    spoke(brook, country=None, affiliation="Envoy", role="Envoy")
    described = profile(brook)
    assert [tuple(each) for each in described.delegations] == [
        ("KAZ", "Kazakhstan", 2),
        ("", "Weir Board", 1),
    ]
    [behalf] = described.on_behalf_of
    assert (behalf.label.casefold(), behalf.speeches) == ("lower estuary states", 2)
    assert [(each.key, each.speeches) for each in described.languages] == [("fr", 2), ("es", 1)]


def test_a_withdrawn_speech_counts_nowhere(brook: Speaker) -> None:
    withdrawn = spoke(brook, "Secret words.", role="Minister", language="fr")
    Speech.objects.filter(pk=withdrawn.pk).update(
        withdrawal=Withdrawal.objects.create(reason="Asked for.")
    )
    described = profile(brook)
    assert (described.roles, described.languages, described.delegations) == ([], [], [])
    assert first_and_last(brook.speeches.all()) == []


def test_the_first_and_last_speech_have_their_opening_words(brook: Speaker) -> None:
    spoke(brook, "Undated.", date=None)
    spoke(brook, "Of that year.", date=None, year_stated=2018)
    spoke(brook, "The middle.", date=date(2018, 1, 1))
    last = spoke(brook, "Called to order.", "Mr. President,", "The end.", narrative=[1])
    ends = first_and_last(brook.speeches.all())
    assert [end.opening for end in ends] == ["Of that year.", "Mr. President, The end."]
    [only] = first_and_last(Speech.objects.filter(pk=last.pk))
    assert only.speech == last


def test_the_chair_is_passed_over_only_if_others_spoke(brook: Speaker) -> None:
    meeting = rows.meeting()
    for position, printed in enumerate(("The President", "Ms. Brook", "The President"), start=1):
        spoke(
            brook, f"Words {position}.", speaker_printed=printed, meeting=meeting, position=position
        )
    speeches = Speech.objects.all()
    assert [end.opening for end in first_and_last(speeches)] == ["Words 1.", "Words 3."]
    assert [end.opening for end in first_and_last(speeches, without_chair=True)] == ["Words 2."]
    by_chair = speeches.filter(speaker_printed="The President")
    assert len(first_and_last(by_chair, without_chair=True)) == 2


def test_values_are_counted_the_most_frequent_first(brook: Speaker) -> None:
    floods, tides = rows.topic("Floods"), rows.topic("Tides")
    for topics in ([tides], [tides, floods], [], [], []):
        spoke(brook, topics=topics)
    counted = count_by(brook.speeches.all(), "topics__slug", "topics__title")
    assert [(each.label, each.speeches) for each in counted] == [("Tides", 2), ("Floods", 1)]
    assert len(count_by(brook.speeches.all(), "topics__slug", "topics__title", 1)) == 1


def test_a_persons_page_and_its_json_say_the_same(client: Client, brook: Speaker) -> None:
    tides = rows.topic("Tides", slug="tides")
    for year in (2004, 2006):
        spoke(
            brook, f"In {year} the weir held.", role="Minister", date=None, year_stated=year,
            language="fr", topics=[tides],
        )  # fmt: skip
    page = client.get("/speaker/brook/").content.decode()
    for text in (
        "Minister", "2004–2006", "First speech", "In 2004 the weir held.", "In 2006", "French",
        'href="/search/?speaker=brook&amp;topic=tides&amp;procedure=show"',
    ):  # fmt: skip
        assert text in page, text
    assert "years-plot" not in page  # two years make no chart
    spoke(brook, date=date(2010, 1, 1))
    assert "years-plot" in client.get("/speaker/brook/").content.decode()
    person = client.get("/api/v1/speakers/brook").json()
    assert person["roles"][0] | {"count": 2, "first": 2004, "last": 2006} == person["roles"][0]
    assert person["first_speech"]["opening"] == "In 2004 the weir held."
    assert person["last_speech"]["date"] == "2010-01-01"
    assert person["topics"] == [{"value": "tides", "label": "Tides", "count": 2}]
    assert person["languages"] == [{"value": "fr", "label": "fr", "count": 2}]
    assert person["delegations"] == [{"value": "KAZ", "label": "Kazakhstan", "count": 3}]
