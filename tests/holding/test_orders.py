"""The orders of lists."""

from datetime import date

import pytest
from support import rows

from statements.models import Meeting, Speech

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
