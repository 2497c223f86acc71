"""Both engines answer alike: questions drawn at random, over a drawn archive."""

import os
import random
from dataclasses import replace
from datetime import date

import pytest
from support.factories import make_speech
from support.search.random_archive import COUNTRIES, draw
from support.search.random_queries import drawn_queries
from support.search.reference_engine import Reference

from statements.search.backends.opensearch import OpenSearchBackend
from statements.search.backends.whoosh import WhooshBackend
from statements.search.fields import FACETS
from statements.search.index import generations
from statements.search.parameters import UNDATED, Filters, Sort
from statements.search.protocol import ALL_LINES, Answer, LineOrder, LineSelection, Period, Question
from statements.search.query import QueryError, parse_query

pytestmark = [pytest.mark.django_db, pytest.mark.cluster, pytest.mark.long]

SENTENCES = 60
QUESTIONS = int(os.environ.get("QUESTIONS", "300"))
FACETS_ASKED = {name: None for name in FACETS}


@pytest.fixture
def texts(cluster: None, archive_index) -> list[str]:
    """Return the texts of an archive that both engines have indexed."""
    rarely = [
        a + b + c for a in "bdfgm" for b in ("ra", "ne", "lo") for c in ("k", "rt", "mb", "v")
    ]
    drawn = draw(60) + draw(25, seed=5, vocabulary=[*rarely, "the", "river", "dam"])
    make_speech(["The co-operation of organisations; cooperating nations, national treaties."])
    make_speech(["* * *", "Les eaux des fleuves et une rivière qui est pour nous, sur les dams."])
    archive_index()
    OpenSearchBackend().rebuild()
    return [text for one in drawn for text in one.paragraphs]


def backends() -> tuple[WhooshBackend, OpenSearchBackend]:
    return WhooshBackend(), OpenSearchBackend()


def filters_drawn(chance: random.Random) -> Filters:
    kind = chance.randrange(6)
    if kind == 0:
        return Filters({"country": tuple(chance.sample(COUNTRIES[:4], 2))})
    if kind == 1:
        return Filters({"year": ("2014", UNDATED), "country": ("kaz", "FRA")})
    if kind == 2:
        return Filters(date_from=date(1999, 6, 1), date_to=date(2014, 2, 15))
    if kind == 3:
        return Filters(without={"country": ("KAZ",)})
    return Filters()


def shape(answer: Answer) -> Answer:
    """Return an answer without what differs by engine."""
    return replace(answer, index=None)  # type: ignore[arg-type]


def describe(typed: str, question: Question, answers: list[Answer]) -> str:
    """Return what was asked, and in which parts the answers differ."""
    parts = [
        f"{name}: {getattr(answers[0], name, None)} / {getattr(answers[1], name, None)}"
        for name in (
            "total",
            "hits",
            "groups",
            "facets",
            "histogram",
            "filters",
            "unknown_values",
            "day_unknown",
        )
        if getattr(answers[0], name, None) != getattr(answers[1], name, None)
    ]
    asked = (
        typed,
        question.sort.value,
        question.start,
        question.group,
        dict(question.filters.values),
    )
    return f"{asked} {answers if not parts else parts}"


def test_both_engines_answer_drawn_questions_alike(texts: list[str]) -> None:
    chance = random.Random(3)  # noqa: S311
    reference = Reference(generations.in_use().path)  # type: ignore[union-attr]
    words = reference.words
    reference.close()
    drawn = drawn_queries(words, texts, chance)
    asked, different = 0, []
    while asked < QUESTIONS:
        typed = next(drawn)
        try:
            parsed = parse_query(typed)
        except QueryError:
            continue
        question = Question(
            tree=parsed.tree,
            filters=filters_drawn(chance),
            sort=chance.choice(list(Sort)),
            start=chance.choice([0, 0, 0, 5]),
            paragraphs=3,
            facets=FACETS_ASKED,
            histogram=chance.choice([Period.YEAR, Period.MONTH]),
            group=chance.choice(["", "", "country", "topic", "year"]),
            related=chance.choice([0, 3]),
            partial=chance.choice([0, 5]),
            spelling=chance.choice([None, parsed]),
        )
        asked += 1
        answers = []
        for backend in backends():
            try:
                answers.append(shape(backend.search([question])[0]))
            except QueryError as error:
                answers.append(type(error))
        if answers[0] != answers[1]:
            different.append((typed, question, answers))
    assert [describe(*one) for one in different] == []


