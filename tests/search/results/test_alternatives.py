"""Other searches, where one finds nothing."""

from dataclasses import replace
from datetime import date

import pytest
from support.factories import make_speech

from statements.search.parameters import SearchParameters
from statements.search.results.page import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(archive_index):
    make_speech(["The river rose."], country="KAZ", on=date(1994, 5, 1))
    make_speech(["The river rose at the dam."], country="KAZ", on=date(1999, 5, 1))
    make_speech(["The river rose."], country="FRA", on=date(2004, 5, 1))
    archive_index()


def offered(parameters: SearchParameters) -> dict[str, int]:
    """Return the labels of the searches offered with their counts, after running each of them."""
    alternatives = find(parameters).alternatives
    for other in alternatives:
        assert find(other.parameters).total == other.total
        assert other.parameters.page == 1
    return {other.label: other.total for other in alternatives}


def test_each_filter_can_be_removed_with_what_that_finds(archive):
    asked = SearchParameters(q="dam", country=("FRA",), date_from=date(1990, 1, 1), page=1)
    assert offered(asked) == {"Without the filter Country: France": 1, "Without all filters": 1}
    by_both = replace(asked, date_from=date(2001, 1, 1))
    assert offered(by_both) == {"Without all filters": 1}
    several = SearchParameters(q="dam", country=("FRA", "NOR"))
    assert offered(several) == {"Without the filter Country: France or Norway": 1}


def test_the_nearest_years_on_both_sides_are_offered(archive):
    assert offered(SearchParameters(q="river", year=("2001",))) == {
        "Without the filter Year: 2001": 3,
        "In the nearest year, 1999": 1,
        "In the nearest year, 2004": 1,
    }
    days = SearchParameters(
        q="river", country=("KAZ",), date_from=date(2000, 1, 1), date_to=date(2010, 12, 31)
    )
    found = offered(days)
    assert found["In the nearest year, 1999"] == 1
    assert "In the nearest year, 2004" not in found
    assert found["Without the filter From: 1 January 2000"] == 2


def test_the_nearest_spelling_of_an_unknown_word_is_offered_alone(archive):
    page = find(SearchParameters(q="rivver qqxxqq"))
    assert page.suggestion is None
    assert offered(page.parameters) == {"“river”, the nearest spelling to “rivver”": 3}
    assert find(SearchParameters(q="rivver")).suggestion.q == "river"
    assert offered(SearchParameters(q="rivver")) == {}


def test_quotation_marks_can_be_dropped(archive):
    assert offered(SearchParameters(q='"dam river"')) == {
        "The same words without quotation marks": 1
    }


def test_none_are_offered_where_something_is_found(archive):
    assert find(SearchParameters(q="river", country=("FRA",))).alternatives == ()
    assert find(SearchParameters(q="zzz", year=("1994",)), alternatives=False).alternatives == ()
