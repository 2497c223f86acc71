"""Speeches with some of the words of a query, beside the list of those that have all."""

from dataclasses import replace
from datetime import date

import pytest
from support.factories import make_speech

from statements.search.features.partial_matches import FEW
from statements.search.parameters import SearchParameters, Sort
from statements.search.results.page import MAX_PARTIAL, SearchPage, find

pytestmark = pytest.mark.django_db


def partial(page: SearchPage) -> list[object]:
    return [hit.speech for hit in page.partial_matches.hits] if page.partial_matches else []


def test_speeches_with_some_of_the_words_are_beside_those_with_all(archive_index):
    both = make_speech(["The river rose at the dam."])
    one = make_speech(["The river rose."])
    archive_index()
    page = find(SearchParameters(q="river dam"))
    assert ([hit.speech for hit in page.hits], page.total) == ([both], 1)
    assert partial(page) == [one]
    assert page.partial_matches.hits[0].missing == ["dam"]
    assert sum(value.count for value in page.facets["country"]) <= 1


def test_rare_words_in_one_paragraph_come_first(archive_index):
    together = make_speech(["The river rose at the dam.", "The treaty."])
    apart = make_speech(["The river rose.", "The dam held.", "A treaty."])
    common = [make_speech(["The treaty."]) for _ in range(5)]
    archive_index()
    assert partial(find(SearchParameters(q="river dam rose glacier"))) == [together, apart]
    found = find(SearchParameters(q="held treaty glacier"))
    assert partial(found)[0] == apart
    assert set(partial(found)[1:]) == {together, *common}
    assert found.partial_matches.words == ("held", "treaty", "glacier")
    assert found.partial_matches.unknown == ("glacier",)
    assert found.partial_matches.hits[0].missing == ["glacier"]


def test_words_near_each_other_count_for_more(archive_index):
    filler = " ".join(f"Word{number} follows." for number in range(20))
    apart = make_speech([f"The river was high. {filler} The harbour was closed."])
    near = make_speech([f"The river filled the harbour. {filler} All ships were safe."])
    archive_index()
    page = find(SearchParameters(q="river harbour glacier"))
    assert partial(page) == [near, apart]
    compound = make_speech([f"{filler} The co-operation filled the harbour. The ships were safe."])
    scattered = make_speech([f"The co-operation was close. {filler} The harbour, the ships."])
    archive_index()
    assert partial(find(SearchParameters(q="cooperation harbour glacier")))[:2] == [
        compound,
        scattered,
    ]


def test_words_of_the_same_stem_count(archive_index):
    kin = make_speech(["The nationality of the pilot."])
    archive_index()
    page = find(SearchParameters(q="nations pilot"))
    assert (page.total, partial(page)) == (0, [kin])
    [hit] = page.partial_matches.hits
    assert "<mark>nationality</mark>" in hit.extracts[0].html
    assert hit.missing == []
    assert partial(find(SearchParameters(q="nationals"))) == [kin]


@pytest.mark.parametrize(
    "typed", ['"river" glacier', "river -lake glacier", "river OR glacier", "speaker:river glacier"]
)
def test_operators_are_meant(archive_index, typed):
    make_speech(["The river rose."])
    archive_index()
    assert find(SearchParameters(q=typed)).partial_matches is None


def test_none_are_offered_where_ten_speeches_have_all_words(archive_index):
    make_speech(["The river."], country="KAZ")
    for number in range(FEW - 1):
        make_speech(["The river rose at the dam."], country="FRA" if number else "KAZ")
    archive_index()
    asked = SearchParameters(q="river dam")
    assert len(partial(find(asked))) == 1
    assert partial(find(replace(asked, country=("FRA",)))) == []  # under the same filters
    make_speech(["The river rose at the dam."], country="FRA")
    archive_index()
    assert find(asked).partial_matches is None
    assert find(replace(asked, country=("KAZ",))).partial_matches is None  # filters do not decide


def test_they_are_on_the_first_page_in_any_order_and_never_twice(archive_index):
    for _ in range(2):
        make_speech(["The nations met.", "The pilot left."])
    at_once = make_speech(["The nationality of the pilot."])
    others = {make_speech(["The pilot."]) for _ in range(MAX_PARTIAL + 2)}
    archive_index()
    asked = SearchParameters(q="nations pilot")
    page = find(asked)
    assert [hit.speech for hit in page.related_forms.hits] == [at_once]
    assert len(partial(page)) == MAX_PARTIAL
    assert set(partial(page)) <= others
    by_date = find(replace(asked, sort=Sort.NEWEST))
    assert by_date.related_forms is None
    assert partial(by_date)[0] == at_once
    assert partial(find(replace(asked, group="year")))[0] == at_once
    assert find(replace(asked, page=2, page_size=1)).partial_matches is None
    assert find(asked, alternatives=False).partial_matches is None


def test_deleted_speeches_are_not_among_them(archive_index):
    make_speech(["The river rose."], on=date(2014, 1, 1)).delete()
    kept = make_speech(["The river rose."], on=date(2014, 1, 1))
    gone = make_speech(["The river rose."], on=date(2014, 1, 1))
    archive_index()
    gone.delete()
    assert partial(find(SearchParameters(q="river glacier"))) == [kept]
