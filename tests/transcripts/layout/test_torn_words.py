"""Words torn by kerning, or spaced letter by letter, are joined; other words stay apart."""

import pytest

from statements.transcripts.layout.torn_words import Gap, join_torn
from statements.transcripts.layout.words import Word

SIZE = 10.0
SPACE = 3.0
TEAR = 1.3


def on_one_line(text: str, *, tear: float = TEAR, drawn: bool = True) -> list[str]:
    """Return the words of a line that has "|" for a narrow gap, "_" for a usual one that the file
    does not draw, and spaces for others; ``drawn`` says whether the file draws these."""
    words: list[Word] = []
    gaps: list[Gap] = []
    x, gap = 0.0, Gap(0, is_drawn=False)
    word = ""
    for char in f"{text}\n":
        if char not in "|_ \n":
            word += char
            continue
        if word:
            right = x + 5 * len(word)
            words.append(Word(word, x, right, base=100, size=SIZE))
            gaps.append(gap)
            x, gap, word = right, Gap(0, is_drawn=False), ""
        width = tear if char == "|" else SPACE
        x += width
        gap = Gap(gap.width + width, is_drawn=drawn and char == " ")
    return [word.text for word in join_torn(words, gaps.__getitem__)]


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("we ask for coopera|tion of all", "we ask for cooperation of all"),
        ("and becaus|e the detenti|on of it", "and because the detention of it"),
        ("an in|ter|nation|al plan of ours", "an international plan of ours"),
        ("la coopéra|tion de tous les pays", "la coopération de tous les pays"),
        ("THE SECRE|TARIAT OF THE SEA", "THE SECRETARIAT OF THE SEA"),
        ("we see the|ferry of the bay", "we see the ferry of the bay"),  # two words, set close
        ("thanked Mr. van|Lund for the ferry", "thanked Mr. van Lund for the ferry"),
        ("the year 20|24 of our work", "the year 20 24 of our work"),
    ],
)
def test_a_narrow_gap_tears_no_word(line: str, expected: str, drawn: bool) -> None:
    assert on_one_line(line, drawn=drawn) == expected.split()


def test_a_gap_like_all_others_tears_a_word_only_if_none_was_drawn() -> None:
    assert on_one_line("an internation_al plan of ours")[1] == "international"
    for line, drawn in (
        ("an internation al plan of ours", True),
        ("an internation_al plan of ours", False),
        ("an internation_of plan of ours", True),
    ):
        assert on_one_line(line, drawn=drawn) == line.replace("_", " ").split()


@pytest.mark.parametrize("line", ["a plan in formation of ours", "a bout of flu is no ferry"])
def test_words_that_would_make_another_stay_apart(line: str) -> None:
    assert on_one_line(line, drawn=True) == line.split()


def test_a_line_of_wide_gaps_does_not_join_its_names() -> None:
    words = "Viet Nam     Mr. Pham     Sri Lanka     Mr. Ravi"
    assert on_one_line(words) == words.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("R E P O R T   O F   T H E   S E A", "REPORT OF THE SEA"),
        ("A G E N D A", "AGENDA"),
        ("item 4   F I N A N C E:", "item 4 FINANCE:"),
        ("R A P P O R T   D E   L A   M E R", "RAPPORT DE LA MER"),
        ("A B C D E F", "A B C D E F"),
        ("Y N Y N N Y Y", "Y N Y N N Y Y"),
        ("I saw a U S A flag", "I saw a U S A flag"),
    ],
)
def test_a_spaced_heading_is_read_as_words(line: str, expected: str) -> None:
    assert on_one_line(line) == expected.split()
