"""Hyphens at line ends: decided by evidence, and flagged if there is none."""

from pathlib import Path

import pytest

from statements.transcripts import read
from statements.transcripts.text.hyphens import Evidence, Joint, join_broken

TABLE = Path(__file__).parents[3] / "statements" / "transcripts" / "text" / "hyphens.txt"


def paragraph(text: str) -> str:
    (speech,) = read("a.txt", f"Mr. Abel (Malta): {text}".encode()).speeches
    return " ".join(paragraph.text for paragraph in speech.paragraphs)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("a conflict-\nfree harbour", "a conflict-free harbour"),
        ("for capacity-\nbuilding now", "for capacity-building now"),
        ("the Ten-Year Capacity-\nBuilding Programme", "the Ten-Year Capacity-Building Programme"),
        ("the adminis-\ntration of", "the administration of"),
        ("the Secretary-\nGeneral said", "the Secretary-General said"),
        ("from 2014-\n2024 on", "from 2014-2024 on"),
        ("short-\nand long-term plans", "short- and long-term plans"),
        ("a peace-\nkeeping, that", "a peacekeeping, that"),
        ("state-of-\nthe-art docks", "state-of-the-art docks"),
        ("non-govern-\nmental bodies", "non-governmental bodies"),
        ("an oil-\nrelated harbour", "an oil-related harbour"),
        ("a no-\nentry harbour", "a no-entry harbour"),
        ("ferry-to-\nharbour links", "ferry-to-harbour links"),
        ("a non-self-\nmooring ferry", "a non-self-mooring ferry"),
        ("the bridge -\nthe old one", "the bridge - the old one"),
        ("the bridge —\nthe old one", "the bridge — the old one"),
        ("light\u00ad\nhouse", "lighthouse"),
        ("the adminis\u2010\ntration", "the administration"),
        ("in Guinea-\nBissau today", "in Guinea-Bissau today"),
        ("at example.org/news/in-\nternal now", "at example.org/news/in-ternal now"),
        ("see all-words-of-the-mem-\nbers", "see all-words-of-the-mem-bers"),
    ],
)
def test_broken_word_is_made_whole(broken: str, expected: str) -> None:
    assert paragraph(broken) == expected


@pytest.mark.parametrize(
    ("context", "broken", "expected"),
    [
        ("co-operation", "co-\noperation", "co-operation"),
        ("cooperation", "co-\noperation", "cooperation"),
        ("co-operation", "coopera-\ntion", "cooperation"),
        ("co-operation", "co-opera-\ntion", "co-operation"),
        ("co-operatives", "co-\noperation", "co-operation"),
        ("lighthousekeeper", "lighthouse-\nkeeper", "lighthousekeeper"),
        ("lighthouse-keeper", "lighthouse-\nkeeper", "lighthouse-keeper"),
        ("break-water", "break-\nwater", "break-water"),
    ],
)
def test_the_text_itself_decides_before_the_table(context: str, broken: str, expected: str) -> None:
    assert paragraph(f"{context} first.\nThen {broken}.") == f"{context} first. Then {expected}."


def test_what_stays_a_guess_is_flagged_with_its_line() -> None:
    (speech,) = read("a.txt", b"Mr. Abel (Malta): A\nfine zibbel-\nfronk stood.").speeches
    assert [(problem.code, problem.line) for problem in speech.problems] == [("hyphen-guess", 2)]


def test_known_words_are_no_guess() -> None:
    (speech,) = read("a.txt", b"Mr. Abel (Malta): The adminis-\ntration.").speeches
    assert speech.problems == ()


def test_seeds_keep_their_hyphens(shared: Path) -> None:
    seed = next(iter(sorted((shared / "seeds").glob("000_*.txt"))))
    (speech,) = read(seed.name, seed.read_bytes()).speeches
    text = " ".join(paragraph.text for paragraph in speech.paragraphs)
    for compound in ("conflict-free Africa", "capacity-building for", "Capacity-Building Progr"):
        assert compound in text


def test_table_can_be_replaced() -> None:
    evidence = Evidence("", {"lighthouse-keeper": 9, "lighthousekeeper": 1})
    assert join_broken("a lighthouse-", "keeper came", evidence) == Joint("-", certain=True)


def test_table_is_small_sorted_and_clean() -> None:
    data = TABLE.read_bytes()
    lines = data.decode().splitlines()
    assert len(data) < 400_000
    assert lines == sorted(lines)
    assert all(int(line.split(" ")[1]) > 0 for line in lines)
    assert len({line.split(" ")[0] for line in lines}) == len(lines)


@pytest.mark.parametrize(
    ("context", "joiner"), [("They co-ordinate.", "-"), ("They coordinate.", "")]
)
def test_the_habit_of_a_text_decides_words_printed_both_ways(context: str, joiner: str) -> None:
    joint = join_broken("our co-", "operation is old", Evidence(context))
    assert joint == Joint(joiner, certain=False)


@pytest.mark.parametrize(
    ("context", "joiner"),
    [
        ("The world-wide cease-fire, peace-keeping and socio-economic work.", "-"),
        ("The worldwide ceasefire, peacekeeping and socioeconomic work.", ""),
    ],
)
def test_the_habit_of_a_text_in_other_words_decides_as_well(context: str, joiner: str) -> None:
    assert join_broken("our co-", "operation is old", Evidence(context)).joiner == joiner


def test_a_text_without_such_words_has_no_habit() -> None:
    assert Evidence("The ferry sails at noon.").habit is None


def test_a_hyphen_for_a_dash_before_a_short_word_stays() -> None:
    assert join_broken("a landmark-", "not the last", Evidence("")) == Joint("-", certain=False)
