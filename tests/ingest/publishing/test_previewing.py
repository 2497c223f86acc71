"""Previews: what storing would do, without storing anything."""

import pytest
from support.drafts import DAY, MakeTranscript, draft, draft_speech

from statements.ingest import Draft, Outcome, preview, publish

pytestmark = pytest.mark.django_db

SYMBOL = "RC/PV.12"
LONG = " ".join(f"river{number}" for number in range(60))


def outcomes(made: Draft) -> list[tuple[Outcome, int]]:
    return [(item.outcome, item.position) for item in preview(made).speeches]


def rask(position: int = 1, text: str = "Seas part us.") -> object:
    return draft_speech(
        position,
        text,
        speaker_line="Mr. Rask (Norway)",
        speaker="Rask",
        honorific="Mr.",
        affiliation="Norway",
        country="NOR",
    )


def test_new_speech_of_a_new_meeting() -> None:
    look = preview(draft(symbol=SYMBOL, date=DAY))
    assert look.is_new_meeting
    assert [item.outcome for item in look.speeches] == [Outcome.NEW]
    (item,) = look.speeches
    assert (item.speaker, item.is_new_speaker) == (None, True)
    assert item.country is not None
    assert item.country.short_name == "Nigeria"
    assert look.faults == ()


def test_unknown_speaker_and_country_stay_unknown() -> None:
    look = preview(draft(draft_speech(speaker="", country="")))
    (item,) = look.speeches
    assert (item.speaker, item.is_new_speaker, item.country) == (None, False, None)
    assert (look.unknown_speakers, look.unknown_countries) == (1, 1)


def test_known_speaker_is_shown(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft())
    (item,) = preview(draft(draft_speech(text="Other."))).speeches
    assert (str(item.speaker), item.is_new_speaker) == ("Ms. Okafor", False)


def test_each_place_is_compared_with_what_stands_there(waiting: MakeTranscript) -> None:
    publish(
        waiting(b"one"),
        draft(draft_speech(1), draft_speech(2), draft_speech(3), symbol=SYMBOL, first_position=1),
    )
    made = draft(
        draft_speech(1),
        draft_speech(2, "Other words."),
        rask(3),  # type: ignore[arg-type]
        rask(4),  # type: ignore[arg-type]
        symbol=SYMBOL,
        first_position=1,
    )
    assert outcomes(made) == [
        (Outcome.SAME, 1),
        (Outcome.CHANGED, 2),
        (Outcome.COLLISION, 3),
        (Outcome.NEW, 4),
    ]
    look = preview(made)
    assert [item.speech.position for item in look.collisions] == [2, 3]
    assert [item.speech.position for item in look.duplicates] == [1]
    assert look.count(Outcome.NEW, Outcome.SAME) == 2


def test_without_a_position_speeches_follow_the_last(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft(symbol=SYMBOL, first_position=7))
    assert outcomes(draft(rask(1), rask(2), symbol=SYMBOL)) == [  # type: ignore[arg-type]
        (Outcome.NEW, 8),
        (Outcome.NEW, 9),
    ]


def test_long_words_of_the_same_speaker_are_found_again(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft(draft_speech(text=LONG), symbol=SYMBOL, date=DAY))
    again = draft_speech(text=LONG)
    assert outcomes(draft(again, symbol=SYMBOL)) == [(Outcome.SAME, 2)]
    assert outcomes(draft(again)) == [(Outcome.SAME, 1)]
    assert outcomes(draft(again, date=DAY)) == [(Outcome.SAME, 1)]
    assert outcomes(draft(again, symbol="RC/PV.13")) == [(Outcome.NEW, 1)]
    assert outcomes(draft(draft_speech(text=LONG + " more"))) == [(Outcome.NEW, 1)]
    assert outcomes(draft(rask(text=LONG))) == [(Outcome.NEW, 1)]  # type: ignore[arg-type]


def test_one_twin_is_found_once(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft(draft_speech(text=LONG), symbol=SYMBOL))
    twice = draft(draft_speech(1, LONG), draft_speech(2, LONG), symbol=SYMBOL)
    assert [outcome for outcome, _ in outcomes(twice)] == [Outcome.SAME, Outcome.NEW]


def test_missing_and_differing_dates_are_told(waiting: MakeTranscript) -> None:
    assert [item["code"] for item in preview(draft()).problems] == ["no-date"]
    publish(waiting(b"one"), draft(symbol=SYMBOL, date=DAY))
    look = preview(draft(symbol=SYMBOL, date=DAY.replace(year=2032)))
    assert [item["code"] for item in look.problems] == ["date-differs"]
    look = preview(draft(symbol=SYMBOL))
    assert (look.date, look.problems) == (DAY, ())


def test_problems_stand_with_the_speech_they_are_about() -> None:
    problem = {
        "code": "ocr-i",
        "message": "A slip.",
        "severity": "warning",
        "line": 3,
        "speech": 2,
    }
    made = draft(draft_speech(1), draft_speech(2), date=DAY, problems=[problem])
    assert [item.problems for item in preview(made).speeches] == [(), (problem,)]


def test_faults_are_shown_before_publishing() -> None:
    assert preview(draft(symbol="nonsense", date=DAY)).faults == (
        "“nonsense” is not a symbol such as S/PV.7343 or A/58/PV.18.",
    )


def test_preview_costs_the_same_for_one_speech_and_for_many(
    waiting: MakeTranscript, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    speeches = [draft_speech(position) for position in range(1, 60)]
    publish(waiting(b"one"), draft(*speeches, symbol=SYMBOL, first_position=1))
    with django_assert_num_queries(7):  # type: ignore[operator]
        preview(draft(*speeches, symbol=SYMBOL, first_position=1))
