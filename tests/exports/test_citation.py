"""How speeches are cited."""

from datetime import date
from typing import Any

import pytest
from support import rows

from statements.exports.citation import cite

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("symbol", "fields", "paragraph", "citation"),
    [
        (
            "S/PV.8699 (Resumption 1)",
            {"speaker_printed": "Mr. Umarov", "affiliation": "Kazakhstan"},
            3,
            "S/PV.8699 (Resumption 1), Mr. Umarov (Kazakhstan), 10 January 2020, para. 3",
        ),
        (
            "RIV/PV.7",
            {"speaker_printed": "The President"},
            None,
            "RIV/PV.7, The President, 10 January 2020",
        ),
        ("RIV/PV.7", {"date": None}, 1, "RIV/PV.7, Ms. Brook, undated, para. 1"),
        # without a meeting it is the transcript that identifies the speech
        (None, {"date": None}, 2, "Ms. Brook, undated, transcript a.txt, para. 2"),
        (None, {"speaker_printed": ""}, None, "Unknown speaker, 10 January 2020, transcript a.txt"),
    ],
)
def test_a_citation_names_record_speaker_day_and_paragraph(
    symbol: str | None, fields: dict[str, Any], paragraph: int | None, citation: str
) -> None:
    meeting = rows.meeting(symbol) if symbol else None
    speech = rows.speech(**({"meeting": meeting, "date": date(2020, 1, 10)} | fields))
    assert cite(speech, paragraph) == citation


@pytest.mark.parametrize(
    ("days", "fields", "citation"),
    [
        ({}, {}, "Rivers Council, 12th session, general debate, Ms. Brook (Norway), 2020, para. 2"),
        (
            {"first_day": date(2020, 9, 22), "last_day": date(2020, 9, 26), "symbols": "RIV/PV.4"},
            {},
            "Rivers Council, 12th session, general debate, RIV/PV.4, Ms. Brook (Norway), "
            "22 September 2020–26 September 2020, para. 2",
        ),
        (
            {"first_day": date(2020, 9, 22), "debate": ""},
            {"date": date(2020, 9, 22), "year_stated": None},
            "Rivers Council, 12th session, Ms. Brook (Norway), 22 September 2020, para. 2",
        ),
    ],
)
def test_without_a_meeting_the_session_is_cited(
    days: dict[str, Any], fields: dict[str, Any], citation: str
) -> None:
    session = rows.session(12, **days)
    values = {"date": None, "year_stated": 2020, "country": rows.country("NOR")} | fields
    assert cite(rows.speech(session=session, **values), 2) == citation
