"""Sessions of speeches, as files, their names and tables state them."""

import pytest

from statements.ingest import Metadata, publish, receive
from statements.models import Session, Speech
from statements.transcripts.datasets.ungdc import DEBATE

pytestmark = pytest.mark.django_db

WORDS = "The weirs stand open and the river is low.\n\nWe ask for patience from all of you.\n"


def published(name: str, text: str = WORDS, metadata: Metadata | None = None) -> list[Speech]:
    received = receive(name, text.encode(), metadata=metadata)
    assert received.draft
    publish(received.transcript, received.draft)
    return list(Speech.objects.filter(transcript=received.transcript).order_by("position"))


def test_a_file_of_the_general_debate_may_come_alone() -> None:
    [speech] = published("KAZ_52_1997.txt")
    assert str(speech.session) == "General debate, 52nd session, General Assembly, 1997"
    assert (speech.country_id, speech.year, speech.date) == ("KAZ", 1997, None)
    assert [topic.title for topic in speech.topics.all()] == [DEBATE]
    codes = {problem["code"] for problem in speech.transcript.problems}
    assert "read-from-file-name" in codes
    assert codes.isdisjoint({"no-date", "no-symbol"})


@pytest.mark.parametrize(
    ("name", "text", "metadata"),
    [
        ("KAZ_52_1998.txt", WORDS, Metadata()),  # not the year of that session
        ("KAZ_52_1997 (draft).txt", WORDS, Metadata()),
        ("KAZ_52_1997.txt", WORDS, Metadata(organ="Rivers Council")),
        ("KAZ_52_1997.txt", WORDS, Metadata(symbol="S/PV.12")),
        ("KAZ_52_1997.txt", WORDS, Metadata(country="NOR")),
        ("KAZ_52_1997.txt", WORDS, Metadata(session=51)),
        ("KAZ_52_1997.txt", WORDS, Metadata(year=1996)),
    ],
)
def test_other_names_and_contradictions_state_no_session(
    name: str, text: str, metadata: Metadata
) -> None:
    [speech] = published(name, text, metadata)
    assert speech.session is None
    assert speech.country_id != "KAZ"


def test_metadata_of_a_file_state_its_session() -> None:
    stated = Metadata(organ="Rivers Council", session=12, debate="Budget debate", year=2021)
    [speech] = published("a.txt", metadata=stated)
    assert str(speech.session) == "Budget debate, 12th session, Rivers Council, 2021"
    assert (speech.year, speech.date) == (2021, None)


def test_without_an_organ_or_a_year_no_session_is_made() -> None:
    published("a.txt", metadata=Metadata(session=12, year=2021))
    published("b.txt", f"{WORDS} Thanks.", Metadata(session=12, organ="Rivers Council"))
    assert not Session.objects.exists()


def test_a_table_of_speeches_states_their_sessions() -> None:
    table = (
        "content,date,organ,session,debate,who\n"
        "The ferry sails at noon.,2021-03-04,Rivers Council,12th,Budget debate,Ms. Lund\n"
        "The tide is late.,2021-03-05,Rivers Council,12,Budget debate,Mr. Rill\n"
        "The weir is shut.,2021-03-06,Rivers Council,morning,,Mr. Tarn\n"
    )
    first, second, third = published("t.csv", table)
    assert str(first.session) == "Budget debate, 12th session, Rivers Council, 2021"
    assert second.session == first.session
    assert third.session is None
    codes = {problem["code"] for problem in first.transcript.problems}
    assert "bad-cell" not in codes  # a column "session" may say anything
