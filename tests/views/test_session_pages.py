"""The pages of sessions, and where speeches are listed with theirs."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from support import rows

from statements import ingest
from statements.exports.neighbours import neighbours, neighbours_of_delegation
from statements.models import Session, Speech

pytestmark = pytest.mark.django_db


def statement(session: Session, code: str, **fields: Any) -> Speech:
    fields = {"date": None, "year_stated": session.year} | fields
    return rows.speech(session=session, country=rows.country(code), **fields)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def places(text: str, *speeches: Speech) -> list[int]:
    return [text.index(speech.get_absolute_url()) for speech in speeches]


def test_speakers_are_listed_by_country_and_sessions_lead_to_each_other(client: Client) -> None:
    before, shown, after = (rows.session(number) for number in (11, 12, 14))
    rows.session(13)  # without speeches
    rows.session(15, debate="Budget", slug="budget")
    statement(before, "NOR")
    statement(after, "NOR")
    peru, norway = statement(shown, "PER"), statement(shown, "NOR")
    text = page(client, shown.get_absolute_url())
    assert places(text, norway, peru) == sorted(places(text, norway, peru))
    assert "Speakers, by country" in text
    assert "General debate, 12th session" in text
    assert '<time datetime="2020">2020</time>' in text
    assert before.get_absolute_url() in text
    assert after.get_absolute_url() in text


def test_the_order_of_speaking_counts_where_it_is_known(client: Client) -> None:
    session = rows.session(12, first_day=date(2020, 9, 24), last_day=date(2020, 9, 26))
    first, second = rows.meeting("RIV/PV.8"), rows.meeting("RIV/PV.9")
    speeches = [
        statement(session, code, meeting=meeting, position=position)
        for code, meeting, position in (("PER", first, 1), ("NOR", first, 2), ("CHL", second, 1))
    ]
    text = page(client, session.get_absolute_url())
    assert places(text, *speeches) == sorted(places(text, *speeches))
    assert "Speakers, in the order of speaking" in text
    assert first.get_absolute_url() in text
    assert '<time datetime="2020-09-24">24 September 2020</time>' in text
    assert '<time datetime="2020-09-26">26 September 2020</time>' in text


def test_lists_name_the_session(client: Client) -> None:
    session = rows.session(12)
    speech = statement(session, "NOR")
    for address in ("/sessions/", "/browse/2020/", "/", speech.get_absolute_url()):
        text = page(client, address)
        assert session.get_absolute_url() in text
        assert "Rivers Council" in text
    assert client.get("/session/rivers-council-99-general-debate/").status_code == 404


def test_a_withdrawn_speech_is_not_listed(client: Client) -> None:
    session = rows.session(12)
    speech = statement(session, "NOR")
    ingest.withdraw([speech.pk], "A wrong file.")
    assert speech.get_absolute_url() not in page(client, session.get_absolute_url())
    assert session.get_absolute_url() not in page(client, "/sessions/")


def test_a_speech_leads_to_those_of_the_session_and_of_its_delegation(client: Client) -> None:
    sessions = [rows.session(number) for number in (11, 12, 14)]
    norway = [statement(session, "NOR") for session in sessions]
    chile, peru = statement(sessions[1], "CHL"), statement(sessions[1], "PER")
    statement(rows.session(13, debate="Budget", slug="budget"), "NOR")
    around = neighbours(norway[1])
    assert around.previous is not None
    assert around.next is not None
    assert (around.previous.public_id, around.next.public_id) == (chile.public_id, peru.public_id)
    of_delegation = neighbours_of_delegation(norway[1])
    assert of_delegation is not None
    listed = [of_delegation.previous, of_delegation.next]
    expected = [(norway[0].public_id, 2019), (norway[2].public_id, 2022)]
    assert [entry and (entry.public_id, entry.year) for entry in listed] == expected
    text = page(client, norway[1].get_absolute_url())
    for speech in (norway[0], norway[2], chile, peru):
        assert speech.get_absolute_url() in text
    assert "speech 2 of 3" not in text  # nobody knows who spoke first
    assert neighbours_of_delegation(rows.speech(session=sessions[0])) is None


def test_neighbours_follow_the_order_of_the_list() -> None:
    session = rows.session(12)
    meeting = rows.meeting("RIV/PV.8")
    statement(session, "PER", meeting=meeting, position=4)
    statement(session, "NOR", date=date(2020, 9, 24), year_stated=None)
    for code in ("TCD", "CHL"):
        statement(session, code)
    rows.speech(session=session, date=None, year_stated=2020)
    speeches = list(session.speeches.in_session_order())
    for speech, following in pairwise(speeches):
        if speech.meeting_id is None:
            entry = neighbours(speech).next
            assert entry is not None
            assert entry.public_id == following.public_id
