"""Impossible dates, metadata that contradict the record, and texts too long for names."""

from datetime import date, timedelta

import pytest
from support.drafts import draft, draft_speech, parsed_record, parsed_speech

from statements.ingest import Metadata, build_draft, resolve
from statements.transcripts import SourceMetadata, Symbol

pytestmark = pytest.mark.django_db


def codes(built, position=None):
    return [problem["code"] for problem in built.problems if problem["speech"] == position]


@pytest.mark.parametrize(
    ("day", "symbol"),
    [
        (date.today() + timedelta(days=40), "RC/PV.12"),
        (date(1025, 3, 4), "RC/PV.12"),
        (date(1899, 12, 31), "RC/PV.12"),
        (date(1945, 12, 31), "S/PV.12"),  # before the first meeting
        (date(1946, 1, 9), "A/1/PV.1"),
    ],
)
def test_a_date_that_cannot_be_is_a_problem(day, symbol):
    parsed = parsed_record(parsed_speech(), date=day, symbol=Symbol.parse(symbol))
    built = build_draft(parsed)
    assert codes(built).count("impossible-date") == 1
    built.date = date(2025, 3, 4)
    resolve(built)
    assert "impossible-date" not in codes(built)


@pytest.mark.parametrize(
    ("day", "symbol"),
    [(date(1946, 1, 10), "A/1/PV.1"), (date(1900, 1, 1), "RC/PV.1"), (date.today(), "S/PV.9")],
)
def test_a_date_that_can_be_is_none(day, symbol):
    parsed = parsed_record(parsed_speech(), date=day, symbol=Symbol.parse(symbol))
    assert "impossible-date" not in codes(build_draft(parsed))


def test_the_year_of_a_row_may_be_impossible_too():
    rows = [
        parsed_speech(1, source_metadata=SourceMetadata(year=2001)),
        parsed_speech(2, source_metadata=SourceMetadata(year=1201)),
    ]
    built = build_draft(parsed_record(*rows))
    assert "impossible-date" not in codes(built, 1)
    assert codes(built, 2).count("impossible-date") == 1


def test_a_date_given_with_the_file_is_checked():
    built = build_draft(parsed_record(parsed_speech()), Metadata(date=date(1205, 1, 1)))
    assert "impossible-date" in codes(built)


def test_metadata_count_and_their_contradiction_is_reported():
    metadata = Metadata(symbol="RC/PV.21", date=date(2007, 1, 2), organ="Lakes Council")
    built = build_draft(parsed_record(parsed_speech()), metadata)
    assert (built.symbol, built.date) == ("RC/PV.21", date(2007, 1, 2))
    messages = [
        problem["message"] for problem in built.problems if problem["code"] == "metadata-differs"
    ]
    assert len(messages) == 3
    assert "RC/PV.12" in messages[0]
    assert "2025-03-04" in messages[1]


def test_another_speaker_or_country_in_the_metadata_is_reported():
    metadata = Metadata(speaker="Ms. Brook", affiliation="Chad")
    built = build_draft(parsed_record(parsed_speech()), metadata)
    assert codes(built).count("metadata-differs") == 2
    assert built.speeches[0].speaker == "Okafor"


def test_metadata_that_agree_with_the_record_are_no_contradiction():
    metadata = Metadata(
        symbol="RC/PV.12",
        date=date(2025, 3, 4),
        organ="rivers council",
        speaker="Ada Okafor",
        affiliation="Nigeria",
    )
    assert "metadata-differs" not in codes(build_draft(parsed_record(parsed_speech()), metadata))


def test_a_country_code_of_the_metadata_names_the_country_of_an_unnamed_speaker():
    speech = parsed_speech(speaker_line="", speaker="", honorific="", affiliation="")
    built = build_draft(parsed_record(speech), Metadata(speaker="Lund", country="NOR"))
    assert built.speeches[0].country == "NOR"
    unknown = build_draft(parsed_record(speech), Metadata(speaker="Lund", country="QQQ"))
    assert "bad-cell" in codes(unknown)
    assert unknown.speeches[0].country == ""


def test_the_code_of_a_row_that_no_country_has_is_reported_once():
    metadata = SourceMetadata(source="a.csv", speaker="Lund", country="QQQ")
    speech = parsed_speech(affiliation="", source_metadata=metadata, speaker="Lund")
    built = build_draft(parsed_record(speech))
    resolve(built)
    assert codes(built, 1).count("bad-cell") == 1


def test_a_name_that_is_a_paragraph_is_shortened_with_all_of_it_in_a_problem():
    long_name = "Lund " * 200
    speech = parsed_speech(speaker=long_name.strip(), speaker_line=long_name, role="x" * 400)
    built = build_draft(parsed_record(speech))
    [shortened] = built.speeches
    assert len(shortened.speaker) <= 200
    assert shortened.speaker.endswith("…")
    problems = [problem for problem in built.problems if problem["code"] == "text-shortened"]
    assert len(problems) == 3
    assert all(problem["speech"] == 1 for problem in problems)
    assert any(long_name.strip() in problem["message"] for problem in problems)


def test_a_corrected_draft_keeps_its_other_problems():
    built = draft(draft_speech(), date=date(1025, 1, 1))
    resolve(built)
    assert codes(built) == ["impossible-date"]
