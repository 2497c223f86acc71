"""Days and meetings of the speeches of a session, entered as a table."""

from datetime import date

import pytest
from django.db import IntegrityError
from support import rows

from statements.ingest import UnusablePlaces, place_speeches, read_places
from statements.models import Meeting, Session, Speech

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Session:
    """A session in which Norway spoke once, and Peru twice."""
    held = rows.session(30, year=1975)
    for public_id, code, name in (
        ("nor", "NOR", "Lund"),
        ("per-1", "PER", "Rill"),
        ("per-2", "PER", "Sail"),
    ):
        rows.speech(
            public_id=public_id,
            country=rows.country(code),
            speaker=rows.speaker(name),
            session=held,
            date=None,
            year_stated=1975,
        )
    return held


def place(session: Session, table: str) -> int:
    return place_speeches(session, read_places(session, table))


def stored(public_id: str) -> tuple[date | None, int | None, str | None, int]:
    speech = Speech.objects.select_related("meeting").get(public_id=public_id)
    symbol = speech.meeting.symbol if speech.meeting else None
    return speech.date, speech.year_stated, symbol, speech.position


def test_rows_name_speeches_by_country_speaker_or_id(session: Session) -> None:
    table = """\
country,speaker,id,date,symbol,position
Norway,,,1975-09-24,A/30/PV.2359,3
PER,Rill,,25 September 1975,A/30/PV.2361,
,,per-2,,A/30/PV.2361,
"""
    assert place(session, table) == 3
    assert stored("nor") == (date(1975, 9, 24), None, "A/30/PV.2359", 3)
    assert stored("per-1") == (date(1975, 9, 25), None, "A/30/PV.2361", 1)
    assert stored("per-2") == (None, 1975, "A/30/PV.2361", 2)
    meeting = Meeting.objects.get(symbol="A/30/PV.2359")
    assert (meeting.organ_id, meeting.number) == ("Rivers Council", 2359)
    assert meeting.date == date(1975, 9, 24)
    assert place(session, table) == 0  # a second time


def test_one_row_can_stand_for_all_other_speeches(session: Session) -> None:
    assert place(session, "country\tdate\nNOR\t1975-09-24\n*\t1975-09-25\n") == 3
    days = Speech.objects.order_by("public_id").values_list("date__day", flat=True)
    assert list(days) == [24, 25, 25]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("country,day\nNorway,1975-09-24", "must name the columns"),
        ("date,symbol\n1975-09-24,A/30/PV.1", "must name the columns"),
        ("country,date\nNorway,24 Octember 1975", "Line 2: “24 Octember 1975” is not a date"),
        ("country,date\nNorway,1979-09-24", "1979-09-24 is not in the year of the session"),
        ("country,symbol\nNorway,thirty", "is not a symbol"),
        ("country,date\nChad,1975-09-24", "0 speeches of the session match Chad"),
        ("country,date\nPeru,1975-09-24", "2 speeches of the session match Peru"),
        ("country,date\nUtopia,1975-09-24", "there is no country “Utopia”"),
        ("id,date\nriver,1975-09-24", "the session has no speech “river”"),
        ("country,symbol,position\n*,A/30/PV.1,2", "several speeches cannot have one position"),
        ("country,date,position\nNorway,1975-09-24,2", "needs the symbol"),
        ("country,symbol,position\nNorway,A/30/PV.1,last", "“last” is not a position"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(session: Session, table: str, reason: str) -> None:
    with pytest.raises(UnusablePlaces, match=reason.replace("(", "\\(")):
        read_places(session, table)


def test_a_position_that_is_taken_is_refused(session: Session) -> None:
    rows.speech(meeting=rows.meeting("A/30/PV.2359"), position=3)
    places = read_places(session, "country,symbol,position\nNorway,A/30/PV.2359,3")
    with pytest.raises(IntegrityError, match="speech_meeting_position"):
        place_speeches(session, places)
    assert stored("nor")[2] is None
