"""Differences in words between passages that two speeches share."""

import pytest

from statements.search.results.word_differences import MAX_WORDS, Part, word_differences


@pytest.mark.parametrize(
    ("here", "there", "parts"),
    [
        ("the same words", "the  same\nwords", ()),
        (
            "we ask for seven barrages now",
            "we ask for six barrages",
            (
                Part("we ask for"),
                Part(here="seven", there="six"),
                Part("barrages"),
                Part(here="now"),
            ),
        ),
        ("", "all new", (Part(there="all new"),)),
        ("a " * MAX_WORDS, "b", ()),
    ],
)
def test_differences_are_those_of_words(here: str, there: str, parts: tuple[Part, ...]) -> None:
    assert word_differences(here, there) == parts


def test_the_parts_are_both_texts() -> None:
    here, there = "a b c d e f g h", "b a c x e g h i"
    parts = word_differences(here, there)
    assert " ".join(filter(None, (part.same or part.here for part in parts))) == here
    assert " ".join(filter(None, (part.same or part.there for part in parts))) == there
