"""The first words of a speech."""

import pytest

from statements.exports.opening import cut, opening


@pytest.mark.parametrize(
    ("paragraphs", "characters", "words"),
    [
        ([], 20, ""),
        (["Mr. President,", "the river rose."], 80, "Mr. President, the river rose."),
        (["The river  rose\nagain.", "More."], 12, "The river…"),
        (["今日は川の話をします。"], 6, "今日は川の…"),
    ],
)
def test_the_opening_is_one_line_of_whole_words(
    paragraphs: list[str], characters: int, words: str
) -> None:
    assert opening(paragraphs, characters) == words


def test_a_text_that_is_short_enough_stays() -> None:
    assert cut("as it is", 8) == "as it is"
