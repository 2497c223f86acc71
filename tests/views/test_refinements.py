"""Facets, chips and orders as addresses of one search."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from statements.search.parameters import SearchParameters, Sort
from statements.search.periods import Bar
from statements.search.results import FacetValue, Group, IndexState, SearchPage
from statements.views import refinements

PARAMETERS = SearchParameters(
    q="water", country=("KAZ",), sort=Sort.NEWEST, date_from=date(2020, 1, 1), page=3
)


def page(parameters: SearchParameters = PARAMETERS, **facets: list[FacetValue]) -> SearchPage:
    index = IndexState(generation="1", lag_s=0.0, complete=True)
    return SearchPage(
        parameters=parameters,
        total=0,
        hits=(),
        groups=(),
        ungrouped=0,
        listed=0,
        facets=facets,
        histogram=(),
        suggestion=None,
        relaxed=None,
        kindred=None,
        index=index,
    )


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (20, 1), (21, 2), (2000, 100), (2001, 100)])
def test_only_pages_that_can_be_asked_for_are_offered(total: int, pages: int) -> None:
    found = replace(page(), listed=total)
    assert found.pages == pages
    SearchParameters.from_query(QueryDict(found.parameters.on_page(max(pages, 1)).to_query()))


def test_the_last_page_tells_what_lies_beyond_it() -> None:
    def paging(total: int, next_url: str) -> str:
        found = replace(page(), listed=total)
        return render_to_string("search/_paging.html", {"page": found, "next_url": next_url})

    assert "the first 2,000 of 2,001 speeches" in paging(2001, "")
    assert "Narrow" not in paging(2001, "/search/?page=4")
    assert "Narrow" not in paging(2000, "")


def test_a_facet_value_adds_itself_and_a_chosen_one_removes_itself() -> None:
    values = [FacetValue("NER", "Niger", 3, False), FacetValue("KAZ", "Kazakhstan", 7, True)]
    [facet] = refinements.facets(page(country=values))
    chosen, other = facet.first
    assert chosen.selected
    assert chosen.url == "/search/?q=water&from=2020-01-01&sort=newest"
    assert other.url == "/search/?q=water&country=KAZ&country=NER&from=2020-01-01&sort=newest"


def test_no_words_or_values_confuse_the_addresses_of_others() -> None:
    asked = SearchParameters(q="%00 & +", country=("%00",), organ=("A, b & c",))
    values = [FacetValue("Ç/é +%", "Ç", 1, False)]
    [facet] = refinements.facets(page(asked, speaker=values))
    query = QueryDict(facet.first[0].url.partition("?")[2])
    assert SearchParameters.from_query(query) == replace(asked, speaker=("Ç/é +%",))


def test_long_facets_keep_the_rest_at_hand() -> None:
    values = [FacetValue(str(year), str(year), 1, False) for year in range(2000, 2020)]
    [facet] = refinements.facets(page(year=values))
    assert [len(facet.first), len(facet.more)] == [refinements.SHOWN_AT_ONCE, 12]


@pytest.mark.parametrize(("speakers", "told"), [(199, False), (200, True), (201, True)])
def test_a_facet_that_may_be_cut_short_says_so(speakers: int, told: bool) -> None:
    values = [FacetValue(f"s-{number}", f"Ms. {number}", 1, False) for number in range(speakers)]
    facets = refinements.facets(page(speaker=values))
    shown = render_to_string("search/_facets.html", {"facets": facets, "chart": None})
    assert ("The 50 most frequent are listed" in shown) is told


def test_every_chosen_thing_has_a_chip_that_removes_it_alone() -> None:
    country, first_day = refinements.chips(page(country=[FacetValue("KAZ", "Kazakhstan", 0, True)]))
    assert (country.facet, country.label) == ("Country", "Kazakhstan")
    assert country.url == "/search/?q=water&from=2020-01-01&sort=newest"
    assert (first_day.facet, first_day.label) == ("From", "1 January 2020")
    assert first_day.url == "/search/?q=water&country=KAZ&sort=newest"


def test_an_order_keeps_everything_else_and_begins_anew() -> None:
    best, _, newest, oldest = refinements.orders(PARAMETERS)
    assert [best.selected, newest.selected, oldest.selected] == [False, True, False]
    assert best.url == "/search/?q=water&country=KAZ&from=2020-01-01"
    assert oldest.url == "/search/?q=water&country=KAZ&from=2020-01-01&sort=oldest"


def test_a_chip_without_a_facet_value_shows_what_the_address_carries() -> None:
    [chip] = refinements.chips(page(SearchParameters(topic=("gone",))))
    assert (chip.label, chip.url) == ("gone", "/search/")


def bar(year: int, month: int = 0, *, speeches: int) -> Bar:
    if month:
        return Bar(date(year, month, 1), date(year, month, 28), speeches)
    return Bar(date(year, 1, 1), date(year, 12, 31), speeches)


def test_bars_narrow_to_their_year() -> None:
    drawn = refinements.chart(
        replace(page(), histogram=[bar(2019, speeches=4), bar(2021, speeches=2)])
    )
    assert drawn is not None
    assert [(bar.label, bar.count) for bar in drawn.bars] == [("2019", 4), ("2020", 0), ("2021", 2)]
    assert drawn.bars[2].url == (
        "/search/?q=water&country=KAZ&year=2021&from=2020-01-01&sort=newest"
    )


def test_bars_of_months_narrow_to_their_days() -> None:
    found = replace(page(), histogram=[bar(2019, 12, speeches=4), bar(2020, 2, speeches=2)])
    drawn = refinements.chart(found)
    assert drawn is not None
    assert [(bar.label, bar.count) for bar in drawn.bars] == [
        ("December 2019", 4), ("January 2020", 0), ("February 2020", 2),
    ]  # fmt: skip
    assert drawn.bars[2].url == (
        "/search/?q=water&country=KAZ&from=2020-02-01&to=2020-02-29&sort=newest"
    )


def test_one_bar_is_no_chart() -> None:
    assert refinements.chart(replace(page(), histogram=[bar(2019, speeches=4)])) is None


def test_a_group_leads_to_all_that_is_in_it() -> None:
    asked = replace(PARAMETERS, group="meeting")
    group = Group(value="RIV/PV.7", label="RIV/PV.7", count=9, hits=())
    assert refinements.group_links(replace(page(asked), groups=[group])) == [
        "/search/?q=water&country=KAZ&meeting=RIV%2FPV.7&from=2020-01-01&sort=newest"
    ]


@pytest.mark.parametrize(
    ("q", "without"),
    [
        ('"national dialogue" now', "/search/?q=national+dialogue+now"),
        ("“national dialogue”", "/search/?q=national+dialogue"),
        ("national", ""),
        ('""', ""),
    ],
)
def test_quotation_marks_can_be_dropped(q: str, without: str) -> None:
    assert refinements.without_quotes(SearchParameters(q=q)) == without


def test_the_form_shows_again_what_was_asked_however_wrong() -> None:
    asked = refinements.asked(QueryDict("q=a%00b&from=yesterday&sort=best&country=x&country=%00"))
    assert (asked.q, asked.date_from) == ("ab", "yesterday")
    assert asked.hidden == [("country", "x"), ("sort", "best")]


def test_what_the_form_only_carries_along_is_dropped_where_it_is_at_fault() -> None:
    query = QueryDict("q=a&sort=best&year=soon&country=KAZ&from=soon")
    asked = refinements.asked(query, {"sort", "year", "from"})
    assert asked.hidden == [("country", "KAZ")]
    assert asked.date_from == "soon"
