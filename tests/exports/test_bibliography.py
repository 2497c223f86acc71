"""Speeches as items of bibliographies."""

from datetime import date
from typing import Any

import pytest
from support import rows

from statements.exports.bibliography import bibliography_item

pytestmark = pytest.mark.django_db

ADDRESS = "https://archive.example.org/speech/x/"


def item(**fields: Any) -> dict[str, Any]:
    return bibliography_item(rows.speech(**fields), ADDRESS)


def test_a_statement_at_a_meeting_has_each_element() -> None:
    norway = rows.country("NOR")
    made = item(
        public_id="x",
        meeting=rows.meeting("S/PV.12"),
        country=norway,
        speaker=rows.speaker("LUND", country=norway),
        on_behalf_of="the Nordic countries",
    )
    assert made == {
        "id": "x",
        "type": "speech",
        "title": "Statement (Norway on behalf of the Nordic countries)",
        "author": [{"family": "Lund"}],
        "event-title": "Rivers Council, S/PV.12",
        "issued": {"date-parts": [[2020, 1, 9]]},
        "archive": "Rostrum",
        "URL": ADDRESS,
    }


def test_procedure_is_not_a_statement_of_the_country_in_the_chair() -> None:
    made = item(country=rows.country("NOR"), speaker_printed="The President")
    assert made["title"] == "Statement by the President (Norway)"
    assert made["author"] == [{"literal": "The President"}]
    assert made["event-title"] == "a.txt"  # all that is known of where it was made


def test_a_name_of_several_words_is_not_divided() -> None:
    made = item(speaker=rows.speaker("Odile Rill"))
    assert made["author"] == [{"literal": "Odile Rill"}]


@pytest.mark.parametrize(
    ("fields", "days", "issued"),
    [
        ({"year_stated": 2020}, {}, [[2020]]),
        (
            {"year_stated": 2020},
            {"first_day": date(2020, 9, 22), "last_day": date(2020, 9, 26)},
            [[2020, 9, 22], [2020, 9, 26]],
        ),
    ],
)
def test_without_a_day_the_session_gives_the_date(
    fields: dict[str, Any], days: dict[str, Any], issued: list[list[int]]
) -> None:
    made = item(session=rows.session(12, **days), date=None, **fields)
    assert made["issued"] == {"date-parts": issued}
    assert made["event-title"] == "Rivers Council, 12th session, general debate"


def test_what_is_not_known_is_left_out() -> None:
    made = item(date=None, speaker_printed="")
    assert {"issued", "author"}.isdisjoint(made)
