"""Facets, chips and orders as addresses of one search."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from statements.search.matching.histogram import days
from statements.search.parameters import InvalidParameters, SearchParameters, Sort
from statements.search.protocol import Histogram, HistogramBar, IndexState, Period
from statements.search.query import parse_query
from statements.search.results.facet_values import FacetValue, Group
from statements.search.results.page import SearchPage
from statements.views import refinements

PARAMETERS = SearchParameters(
    q="water", country=("KAZ",), sort=Sort.NEWEST, date_from=date(2020, 1, 1), page=3
)


def page(parameters: SearchParameters = PARAMETERS, **facets: list[FacetValue]) -> SearchPage:
    index = IndexState(generation="1", lag_s=0.0, complete=True)
    return SearchPage(
        query=parse_query(parameters.q),
        parameters=parameters,
        total=0,
        hits=(),
        groups=(),
        ungrouped=0,
        listed=0,
        facets=facets,
        facet_sizes={},
        histogram=Histogram(Period.YEAR, (), 0),
        suggestion=None,
        notices=(),
        related_forms=None,
        related_terms=(),
        partial_matches=None,
        alternatives=(),
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
    chosen, other = facet.choices
    assert chosen.selected
    assert chosen.url == "/search/?q=water&from=2020-01-01&sort=newest"
    assert other.url == "/search/?q=water&country=KAZ&country=NER&from=2020-01-01&sort=newest"


def test_no_words_or_values_confuse_the_addresses_of_others() -> None:
    asked = SearchParameters(q="%00 & +", country=("%00",), organ=("A, b & c",))
    values = [FacetValue("Ç/é +%", "Ç", 1, False)]
    [facet] = refinements.facets(page(asked, speaker=values))
    query = QueryDict(facet.choices[0].url.partition("?")[2])
    assert SearchParameters.from_query(query) == replace(asked, speaker=("Ç/é +%",))


@pytest.mark.parametrize(
    ("many", "shown", "linked"),
    [(7, 7, False), (10, 10, False), (11, 11, False), (12, 10, True), (20, 10, True)],
)
def test_long_facets_lead_to_the_rest_and_never_hide_one(
    many: int, shown: int, linked: bool
) -> None:
    values = [FacetValue(str(year), str(year), 1, False) for year in range(2000, 2000 + many)]
    [facet] = refinements.facets(page(year=values))
    assert (len(facet.choices), bool(facet.all_url)) == (shown, linked)
    assert facet.all_label == (f"All {many} years" if linked else "")


def test_what_is_chosen_is_always_shown() -> None:
    values = [
        FacetValue(str(year), str(year), 1, selected=year >= 2010) for year in range(2000, 2024)
    ]
    [facet] = refinements.facets(page(year=values))
    assert [choice.label for choice in facet.choices] == [str(year) for year in range(2010, 2024)]
    assert facet.all_url == "/search/facet/year/?q=water&country=KAZ&from=2020-01-01&sort=newest"


@pytest.mark.parametrize(
    ("histogram", "told"),
    [
        (Histogram(Period.YEAR, (), 2), "2 undated speeches are not shown."),
        (Histogram(Period.MONTH, (), 1), "1 speech without a full date is not shown."),
        (Histogram(Period.MONTH, (), 0), ""),
    ],
)
def test_what_stands_in_no_bar_is_told(histogram: Histogram, told: str) -> None:
    values = [FacetValue("KAZ", "Kazakhstan", 7, False)]
    drawn = refinements.chart(replace(page(), histogram=over_time(years={2019: 4, 2021: 2})))
    context = {
        "facets": refinements.facets(page(country=values)),
        "chart": drawn,
        "histogram": histogram,
    }
    shown = " ".join(render_to_string("search/_facets.html", context).split())
    assert told in shown
    assert ("not shown" in shown) is bool(told)


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


def over_time(
    *, years: Mapping[int, int] | None = None, months: Mapping[tuple[int, int], int] | None = None
) -> Histogram:
    if months is None:
        bars = [
            HistogramBar(*days(year, Period.YEAR), often) for year, often in (years or {}).items()
        ]
        return Histogram(Period.YEAR, bars, 0)
    numbers = {year * 12 + month - 1: often for (year, month), often in months.items()}
    bars = [HistogramBar(*days(number, Period.MONTH), often) for number, often in numbers.items()]
    return Histogram(Period.MONTH, bars, 0)


def test_bars_narrow_to_their_year() -> None:
    drawn = refinements.chart(replace(page(), histogram=over_time(years={2019: 4, 2021: 2})))
    assert drawn is not None
    assert [(bar.label, bar.count) for bar in drawn.bars] == [("2019", 4), ("2020", 0), ("2021", 2)]
    assert drawn.bars[2].url == (
        "/search/?q=water&country=KAZ&year=2021&from=2020-01-01&sort=newest"
    )


def test_bars_of_months_narrow_to_their_days() -> None:
    asked = replace(PARAMETERS, date_from=date(2019, 12, 1), date_to=date(2020, 3, 15))
    months = over_time(months={(2019, 12): 4, (2020, 2): 2})
    drawn = refinements.chart(replace(page(asked), histogram=months))
    assert drawn is not None
    assert [(bar.label, bar.count) for bar in drawn.bars] == [
        ("December 2019", 4), ("January 2020", 0), ("February 2020", 2), ("March 2020", 0),
    ]  # fmt: skip
    assert drawn.bars[2].url == (
        "/search/?q=water&country=KAZ&from=2020-02-01&to=2020-02-29&sort=newest"
    )


def test_a_chosen_year_shows_all_of_its_months_that_are_chosen() -> None:
    asked = SearchParameters(year=("2020",), date_from=date(2019, 3, 1), date_to=date(2020, 3, 15))
    may = over_time(months={(2020, 2): 3})
    drawn = refinements.chart(replace(page(asked), histogram=may))
    assert drawn is not None
    assert [bar.count for bar in drawn.bars] == [0, 3, 0]
    drawn = refinements.chart(replace(page(SearchParameters(year=("2020",))), histogram=may))
    assert drawn is not None
    assert (len(drawn.bars), drawn.first, drawn.last) == (12, "January 2020", "December 2020")


@pytest.mark.parametrize(
    ("histogram", "chosen"),
    [
        (over_time(), {}),
        (over_time(years={2019: 4}), {}),
        (
            over_time(months={(2019, 2): 4}),
            {"date_from": date(2019, 2, 1), "date_to": date(2019, 2, 9)},
        ),
    ],
)
def test_one_bar_is_no_chart(histogram: Histogram, chosen: dict[str, Any]) -> None:
    asked = SearchParameters(**chosen)
    assert refinements.chart(replace(page(asked), histogram=histogram)) is None


def test_a_group_leads_to_all_that_is_in_it() -> None:
    asked = replace(PARAMETERS, group="meeting")
    group = Group(value="RIV/PV.7", label="RIV/PV.7", count=9, hits=())
    [shown] = refinements.groups(replace(page(asked), groups=[group]))
    assert shown.url == (
        "/search/?q=water&country=KAZ&meeting=RIV%2FPV.7&from=2020-01-01&sort=newest"
    )


def test_the_form_shows_again_what_was_asked_however_wrong() -> None:
    asked = refinements.form_values(
        QueryDict("q=a%00b&from=yesterday&sort=best&country=x&country=%00")
    )
    assert (asked.q, asked.date_from) == ("ab", "yesterday")
    assert asked.hidden == [("country", "x"), ("sort", "best")]


def test_what_the_form_only_carries_along_is_dropped_where_it_is_at_fault() -> None:
    query = QueryDict("q=a&sort=best&year=soon&country=KAZ&from=soon")
    asked = refinements.form_values(query, {"sort", "year", "from"})
    assert asked.hidden == [("country", "KAZ")]
    assert asked.date_from == "soon"


def test_a_query_is_not_repaired_where_other_parameters_cannot_be_used() -> None:
    invalid = InvalidParameters({"q": "A parenthesis is not closed."}, repaired="(river)")
    link = refinements.repaired_query(QueryDict("q=(river&country=KAZ"), invalid)
    assert link is not None
    assert link.url == "/search/?q=%28river%29&country=KAZ"
    assert refinements.repaired_query(QueryDict("q=(river&page=x"), invalid) is None
