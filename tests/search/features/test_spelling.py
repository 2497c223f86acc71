from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.factories import make_speech
from support.search.random_archive import draw

from statements.search.backends.spelling_index import SnapshotSpelling
from statements.search.features.did_you_mean import FEW, suggestion
from statements.search.index.snapshot import current
from statements.search.indexing import sync
from statements.search.matching.fuzzy_terms import Lexicon, similar_words
from statements.search.parameters import SearchParameters
from statements.search.protocol import Suggestion
from statements.search.query import parse_query
from statements.search.results.page import find


def suggest(typed: str, total: int) -> Suggestion | None:
    return suggestion(SnapshotSpelling(current()), parse_query(typed), total)


letters = st.text("abcdé長", min_size=1, max_size=7)


def edits(one: str, other: str) -> int:
    """The edits between two words, read off the definition."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [
            between(i - 1, j) + 1,
            between(i, j - 1) + 1,
            between(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            ways.append(between(i - 2, j - 2) + 1)
        return min(ways)

    return between(len(one), len(other))


def lexicon_of(words, frequencies):
    encoded = [word.encode() for word in words]
    ends = np.cumsum([len(word) for word in encoded], dtype=np.int64)
    return Lexicon(b"".join(encoded), ends, np.array(frequencies, np.int64))


@given(
    st.lists(st.sets(letters, max_size=40), min_size=1, max_size=3),
    letters,
    st.integers(0, 3),
)
def test_near_words_are_those_few_edits_away(several, typed, most):
    lexicons = [lexicon_of(sorted(words), range(1, len(words) + 1)) for words in several]
    assert similar_words(lexicons, typed, most) == [
        (word, number, edits(typed, word))
        for words in several
        for number, word in enumerate(sorted(words), 1)
        if edits(typed, word) <= most
    ]


@given(st.sets(letters, max_size=40))
def test_a_lexicon_knows_how_frequent_each_word_is(words):
    ordered = sorted(words)
    lexicon = lexicon_of(ordered, [len(word) * 7 % 5 for word in ordered])
    assert [lexicon.frequency(word) for word in ordered] == lexicon.frequencies.tolist()
    assert lexicon.frequency("zzzzzzzzz") == 0


@pytest.fixture
def rivers(db, archive_index):
    """An archive in which the words of ``drawn`` are frequent."""
    draw(40)
    make_speech(["The fluxes were small."], speaker="Nguyen", country="VNM")
    sync.drain()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("glacire", "glacier"),
        ("galcier", "glacier"),
        ("hravest -peace", "harvest -peace"),
        ("glacirr OR harvezt", "glacier OR harvest"),
        ('"glacirr council"', '"glacier council"'),
        ("speaker:Umorov river", "speaker:umarov river"),
        ("speaker:(Umorov OR Dialo) (river dam)", "speaker:(umarov OR diallo) (river dam)"),
        ("year:1999..2014 cuoncil", "year:1999..2014 council"),
        ("GLACIRR", "glacier"),
        ("glâcirr", "glacier"),
        ('"river glacirr"~5', '"river glacier"~5'),
    ],
)
def test_a_misspelt_word_is_replaced_and_the_rest_stays_as_typed(rivers, typed, meant):
    total = find(SearchParameters(q=typed)).total
    better = suggest(typed, total)
    assert better is not None
    assert better.q == meant
    assert better.total == find(SearchParameters(q=meant)).total > total


@pytest.mark.parametrize(
    "typed",
    [
        "glacier",
        "",
        "zzzzzzzz",
        "river -glacirr",
        "river NOT glacirr",
        "dma",  # too short to tell
        "glaci*",
        "glacirx*",
        "year:1899",
        "speaker:glacirr",  # no name is spelt so, though a word of the text is
        "river 20144",
    ],
)
def test_nothing_is_suggested(rivers, typed):
    assert suggest(typed, 0) is None


def test_nothing_is_suggested_where_much_is_found(rivers):
    assert suggest("glacirr", FEW) is not None
    assert suggest("glacirr", FEW + 1) is None


def test_a_word_of_the_archive_gives_way_only_to_a_far_more_frequent_one(rivers):
    assert find(SearchParameters(q="fluxes")).total == 1
    for word in ("fluxes", "nguyen"):
        assert suggest(word, 1) is None


def test_a_word_that_is_found_with_a_hyphen_is_no_misspelt_one(archive_index):
    make_speech(["She was re-elected."])
    for _ in range(15):
        make_speech(["All were relected and respected."])
    archive_index()
    found = find(SearchParameters(q="reelected"))
    assert (found.total, found.suggestion) == (1, None)


def test_of_alternatives_not_all_are_expected_to_be_found(rivers):
    assert suggest("speaker:nguyen OR glacirr", 1) is None
    assert suggest("speaker:nguyxn OR glacirr", 0) is not None


def test_what_was_deleted_is_not_suggested(archive_index):
    gone = make_speech(["A thawing permafrost."])
    make_speech(["A river."])
    archive_index()
    assert suggest("permafrots", 0) is not None
    gone.delete()
    archive_index()
    assert suggest("permafrots", 0) is None