def test_sentences_and_misspelt_words_are_answered_alike(texts: list[str]) -> None:
    chance = random.Random(5)  # noqa: S311
    words = sorted({word for text in texts for word in text.split()})
    different = []
    for _ in range(SENTENCES):
        chosen = chance.sample(words, chance.randint(1, 6))
        if chance.random() < 0.5:
            place = chance.randrange(len(chosen))
            chosen[place] = misspell(chosen[place], chance)
        typed = " ".join(chosen)
        parsed = parse_query(typed)
        question = Question(
            tree=parsed.tree, paragraphs=1, related=3, partial=5, spelling=parsed, size=5
        )
        answers = [shape(backend.search([question])[0]) for backend in backends()]
        if answers[0] != answers[1]:
            different.append(describe(typed, question, answers))
    assert different == []


def misspell(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return word[:place] + chance.choice("aeiou") + word[place + 1 :]


def test_counts_of_words_are_alike(texts: list[str]) -> None:
    typed = ["river", "river OR dam -vote", '"the river"', "river peace water", "gibberish", "dam*"]
    for one in typed:
        tree = parse_query(one).tree
        questions = [
            Question(tree=tree),
            Question(tree=tree, filters=Filters({"country": ("KAZ", "FRA")})),
        ]
        whoosh, cluster = backends()
        for question in questions:
            expected = whoosh.term_statistics(question)
            assert replace(cluster.term_statistics(question), index=expected.index) == expected
            for pair in (("country", "year"), ("topic", "organ"), ("year", "speaker")):
                table = whoosh.crosstab(question, *pair)
                assert replace(cluster.crosstab(question, *pair), index=table.index) == table
            listing = whoosh.listing(question)
            assert cluster.listing(question).speeches == listing.speeches
        for period in Period:
            trends = whoosh.trends(questions, period)
            assert replace(cluster.trends(questions, period), index=trends.index) == trends


def test_lines_in_context_are_alike(texts: list[str]) -> None:
    whoosh, cluster = backends()
    typed = ["river", "river OR dam -vote", '"the river"', '"dam water"~3', "riv*", "co-operation"]
    values = ["KAZ", "FRA"]
    for one in typed:
        for order in LineOrder:
            question = Question(tree=parse_query(one).tree, size=40, start=3)
            for selection in (ALL_LINES, LineSelection(beside="peace", window=3)):
                lines = whoosh.concordance(question, order, values, selection)
                other = cluster.concordance(question, order, values, selection)
                assert replace(other, index=lines.index) == lines, (one, order, selection)


def test_the_vocabulary_is_alike(texts: list[str]) -> None:
    whoosh, cluster = backends()
    words = sorted({word for text in texts for word in text.split()})[:40]
    assert [cluster.forms(word) for word in words] == [whoosh.forms(word) for word in words]
    assert cluster.paragraph_counts(words) == whoosh.paragraph_counts(words)
    assert cluster.word_count() == whoosh.word_count()
    assert cluster.value_counts(FACETS) == whoosh.value_counts(FACETS)
    for start in ("r", "tr", "co", "xyz", ""):
        assert cluster.prefix_terms(start, 5).terms == whoosh.prefix_terms(start, 5).terms
    for word in ("rivr", "pxxce", "councli"):
        assert sorted(cluster.similar_terms(word, 2)) == sorted(whoosh.similar_terms(word, 2))
    for facet, value in [("country", "kaz"), ("organ", "SECURITY COUNCIL"), ("topic", "none")]:
        assert cluster.canonical_value(facet, value) == whoosh.canonical_value(facet, value)
