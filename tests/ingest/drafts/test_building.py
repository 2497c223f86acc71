"""The result of reading becomes a draft: printed forms stay, unknown values stay unknown."""

from datetime import date

import pytest
from support.drafts import (
    DAY,
    MakeTranscript,
    parsed_president,
    parsed_record,
    parsed_speech,
)

from statements.ingest import Draft, Metadata, build_draft, publish, resolve
from statements.ingest.drafts.building import organ_of
from statements.transcripts.values.parsed import (
    DroppedText,
    ParagraphKind,
    ParsedParagraph,
    ParsedTranscript,
    Problem,
    Severity,
)
from statements.transcripts.values.symbols import Symbol

pytestmark = pytest.mark.django_db


def statement(*speeches: object, **fields: object) -> ParsedTranscript:
    made = speeches or (parsed_speech(),)
    return ParsedTranscript(
        name="a.txt",
        form="statement",
        encoding="utf-8",
        speeches=made,  # type: ignore[arg-type]
        **fields,  # type: ignore[arg-type]
    )


def codes(draft: Draft) -> list[str]:
    return [problem["code"] for problem in draft.problems]


def test_draft_survives_json_unchanged() -> None:
    parsed = parsed_record(
        parsed_president(1),
        parsed_speech(
            2,
            paragraphs=(
                ParsedParagraph("Rivers “join” us: 水.", line=4),
                ParsedParagraph("A vote was taken.", ParagraphKind.NARRATIVE, 9),
            ),
            problems=(Problem("hyphen-guess", "A guess.", Severity.NOTE, 4),),
        ),
    )
    made = build_draft(parsed, Metadata(topics=("Rivers",)))
    assert Draft.from_json(made.to_json()) == made


def test_record_brings_its_meeting() -> None:
    made = build_draft(parsed_record(parsed_speech()))
    assert (made.symbol, made.organ, made.number, made.date) == (
        "RC/PV.12",
        "Rivers Council",
        12,
        DAY,
    )
    assert made.first_position == 1
    assert made.agenda_items == ["Water for all"]
    assert made.speeches[0].country == "NGA"


def test_statement_takes_what_it_is_given() -> None:
    made = build_draft(
        statement(problems=(Problem("no-date", "None."), Problem("no-symbol", "None."))),
        Metadata(date=DAY, date_printed="4 March 2025", symbol="S_PV.12(Resumption1)", position=4),
    )
    assert (made.symbol, made.organ, made.number) == (
        "S/PV.12 (Resumption 1)",
        "Security Council",
        12,
    )
    assert (made.first_position, made.date, made.date_printed) == (4, DAY, "4 March 2025")
    assert codes(made) == []


def test_what_is_given_counts_before_what_was_read() -> None:
    made = build_draft(
        parsed_record(parsed_speech()),
        Metadata(date=date(2032, 1, 1), symbol="RC/PV.13", organ="Seas Council"),
    )
    assert (made.date, made.date_printed) == (date(2032, 1, 1), "")
    assert (made.symbol, made.symbol_printed, made.organ) == ("RC/PV.13", "", "Seas Council")


def test_symbol_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a symbol"):
        build_draft(statement(), Metadata(symbol="nonsense"))


def test_statement_without_a_place_takes_the_next_free_one() -> None:
    assert build_draft(statement(), Metadata(symbol="S/PV.12")).first_position is None


def test_unknown_affiliation_stays_unknown_and_is_told() -> None:
    made = build_draft(statement(parsed_speech(affiliation="Ministry of Rain")))
    assert made.speeches[0].country == ""
    assert made.speeches[0].affiliation == "Ministry of Rain"
    assert [(item["code"], item["speech"]) for item in made.problems] == [
        ("unknown-affiliation", 1)
    ]


def test_country_is_matched_on_the_day_of_the_meeting() -> None:
    speech = parsed_speech(affiliation="Yugoslavia")
    assert build_draft(statement(speech)).speeches[0].country == ""
    dated = build_draft(statement(speech), Metadata(date=date(1970, 1, 1)))
    assert dated.speeches[0].country == "YUG"


@pytest.mark.parametrize(
    ("affiliation", "year", "code", "told"),
    [
        ("Zaire", 2015, "COD", True),
        ("Zaire", 1990, "COD", False),
        ("Türkiye", 2023, "TUR", False),
        ("Türkiye", 1947, "TUR", True),
        ("Turkey", 1947, "TUR", False),
        ("Sri Lanka", 1970, "LKA", True),
        ("Russian Federation", 1975, "RUS", True),
        ("Russian Federation", 2015, "RUS", False),
        ("Nigeria", 1975, "NGA", False),
    ],
)
def test_a_name_out_of_its_time_is_told(affiliation: str, year: int, code: str, told: bool) -> None:
    made = build_draft(
        statement(parsed_speech(affiliation=affiliation)), Metadata(date=date(year, 9, 1))
    )
    assert made.speeches[0].country == code
    assert ("name-out-of-time" in codes(made)) is told
    resolve(made)
    assert codes(made).count("name-out-of-time") == told


def test_the_president_is_the_one_whom_the_record_names() -> None:
    made = build_draft(parsed_record(parsed_president(), parsed_speech(2)))
    president = made.speeches[0]
    assert (president.honorific, president.speaker, president.country) == ("Mr.", "Rask", "NOR")
    assert (president.role, president.affiliation) == ("President", "")  # as printed
    assert codes(made) == []


