"""The dictionary form of a speech."""

import json

import pytest
from pytest_django import DjangoAssertNumQueries
from support import rows

from statements.exports.records import record
from statements.models import Speech

pytestmark = pytest.mark.django_db


def test_printed_and_normalised_forms_stand_side_by_side() -> None:
    kazakhstan = rows.country("KAZ")
    speech = rows.speech(
        speaker_printed="Mr. Umarov",
        affiliation="Republic of Kazakhstan",
        country=kazakhstan,
        speaker=rows.speaker("Umarov", country=kazakhstan),
        meeting=rows.meeting("S/PV.8699", organ="Security Council"),
        position=4,
        topics=[rows.topic("Floods and early warning", slug="floods")],
    )
    written = json.loads(json.dumps(record(speech)))
    assert written["speaker"] == "Mr. Umarov"
    assert written["affiliation"] == "Republic of Kazakhstan"
    assert written["country"] == {"code": "KAZ", "name": "Kazakhstan"}
    assert written["title"] == (
        "Kazakhstan, Ms. Umarov, Security Council, S/PV.8699, 9 January 2020"
    )
    assert written["meeting"] == "S/PV.8699"
    assert written["date"] == "2020-01-09"
    assert written["position"] == 4
    assert written["topics"] == [{"slug": "floods", "title": "Floods and early warning"}]
    assert written["url"] == f"/speech/{speech.public_id}/"


def test_what_is_not_known_is_null_and_never_guessed() -> None:
    written = record(rows.speech(affiliation="Nowhere", date=None))
    unknown = {key for key, value in written.items() if value is None}
    assert unknown == {
        "capacity",
        "country",
        "date",
        "meeting",
        "meeting_url",
        "session",
        "speaker_url",
        "year",
    }


def test_a_listed_speech_needs_no_further_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows.speech(meeting=rows.meeting(), country=rows.country("KAZ"), speaker=rows.speaker("Brook"))
    speech = Speech.objects.for_listing().prefetch_related("topics", "affiliations").get()
    with django_assert_num_queries(0):
        record(speech)
