"""What stands on a page of results beside the list: groups, counts over time, other spellings."""

from dataclasses import replace
from datetime import date

import pytest
from invented import make_speech

from statements.models import Speech
from statements.search.parameters import GROUPS, InvalidParameters, SearchParameters
from statements.search.results import GROUPS_ON_A_PAGE, HITS_OF_A_GROUP, find

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


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_counts_what_choosing_it_finds(spoken, group):
    asked = SearchParameters(q="river", group=group)
    first = find(asked)
    groups = [one for page in range(first.pages) for one in find(asked.on_page(page + 1)).groups]
    assert len({one.value for one in groups}) == len(groups) == first.listed
    assert len(first.groups) == min(GROUPS_ON_A_PAGE, first.listed)
    assert not first.hits
    for one in groups:
        chosen = find(asked.with_only(group, one.value))
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
    ("chosen", "months"),
    [
        ({}, False),
        ({"year": ("2010", "2011")}, False),
        ({"year": ("2010",)}, True),
        ({"year": ("undated",)}, False),
        ({"date_from": date(2010, 1, 1)}, False),
        ({"date_from": date(2010, 1, 1), "date_to": date(2012, 12, 31)}, True),
        ({"date_from": date(1946, 1, 1), "date_to": date(2012, 12, 31)}, False),
    ],
)
def test_a_bar_counts_what_its_days_find(spoken, chosen, months):
    asked = SearchParameters(q="river", **chosen)
    bars = find(asked).histogram
    if bars:
        assert (bars[0].last.month == bars[0].first.month) == months
    for bar in bars:
        of_bar = replace(asked, year=(), date_from=bar.first, date_to=bar.last)
        assert find(of_bar).total == bar.speeches


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
    page = find(SearchParameters(q="rivar", country=("ALB",)))
    assert page.total == 0
    assert page.suggestion
    assert (page.suggestion.q, find(SearchParameters(q="river")).total) == (
        "river", page.suggestion.total,
    )  # fmt: skip
    assert find(SearchParameters(q="river")).suggestion is None
    assert find(SearchParameters()).suggestion is None
