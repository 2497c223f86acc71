"""A table's data on the speaker fill gaps, and never replace printed values."""

from datetime import date
from typing import Any

import pytest
from support.drafts import parsed_president, parsed_speech

from statements.ingest.drafts.building import build_draft
from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.transcripts.values.parsed import ParsedTranscript, SourceMetadata

pytestmark = pytest.mark.django_db


def drafted(given: SourceMetadata, **fields: Any) -> Draft:
    speech = parsed_speech(source_metadata=given, **fields)
    return build_draft(ParsedTranscript("t.csv", "table", "utf-8", (speech,)))


def codes(draft: Draft) -> set[str]:
    return {problem["code"] for problem in draft.problems}


def unattributed(given: SourceMetadata) -> DraftSpeech:
    draft = drafted(given, speaker_line="", speaker="", honorific="", affiliation="")
    return draft.speeches[0]


def test_an_unattributed_text_takes_who_is_given() -> None:
    speech = unattributed(
        SourceMetadata(
            speaker="Ada Okafor", honorific="Ms.", affiliation="Nigeria", role="Minister"
        )
    )
    assert (speech.speaker, speech.honorific, speech.country, speech.role) == (
        "Ada Okafor",
        "Ms.",
        "NGA",
        "Minister",
    )
    assert speech.affiliation == ""  # nothing was printed


def test_the_president_of_a_row_is_known_by_the_table() -> None:
    given = SourceMetadata(speaker="Brook", affiliation="Chad", role="President", year=2001)
    parsed = ParsedTranscript("t.csv", "table", "utf-8", (parsed_president(source_metadata=given),))
    draft = build_draft(parsed)
    assert (draft.speeches[0].speaker, draft.speeches[0].country) == ("Brook", "TCD")
    assert codes(draft) == set()


def test_the_fuller_form_of_the_same_name_is_taken() -> None:
    assert drafted(SourceMetadata(speaker="Ada Okafor")).speeches[0].speaker == "Ada Okafor"
    assert drafted(SourceMetadata(speaker="OKAFOR")).speeches[0].speaker == "Okafor"


def test_another_country_than_printed_is_told_and_nothing_is_taken() -> None:
    draft = drafted(SourceMetadata(speaker="Ada Okafor", affiliation="Chad", role="Minister"))
    speech = draft.speeches[0]
    assert (speech.speaker, speech.country, speech.role) == ("Okafor", "NGA", "")
    assert "given-country-differs" in codes(draft)


def test_another_name_than_printed_is_told_and_nothing_is_taken() -> None:
    draft = drafted(SourceMetadata(speaker="Brook", role="Minister"))
    assert (draft.speeches[0].speaker, draft.speeches[0].role) == ("Okafor", "")
    assert "given-speaker-differs" in codes(draft)


@pytest.mark.parametrize(
    ("code", "name", "year", "country"),
    [
        ("RUS", "Russian Federation (USSR)", 1975, "SUN"),
        ("RUS", "Russian Federation", 1995, "RUS"),
        ("COD", "Zaire", 1980, "COD"),
        ("YUG", "Yugoslavia", 2001, "SCG"),  # Serbia and Montenegro bore that name then
        ("DDR", "DDR", 1980, "DDR"),
        ("NGA", "a slip of the pen", 1980, "NGA"),
        ("", "Nigeria", 1980, "NGA"),
        ("XYZ", "Nowhere", 1980, ""),
    ],
)
def test_codes_of_today_mean_the_state_of_the_year(
    code: str, name: str, year: int, country: str
) -> None:
    given = SourceMetadata(country=code, affiliation=name, year=year, around=date(year, 10, 1))
    assert unattributed(given).country == country


def test_a_misread_name_of_a_country_is_found_and_flagged() -> None:
    draft = drafted(
        SourceMetadata(), affiliation="C6te d'Ivoire", speaker_line="Mr. Adu (C6te d'Ivoire)"
    )
    assert draft.speeches[0].country == "CIV"
    assert "misread-affiliation" in codes(draft)
    unknown = drafted(SourceMetadata(), affiliation="Nowh3re")
    assert unknown.speeches[0].country == ""
    assert "unknown-affiliation" in codes(unknown)


def test_a_draft_with_places_survives_its_json() -> None:
    draft = drafted(
        SourceMetadata(
            date=date(2001, 2, 3), position=4, topics=("Weirs",), speaker="Okafor", source="t"
        )
    )
    undated = drafted(SourceMetadata(year=1999, around=date(1999, 10, 1)))
    for each in (draft, undated):
        assert Draft.from_json(each.to_json()) == each


def test_two_rows_at_one_place_do_not_collide() -> None:
    from statements.transcripts.values.symbols import Symbol

    given = SourceMetadata(symbol=Symbol.parse("RC/PV.12"), position=4, year=2025)
    speeches = (parsed_speech(1, source_metadata=given), parsed_speech(2, source_metadata=given))
    draft = build_draft(ParsedTranscript("t.csv", "table", "utf-8", speeches))
    assert [each.place and each.place.position for each in draft.speeches] == [4, None]
    assert "place-taken" in codes(draft)
