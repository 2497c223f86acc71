"""Keyness and collocates, compared with a plain reading of the same texts."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pytest
from support.factories import make_speech
from support.search.plain_word_lists import collocates, count, key_words, log_likelihood
from support.search.random_archive import Drawn, draw

from statements.search.analysis.function_words import FUNCTION_WORDS
from statements.search.backends import search_backend
from statements.search.features import association
from statements.search.features.word_counts import count_words, vocabulary
from statements.search.index.snapshot import current
from statements.search.parameters import Filters
from statements.search.protocol import LineOrder, LineSelection, Question
from statements.search.query import parse
from statements.search.word_measures import (
    LEAST_BESIDE_OCCURRENCES,
    LEAST_BESIDE_SPEECHES,
    LEAST_KEY_OCCURRENCES,
    LEAST_KEY_SPEECHES,
    CollocateMeasure,
    KeynessMeasure,
)

pytestmark = pytest.mark.django_db

CONTENT = {"river", "dam", "peace", "water", "treaty", "border", "flood", "harvest"}
# as typed, and how many words the occurrence has that begins at a place
QUERIES = {
    "river": lambda words, at: words[at] == "river",
    "election": lambda words, at: words[at] in ("election", "elections"),
    '"river dam"': lambda words, at: 2 * (words[at : at + 2] == ["river", "dam"]),
    "glac*": lambda words, at: words[at] == "glacier",
    "vote OR flood": lambda words, at: words[at] in ("vote", "flood"),
    "river -glacier": lambda words, at: words[at] == "river",
    'river "river dam"': lambda words, at: (
        2 if words[at : at + 2] == ["river", "dam"] else words[at] == "river"
    ),
    '"of the"': lambda words, at: 2 * (words[at : at + 2] == ["of", "the"]),
}


@pytest.fixture
def drawn(db, archive_index):
    """Speeches in two segments; one was deleted before the last commit and one after it. Kazakhstan
    speaks of rivers and treaties more than others do."""
    drawn = draw(60)
    archive_index()
    for seed in range(3):
        more = draw(10, seed=20 + seed, vocabulary=["river", "treaty", "of", "the", "dam", "zebra"])
        drawn += more
    drawn.pop(2).stored.delete()
    archive_index()
    drawn.pop(7).stored.delete()
    return drawn


def asked(typed: str = "", *, size: int = 1000, **values: str) -> Question:
    filters = Filters({name: (value,) for name, value in values.items()})
    return Question(tree=parse(typed), filters=filters, size=size)


def terms_of(drawn: Sequence[Drawn]) -> list[list[list[str]]]:
    return [one.terms for one in drawn]


def found(drawn: Sequence[Drawn], question: Question) -> list[Drawn]:
    [answer] = search_backend().search([question])
    pks = {hit.speech for hit in answer.hits}
    return [one for one in drawn if one.stored.pk in pks]


COMPARED = [
    (asked("treaty"), asked()),
    (asked("", country="KAZ"), asked("", country="FRA")),
    (asked("zebra"), asked("river OR peace")),
    (asked("river -peace", year="2014"), asked("peace")),
    (asked("absent"), asked()),
    (asked(), asked("river")),
]


@pytest.fixture
def likely(monkeypatch):
    """List words that differ little as well, so that there are some to compare."""
    monkeypatch.setattr(association, "CHANCE", 0.999)


def test_key_words_are_those_of_a_plain_reading(drawn, likely):
    listed = [
        check_key_words(drawn, search, reference, measure, is_reversed)
        for search, reference in COMPARED
        for measure in KeynessMeasure
        for is_reversed in (False, True)
    ]
    assert sum(listed) > 50


def check_key_words(drawn, search, reference, measure, is_reversed):
    of_search = found(drawn, search)
    of_reference = found(drawn, reference)
    others = [one for one in of_reference if one not in of_search]
    plain = key_words(terms_of(of_search), terms_of(others))
    answer = search_backend().keyness(
        search, reference, measure, is_reversed=is_reversed, function_words=True
    )
    assert (answer.search.speeches, answer.search.words) == (
        len(of_search), count(terms_of(of_search)).total()
    )  # fmt: skip
    assert (answer.reference.speeches, answer.reference.words) == (
        len(others), count(terms_of(others)).total()
    )  # fmt: skip
    assert answer.shared_speeches == len(of_reference) - len(others)
    sign = -1 if is_reversed else 1
    often, having = ("reference_occurrences", "reference_speeches") if is_reversed else (
        "occurrences", "speeches"
    )  # fmt: skip
    used = {word: row for word, row in plain.items() if getattr(row, often)}
    compared = {word for word, row in used.items() if getattr(row, often) >= LEAST_KEY_OCCURRENCES}
    assert (answer.compared, answer.withheld) == (len(compared), len(used) - len(compared))
    expected = {
        word: plain[word]
        for word in compared
        if sign * plain[word].log_ratio > 0 and plain[word].log_likelihood >= answer.critical
    }
    assert answer.total == len(expected)
    listed = {
        word: row for word, row in expected.items() if getattr(row, having) >= LEAST_KEY_SPEECHES
    }
    assert {row.word for row in answer.words} == set(listed)
    for row in answer.words:
        figures = asdict(row)
        assert vars(listed[figures.pop("word")]) == pytest.approx(figures)
    values = [abs(getattr(row, measure.name.lower())) for row in answer.words]
    assert values == sorted(values, reverse=True)
    return len(values)


def test_function_words_are_left_out_only_where_that_is_asked(drawn):
    search, reference = asked("zebra"), asked()
    shown, hidden = (
        search_backend().keyness(
            search, reference, KeynessMeasure.LOG_LIKELIHOOD, function_words=show
        )
        for show in (True, False)
    )
    assert {"of", "the"} <= {row.word for row in shown.words}
    assert {row.word for row in hidden.words} == {
        row.word for row in shown.words if row.word not in FUNCTION_WORDS
    }
    assert hidden.search == shown.search  # all words count for the frequencies


def test_collocates_are_those_of_a_plain_reading(drawn, likely):
    listed = [
        check_collocates(drawn, typed, window, country)
        for typed in QUERIES
        for window, country in ((1, ""), (3, "KAZ"), (10, ""))
    ]
    assert sum(listed) > 50


def check_collocates(drawn, typed, window, country):
    filters = {"country": country} if country else {}
    question = asked(typed, **filters)
    of_search = found(drawn, question)
    filtered = found(drawn, asked(**filters))
    others = [one for one in filtered if one not in of_search]
    plain = collocates(terms_of(of_search), terms_of(others), QUERIES[typed], window)
    for measure in CollocateMeasure:
        answer = search_backend().collocates(question, measure, window=window)
        assert (answer.occurrences, answer.window_words) == (plain.occurrences, plain.window_words)
        assert answer.filtered.words == count(terms_of(filtered)).total()
        assert answer.search.speeches == len(of_search)
        assert answer.search.words == count(terms_of(of_search)).total()
        compared = {
            word: row for word, row in plain.words.items() if row.beside >= LEAST_BESIDE_OCCURRENCES
        }
        assert answer.compared == len(compared)
        assert answer.withheld == len(plain.words) - len(compared)
        expected = {
            word: row
            for word, row in compared.items()
            if row.beside > row.expected and row.log_likelihood >= answer.critical
        }
        assert answer.total == len(expected)
        listed = {
            word: row for word, row in expected.items() if row.speeches >= LEAST_BESIDE_SPEECHES
        }
        assert {row.word for row in answer.words} == set(listed)
        for row in answer.words:
            figures = asdict(row)
            assert vars(listed[figures.pop("word")]) == pytest.approx(figures)
        values = [getattr(row, measure.name.lower()) for row in answer.words]
        assert values == sorted(values, reverse=True)
    return len(values)


def test_the_first_words_of_a_long_list_are_those_of_all(drawn, likely, monkeypatch):
    monkeypatch.setattr("statements.search.features.keyness._CHUNK", 2)
    monkeypatch.setattr("statements.search.features.collocates._CHUNK", 2)

    def lists(size):
        question = asked("zebra", size=size)
        key = search_backend().keyness(question, asked(), KeynessMeasure.LOG_RATIO)
        beside = search_backend().collocates(question, CollocateMeasure.LOG_RATIO, window=2)
        return key.words, beside.words

    key_words, beside_words = lists(1000)
    for size in (1, 2, 3):
        assert lists(size) == (key_words[:size], beside_words[:size])


def test_lines_of_a_word_are_those_that_it_stands_in(drawn):
    for beside in ("dam", "river", "the", "absent"):
        for window in (1, 4):
            check_lines(drawn, beside, window)
    question = asked("zebra")
    expected = sum(
        word in ("treaty", "glacier")
        for one in found(drawn, question)
        for words in one.terms
        for word in words
    )
    lines = LineSelection(parse('"treaty" OR glac*'))
    assert search_backend().concordance(question, LineOrder.LEFT, (), lines).total == expected > 0


def check_lines(drawn, beside, window):
    question = asked("river OR treaty")
    expected = 0
    for one in found(drawn, question):
        for words in one.terms:
            for place, word in enumerate(words):
                around = words[max(place - window, 0) : place] + words[place + 1 :][:window]
                expected += word in ("river", "treaty") and beside in around
    lines = LineSelection(beside=beside, window=window)
    answer = search_backend().concordance(question, LineOrder.NEWEST, (), lines)
    assert answer.total == expected
    assert bool(expected) is (beside != "absent")


def test_words_are_counted_in_any_speeches_however_the_index_is_stored(drawn):
    snapshot = current()
    assert len(snapshot.segments) > 1
    words = vocabulary(snapshot)
    stored = {one.stored.pk: one for one in drawn}
    chance = np.random.default_rng(3)
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        mask = snapshot.alive & (chance.random(len(snapshot.heads)) < share)
        pks = snapshot.numbers["speech"][mask].tolist()
        counts = count_words(snapshot, mask)
        expected = count(terms_of([stored[pk] for pk in pks if pk in stored]))
        gone = [pk for pk in pks if pk not in stored]
        assert len(gone) <= 1  # it was deleted after the last commit
        if not gone:
            assert {words.word(n): counts[n] for n in np.flatnonzero(counts)} == expected


def test_an_archive_of_one_speech_has_nothing_to_compare(archive_index):
    make_speech(["The river rose. The river froze. River, river, river of rivers."])
    archive_index()
    answer = search_backend().keyness(asked("river"), asked(), KeynessMeasure.LOG_RATIO)
    assert (answer.search.speeches, answer.reference.words, answer.shared_speeches) == (1, 0, 1)
    assert (answer.compared, answer.total, list(answer.words)) == (0, 0, [])
    beside = search_backend().collocates(asked("river"), CollocateMeasure.T_SCORE, window=2)
    assert beside.occurrences == 6
    assert list(beside.words) == []  # of one speech alone


def test_without_words_there_are_no_collocates(drawn):
    for typed in ("", "absent", "country:KAZ"):
        answer = search_backend().collocates(asked(typed), CollocateMeasure.LOG_DICE, window=5)
        assert (answer.occurrences, answer.window_words, list(answer.words)) == (0, 0, [])


# -- measures --------------------------------------------------------------------------------------


def test_measures_stand_for_huge_counts():
    inside, outside = np.array([0, 1, 10**9, 10**12]), np.array([10**12, 0, 10**9, 10**12])
    sizes = 10**13, 10**14
    computed = association.log_likelihood(inside, outside, *sizes)
    expected = [
        log_likelihood(*pair, *sizes)
        for pair in zip(inside.tolist(), outside.tolist(), strict=True)
    ]
    assert computed == pytest.approx(expected, rel=1e-2, abs=1)
    for values in (
        computed,
        association.log_ratio(inside, outside, *sizes),
        association.log_dice(inside, inside + outside, 10**12),
        association.t_score(inside, association.expected(inside, outside, *sizes)),
    ):
        assert np.isfinite(values).all()


def test_the_critical_value_is_that_of_tables():
    # χ² of one degree of freedom: 6.63 is exceeded in one case of a hundred
    assert association.critical_value(1) == pytest.approx(6.6349, abs=1e-3)
    assert association.critical_value(10_000) == pytest.approx(23.9, abs=0.1)


def test_equal_values_stay_together():
    values = np.array([3.0, 1.0, 2.0, 2.0, 2.0, 0.0])
    chunks = association.in_order(values, np.arange(6), 2)
    assert [sorted(chunk.tolist()) for chunk in chunks] == [[0, 2, 3, 4], [1, 5]]
