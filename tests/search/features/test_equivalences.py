"""Words that are written in several ways are found by each of them."""

import pytest
from support.factories import make_speech

from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.django_db

# of each pair, the first stands in the first speech and the second in the second
PAIRS = [
    ("the U.S.S.R. delegation", "the USSR delegation"),
    ("Saint Kitts & Nevis", "Saint Kitts and Nevis"),
    ("forty percent more", "forty per cent more"),
    ("some 40% more", "some 40 per cent more"),
    ("a rate of 12.5 % less", "a rate of 12.5 percent less"),
    ("Conor O\u2019Brien spoke", "Conor OBrien spoke"),
    ("the Qur'an says", "the Quran says"),
    ("covid-19 vaccines", "covid19 vaccines"),
    ("COVID-19-related debts", "COVID19-related debts"),
    ("some 1,000,000 people", "some 1000000 people"),
    ("the Group of G-77", "the Group of G77"),
]


@pytest.fixture
def speeches(archive_index):
    """Two speeches, each with one way of writing."""
    for side in zip(*PAIRS, strict=True):
        make_speech([*side, "Trade of the two us."])
    archive_index()


def total(q: str) -> int:
    return find(SearchParameters(q=q), alternatives=False).total


def test_each_way_of_writing_finds_the_others(speeches):
    assert {q: total(q) for pair in PAIRS for q in pair} == {q: 2 for pair in PAIRS for q in pair}
    phrases = [f'"{q}"' for pair in PAIRS for q in pair]
    assert {q: total(q) for q in phrases} == dict.fromkeys(phrases, 2)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("kitts -nevis", 0),
        ("percent -cent", 1),  # the one that writes it as two words has both
        ("brien", 1),  # the parts are words as before
        ("U.S.", 1),  # the letters, and not the pronoun
        ("1,000", 1),  # the beginning of a number
        ("wom?n", 0),
        ("qur?n", 1),
        ("vacc?nes", 2),
        ("vaccnies~", 2),
        ("vacines~1", 2),
        ("waccines~", 0),  # the first letter is certain
        ("delegatoin~ -covid", 1),
    ],
)
def test_what_else_finds_them(speeches, q, expected):
    assert total(q) == expected


@pytest.mark.parametrize(
    ("q", "offered"),
    [
        ("US", '("U.S." OR "United States")'),
        ("US trade", '("U.S." OR "United States") trade'),
        ("trade of us", None),
        ('trade "of US"', None),
        ("LET US TRADE", None),
        ("country:US", None),
    ],
)
def test_the_united_states_are_offered_for_their_abbreviation(archive_index, q, offered):
    make_speech(["Let us trade with the United States."])
    make_speech(["Trade with the U.S. and us."])
    archive_index()
    notices = find(SearchParameters(q=q), alternatives=False).notices
    alternatives = [one.alternative.q for one in notices if "“us”" in one.sentence]
    assert alternatives == ([offered] if offered else [])
    if offered:
        assert total(offered) == 2


def test_a_tilde_for_too_many_words_is_refused_with_fewer_edits(archive_index):
    letters = "abcdefghijklmnopqrstuvwxyz"
    make_speech([" ".join(f"harb{a}{b}our" for a in letters for b in letters[:11])])
    archive_index()
    with pytest.raises(InvalidParameters, match="harbaaour~2") as refused:
        find(SearchParameters(q="harbaaour~"))
    assert refused.value.repaired == "harbaaour~1"
    assert total("harbaaour~1") == 1


def test_a_suggestion_keeps_words_of_the_archive(archive_index):
    make_speech(["The smell of sulfur left by the devil."])
    for _ in range(40):
        make_speech(["All suffer evil, and every wife knows."])
    archive_index()
    page = find(SearchParameters(q="wiff of sulfur devil"))
    assert page.suggestion is None
