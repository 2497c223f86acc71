"""The holder of the chair during a meeting. All names are invented."""

import pytest

from statements.transcripts.record.narrative import is_narrative
from statements.transcripts.speakers.chair import Chair, changes_chair
from statements.transcripts.values.parsed import ParsedPresident

WEI = ParsedPresident("Wei Anming", "Mr.", "China")
LIN = ParsedPresident("Lin Hua", "Ms.", "China")
TEMBO = ParsedPresident("Tembo", "Mr.", "Zambia")
ABARA = ParsedPresident("Abara", "Ms.", "")

CHANGES = {
    "Mr. Tembo (Zambia), Vice-President, took the Chair.": TEMBO,
    "Mr. Tembo (Zambia), Vice-President, in the Chair.": TEMBO,
    "In the absence of the President, Mr. Tembo (Zambia), Vice-President, took the Chair.": TEMBO,
    "Ms. Abara, Vice-Chair, took the chair": ABARA,
    "Mr. Tembo (Zambia), Vice-President, then took the Chair.": TEMBO,
    "The President returned to the Chair.": WEI,
    "The PRESIDENT resumed the Chair.": WEI,
    "Mr. Wei Anming took the Chair.": WEI,
    "The Vice-President took the Chair.": None,
    "The President left the Chair.": None,
}


@pytest.mark.parametrize(("sentence", "holder"), CHANGES.items(), ids=CHANGES.keys())
def test_the_sentence_says_who_holds_the_chair(
    sentence: str, holder: ParsedPresident | None
) -> None:
    assert is_narrative(sentence)
    assert changes_chair(sentence)
    chair = Chair([WEI])
    chair.follow(["The Vice-Chair in the Chair.", sentence])
    assert (chair.holder, chair.change) == (holder, sentence)
    assert chair.is_first is (holder is WEI)


@pytest.mark.parametrize(
    "sentence",
    [
        "The meeting rose at 1 p.m.",
        "Mr. Tembo took his place at the Council table.",
        "Mr. Tembo took the chairs to the hall. They were blue.",
        "I recall the day on which Mr. Tembo took the Chair and spoke of rivers.",
    ],
)
def test_other_sentences_change_nothing(sentence: str) -> None:
    chair = Chair([WEI])
    chair.follow([sentence])
    assert (chair.holder, chair.change) == (WEI, "")


def test_of_two_presidents_the_sentence_says_which() -> None:
    chair = Chair([WEI, LIN])
    assert chair.holder is None
    chair.follow(["Ms. Lin Hua took the Chair."])
    assert chair.holder is LIN
    chair.follow(["The President returned to the Chair."])
    assert chair.holder is None
