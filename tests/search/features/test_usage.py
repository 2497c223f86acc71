import itertools
from collections import Counter

import pytest
from support.factories import make_speech
from support.search.random_archive import ask, draw

from statements.models import Speech
from statements.search import query
from statements.search.features.term_statistics import count_terms, count_trends
from statements.search.protocol import Period

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
    form = {Period.YEAR: "%Y", Period.MONTH: "%Y-%m"}[period]
    asked = [(typed, ask(typed)) for typed in list(QUERIES)[:6]]
    told = count_trends(
        asked[0][1].snapshot,
        [(one.evaluator, query.parse(typed), one.found) for typed, one in asked],
        period,
    )
    assert told.periods[0] == min(one.on for one in drawn if one.on).strftime(form)
    assert told.periods[-1] == max(one.on for one in drawn if one.on).strftime(form)
    assert len(told.periods) == {Period.YEAR: 69, Period.MONTH: 819}[period]
    everything = Counter(one.on.strftime(form) for one in drawn if one.on)
    assert told.speeches.tolist() == [everything[each] for each in told.periods]
    spoken = Counter()
    for one in drawn:
        if one.on:
            spoken[one.on.strftime(form)] += sum(map(len, one.terms))
    # the index keeps the length of a paragraph in a byte
    assert told.words.tolist() == pytest.approx([spoken[each] for each in told.periods], rel=0.1)
    for (typed, one), trend in zip(asked, told.trends, strict=True):
        pks = set(one.ids(one.found.nonzero()[0]))
        speeches, often = Counter(), Counter()
        for each in drawn:
            if each.on and each.stored.pk in pks:
                speeches[each.on.strftime(form)] += 1
                often[each.on.strftime(form)] += sum(map(QUERIES[typed], each.terms))
        assert trend.speeches.tolist() == [speeches[each] for each in told.periods]
        assert trend.occurrences.tolist() == [often[each] for each in told.periods]


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
