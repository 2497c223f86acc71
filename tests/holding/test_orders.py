"""The orders of lists."""

from datetime import date

import pytest
from support import rows

from statements.models import Meeting, Speech, Vote

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 22)


def test_meetings_of_one_day_stand_by_number_not_by_letters() -> None:
    for symbol in ("RIV/PV.100", "RIV/PV.99", "RIV/PV.100 (Resumption 1)", "RIV/PV.9"):
        rows.meeting(symbol, date=DAY, organ="Rivers Council")
    symbols = [meeting.symbol for meeting in Meeting.objects.with_speech_counts()]
    assert symbols == ["RIV/PV.100 (Resumption 1)", "RIV/PV.100", "RIV/PV.99", "RIV/PV.9"]


def test_speeches_stand_by_their_meetings_number_whatever_came_first() -> None:
    for symbol in ("RIV/PV.100", "RIV/PV.99", "RIV/PV.101"):
        meeting = rows.meeting(symbol, date=DAY, organ="Rivers Council")
        for position in (2, 1):
            rows.speech("Water.", meeting=meeting, position=position, date=DAY)
    rows.speech("Undated water.", date=None, position=1)
    listed = [
        (speech.meeting.number if speech.meeting else None, speech.position)
        for speech in Speech.objects.latest_first().select_related("meeting")
    ]
    assert listed == [(101, 1), (101, 2), (100, 1), (100, 2), (99, 1), (99, 2), (None, 1)]


def test_a_year_without_a_day_comes_after_all_days_of_that_year() -> None:
    times: list[dict[str, date | int | None]] = [
        {"date": None, "year_stated": 1975},
        {"date": date(1976, 1, 1)},
        {"date": None},
        {"date": date(1975, 1, 1)},
        {"date": None, "year_stated": 1977},
        {"date": date(1975, 12, 31)},
    ]
    ballots = []
    for time in times:
        speech = rows.speech("In favour: Norway", narrative=[1], **time)
        paragraph = speech.paragraphs.get()
        ballots.append(Vote(paragraph=paragraph, position=1, ballot="in favour"))
    Vote.objects.bulk_create(ballots)
    expected = [(1977, None), (1976, 1), (1975, 31), (1975, 1), (1975, None), (None, None)]
    for speeches in (
        Speech.objects.latest_first(),
        Speech.objects.all(),
        [vote.paragraph.speech for vote in Vote.objects.for_listing()],
    ):
        listed = [(speech.year, speech.date and speech.date.day) for speech in speeches]
        assert listed == expected


def test_the_speeches_of_a_session_stand_in_the_order_of_speaking_then_by_country() -> None:
    session = rows.session(30)
    meetings = [rows.meeting(symbol) for symbol in ("RIV/PV.9", "RIV/PV.10")]
    fields: list[dict[str, object]] = [
        {"country": rows.country("PER"), "date": None},
        {"country": None, "date": None},
        {"country": rows.country("NOR"), "date": None},
        {"country": rows.country("TCD"), "date": None, "meeting": meetings[1], "position": 1},
        {"country": rows.country("SWE"), "date": None, "meeting": meetings[0], "position": 2},
        {"country": rows.country("FRA"), "date": None, "meeting": meetings[0], "position": 1},
        {"country": rows.country("ITA"), "date": DAY},
    ]
    for values in fields:
        rows.speech(session=session, **values)
    listed = [speech.country_id for speech in session.speeches.in_session_order()]
    assert listed == ["ITA", "FRA", "SWE", "TCD", "NOR", "PER", None]