@pytest.mark.parametrize("presidents", [0, 2])
def test_president_stays_unknown_where_not_exactly_one_is_named(presidents: int) -> None:
    made = build_draft(parsed_record(parsed_president(), presidents=presidents))
    assert (made.speeches[0].speaker, made.speeches[0].country) == ("", "")
    assert codes(made) == ["unknown-president"]


def told(sentence: str) -> ParsedParagraph:
    return ParsedParagraph(sentence, ParagraphKind.NARRATIVE, 5)


def test_whoever_takes_the_chair_is_the_president_from_then_on() -> None:
    speeches = [
        parsed_president(1),
        parsed_speech(
            2,
            paragraphs=(
                ParsedParagraph("Rivers join us.", line=4),
                told("Ms. Okafor (Nigeria), Vice-President, took the Chair."),
            ),
        ),
        parsed_president(3),
        parsed_president(4, role="Acting President", speaker_line="The Acting President"),
        parsed_speech(
            5,
            paragraphs=(
                ParsedParagraph("So they do.", line=9),
                told("The President returned to the Chair."),
            ),
        ),
        parsed_president(6),
    ]
    made = build_draft(parsed_record(*speeches))
    assert [(each.speaker, each.country) for each in made.speeches if each.role] == [
        ("Rask", "NOR"),
        ("Okafor", "NGA"),
        ("Okafor", "NGA"),
        ("Rask", "NOR"),
    ]
    assert codes(made) == []


def test_a_chair_that_opens_the_meeting_counts_before_the_first_page() -> None:
    opening = parsed_president(
        paragraphs=(
            told("Ms. Okafor (Nigeria), Vice-President, in the Chair."),
            ParsedParagraph("We begin.", line=4),
        )
    )
    assert build_draft(parsed_record(opening)).speeches[0].speaker == "Okafor"


def test_the_president_stays_unknown_after_a_change_that_names_nobody() -> None:
    left = (ParsedParagraph("Well.", line=4), told("The Vice-President took the Chair."))
    made = build_draft(
        parsed_record(parsed_speech(1, paragraphs=left), parsed_president(2), parsed_president(3))
    )
    assert [each.speaker for each in made.speeches[1:]] == ["", ""]
    assert [(each["code"], each["speech"]) for each in made.problems] == [("unknown-president", 2)]
    assert "The Vice-President took the Chair." in made.problems[0]["message"]


@pytest.mark.parametrize("role", ["Acting President", "Secretary-General", "Vice-President"])
def test_only_the_president_is_the_president(role: str) -> None:
    made = build_draft(parsed_record(parsed_president(role=role, speaker_line=f"The {role}")))
    assert (made.speeches[0].speaker, made.speeches[0].country) == ("", "")


def test_chair_of_a_committee_is_whom_the_record_names() -> None:
    made = build_draft(parsed_record(parsed_president(role="Chair", speaker_line="The Chair")))
    assert made.speeches[0].speaker == "Rask"


def test_president_of_a_single_statement_is_known_from_the_meeting(
    waiting: MakeTranscript,
) -> None:
    publish(waiting(b"record"), build_draft(parsed_record(parsed_president())))
    made = build_draft(statement(parsed_president()), Metadata(symbol="RC/PV.12"))
    assert (made.speeches[0].speaker, made.speeches[0].country) == ("Rask", "NOR")
    assert codes(made) == ["president-from-record"]


def test_given_speaker_is_only_for_a_speech_that_prints_none() -> None:
    given = Metadata(speaker="Rask", affiliation="Norway")
    silent = parsed_speech(speaker="", speaker_line="", honorific="", affiliation="")
    named = build_draft(statement(silent), given).speeches[0]
    assert (named.speaker, named.affiliation, named.country) == ("Rask", "Norway", "NOR")
    assert build_draft(statement(), given).speeches[0].speaker == "Okafor"
    assert build_draft(statement(parsed_president()), given).speeches[0].speaker == ""


def test_resolving_again_after_a_correction_leaves_no_old_problem() -> None:
    made = build_draft(statement(parsed_speech(affiliation="Yugoslavia")))
    assert codes(made) == ["unknown-affiliation"]
    made.date = date(1970, 1, 1)
    resolve(made)
    assert (made.speeches[0].country, codes(made)) == ("YUG", [])


def test_dropped_words_are_kept_in_the_draft() -> None:
    made = build_draft(statement(dropped=(DroppedText("3/71", "page number", 9),)))
    assert made.dropped == [{"text": "3/71", "reason": "page number", "line": 9}]


@pytest.mark.parametrize(
    ("symbol", "organ"),
    [
        ("S/PV.8699", "Security Council"),
        ("A/58/PV.18", "General Assembly"),
        ("A/ES-10/PV.3", "General Assembly"),
        ("A/C.1/72/PV.5", "First Committee"),
        ("A/C.9/72/PV.5", ""),
        ("RC/PV.1", ""),
    ],
)
def test_organ_is_told_by_the_series(symbol: str, organ: str) -> None:
    assert organ_of(Symbol.parse(symbol)) == organ
