"""How speeches are cited."""

from datetime import date
from typing import Any

import pytest
from support import rows

from statements.exports.citation import cite, cite_paragraph
from statements.exports.texts import speech_with_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("symbol", "fields", "citation"),
    [
        (
            "S/PV.8699 (Resumption 1)",
            {"speaker_printed": "Mr. Umarov", "affiliation": "Kazakhstan"},
            "Rivers Council, S/PV.8699 (Resumption 1), Mr. Umarov (Kazakhstan), 10 January 2020",
        ),
        (
            "RIV/PV.7",
            {"speaker_printed": "The President"},
            "Rivers Council, RIV/PV.7, The President, 10 January 2020",
        ),
        ("RIV/PV.7", {"date": None}, "Rivers Council, RIV/PV.7, Ms. Brook, undated"),
        # without a meeting it is the transcript that identifies the speech
        (None, {"date": None}, "Ms. Brook, undated, transcript a.txt"),
        (None, {"speaker_printed": ""}, "Unknown speaker, 10 January 2020, transcript a.txt"),
    ],
)
def test_a_citation_names_body_record_speaker_and_day(
    symbol: str | None, fields: dict[str, Any], citation: str
) -> None:
    meeting = rows.meeting(symbol) if symbol else None
    speech = rows.speech(**({"meeting": meeting, "date": date(2020, 1, 10)} | fields))
    assert cite(speech) == citation


def test_a_citation_ends_in_the_address_of_what_is_cited() -> None:
    stored = rows.speech("One.", "Two.", meeting=rows.meeting())
    stored.paragraphs.filter(position=2).update(number=19, page=3)
    full = speech_with_text(stored.public_id)
    assert full
    words, address = cite(full.speech), "https://archive.example.org/speech/x/"
    assert cite(full.speech, address) == f"{words}, {address}"
    first, second = full.paragraphs
    assert cite_paragraph(words, first, address) == f"{words}, para. 1, {address}#p1"
    # the printed number is cited, but the address has the position
    assert cite_paragraph(words, second, address) == f"{words}, p. 3, para. 19, {address}#p2"


@pytest.mark.parametrize(
    ("days", "fields", "citation"),
    [
        ({}, {}, "Rivers Council, 12th session, general debate, Ms. Brook (Norway), 2020"),
        (
            {"first_day": date(2020, 9, 22), "last_day": date(2020, 9, 26), "symbols": "RIV/PV.4"},
            {},
            "Rivers Council, 12th session, general debate, RIV/PV.4, Ms. Brook (Norway), "
            "22 September 2020–26 September 2020",
        ),
        (
            {"first_day": date(2020, 9, 22), "debate": ""},
            {"date": date(2020, 9, 22), "year_stated": None},
            "Rivers Council, 12th session, Ms. Brook (Norway), 22 September 2020",
        ),
    ],
)
def test_without_a_meeting_the_session_is_cited(
    days: dict[str, Any], fields: dict[str, Any], citation: str
) -> None:
    session = rows.session(12, **days)
    values = {"date": None, "year_stated": 2020, "country": rows.country("NOR")} | fields
    assert cite(rows.speech(session=session, **values)) == citation
