"""Other parts of a page of results: groups, counts over time, spelling suggestions."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.factories import make_speech

from statements.models import Speech
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.protocol import Period
from statements.search.results.page import GROUPS_ON_A_PAGE, HITS_OF_A_GROUP, find
from statements.views import refinements

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoken(archive_index):
    """Speeches of many countries, some without one, some of a year alone."""
    codes = "AFG ALB DZA AND AGO ARG ARM AUS AUT AZE BHS BHR".split()
    for number, code in enumerate(codes):
        for turn in range(1 + number % 5):
            make_speech(
                [f"The river rose {turn} times.", "And fell."],
                country=code,
                speaker=f"Speaker{number}",
                on=date(2010 + number % 3, 1 + turn, 5),
                meeting=f"RIV/PV.{number}",
                organ="Rivers Council",
            )
    make_speech(["A river."], on=date(2012, 5, 5))
    for year in (2011, 2013):
        of_year = make_speech(["The river froze."], country="KAZ")
        Speech.objects.filter(pk=of_year.pk).update(year_stated=year)
    archive_index()


@pytest.mark.parametrize("group", SearchParameters.GROUPS)
def test_a_group_counts_what_choosing_it_finds(spoken, group):
    asked = SearchParameters(q="river", group=group)
    first = find(asked)
    groups = [one for page in range(first.pages) for one in find(asked.on_page(page + 1)).groups]
    assert len({one.value for one in groups}) == len(groups) == first.listed
    assert len(first.groups) == min(GROUPS_ON_A_PAGE, first.listed)
    assert not first.hits
    for one in groups:
        chosen = find(replace(asked, group="", page=1, **{group: (one.value,)}))
        assert (chosen.total, chosen.parameters.group) == (one.count, "")
        assert list(one.hits) == list(chosen.hits[:HITS_OF_A_GROUP])
    assert first.ungrouped + sum(one.count for one in groups) == first.total


def test_groups_come_largest_first_but_years_newest_first(spoken):
    counts = [one.count for one in find(SearchParameters(q="river", group="country")).groups]
    assert counts == sorted(counts, reverse=True)
    years = [one.value for one in find(SearchParameters(q="river", group="year")).groups]
    assert years == ["2013", "2012", "2011", "2010"]


def test_an_unknown_grouping_is_refused():
    with pytest.raises(InvalidParameters, match="Group by speaker, country, meeting or year"):
        SearchParameters.from_query({"group": "paragraph"})
    asked = SearchParameters.from_query({"group": "country", "meeting": "RIV/PV.1"})
    assert asked.to_query() == "meeting=RIV%2FPV.1&group=country"


def test_nothing_found_has_no_groups(spoken):
    page = find(SearchParameters(q="zebra", group="country"))
    assert (page.total, page.listed, page.pages, list(page.groups)) == (0, 0, 0, [])


@pytest.mark.parametrize(
    ("chosen", "period"),
    [
        ({}, Period.YEAR),
        ({"year": ("2010", "2011")}, Period.YEAR),
        ({"year": ("2010",)}, Period.MONTH),
        ({"year": ("undated",)}, Period.YEAR),
        ({"date_from": date(2010, 1, 1)}, Period.YEAR),
        ({"date_from": date(2010, 1, 1), "date_to": date(2012, 12, 31)}, Period.MONTH),
        ({"date_from": date(1946, 1, 1), "date_to": date(2012, 12, 31)}, Period.YEAR),
    ],
)
def test_months_are_counted_where_a_year_or_a_short_time_is_chosen(spoken, chosen, period):
    assert find(SearchParameters(q="river", **chosen)).histogram.period is period


DAYS = st.none() | st.dates(date(2009, 12, 1), date(2014, 2, 1))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    years=st.lists(st.sampled_from(["2010", "2011", "2013", "undated"]), max_size=2, unique=True),
    country=st.sampled_from([(), ("AUS",), ("KAZ", "ARG")]),
    between=st.tuples(DAYS, DAYS),
)
@example(years=[], country=(), between=(date(2010, 3, 3), date(2011, 2, 20)))
@example(years=["2010"], country=(), between=(date(2010, 3, 6), None))
@example(years=["2011"], country=(), between=(None, date(2011, 4, 5)))
@example(years=[], country=(), between=(date(2010, 3, 6), date(2013, 12, 30)))
def test_every_bar_leads_to_as_many_speeches_as_it_says(spoken, years, country, between):
    first, last = between if None in between else sorted(between)
    asked = SearchParameters(
        q="river", year=tuple(years), country=country, date_from=first, date_to=last
    )
    page = find(asked)
    counted = sum(bar.speeches for bar in page.histogram.bars) + page.histogram.undated
    assert counted == page.total or years  # years that are not chosen stand beside
    for bar in page.histogram.bars:
        of_days = replace(asked, year=(), date_from=bar.first, date_to=bar.last)
        assert find(of_days).total == bar.speeches
    if chart := refinements.chart(page):
        assert {bar.count for bar in chart.counted} == {bar.speeches for bar in page.histogram.bars}
        for drawn in chart.counted:
            of_link = SearchParameters.from_query(QueryDict(drawn.url.partition("?")[2]))
            assert find(of_link).total == drawn.count


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2011, 1, 1), date(2011, 12, 31), {2011}),
        (date(2010, 6, 1), date(2012, 1, 1), {2011}),
        (date(2011, 1, 2), date(2011, 12, 31), set()),
        (date(2011, 1, 1), date(2011, 12, 30), set()),
        (date(2011, 7, 1), None, {2013}),
        (None, date(2012, 7, 1), {2011}),
        (None, date(2013, 12, 31), {2011, 2013}),
        (date(9999, 12, 31), None, set()),
    ],
)
def test_a_year_without_a_day_is_within_days_that_hold_all_of_it(spoken, first, last, found):
    page = find(SearchParameters(q="froze", date_from=first, date_to=last))
    assert {hit.speech.year for hit in page.hits} == found


def test_another_spelling_is_offered_where_next_to_nothing_is_found(spoken):
    for chosen in ({}, {"country": ("ALB",)}, {"date_to": date(2010, 1, 31)}):
        page = find(SearchParameters(q="rivar", **chosen))
        assert page.total == 0
        assert page.suggestion
        assert page.suggestion.q == "river"
        assert page.suggestion.total == find(SearchParameters(q="river", **chosen)).total > 0
    # nothing is offered that finds nothing
    assert find(SearchParameters(q="rivar", country=("VNM",))).suggestion is None
    assert find(SearchParameters(q="river")).suggestion is None
    assert find(SearchParameters()).suggestion is None
