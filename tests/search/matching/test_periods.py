from collections import Counter
from datetime import date

import pytest
from support.factories import make_speech
from support.search.random_archive import ask, draw

from statements.models import Speech
from statements.search.matching.histogram import histogram, label
from statements.search.parameters import SearchParameters
from statements.search.protocol import Histogram, HistogramBar, Period
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["", "river", "absent"])
@pytest.mark.parametrize("period", Period)
def test_bars_count_what_stands_under_their_days(archive_index, typed, period):
    drawn = draw(40)
    archive_index()
    length = {Period.DECADE: 3, Period.YEAR: 4, Period.MONTH: 7}[period]  # of its ISO form
    expected = Counter(
        one.on.isoformat()[:length]
        for one in drawn
        if one.on
        and (not typed or typed in " ".join([*one.paragraphs, *map(str.lower, one.topics)]))
    )
    asked = ask(typed)
    drawn_bars = histogram(asked.snapshot, asked.found, period)
    bars = drawn_bars.bars
    assert {bar.first.isoformat()[:length]: bar.speeches for bar in bars} == expected
    assert drawn_bars.undated + sum(expected.values()) == asked.found.sum()
    assert bars == sorted(bars, key=lambda bar: bar.first)
    for bar in bars:
        narrowed = find(SearchParameters(q=typed, date_from=bar.first, date_to=bar.last))
        assert narrowed.total == bar.speeches


def test_a_speech_of_which_only_the_year_is_known_stands_in_no_month(archive_index):
    speech = make_speech(["A river."], on=None)
    Speech.objects.filter(pk=speech.pk).update(year_stated=1952)
    archive_index()
    asked = ask("river")
    assert histogram(asked.snapshot, asked.found, Period.MONTH) == Histogram(Period.MONTH, [], 1)
    of_year = HistogramBar(date(1952, 1, 1), date(1952, 12, 31), 1)
    assert histogram(asked.snapshot, asked.found, Period.YEAR) == Histogram(
        Period.YEAR, [of_year], 0
    )


@pytest.mark.parametrize(
    ("number", "period", "printed"),
    [
        (2014, Period.YEAR, "2014"),
        (900, Period.YEAR, "0900"),
        (2014 * 12, Period.MONTH, "2014-01"),
        (2014 * 12 + 11, Period.MONTH, "2014-12"),
    ],
)
def test_periods_are_labelled_as_iso_dates_begin(number, period, printed):
    assert label(number, period) == printed
