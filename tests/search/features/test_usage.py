import itertools
from collections import Counter
from datetime import date

import pytest
from support.factories import make_speech
from support.search.random_archive import ask, draw

from statements.models import Speech
from statements.search import query
from statements.search.features.term_statistics import count_terms, count_trends
from statements.search.matching.selection import Selection
from statements.search.parameters import Filters
from statements.search.protocol import Period, Question

pytestmark = pytest.mark.django_db

# as typed, and how often a paragraph, given as its terms, mentions what is asked
QUERIES = {
    "river": lambda terms: terms.count("river"),
    "river glacier": lambda terms: terms.count("river") + terms.count("glacier"),
    '"river dam"': lambda terms: list(itertools.pairwise(terms)).count(("river", "dam")),
    "floo*": lambda terms: terms.count("flood"),
    "river -glacier": lambda terms: terms.count("river"),
    "vote OR border": lambda terms: terms.count("vote") + terms.count("border"),
    "": lambda terms: 0,
    "absent": lambda terms: 0,
}


@pytest.fixture
def drawn(db, archive_index):
    drawn = draw(25)
    archive_index()
    drawn += draw(15, seed=9)
    drawn.pop(2).stored.delete()
    archive_index()
    return drawn


@pytest.mark.parametrize("typed", QUERIES)
def test_usage_is_what_a_reading_counts(drawn, typed):
    asked = ask(typed)
    pks = set(asked.ids(asked.found.nonzero()[0]))
    read = [one for one in drawn if one.stored.pk in pks]
    often = {one.stored.pk: sum(map(QUERIES[typed], one.terms)) for one in read}
    told = count_terms(asked.evaluator, query.parse(typed), asked.found)
    assert told.speeches == len(read)
    assert told.occurrences == sum(often.values())
    assert told.paragraphs == sum(bool(QUERIES[typed](terms)) for o in read for terms in o.terms)
    assert {
        one.value: (one.speeches, one.occurrences, one.of) for one in told.breakdowns["country"]
    } == {
        country: (
            sum(one.country == country for one in read),
            sum(often[one.stored.pk] for one in read if one.country == country),
            sum(one.country == country for one in drawn),
        )
        for country in {one.country for one in read} - {""}
    }
    assert [(one.value, one.occurrences) for one in told.breakdowns["year"]] == sorted(
        (
            str(year),
            sum(often[one.stored.pk] for one in read if one.on and one.on.year == year),
        )
        for year in {one.on.year for one in read if one.on}
    )


@pytest.mark.parametrize("period", Period)
def test_trends_are_what_a_reading_counts(drawn, period):
    asked = [(typed, ask(typed)) for typed in list(QUERIES)[:6]]
    told = count_trends(
        asked[0][1].snapshot,
        [(one.evaluator, query.parse(typed), one.found) for typed, one in asked],
        period,
    )

    def label(on):
        if period is Period.DECADE:
            return f"{on.year // 10 * 10}s"
        return on.strftime("%Y" if period is Period.YEAR else "%Y-%m")

    assert told.periods[0] == label(min(one.on for one in drawn if one.on))
    assert told.periods[-1] == label(max(one.on for one in drawn if one.on))
    lengths = {Period.YEAR: 69, Period.MONTH: 819, Period.DECADE: 8}
    assert len(told.periods) == lengths[period]
    everything = Counter(label(one.on) for one in drawn if one.on)
    assert told.speeches.tolist() == [everything[each] for each in told.periods]
    spoken = Counter()
    for one in drawn:
        if one.on:
            spoken[label(one.on)] += sum(map(len, one.terms))
    assert told.words.tolist() == [spoken[each] for each in told.periods]
    for (typed, one), trend in zip(asked, told.trends, strict=True):
        pks = set(one.ids(one.found.nonzero()[0]))
        speeches, often = Counter(), Counter()
        for each in drawn:
            if each.on and each.stored.pk in pks:
                speeches[label(each.on)] += 1
                often[label(each.on)] += sum(map(QUERIES[typed], each.terms))
        assert trend.speeches.tolist() == [speeches[each] for each in told.periods]
        assert trend.occurrences.tolist() == [often[each] for each in told.periods]


def test_a_population_is_counted_whether_it_matches_or_not(drawn):
    question = Question(
        tree=query.parse("absent"),
        filters=Filters({"country": ("KAZ",)}, date_from=date(1990, 1, 1)),
    )
    selection = Selection(ask("").evaluator, question)
    counted = (selection.evaluator, question.tree, selection.mask)
    [trend] = count_trends(
        selection.snapshot, [counted], Period.YEAR, populations=[selection.population]
    ).trends
    read = [one for one in drawn if one.country == "KAZ" and one.on and one.on.year >= 1990]
    assert read
    assert trend.of_speeches.sum() == len(read)
    assert trend.of_words.sum() == sum(len(terms) for one in read for terms in one.terms)
    assert trend.speeches.sum() == 0


def test_an_archive_without_dates_has_no_trends(archive_index):
    make_speech(["A river."])
    archive_index()
    asked = ask("river")
    told = count_trends(
        asked.snapshot,
        [(asked.evaluator, query.parse("river"), asked.found)],
        Period.YEAR,
    )
    assert (told.periods, told.speeches.tolist()) == ([], [])
    assert told.trends[0].occurrences.tolist() == []


def test_trends_of_months_go_back_a_century_and_no_further(archive_index):
    for year in (1200, 2001):
        speech = make_speech(["A river."])
        Speech.objects.filter(pk=speech.pk).update(date=f"{year}-06-01")
    archive_index()
    asked = ask("river")
    query_asked = (asked.evaluator, query.parse("river"), asked.found)
    told = count_trends(asked.snapshot, [query_asked], Period.MONTH)
    assert (told.periods[0], told.periods[-1]) == ("1901-07", "2001-06")
    assert told.trends[0].speeches.sum() == 1
